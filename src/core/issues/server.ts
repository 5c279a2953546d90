/** Problems of the local server that shows the window in a browser. */
export interface ServerIssues {
  "server.port-in-use": { readonly tcpPort: number };
  /** The built window is not where it should be. */
  "server.no-window": { readonly folder: string };
  "server.failed": { readonly reason: string };
}
