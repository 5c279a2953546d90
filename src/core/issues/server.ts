/** Problems of the local server that shows the window in a browser, and of the window with what is behind it. */
export interface ServerIssues {
  "server.port-in-use": { readonly tcpPort: number };
  /** The built window is not where it should be. */
  "server.no-window": { readonly folder: string };
  "server.failed": { readonly reason: string };
  /** The window is alone: nothing behind it trains. */
  "program.none": Record<never, never>;
  /** The connection to the program behind the window broke, or cannot be made. */
  "program.lost": Record<never, never>;
  /** Window and program are of different versions. */
  "program.other-version": Record<never, never>;
}
