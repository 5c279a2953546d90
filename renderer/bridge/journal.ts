import { serializeDocument } from "../../src/graph/read.ts";
import { type Tab, workspace } from "../stores/workspace.ts";
import { put, readAll, remove } from "./database.ts";

/** A document with changes that were not saved when its window went away. */
export interface JournalEntry {
  readonly id: string;
  readonly name: string;
  readonly file: string | null;
  readonly bytes: Uint8Array;
  readonly time: number;
  /** The window that writes it. */
  readonly window: string;
}

/** What is lost at most when the window dies (ms). */
const interval = 3000;
const lockPrefix = "gradloom-window-";
const own = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

const isDirty = (tab: Tab): boolean => tab.saved !== tab.edited.document;
const entryId = (tab: Tab): string => `${own}-${tab.id}`;

/**
 * Writes every document with unsaved changes down, a few seconds after its last change and when the window is hidden;
 * takes it out again once it is saved or closed.
 */
export function keepJournal(): void {
  // Held as long as this window lives, so that another one does not take its documents for lost.
  void navigator.locks?.request(`${lockPrefix}${own}`, () => new Promise(() => {}));
  const written = new Map<string, Tab["edited"]["document"]>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const write = (): void => {
    timer = null;
    const { tabs } = workspace.getState();
    const dirty = tabs.filter(isDirty);
    for (const tab of dirty) {
      const id = entryId(tab);
      const { document } = tab.edited;
      if (written.get(id) === document) continue;
      written.set(id, document);
      const { name } = document;
      void put("journal", entry(id, name, tab.file, new TextEncoder().encode(serializeDocument(document))));
    }
    const live = new Set(dirty.map(entryId));
    for (const id of written.keys()) {
      if (live.has(id)) continue;
      written.delete(id);
      void remove("journal", id);
    }
  };
  workspace.subscribe(() => {
    if (timer === null) timer = setTimeout(write, interval);
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && write());
}

const entry = (id: string, name: string, file: string | null, bytes: Uint8Array): JournalEntry => ({
  id,
  name,
  file,
  bytes,
  time: Date.now(),
  window: own,
});

/** What windows that are gone left unsaved, newest first. */
export async function lostDocuments(): Promise<readonly JournalEntry[]> {
  const entries = await readAll<JournalEntry>("journal");
  const held = (await navigator.locks?.query())?.held ?? [];
  const alive = new Set(held.map((l) => l.name?.slice(lockPrefix.length)));
  return entries.filter((e) => e.window !== own && !alive.has(e.window)).sort((a, b) => b.time - a.time);
}

export const forgetLost = (id: string): Promise<void> => remove("journal", id);
