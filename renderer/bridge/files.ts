/** A file that was opened or saved: its text, and where the browser allows it the way back to the file itself. */
export interface OpenedFile {
  readonly name: string;
  readonly text: string;
  readonly handle: FileHandle | null;
}

/** The part of the File System Access API that is used; not in every browser. */
export interface FileHandle {
  readonly name: string;
  getFile(): Promise<File>;
  createWritable(): Promise<{ write(text: string | Blob): Promise<void>; close(): Promise<void> }>;
  queryPermission?(options: { mode: "read" | "readwrite" }): Promise<PermissionState>;
  requestPermission?(options: { mode: "read" | "readwrite" }): Promise<PermissionState>;
}

interface FileKind {
  readonly description: string;
  readonly accept: { readonly [mime: string]: readonly string[] };
}

interface Pickers {
  showOpenFilePicker?(options: { multiple: boolean; types: readonly FileKind[] }): Promise<FileHandle[]>;
  showSaveFilePicker?(options: { suggestedName: string; types: readonly FileKind[] }): Promise<FileHandle>;
}

const pickers = (): Pickers => globalThis as unknown as Pickers;

export const documentExtensions = [".gradloom", ".json"] as const;
const documentKind: FileKind = { description: "Gradloom", accept: { "application/json": documentExtensions } };

/** Lets the user choose documents; an empty list when the choice was called off. */
export async function chooseFiles(): Promise<OpenedFile[]> {
  const picker = pickers().showOpenFilePicker;
  if (!picker) return chooseByInput();
  try {
    const handles = await picker.call(globalThis, { multiple: true, types: [documentKind] });
    return await Promise.all(handles.map(readHandle));
  } catch (error) {
    if (isAbort(error)) return [];
    return chooseByInput();
  }
}

export const readHandle = async (handle: FileHandle): Promise<OpenedFile> => {
  const file = await handle.getFile();
  return { name: file.name, text: await file.text(), handle };
};

const chooseByInput = (): Promise<OpenedFile[]> =>
  new Promise((resolve) => {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.accept = documentExtensions.join(",");
    input.addEventListener("cancel", () => resolve([]));
    input.addEventListener("change", () => resolve(Promise.all([...(input.files ?? [])].map(readPlain))));
    input.click();
  });

const readPlain = async (file: File): Promise<OpenedFile> => ({
  name: file.name,
  text: await file.text(),
  handle: null,
});

/** Files of a drag that came from outside the window. Must be called while the drop event is handled. */
export function droppedFiles(data: DataTransfer): Promise<OpenedFile[]> {
  const items = [...data.items].filter((i) => i.kind === "file");
  return Promise.all(
    items.map(async (item) => {
      const file = item.getAsFile();
      const withHandle = item as unknown as { getAsFileSystemHandle?(): Promise<FileHandle & { kind: string }> };
      const handle = await withHandle.getAsFileSystemHandle?.().catch(() => null);
      if (handle?.kind === "file") return readHandle(handle);
      return file ? readPlain(file) : { name: "", text: "", handle: null };
    }),
  );
}

/** `written`: into the file. `downloaded`: the browser put a copy into its downloads. */
export type Saved =
  | { readonly kind: "written"; readonly handle: FileHandle }
  | { readonly kind: "downloaded"; readonly name: string }
  | { readonly kind: "cancelled" };

/** Asks where to save, where the browser can; else downloads. */
export async function saveAs(name: string, content: string | Blob, kind: FileKind = documentKind): Promise<Saved> {
  const picker = pickers().showSaveFilePicker;
  if (picker) {
    try {
      const handle = await picker.call(globalThis, { suggestedName: name, types: [kind] });
      await write(handle, content);
      return { kind: "written", handle };
    } catch (error) {
      if (isAbort(error)) return { kind: "cancelled" };
    }
  }
  download(name, content);
  return { kind: "downloaded", name };
}

/** Writes into a file chosen before; false when the user or the system no longer allows it. */
export async function saveTo(handle: FileHandle, content: string): Promise<boolean> {
  try {
    if (!(await allowed(handle, "readwrite"))) return false;
    await write(handle, content);
    return true;
  } catch {
    return false;
  }
}

/** The text a recent file has now; null when it is gone or may not be read. */
export async function readAgain(handle: FileHandle): Promise<OpenedFile | null> {
  try {
    return (await allowed(handle, "read")) ? await readHandle(handle) : null;
  } catch {
    return null;
  }
}

async function allowed(handle: FileHandle, mode: "read" | "readwrite"): Promise<boolean> {
  if ((await handle.queryPermission?.({ mode })) === "granted") return true;
  const answer = await handle.requestPermission?.({ mode });
  return answer === undefined || answer === "granted";
}

async function write(handle: FileHandle, content: string | Blob): Promise<void> {
  const stream = await handle.createWritable();
  await stream.write(content);
  await stream.close();
}

export function download(name: string, content: string | Blob): void {
  const blob = typeof content === "string" ? new Blob([content], { type: "application/json" }) : content;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser reads the address after the click returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";
