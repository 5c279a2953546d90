/** English texts of the window: shell. */
export const shell = {
  close: "Close",
  documents: "Open documents",
  newTab: "New document",
  otherLanguage: "中",
  presenter: "Presenter mode",
  leftPanel: "Layers, handbook and outline",
  inspector: "Inspector",
  dock: "Problems and history",
  resizeLeft: "Width of the left panel",
  resizeRight: "Width of the inspector",
  resizeBottom: "Height of the dock",
} as const;
