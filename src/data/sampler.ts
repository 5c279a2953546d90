import { invariant } from "../core/invariant.ts";
import { rng } from "../core/rng.ts";
import type { SplitFractions } from "./schema.ts";

/** Sample numbers of each part of a set. */
export interface SplitIndices {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
}

export interface SplitOptions {
  readonly seed: number;
  /** Drawn at random; else the first samples train, the next validate and the last test. */
  readonly shuffle: boolean;
  /** Class of each sample, to give every part the proportions of the whole; null for no such care. */
  readonly labels: ArrayLike<number> | null;
}

/**
 * Cuts `count` samples into parts without a common sample: a pure function of its arguments. Numbers ascend in each
 * part. Sizes are rounded to the nearest sample; with labels in every class, so that a part may be off by one for
 * each class.
 */
export function splitSamples(count: number, fractions: SplitFractions, options: SplitOptions): SplitIndices {
  const parts: { [part in keyof SplitIndices]: number[] } = { train: [], validation: [], test: [] };
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  if (options.shuffle) rng(options.seed, "data/split").shuffle(order);
  for (const group of options.labels ? byLabel(order, options.labels) : [order]) {
    const validation = Math.round(fractions.validation * group.length);
    const test = Math.min(Math.round(fractions.test * group.length), group.length - validation);
    const rest = group.length - validation - test;
    // All that is left where train, validation and test make up the whole, however the others were rounded.
    const whole = fractions.train + fractions.validation + fractions.test > 1 - 1e-9;
    const train = whole ? rest : Math.min(rest, Math.round(fractions.train * group.length));
    for (const i of group.slice(0, train)) parts.train.push(i);
    for (const i of group.slice(train, train + validation)) parts.validation.push(i);
    for (const i of group.slice(train + validation, train + validation + test)) parts.test.push(i);
  }
  return { train: ascending(parts.train), validation: ascending(parts.validation), test: ascending(parts.test) };
}

function byLabel(order: Uint32Array, labels: ArrayLike<number>): Uint32Array[] {
  const groups = new Map<number, number[]>();
  for (const i of order) {
    const label = labels[i] as number;
    const group = groups.get(label);
    if (group) group.push(i);
    else groups.set(label, [i]);
  }
  return [...groups.values()].map((group) => Uint32Array.from(group));
}

const ascending = (indices: readonly number[]): Uint32Array => Uint32Array.from(indices).sort();

/**
 * The order in which epoch `epoch` visits `count` samples: a pure function of its arguments, so that a run goes on
 * at any epoch without replaying those before.
 */
export function epochOrder(count: number, seed: number, epoch: number, shuffle: boolean): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  return shuffle ? rng(seed, `data/epoch/${epoch}`).shuffle(order) : order;
}

/** Batches of one epoch: the last one is smaller where `batch` does not divide `count`, or left out. */
export function batchCount(count: number, batch: number, dropLast: boolean): number {
  invariant(Number.isInteger(batch) && batch >= 1, `batch of ${batch}`);
  return dropLast ? Math.floor(count / batch) : Math.ceil(count / batch);
}

/** Sample numbers of batch `index` in an epoch's order, as a view. */
export const batchIndices = (order: Uint32Array, batch: number, index: number): Uint32Array =>
  order.subarray(index * batch, Math.min((index + 1) * batch, order.length));
