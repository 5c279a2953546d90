import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { ProviderState, SupervisorEvent } from "../../src/protocol/index.ts";
import type { Frame, Run } from "../training/run.ts";
import { withEvent } from "../training/run.ts";

/** Runs that are kept for comparison, the newest last. */
const runLimit = 8;

export const overlayKinds = ["shapes", "activations", "gradients", "weights", "updates", "time", "memory"] as const;
export type OverlayKind = (typeof overlayKinds)[number];

export interface TrainingStore {
  /** `off`: this window has no program behind it; `lost`: it had one and tries to reach it again. */
  readonly connection: "connecting" | "ready" | "lost" | "off";
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
  forget(key: string): void;
  show(tab: string, key: string): void;
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
  forget: (key) =>
    set(({ runs, shown }) => ({
      runs: runs.filter((r) => r.key !== key),
      shown: Object.fromEntries(Object.entries(shown).filter(([, k]) => k !== key)),
      cursor: null,
    })),
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
