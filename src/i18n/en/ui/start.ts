/** English texts of the window: start. */
export const start = {
  title: "Start",
  product: "Gradloom",
  recent: "Recent",
  handbook: "Handbook",
  handbookCaption: "trains offline, ready to change",
  searchHandbook: "Search the handbook",
  nothingFound: (query: string): string => `No template is called “${query}”.`,
  open: "Open",
  forget: "Remove from this list",
} as const;
