import { app, type Session, shell, type WebContents, type WebFrameMain } from "electron";
import type { OutsidePage } from "../src/protocol/desktop.ts";
import { origin, scheme } from "./protocol.ts";

/** The only pages outside that are ever opened, in the user's browser. */
const outside: { readonly [P in OutsidePage]: string } = {
  releases: "https://github.com/gradloom/gradloom/releases",
  electron: "https://www.electronjs.org/",
};

export const openOutside = (page: OutsidePage): Promise<void> => shell.openExternal(outside[page]);

/** What the page may do beyond showing itself: copy and paste. */
const permissions = new Set(["clipboard-read", "clipboard-sanitized-write"]);
/** Schemes of what the page may load. Everything else would leave the machine, or read from it. */
const loadable = new Set([`${scheme}:`, "data:", "blob:", "devtools:"]);

/** Only the page itself, in the frame that fills the window. */
export const isOwnFrame = (frame: WebFrameMain | null, contents: WebContents | null): boolean =>
  frame !== null && contents !== null && frame === contents.mainFrame && originOf(frame.url) === origin;

/** Denies what is not expressly allowed: permissions, devices, the network. */
export function lockSession(session: Session): void {
  const own = (url: string): boolean => originOf(url) === origin;
  session.setPermissionRequestHandler((contents, permission, done) =>
    done(permissions.has(permission) && own(contents.getURL())),
  );
  session.setPermissionCheckHandler((_contents, permission, from) => permissions.has(permission) && own(from));
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, done) => done({ cancel: !loadable.has(protocolOf(url)) }));
  session.on("will-download", (event, item) => {
    // What the page itself made, such as a picture of the graph, is saved by a dialog.
    if (!item.getURL().startsWith(`blob:${origin}`) && !item.getURL().startsWith("data:")) event.preventDefault();
  });
}

/** Keeps every page, of whatever origin it comes to be, where it is: no navigation, no windows, no embedded pages. */
export function lockContents(): void {
  app.on("web-contents-created", (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: "deny" }));
    contents.on("will-navigate", (event) => event.preventDefault());
    contents.on("will-redirect", (event) => event.preventDefault());
    contents.on("will-attach-webview", (event) => event.preventDefault());
  });
}

/** `null` of a scheme that has no origin. */
function originOf(url: string): string {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  } catch {
    return "";
  }
}

function protocolOf(url: string): string {
  try {
    return new URL(url).protocol;
  } catch {
    return "";
  }
}
