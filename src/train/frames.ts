import { evenly } from "./evenly.ts";

/** A moment of a run of which more is known than its loss. */
export interface Moment {
  readonly step: number;
  /** The step whose loss is not finite. */
  readonly failing?: boolean | undefined;
}

/** Key frames of the time machine that are kept. */
const frameLimit = 240;

/**
 * The frames with one more. Over the limit half of them go, evenly over the run, the first, the last ones and failing ones
 * excepted: the slider then has the whole run, ever more coarsely.
 */
export function withFrame<M extends Moment>(frames: readonly M[], frame: M): readonly M[] {
  const before = frames.filter((f) => f.step < frame.step || (f.failing && !frame.failing && f.step === frame.step));
  const all = [...before, frame];
  if (all.length <= frameLimit) return all;
  return evenly(
    all,
    frameLimit / 2,
    (f) => f.step,
    (f, i) => i >= all.length - 2 || f.failing === true,
  );
}
