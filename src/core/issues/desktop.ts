/** Problems of the desktop app around the window. */
export interface DesktopIssues {
  /** A message to the app that it does not take: from a stranger, malformed, or about a file that nobody chose. */
  "desktop.refused": { readonly channel: string; readonly reason: string };
  "desktop.print": { readonly reason: string };
}
