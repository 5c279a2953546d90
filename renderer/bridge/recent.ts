import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { GraphDocument } from "../../src/graph/document.ts";
import { put, readAll, remove } from "./database.ts";
import type { FileHandle } from "./host.ts";

/** A document saved or opened not long ago, as it was then. */
export interface RecentDocument {
  readonly id: string;
  /** For its name and a small picture. */
  readonly document: GraphDocument;
  readonly file: string;
  /** Its file; null where that was large and there is a way to it. */
  readonly bytes: Uint8Array | null;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly handle: FileHandle | null;
}

const kept = 12;
/** A larger file (bytes) is not kept: the list is a convenience, not a second disk. */
const sizeLimit = 4 * 1024 * 1024;

export const recents = createStore<{ readonly list: readonly RecentDocument[] }>(() => ({ list: [] }));
export const useRecents = (): readonly RecentDocument[] => useStore(recents, (s) => s.list);

export async function loadRecents(): Promise<void> {
  const list = await readAll<RecentDocument>("recent");
  recents.setState({ list: newestFirst(list) });
}

/** Puts a document at the head of the list; one of the same name and file goes. */
export async function remember(document: Omit<RecentDocument, "id" | "time">): Promise<void> {
  const bytes = document.bytes && document.bytes.length <= sizeLimit ? document.bytes : null;
  if (!bytes && !document.handle) return;
  const id = `${document.file}\n${document.document.name}`;
  const entry: RecentDocument = { ...document, bytes, id, time: Date.now() };
  const list = newestFirst([entry, ...recents.getState().list.filter((r) => r.id !== entry.id)]);
  recents.setState({ list: list.slice(0, kept) });
  await put("recent", entry);
  await Promise.all(list.slice(kept).map((r) => remove("recent", r.id)));
}

export async function forget(id: string): Promise<void> {
  recents.setState(({ list }) => ({ list: list.filter((r) => r.id !== id) }));
  await remove("recent", id);
}

const newestFirst = (list: readonly RecentDocument[]): readonly RecentDocument[] =>
  [...list].sort((a, b) => b.time - a.time);
