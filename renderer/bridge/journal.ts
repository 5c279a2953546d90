import type { GraphDocument } from "../../src/graph/document.ts";
import type { Weights } from "../../src/train/weights.ts";
import { isDirty, type Place, type Tab, workspace } from "../stores/workspace.ts";
import { put, readAll, readOne, remove, type TableName } from "./database.ts";

/** A document with changes that were not saved when its window went away. */
export interface JournalEntry {
  readonly id: string;
  readonly document: GraphDocument;
  readonly file: string | null;
  readonly place: Place | null;
  /** Whether weights are kept for it too. */
  readonly trained: boolean;
  readonly time: number;
  /** The window that writes it. */
  readonly window: string;
}

export interface LostDocument extends Pick<JournalEntry, "document" | "file" | "place"> {
  readonly weights: Weights | null;
}

/** Edits are written down this long (ms) after the first that was not: at most so much is lost when the window dies. */
const interval = 1000;
/** The same for weights, which are larger. */
const weightsInterval = 10_000;
const lockPrefix = "gradloom-window-";
const own = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

const entryId = (tab: Tab): string => `${own}-${tab.id}`;

/** What of a tab stands in the journal. */
interface Written {
  readonly document: GraphDocument;
  readonly weights: Weights | null;
  /** When its weights were written. */
  readonly time: number;
}

const written = new Map<string, Written>();
/** One for each pace: edits must not wait for weights. */
const timers = new Map<number, ReturnType<typeof setTimeout>>();

/** Said once, until there is room again. */
let troubled = false;
let sayTrouble: () => void = () => {};

/** Says who tells the user that unsaved work cannot be kept safe. */
export const onJournalTrouble = (say: () => void): void => {
  sayTrouble = say;
};

/** Brings the journal up to date at once: before the window closes, what was discarded must be out of it. */
export async function writeJournal(): Promise<void> {
  for (const timer of timers.values()) clearTimeout(timer);
  timers.clear();
  await Promise.all(write(true));
}

/** Writes what is new; with `all`, also weights that were written not long ago. */
function write(all: boolean): Promise<void>[] {
  const dirty = workspace.getState().tabs.filter(isDirty);
  const writes = dirty.flatMap((tab) => writeTab(tab, all));
  const live = new Set(dirty.map(entryId));
  for (const id of [...written.keys()].filter((k) => !live.has(k))) {
    written.delete(id);
    writes.push(forgetLost(id));
  }
  return writes;
}

function writeTab(tab: Tab, all: boolean): Promise<void>[] {
  const id = entryId(tab);
  const { document } = tab.edited;
  const before = written.get(id);
  const now = Date.now();
  const newWeights = tab.weights !== (before?.weights ?? null);
  const due = newWeights && (all || now - (before?.time ?? 0) >= weightsInterval);
  // Those that have to wait are looked at again.
  if (newWeights && !due) schedule(weightsInterval);
  if (before?.document === document && !due) return [];
  written.set(id, {
    document,
    weights: due ? tab.weights : (before?.weights ?? null),
    time: due ? now : (before?.time ?? 0),
  });
  const { file, place } = tab;
  const entry: JournalEntry = { id, document, file, place, trained: tab.weights !== null, time: now, window: own };
  const weights = tab.weights ? keep("weights", { id, weights: tab.weights }) : remove("weights", id);
  return [keep("journal", entry), ...(due ? [weights] : [])];
}

async function keep<T extends { readonly id: string }>(table: TableName, value: T): Promise<void> {
  const kept = await put(table, value);
  // The next writing tries again.
  if (!kept) written.delete(value.id);
  if (!kept && !troubled) sayTrouble();
  troubled = !kept;
}

function schedule(wait: number): void {
  if (timers.has(wait)) return;
  const run = (): void => {
    timers.delete(wait);
    void Promise.all(write(false));
  };
  timers.set(wait, setTimeout(run, wait));
}

/**
 * Writes every document with unsaved changes down, soon after its first change and at once when the window is hidden;
 * takes it out again once it is saved or closed.
 */
export function keepJournal(): void {
  // Held as long as this window lives, so that another one does not take its documents for lost.
  void navigator.locks?.request(`${lockPrefix}${own}`, () => new Promise(() => {}));
  workspace.subscribe(() => schedule(interval));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") void writeJournal();
  });
}

/** What windows that are gone left unsaved, newest first. */
export async function lostDocuments(): Promise<readonly JournalEntry[]> {
  const entries = await readAll<JournalEntry>("journal");
  const held = (await navigator.locks?.query())?.held ?? [];
  const alive = new Set(held.map((l) => l.name?.slice(lockPrefix.length)));
  return entries.filter((e) => e.window !== own && !alive.has(e.window)).sort((a, b) => b.time - a.time);
}

/** All that is kept of a lost document. */
export async function readLost(entry: JournalEntry): Promise<LostDocument> {
  const kept = entry.trained ? await readOne<{ readonly weights: Weights }>("weights", entry.id) : undefined;
  return { ...entry, weights: kept?.weights ?? null };
}

export async function forgetLost(id: string): Promise<void> {
  await Promise.all([remove("journal", id), remove("weights", id)]);
}
