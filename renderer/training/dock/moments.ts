import { epochLoss } from "../../../src/train/epochs.ts";
import type { Run } from "../run.ts";
import type { Series } from "../series.ts";

/** A moment of a run that one wants to go back to. */
export interface Moment {
  readonly kind: "nan" | "spike" | "best";
  readonly step: number;
  /** Loss there, or the watched value of the best epoch. */
  readonly value: number;
  /** Of the best one. */
  readonly epoch?: number;
}

/** Steps of the neighbourhood that a spike is judged by. */
const spikeWindow = 40;
/** A spike is this many times the usual distance from the median away. */
const spikeFactor = 12;
/** Most spikes that are told: the highest ones. */
const spikeCount = 3;

/** The step whose loss is the first that is not finite; null where all are. */
export function firstBad({ x, y }: Series): number | null {
  const at = y.findIndex((v) => !Number.isFinite(v));
  return at < 0 ? null : (x[at] as number);
}

/**
 * Losses that stand out of what came just before, upwards and by far, in order. The measure is the spread of the
 * neighbourhood itself (median of the absolute deviations), so that noisy batches are no spikes.
 */
export function spikes({ x, y }: Series): readonly Moment[] {
  const found: Moment[] = [];
  let quietUntil = spikeWindow;
  for (let i = spikeWindow; i < y.length; i++) {
    const value = y[i] as number;
    if (i < quietUntil || !Number.isFinite(value)) continue;
    // Cheap refusal first: most steps are below the highest of their neighbourhood.
    if (!standsOut(y, i)) continue;
    const peak = topOf(y, i);
    found.push({ kind: "spike", step: x[peak] as number, value: y[peak] as number });
    quietUntil = peak + spikeWindow;
  }
  const highest = [...found].sort((a, b) => b.value - a.value).slice(0, spikeCount);
  return found.filter((m) => highest.includes(m));
}

function standsOut(y: readonly number[], i: number): boolean {
  const value = y[i] as number;
  for (let k = i - spikeWindow; k < i; k++) if ((y[k] as number) >= value) return false;
  const before = y.slice(i - spikeWindow, i).filter((v) => Number.isFinite(v));
  const middle = median(before);
  const spread = median(before.map((v) => Math.abs(v - middle)));
  // A curve without any noise still has to rise by a tenth to be worth a mark.
  return value - middle > Math.max(spikeFactor * spread, Math.abs(middle) * 0.1);
}

/** The highest place of the rise that begins at `i`. */
function topOf(y: readonly number[], i: number): number {
  let top = i;
  for (let k = i + 1; k < Math.min(y.length, i + spikeWindow); k++) if ((y[k] as number) > (y[top] as number)) top = k;
  return top;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The epoch with the least loss, on validation data where there are some; null before the first one. */
export function bestEpoch(epochs: Run["epochs"]): Moment | null {
  let best: Moment | null = null;
  for (const e of epochs) {
    const value = epochLoss(e);
    if (best === null || value < best.value) best = { kind: "best", step: e.step, value, epoch: e.epoch };
  }
  return best;
}

/** Everything that the time machine offers to jump to, in order of time. */
export function momentsOf(run: Pick<Run, "loss" | "epochs">): readonly Moment[] {
  const bad = firstBad(run.loss);
  const best = bestEpoch(run.epochs);
  const all: Moment[] = [...spikes(run.loss)];
  if (best) all.push(best);
  if (bad !== null) all.push({ kind: "nan", step: bad, value: Number.NaN });
  return all.sort((a, b) => a.step - b.step);
}
