import { createHash } from "node:crypto";
import { copyFile, mkdir, realpath, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { app, type BrowserWindow, dialog } from "electron";
import { issue } from "../src/core/issue.ts";
import { fail, ok, type Result } from "../src/core/result.ts";
import { errorCode, namesIn, readBytes, saveFile } from "../src/engine/save.ts";
import type { DesktopFile, DesktopKind, DesktopSaved, DesktopWritten } from "../src/protocol/desktop.ts";
import type { Grants } from "./grants.ts";
import { type Handlers, refused } from "./ipc/handle.ts";

/** No document is larger; what is opened by mistake is not read into memory. */
const sizeLimit = 512 * 1024 * 1024;
/** So many files have a backup. */
const backupLimit = 40;

/** Documents on the disk: asked for in the system's dialogs, and reached by handles. */
export class Files {
  readonly #grants: Grants;
  readonly #backups: string;
  /** Writings of one file wait for each other. */
  readonly #writing = new Map<string, Promise<unknown>>();

  /** `backups` is the folder for what a saving replaces. */
  constructor(grants: Grants, backups: string) {
    this.#grants = grants;
    this.#backups = backups;
  }

  /** The answers to the channels of files, with dialogs over `window`. */
  handlers(window: () => BrowserWindow | null) {
    return {
      "files.choose": (kind) => this.#choose(window(), kind),
      "files.grant": (files) => this.open(files),
      "files.read": (id) => this.#known("files.read", id, (file) => this.#read(file)),
      "files.save": (id, bytes, stamp) =>
        this.#known("files.save", id, (file) => this.#inTurn(file, () => this.#save(file, bytes, stamp))),
      "files.saveAs": (name, bytes, kind) => this.#saveAs(window(), name, bytes, kind),
      "files.same": (a, b) => this.#known("files.same", a, (x) => this.#known("files.same", b, (y) => isSame(x, y))),
    } satisfies Partial<Handlers>;
  }

  /** Reads files that the user gave to the app, all or none. */
  async open(files: readonly string[]): Promise<Result<readonly DesktopFile[]>> {
    const opened: DesktopFile[] = [];
    for (const file of files) {
      const read = await this.#read(path.resolve(file));
      if (!read.ok) return read;
      opened.push(read.value);
    }
    return ok(opened);
  }

  /** Removes what writers that were killed left beside the documents of the user. */
  async sweep(files: readonly string[]): Promise<void> {
    const folders = new Map<string, Set<string>>();
    for (const file of files) {
      const names = folders.get(path.dirname(file)) ?? new Set();
      folders.set(path.dirname(file), names.add(path.basename(file)));
    }
    for (const [folder, names] of folders) {
      for (const name of await namesIn(folder)) {
        const [, document] = /^(.+)\.\d+$/.exec(name) ?? [];
        if (document !== undefined && names.has(document)) await removeStray(path.join(folder, name));
      }
    }
  }

  async #choose(window: BrowserWindow | null, kind: DesktopKind): Promise<Result<readonly DesktopFile[]>> {
    const options: Electron.OpenDialogOptions = {
      properties: ["openFile", "multiSelections"],
      filters: [{ name: kind.description, extensions: [...kind.extensions] }],
    };
    const chosen = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options));
    return chosen.canceled ? ok([]) : this.open(chosen.filePaths);
  }

  async #saveAs(
    window: BrowserWindow | null,
    name: string,
    bytes: Uint8Array,
    kind: DesktopKind,
  ): Promise<Result<DesktopSaved | null>> {
    const options: Electron.SaveDialogOptions = {
      defaultPath: path.basename(name),
      filters: [{ name: kind.description, extensions: [...kind.extensions] }],
      properties: ["createDirectory", "showOverwriteConfirmation"],
    };
    const chosen = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options));
    if (chosen.canceled || !chosen.filePath) return ok(null);
    const file = withExtension(chosen.filePath, kind);
    const saved = await this.#inTurn(file, () => this.#save(file, bytes, null));
    if (!saved.ok) return saved;
    const stamp = saved.value.kind === "written" ? saved.value.stamp : "";
    return ok({ handle: this.#grant(file), stamp });
  }

  async #read(file: string): Promise<Result<DesktopFile>> {
    const found = await stampOf(file);
    if (found && found.size > sizeLimit) {
      return fail(issue("document.too-large", { bytes: found.size, limit: sizeLimit, file }));
    }
    const bytes = await readBytes(file);
    if (!bytes.ok) return bytes;
    const handle = this.#grant(file);
    return ok({ name: handle.name, bytes: bytes.value, handle, stamp: found?.stamp ?? "" });
  }

  async #save(file: string, bytes: Uint8Array, stamp: string | null): Promise<Result<DesktopWritten>> {
    const found = await stampOf(file);
    if (stamp !== null && found && found.stamp !== stamp) return ok({ kind: "changed" });
    if (found) await this.#backUp(file);
    const written = await saveFile(file, bytes);
    if (!written.ok) return written;
    return ok({ kind: "written", stamp: (await stampOf(file))?.stamp ?? "" });
  }

  /** Keeps the file as it is. That there is no room for a copy must not keep anyone from saving. */
  async #backUp(file: string): Promise<void> {
    const place = path.join(this.#backups, `${hashOf(path.dirname(file))}-${path.basename(file)}`);
    try {
      await mkdir(this.#backups, { recursive: true });
      await copyFile(file, `${place}.new`);
      await rename(`${place}.new`, place);
      await this.#dropOldBackups();
    } catch {
      await rm(`${place}.new`, { force: true }).catch(() => {});
    }
  }

  async #dropOldBackups(): Promise<void> {
    const names = await namesIn(this.#backups);
    if (names.length <= backupLimit) return;
    const files = await Promise.all(
      names.map(async (name) => {
        const file = path.join(this.#backups, name);
        return { file, time: (await stat(file)).mtimeMs };
      }),
    );
    files.sort((a, b) => b.time - a.time);
    await Promise.all(files.slice(backupLimit).map(({ file }) => rm(file, { force: true })));
  }

  #grant(file: string) {
    // The system's own list, where it has one.
    if (process.platform !== "linux") app.addRecentDocument(file);
    return this.#grants.grant(file);
  }

  #known<T>(
    channel: "files.read" | "files.save" | "files.same",
    id: string,
    use: (file: string) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const file = this.#grants.pathOf(id);
    return file === null ? Promise.resolve(refused(channel, "no such file was chosen")) : use(file);
  }

  #inTurn<T>(file: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#writing.get(file) ?? Promise.resolve()).then(work);
    const done: Promise<void> = turn
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        if (this.#writing.get(file) === done) this.#writing.delete(file);
      });
    this.#writing.set(file, done);
    return turn;
  }
}

/** GTK leaves it to the user to type how a name ends. */
function withExtension(file: string, kind: DesktopKind): string {
  const given = path.extname(file).slice(1).toLowerCase();
  return kind.extensions.includes(given) ? file : `${file}.${kind.extensions[0]}`;
}

/** Changes whenever the file is written or replaced; null where there is none. */
async function stampOf(file: string): Promise<{ readonly stamp: string; readonly size: number } | null> {
  try {
    const { size, mtimeNs, ino } = await stat(file, { bigint: true });
    return { stamp: `${size}-${mtimeNs}-${ino}`, size: Number(size) };
  } catch {
    return null;
  }
}

async function isSame(a: string, b: string): Promise<Result<boolean>> {
  if (a === b) return ok(true);
  try {
    return ok((await realpath(a)) === (await realpath(b)));
  } catch (error) {
    return errorCode(error) === "ENOENT" ? ok(false) : fail(issue("file.unreadable", { reason: errorCode(error) }));
  }
}

/** When this app was started (ms): what its forerunners left half-written is older. */
const started = Date.now() - process.uptime() * 1000;

/**
 * There is one app at a time, so whoever began such a file before is gone. Another program in the middle of writing would
 * find that it cannot finish, say so, and have left the document as it was.
 */
async function removeStray(file: string): Promise<void> {
  try {
    if ((await stat(file)).mtimeMs < started) await rm(file);
  } catch {
    // Gone already, or not ours to remove.
  }
}

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12);
