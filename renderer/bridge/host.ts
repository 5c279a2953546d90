import type { Issue } from "../../src/core/issue.ts";
import { browserFiles } from "./browserFiles.ts";
import { desktop } from "./desktop.ts";
import { desktopFiles } from "./desktopFiles.ts";

/**
 * The way back to a file that was opened or saved. Opaque: only the host that made it can follow it. It can be cloned
 * into the window's database, and is then still good after a restart.
 */
export interface FileHandle {
  readonly name: string;
}

/** A file that was opened. */
export interface OpenedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Null where there is no way back to the file, only to its content. */
  readonly handle: FileHandle | null;
  /** The state of the file as it was read, to find out later whether another program has changed it. */
  readonly stamp: string | null;
}

/** A kind of file in a dialog: what it is called and, by media type, how its names end. */
export interface FileKind {
  readonly description: string;
  readonly accept: { readonly [mime: string]: readonly string[] };
}

/**
 * `written`: into the file. `downloaded`: the browser put a copy into its downloads. `failed`: the system said no, and
 * the file is as it was.
 */
export type Saved =
  | { readonly kind: "written"; readonly handle: FileHandle; readonly stamp: string | null }
  | { readonly kind: "downloaded"; readonly name: string }
  | { readonly kind: "cancelled" }
  | { readonly kind: "failed"; readonly reason: string };

/** `changed`: the file is not as it was last read or written here, and was left alone. */
export type Written =
  | { readonly kind: "written"; readonly stamp: string | null }
  | { readonly kind: "changed" }
  | { readonly kind: "failed"; readonly reason: string };

export interface HostFiles {
  /** Lets the user choose documents; an empty list when the choice was called off. */
  choose(): Promise<readonly OpenedFile[]>;
  /** Files of a drag that came from outside the window. Called while the drop event is handled. */
  dropped(data: DataTransfer): Promise<readonly OpenedFile[]>;
  /** A file as it is now; null when it is gone or may not be read. */
  readAgain(handle: FileHandle): Promise<OpenedFile | null>;
  /**
   * Writes into a file, whole or not at all. With the `stamp` of its last reading or writing it is left alone where
   * somebody else has changed it since; with null it is overwritten.
   */
  saveTo(handle: FileHandle, bytes: Uint8Array, stamp: string | null): Promise<Written>;
  /** Asks where to save, proposing a name. */
  saveAs(name: string, content: Uint8Array | Blob, kind: FileKind): Promise<Saved>;
  /** Whether two handles lead to the same file. */
  isSame(a: FileHandle, b: FileHandle): Promise<boolean>;
}

/** What the window needs of the program around it. */
export interface Host {
  readonly kind: "browser" | "desktop";
  readonly files: HostFiles;
  /** Shows in the task bar how much of a training is done, from 0 to 1; null takes it away. */
  progress?(share: number | null): void;
}

/** Documents, for the dialogs of the system. */
export const documentKind: FileKind = {
  description: "Gradloom",
  accept: { "application/octet-stream": [".gradloom"], "application/json": [".json"] },
};

/** Both sorts of document in one kind, as a dialog for opening shows them. */
const desktopDocuments: FileKind = {
  description: "Gradloom",
  accept: { "application/octet-stream": [".gradloom", ".json"] },
};

let fileTrouble: (issues: readonly Issue[]) => void = () => {};

/** Says who shows the user what went wrong where files are handed over. */
export const onFileTrouble = (show: (issues: readonly Issue[]) => void): void => {
  fileTrouble = show;
};

/**
 * The program around this window. In the desktop app its preload script puts `globalThis.gradloom` there before the page
 * runs (its type stands in src/protocol/desktop.ts); where that is present the host is made over it, else the window is
 * alone in a browser. Chosen once, here; nobody else asks which it is to reach files.
 */
export const host: Host = desktop
  ? {
      kind: "desktop",
      files: desktopFiles(desktop, desktopDocuments, (issues) => fileTrouble(issues)),
      progress: (share) => void desktop?.window.setProgress(share),
    }
  : { kind: "browser", files: browserFiles };
