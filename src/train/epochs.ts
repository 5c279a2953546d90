import { evenly } from "./evenly.ts";

/** What is told at the end of an epoch, as far as it ranks epochs. */
export interface EndOfEpoch {
  readonly step: number;
  readonly train: { readonly loss: number };
  readonly validation: { readonly loss: number } | null;
}

/** Epochs that are kept: a small network does hundreds in a second. */
const most = 2000;

/** The loss that ranks epochs: on validation data where there are some. */
export const epochLoss = (e: EndOfEpoch): number => (e.validation ?? e.train).loss;

/**
 * The epochs with one more. Over the limit half of them go, evenly over the run, the first, the last ones and the best one
 * excepted: what is kept of a run of any length stays small, and its best epoch known.
 */
export function withEpoch<E extends EndOfEpoch>(epochs: readonly E[], epoch: E): readonly E[] {
  const all = [...epochs, epoch];
  if (all.length <= most) return all;
  const best = all.reduce((a, b) => (epochLoss(b) < epochLoss(a) ? b : a));
  return evenly(
    all,
    most / 2,
    (e) => e.step,
    (e, i) => i >= all.length - 2 || e === best,
  );
}
