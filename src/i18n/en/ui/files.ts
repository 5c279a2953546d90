/** English texts of the window: files of documents. */
export const files = {
  saveAs: "Save as…",
  overwrite: "Overwrite",
  changedTitle: (file: string): string => `${file} was changed by another program`,
  changedText: "Overwriting it gives up what the other program wrote. Saved under another name, both are kept.",
  failedTitle: (file: string): string => `${file} was not saved`,
  cannotSave: (file: string, reason: string): string =>
    `${file} cannot be written (${reason}). The file is as it was, and the document is still open.`,
  failedText: "The file is as it was, and the document is still open.",
  copyOf: (name: string): string => `${name} copy`,
  copied: (file: string): string => `Saved a copy as ${file}`,
  gone: (file: string): string => `${file} is no longer there`,
  openedPartly: (file: string): string => `${file} is open without some of its weights`,
  openedPartlyText: "The network is as it was saved. These weights start from their initial values.",
  noWeightsTitle: (file: string): string => `${file} has no place for trained weights`,
  noWeightsText: "A JSON file holds the network only. A .gradloom file keeps the weights too.",
  withoutWeights: "Save without weights",
  savedWithoutWeights: (file: string): string => `Saved ${file} without its weights: a JSON file has no place for them`,
  revert: "Revert",
  revertTitle: (file: string): string => `Revert to ${file}?`,
  revertText:
    "The document was trained since it was saved. The network can be brought back by undo; those weights cannot.",
  cannotRevert: (file: string): string => `${file} cannot be read`,
  notKept: "There is no room to keep unsaved work safe. Save your documents.",
  showLost: "Show",
} as const;
