import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Quantity } from "./curves/scene.ts";
import type { Choice } from "./predictions/choice.ts";

/** Parts of the dock that can be shown. */
export const dockParts = [
  "curves",
  "predictions",
  "confusion",
  "problems",
  "diagnosis",
  "log",
  "runs",
  "history",
] as const;
export type DockPart = (typeof dockParts)[number];

/** What the user chose about the dock; the first four and the names are kept between starts. */
export interface DockChoice {
  readonly smoothing: number;
  readonly log: boolean;
  /** Part shown where all stand behind one row of tabs, and the one shown in the cell of the smaller ones. */
  readonly part: DockPart;
  readonly side: DockPart;
  readonly quantity: Quantity;
  /** Samples whose predictions are shown. */
  readonly samples: Choice;
  /** Keys of runs that are drawn beside the shown one. */
  readonly compared: readonly string[];
  /** Names given to runs, by key. */
  readonly names: { readonly [run: string]: string };
}

interface DockStore extends DockChoice {
  set(change: Partial<DockChoice>): void;
}

const storageKey = "gradloom.dock";

export const dock = createStore<DockStore>()((set) => ({
  smoothing: 0.8,
  log: true,
  part: "curves",
  side: "problems",
  quantity: "loss",
  samples: { kind: "first" },
  compared: [],
  names: {},
  ...kept(),
  set: (change) => set(change),
}));

/** Names that are kept: those given last. */
const keptNames = 50;

dock.subscribe(({ smoothing, log, part, side, names: all }) => {
  const names = Object.fromEntries(Object.entries(all).slice(-keptNames));
  try {
    localStorage.setItem(storageKey, JSON.stringify({ smoothing, log, part, side, names }));
  } catch {
    // Without storage the choice holds until the window closes.
  }
});

function kept(): Partial<DockChoice> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "{}");
    if (typeof value !== "object" || value === null) return {};
    const { smoothing, log, part, side, names } = value as { readonly [key: string]: unknown };
    const isPart = (p: unknown): p is DockPart => dockParts.includes(p as DockPart);
    return {
      ...(typeof smoothing === "number" && smoothing >= 0 && smoothing < 1 ? { smoothing } : {}),
      ...(typeof log === "boolean" ? { log } : {}),
      ...(isPart(part) ? { part } : {}),
      ...(isPart(side) ? { side } : {}),
      ...(isNames(names) ? { names } : {}),
    };
  } catch {
    return {};
  }
}

function isNames(v: unknown): v is DockChoice["names"] {
  return typeof v === "object" && v !== null && Object.values(v).every((name) => typeof name === "string");
}

export const useDock = <T>(select: (s: DockStore) => T): T => useStore(dock, select);

/** Shows a part of the dock, wherever it stands. */
export function showPart(part: DockPart): void {
  const cell = part === "curves" || part === "predictions" || part === "confusion";
  dock.getState().set(cell ? { part } : { part, side: part });
}
