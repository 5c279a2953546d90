import { useMemo } from "react";
import type { TensorRefInput } from "../../../src/protocol/index.ts";
import { runOf, useTraining } from "../../stores/training.ts";
import type { Tab } from "../../stores/workspace.ts";
import { numbersOf, type Values } from "../../tensors/values.ts";
import { type Seen, useTensors } from "../../training/looking.ts";
import { isUnderWay } from "../../training/run.ts";
import { estimate, gridOf, mostPoints, type PlaneTask, planeOf, type Range, rangeOf } from "./plane.ts";

/** Points of one part of the data. */
export interface Points {
  readonly places: Values;
  /** Class or value of each. */
  readonly targets: Values;
}

export interface Surroundings {
  readonly plane: PlaneTask;
  readonly range: Range;
  readonly train: Points | null;
  readonly validation: Points | null;
  /** The network learns at the moment, so what is drawn has to be cheap. */
  readonly moving: boolean;
}

/** The plane that a tab's network lives on, with the points of its data; null for networks of other inputs. */
export function useSurroundings(tab: Tab, active = true): Surroundings | null {
  const run = useTraining((s) => runOf(s, tab.id));
  const past = useTraining((s) => s.cursor !== null);
  const document = run && isUnderWay(run) ? run.document : tab.edited.document;
  const plane = planeOf(document);
  const train = usePoints(tab, plane, "train", active);
  const validation = usePoints(tab, plane, "validation", active);
  const range = useMemo(() => rangeOf([train, validation].flatMap((p) => (p ? [p.places] : []))), [train, validation]);
  const moving = past || (run?.phase === "running" && isUnderWay(run));
  return useMemo(() => plane && { plane, range, train, validation, moving }, [plane, range, train, validation, moving]);
}

function usePoints(tab: Tab, plane: PlaneTask | null, split: "train" | "validation", active: boolean): Points | null {
  const run = useTraining((s) => runOf(s, tab.id));
  const planned = run?.plan?.samples[split];
  const guess = Math.min(mostPoints, planned ?? estimate(tab.edited.document, split));
  const refs = useMemo(
    (): readonly TensorRefInput[] =>
      plane
        ? [{ of: "output", node: plane.input, port: "out", what: "value" }, ...(plane.task ? [plane.task.target] : [])]
        : [],
    [plane],
  );
  const has = tab.edited.document.data !== null && plane !== null;
  const first = useTensors(tab, refs, { ...ofFirst(split, guess), active: active && has && guess > 0 });
  // A guess may be one too many: the engine says how many there are.
  const [issue] = first.issues;
  const known = issue?.code === "look.sample" ? Math.min(mostPoints, issue.samples) : 0;
  const second = useTensors(tab, refs, { ...ofFirst(split, known), active: active && has && known > 0 });
  const [places, targets] = (known > 0 ? second : first).tensors;
  return useMemo(
    () => (places ? { places: numbersOf(places), targets: targets ? numbersOf(targets) : [] } : null),
    [places, targets],
  );
}

const ofFirst = (split: "train" | "validation", count: number) => ({
  samples: { kind: "indices", split, indices: Array.from({ length: Math.max(1, count) }, (_, i) => i) } as const,
  mode: "inference" as const,
  still: true,
});

/** Cells along a side while the network learns, and when it rests. */
export const coarse = 24;
export const fine = 72;
const pause = 250;

/** Tensors over the whole plane, a place after the other: coarse while the network learns. */
export function useOverPlane(
  tab: Tab,
  { plane, range, moving }: Surroundings,
  refs: readonly TensorRefInput[],
  most = fine,
): Seen {
  const size = moving ? coarse : most;
  const samples = useMemo(
    () => ({ kind: "inputs" as const, inputs: gridOf(plane.input, range, size), targets: {} }),
    [plane.input, range, size],
  );
  return useTensors(tab, refs, { samples, mode: "inference", name: `plane ${coarse}`, pause });
}
