import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { ProviderState, SupervisorEvent } from "../../src/protocol/index.ts";
import type { Frame, LogLine, Run } from "../training/run.ts";
import { withEvent } from "../training/run.ts";

/** Runs that are kept for comparison, the newest last. */
const runLimit = 8;

export const overlayKinds = ["shapes", "activations", "gradients", "weights", "updates", "time", "memory"] as const;
export type OverlayKind = (typeof overlayKinds)[number];

export interface TrainingStore {
  /**
   * `off`: this window has no program behind it; `lost`: it had one and tries to reach it again; `other-version`: the
   * program behind it does not understand this page.
   */
  readonly connection: "connecting" | "ready" | "lost" | "off" | "other-version";
  readonly threads: number;
  readonly providers: readonly ProviderState[];
  readonly runs: readonly Run[];
  /** Run of each tab that is shown, by tab. */
  readonly shown: { readonly [tab: string]: string };
  /** Step that the time machine stands at; null is now. */
  readonly cursor: number | null;
  readonly overlay: OverlayKind;
  /** The arrows of the canvas point the way of the gradient. */
  readonly backward: boolean;
  set(
    change: Partial<Pick<TrainingStore, "connection" | "threads" | "providers" | "cursor" | "overlay" | "backward">>,
  ): void;
  /** Adds a run and shows it in its tab. */
  add(run: Run): void;
  /** Puts what is now known of a run in the place of what was known; the time machine stands still. */
  replace(run: Run): void;
  /** The tab is closed: its runs belong to none. */
  detach(tab: string): void;
  /** Adds to a run's log what its engine does not tell. */
  note(key: string, what: LogLine["what"]): void;
  forget(key: string): void;
  show(tab: string, key: string): void;
  /** Shows no run in a tab; those that were are kept for comparison. */
  hide(tab: string): void;
  tell(key: string, events: readonly SupervisorEvent[]): void;
}

export const training = createStore<TrainingStore>()((set) => ({
  connection: "connecting",
  threads: 0,
  providers: [],
  runs: [],
  shown: {},
  cursor: null,
  overlay: "shapes",
  backward: false,
  set: (change) => set(change),
  add: (run) =>
    set(({ runs, shown }) => ({
      runs: [...runs.filter((r) => r.key !== run.key).slice(1 - runLimit), run],
      shown: run.tab === null ? shown : { ...shown, [run.tab]: run.key },
      cursor: null,
    })),
  replace: (run) =>
    set(({ runs, shown }) => {
      const known = runs.some((r) => r.key === run.key);
      return {
        runs: known ? runs.map((r) => (r.key === run.key ? run : r)) : [...runs.slice(1 - runLimit), run],
        shown: run.tab === null || known ? shown : { ...shown, [run.tab]: run.key },
      };
    }),
  detach: (tab) => set(({ runs }) => ({ runs: runs.map((r) => (r.tab === tab ? { ...r, tab: null } : r)) })),
  note: (key, what) =>
    set(({ runs }) => ({
      runs: runs.map((r) => (r.key === key ? { ...r, log: [...r.log, { time: Date.now(), step: r.step, what }] } : r)),
    })),
  forget: (key) =>
    set(({ runs, shown }) => ({
      runs: runs.filter((r) => r.key !== key),
      shown: Object.fromEntries(Object.entries(shown).filter(([, k]) => k !== key)),
      cursor: null,
    })),
  hide: (tab) =>
    set(({ shown }) => ({ shown: Object.fromEntries(Object.entries(shown).filter(([t]) => t !== tab)), cursor: null })),
  show: (tab, key) => set(({ shown }) => ({ shown: { ...shown, [tab]: key }, cursor: null })),
  tell: (key, events) =>
    set(({ runs }) => {
      const time = Date.now();
      return { runs: runs.map((r) => (r.key === key ? events.reduce((run, e) => withEvent(run, e, time), r) : r)) };
    }),
}));

/** The run that a tab shows. */
export const runOf = (s: TrainingStore, tab: string | null): Run | null =>
  tab === null ? null : (s.runs.find((r) => r.key === s.shown[tab]) ?? null);

/** The statistics that are shown: the last ones, or those where the time machine stands. */
export function frameAt(run: Run | null, cursor: number | null): Frame | null {
  if (!run || run.frames.length === 0) return null;
  if (cursor === null) return run.frames.at(-1) ?? null;
  return run.frames.reduce<Frame | null>((best, f) => (f.step <= cursor || best === null ? f : best), null);
}

export const useTraining = <T>(select: (s: TrainingStore) => T): T => useStore(training, select);
