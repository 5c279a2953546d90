import { improves } from "./schedule.ts";

/** Memory of early stopping between epochs; plain data, kept in checkpoints. */
export interface StoppingState {
  readonly best: number | null;
  /** Epoch of the best value, counted from 0; null before the first value. */
  readonly bestEpoch: number | null;
  /** Epochs since the best. */
  readonly bad: number;
}

export const stoppingStart: StoppingState = { best: null, bestEpoch: null, bad: 0 };

export interface StoppingVerdict {
  readonly state: StoppingState;
  /** The value is the best so far: its checkpoint is the one to keep. */
  readonly improved: boolean;
  readonly stop: boolean;
}

/**
 * The verdict after `epoch`, whose watched value is `value` (Prechelt 1998): stop after `patience` epochs in a row that
 * are not better than the best by more than `minDelta`. NaN counts as not better.
 */
export function stoppingAfter(
  settings: { readonly patience: number; readonly minDelta: number },
  state: StoppingState,
  epoch: number,
  value: number,
  mode: "min" | "max",
): StoppingVerdict {
  if (improves(value, state.best, settings.minDelta, mode)) {
    return { state: { best: value, bestEpoch: epoch, bad: 0 }, improved: true, stop: false };
  }
  const next = { ...state, bad: state.bad + 1 };
  return { state: next, improved: false, stop: next.bad >= settings.patience };
}

/** Whether a watched value is better when it is lower (a loss, an error) or when it is higher (all other metrics). */
export const watchMode = (watch: string): "min" | "max" => (watch === "loss" || watch === "mae" ? "min" : "max");
