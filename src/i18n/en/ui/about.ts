/** English texts of the window: about the program, and paper. */
export const about = {
  title: "About Gradloom",
  tagline: "Draw a neural network, watch it train, and see the gradient arrive at every node.",
  version: "Version",
  browser: "Browser",
  offline: "Works without a network. Nothing is sent anywhere, and updates are looked for only when you ask.",
  licence: "MIT licence. The licences of the parts it is made of come with it.",
  notices: "Licences",
  copy: "Copy versions",
  copied: "Versions copied",
  printFailed: (reason: string): string => `Not printed: ${reason}`,
  nothingToPrint: "The network is empty: there is nothing to print.",
  pdfSaved: (file: string): string => `Saved as ${file}`,
};
