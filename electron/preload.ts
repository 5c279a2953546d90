import { contextBridge, webUtils } from "electron";
import type { DesktopAbout, DesktopApi, DesktopEvent } from "../src/protocol/desktop.ts";
import { hear, invoke, passOnPorts } from "./ipc/page.ts";

/** Electron before 32 has no `webUtils`, and puts the path into the file itself. */
const pathOf = (file: File): string => {
  const utils = webUtils as typeof webUtils | undefined;
  return utils ? utils.getPathForFile(file) : ((file as File & { path?: string }).path ?? "");
};

/** Paths of the last drop. Read from the event here, where the page cannot reach: only the user's own hand makes them. */
let dropped: readonly string[] = [];
window.addEventListener(
  "drop",
  (e) => {
    if (e.isTrusted) dropped = [...(e.dataTransfer?.files ?? [])].map(pathOf).filter((p) => p !== "");
  },
  true,
);

const listeners = new Set<(event: DesktopEvent) => void>();
/** What was told before anybody listened. */
let early: DesktopEvent[] | null = [];
hear((event) => {
  if (early) early.push(event);
  else for (const listener of listeners) listener(event);
});
passOnPorts();

function listen(listener: (event: DesktopEvent) => void): () => void {
  listeners.add(listener);
  const waiting = early ?? [];
  early = null;
  for (const event of waiting) listener(event);
  void invoke("window.ready");
  return () => void listeners.delete(listener);
}

/** Given by the app on the command line of this process. */
function about(): DesktopAbout {
  const prefix = "--gradloom-version=";
  const version = process.argv.find((a) => a.startsWith(prefix))?.slice(prefix.length) ?? "";
  const { electron = "", chrome = "", node = "" } = process.versions as { readonly [part: string]: string };
  return { platform: process.platform, version, electron, chrome, node };
}

const api: DesktopApi = {
  about: about(),
  files: {
    choose: (kind) => invoke("files.choose", kind),
    dropped: () => {
      const paths = [...dropped];
      dropped = [];
      return invoke("files.grant", paths);
    },
    read: (id) => invoke("files.read", id),
    save: (id, bytes, stamp) => invoke("files.save", id, bytes, stamp),
    saveAs: (name, bytes, kind) => invoke("files.saveAs", name, bytes, kind),
    same: (a, b) => invoke("files.same", a, b),
  },
  window: {
    on: listen,
    setMenu: (menus) => invoke("window.setMenu", [...menus]),
    setState: (state) => invoke("window.setState", state),
    setProgress: (share) => invoke("window.setProgress", share),
    heardClose: () => invoke("window.heardClose"),
    answerClose: (close) => invoke("window.answerClose", close),
    quit: () => invoke("window.quit"),
    toggleFullScreen: () => invoke("window.toggleFullScreen"),
    edit: (action) => invoke("window.edit", action),
    print: () => invoke("window.print"),
    pdf: () => invoke("window.pdf"),
    openOutside: (page) => invoke("window.openOutside", page),
    show: (what) => invoke("window.show", what),
  },
  engine: { connect: () => invoke("engine.connect") },
};

contextBridge.exposeInMainWorld("gradloom", api);
