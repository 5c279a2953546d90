import type { FileHandle, FileKind, HostFiles, OpenedFile, Saved, Written } from "./host.ts";

/** The part of the File System Access API that is used; not in every browser. */
interface SystemHandle extends FileHandle {
  getFile(): Promise<File>;
  createWritable(): Promise<{ write(content: Uint8Array | Blob): Promise<void>; close(): Promise<void> }>;
  isSameEntry?(other: FileHandle): Promise<boolean>;
  queryPermission?(options: { mode: "read" | "readwrite" }): Promise<PermissionState>;
  requestPermission?(options: { mode: "read" | "readwrite" }): Promise<PermissionState>;
}

interface Pickers {
  showOpenFilePicker?(options: { multiple: boolean; types: readonly FileKind[] }): Promise<SystemHandle[]>;
  showSaveFilePicker?(options: { suggestedName: string; types: readonly FileKind[] }): Promise<SystemHandle>;
}

const pickers = (): Pickers => globalThis as unknown as Pickers;
const system = (handle: FileHandle): SystemHandle => handle as SystemHandle;

const extensions = [".gradloom", ".json"] as const;
/** One kind, so that the dialog shows both sorts of document at once. */
const openKind: FileKind = { description: "Gradloom", accept: { "application/octet-stream": extensions } };

/** Files as a browser gives them: through its pickers where it has them, else by file field and download. */
export const browserFiles: HostFiles = {
  async choose() {
    const picker = pickers().showOpenFilePicker;
    if (!picker) return chooseByInput();
    try {
      const handles = await picker.call(globalThis, { multiple: true, types: [openKind] });
      return await Promise.all(handles.map(readHandle));
    } catch (error) {
      return isAbort(error) ? [] : chooseByInput();
    }
  },

  async dropped(data) {
    const items = [...data.items].filter((i) => i.kind === "file");
    const files = items.map(async (item): Promise<OpenedFile | null> => {
      const file = item.getAsFile();
      const withHandle = item as unknown as { getAsFileSystemHandle?(): Promise<SystemHandle & { kind: string }> };
      const handle = await withHandle.getAsFileSystemHandle?.().catch(() => null);
      if (handle?.kind === "file") return readHandle(handle);
      return file && readPlain(file);
    });
    return (await Promise.all(files)).filter((f) => f !== null);
  },

  async readAgain(handle) {
    try {
      return (await allowed(system(handle), "read")) ? await readHandle(system(handle)) : null;
    } catch {
      return null;
    }
  },

  async saveTo(handle, bytes, stamp): Promise<Written> {
    try {
      if (!(await allowed(system(handle), "readwrite"))) return { kind: "failed", reason: "NotAllowedError" };
      const now = stamp === null ? null : await stampNow(system(handle));
      if (now !== null && now !== stamp) return { kind: "changed" };
      return { kind: "written", stamp: await write(system(handle), bytes) };
    } catch (error) {
      return { kind: "failed", reason: reasonOf(error) };
    }
  },

  async saveAs(name, content, kind): Promise<Saved> {
    const picker = pickers().showSaveFilePicker;
    if (picker) {
      let handle: SystemHandle | null = null;
      try {
        handle = await picker.call(globalThis, { suggestedName: name, types: [kind] });
        return { kind: "written", handle, stamp: await write(handle, content) };
      } catch (error) {
        if (isAbort(error)) return { kind: "cancelled" };
        // A file was chosen, and cannot be written. Without one the picker itself is forbidden here.
        if (handle) return { kind: "failed", reason: reasonOf(error) };
      }
    }
    download(name, content);
    return { kind: "downloaded", name };
  },

  isSame: async (a, b) => (await system(a).isSameEntry?.(b)) ?? false,
};

async function readHandle(handle: SystemHandle): Promise<OpenedFile> {
  const file = await handle.getFile();
  return { name: file.name, bytes: await bytesOf(file), handle, stamp: stampOf(file) };
}

const readPlain = async (file: File): Promise<OpenedFile> => ({
  name: file.name,
  bytes: await bytesOf(file),
  handle: null,
  stamp: null,
});

const bytesOf = async (file: File): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());
const stampOf = (file: File): string => `${file.lastModified}:${file.size}`;

/** Null for a file that is gone: there is nothing of anybody to overwrite. */
async function stampNow(handle: SystemHandle): Promise<string | null> {
  try {
    return stampOf(await handle.getFile());
  } catch {
    return null;
  }
}

const chooseByInput = (): Promise<OpenedFile[]> =>
  new Promise((resolve) => {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.accept = extensions.join(",");
    input.addEventListener("cancel", () => resolve([]));
    input.addEventListener("change", () => resolve(Promise.all([...(input.files ?? [])].map(readPlain))));
    input.click();
  });

async function allowed(handle: SystemHandle, mode: "read" | "readwrite"): Promise<boolean> {
  if ((await handle.queryPermission?.({ mode })) === "granted") return true;
  const answer = await handle.requestPermission?.({ mode });
  return answer === undefined || answer === "granted";
}

/** Writes a file and gives its new stamp. The browser writes beside it and exchanges the two when it is closed. */
async function write(handle: SystemHandle, content: Uint8Array | Blob): Promise<string | null> {
  const stream = await handle.createWritable();
  await stream.write(content);
  await stream.close();
  return stampNow(handle);
}

export function download(name: string, content: Uint8Array | Blob): void {
  const blob = content instanceof Blob ? content : new Blob([content as Uint8Array<ArrayBuffer>]);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser reads the address after the click returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";
const reasonOf = (error: unknown): string => (error instanceof Error ? error.name : String(error));
