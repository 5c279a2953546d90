import type { Result } from "../core/result.ts";

/**
 * What the desktop app offers its window, as `window.gradloom`, put there by the preload script before the page runs;
 * in a browser it is not there. Every answer is a Result. The page never names a path: it has handles of files that the user
 * chose, dropped, or opened the app with, and no others are taken.
 */
export interface DesktopApi {
  readonly about: DesktopAbout;
  readonly files: DesktopFiles;
  readonly window: DesktopWindow;
  readonly engine: {
    /**
     * Asks for a fresh line to the engine. It arrives as a message of the window with `data === engineMessage` and one
     * port; what is spoken over it is the window protocol. The line before it is closed.
     */
    connect(): Promise<Result<null>>;
  };
}

export interface DesktopAbout {
  /** As Node names it: `linux`, `darwin`, `win32`. */
  readonly platform: string;
  readonly version: string;
  readonly electron: string;
  readonly chrome: string;
  readonly node: string;
}

/** Name of the message that brings the port of the engine. */
export const engineMessage = "gradloom:engine";

/** The way back to a file. `id` is good for this user's app, after a restart too. */
export interface DesktopHandle {
  readonly name: string;
  readonly id: string;
}

export interface DesktopFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly handle: DesktopHandle;
  /** Changes with every writing of the file. */
  readonly stamp: string;
}

/** A kind of file in a dialog: what it is called, and how its names end, without the dot. */
export interface DesktopKind {
  readonly description: string;
  readonly extensions: readonly string[];
}

/** `changed`: somebody else has written into the file since; it was left alone. */
export type DesktopWritten = { readonly kind: "written"; readonly stamp: string } | { readonly kind: "changed" };

export interface DesktopSaved {
  readonly handle: DesktopHandle;
  readonly stamp: string;
}

export interface DesktopFiles {
  /** Asks for files; none when the choice was called off. Errors: those of reading, of the first that cannot be read. */
  choose(kind: DesktopKind): Promise<Result<readonly DesktopFile[]>>;
  /** The files of the drop that the user has just made. Taken by whoever asks first. */
  dropped(): Promise<Result<readonly DesktopFile[]>>;
  /** Errors: `file.missing`, `file.unreadable`, `document.too-large`. */
  read(id: string): Promise<Result<DesktopFile>>;
  /** Writes whole or not at all; what was there before is kept once in the app's own folder. Errors: `file.unwritable`. */
  save(id: string, bytes: Uint8Array, stamp: string | null): Promise<Result<DesktopWritten>>;
  /** Asks where to save; null when that was called off. Errors: `file.unwritable`. */
  saveAs(name: string, bytes: Uint8Array, kind: DesktopKind): Promise<Result<DesktopSaved | null>>;
  /** Whether two handles lead to the same file. */
  same(a: string, b: string): Promise<Result<boolean>>;
}

/** A line of a menu. `id` is what comes back when it is chosen. */
export type MenuLine =
  | { readonly kind: "separator" }
  | {
      readonly kind: "command";
      readonly id: string;
      readonly label: string;
      /** As the window's table of commands writes it: `Mod+Shift+Z`. */
      readonly keys: string | null;
      readonly enabled: boolean;
      /** Null where it is no switch. */
      readonly checked: boolean | null;
    }
  | { readonly kind: "menu"; readonly id: string; readonly label: string; readonly lines: readonly MenuLine[] };

export const appearances = ["system", "light", "dark"] as const;

/** What the app must know of the page to look and ask like it. */
export interface WindowState {
  readonly locale: "en" | "zh";
  readonly appearance: (typeof appearances)[number];
  /** Some document has changes that are not saved. */
  readonly edited: boolean;
  /** The file of the active document. */
  readonly file: string | null;
}

/** What the user can do to a text field by a menu. */
export const editActions = ["undo", "redo", "cut", "copy", "paste", "delete", "selectAll"] as const;
export type EditAction = (typeof editActions)[number];

/** Pages outside, opened in the user's browser and only when the user asks. */
export const outsidePages = ["releases", "electron"] as const;
export type OutsidePage = (typeof outsidePages)[number];

/** `own-files`: the folder of logs and backups; `notices`: the licences of what the program is made of. */
export const ownFiles = ["own-files", "notices"] as const;
export type OwnFiles = (typeof ownFiles)[number];

export type DesktopEvent =
  /** A line of the menu was chosen; `byKey`: by its key. */
  | { readonly kind: "command"; readonly id: string; readonly byKey: boolean }
  /** Files that the app was started with, or that were opened by the system. */
  | { readonly kind: "open"; readonly files: readonly DesktopFile[] }
  /** Files that were to be opened and could not be. */
  | { readonly kind: "cannot-open"; readonly result: Result<never>; readonly name: string }
  /** The window is to be closed: the page asks what must be asked, and answers with `answerClose`. */
  | { readonly kind: "close" };

export interface DesktopWindow {
  /** Hears what happens from now on, and what has happened since the page was loaded. */
  on(listener: (event: DesktopEvent) => void): () => void;
  /** The menu bar as it shall be now. */
  setMenu(menus: readonly MenuLine[]): Promise<Result<null>>;
  setState(state: WindowState): Promise<Result<null>>;
  /** How much of a training is done, from 0 to 1, for the task bar; null while there is none. The machine stays awake. */
  setProgress(share: number | null): Promise<Result<null>>;
  /** The page has been told that the window is to be closed, and is alive. */
  heardClose(): Promise<Result<null>>;
  answerClose(close: boolean): Promise<Result<null>>;
  /** Ends the program, after asking what must be asked. */
  quit(): Promise<Result<null>>;
  toggleFullScreen(): Promise<Result<null>>;
  /** Acts on the text field that has the focus. */
  edit(action: EditAction): Promise<Result<null>>;
  /** Opens the system's dialog for printing the page. Errors: `desktop.print`. */
  print(): Promise<Result<null>>;
  /** The page as it prints, as a PDF. Errors: `desktop.print`. */
  pdf(): Promise<Result<Uint8Array>>;
  openOutside(page: OutsidePage): Promise<Result<null>>;
  /** Shows files of the app's own in the system's programs for them. */
  show(what: OwnFiles): Promise<Result<null>>;
}
