/** English texts of the window: files of documents. */
export const files = {
  saveAs: "Save as…",
  overwrite: "Overwrite",
  changedTitle: (file: string): string => `${file} was changed by another program`,
  changedText: "Overwriting it gives up what the other program wrote. Saved under another name, both are kept.",
  failedTitle: (file: string): string => `${file} was not saved`,
  cannotSave: (file: string, reason: string): string =>
    `${file} cannot be written (${reason}). The file is as it was, and the document is still open.`,
} as const;
