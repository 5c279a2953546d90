import type { Tensor } from "../../../../src/shape/dtype.ts";
import { numbersOf, type Values } from "../../../tensors/values.ts";
import type { Task } from "./task.ts";

/** Decisions on samples, in their order. */
export interface Decisions {
  /** Class of each sample, and the one the network says. */
  readonly truth: readonly number[];
  readonly predicted: readonly number[];
  /** Share of confidence in what was said; NaN where scores are none. */
  readonly confidence: readonly number[];
}

/** Reads decisions off the scores and the targets of a batch, as metrics count them. */
export function decisionsOf(task: Task, prediction: Tensor, target: Tensor): Decisions {
  const scores = numbersOf(prediction);
  const truths = numbersOf(target);
  const count = prediction.dims[0] ?? 0;
  const rows = Array.from({ length: count }, (_, i) => decide(task, scores, i));
  const oneHot = task.kind === "classes" && truths.length === count * task.size && task.size > 1;
  return {
    truth: rows.map((_, i) => {
      if (task.kind === "binary") return (truths[i] as number) > 0.5 ? 1 : 0;
      return oneHot ? greatest(truths, i * task.size, task.size) : (truths[i] as number);
    }),
    predicted: rows.map((r) => r.predicted),
    confidence: rows.map((r) => r.confidence),
  };
}

function decide(task: Task, scores: Values, i: number): { readonly predicted: number; readonly confidence: number } {
  if (task.kind === "binary") {
    const score = scores[i] as number;
    const predicted = score > task.threshold ? 1 : 0;
    const share = 1 / (1 + Math.exp(-score));
    return { predicted, confidence: task.confidence === "sigmoid" ? (predicted ? share : 1 - share) : Number.NaN };
  }
  const from = i * task.size;
  const predicted = greatest(scores, from, task.size);
  const top = scores[from + predicted] as number;
  if (task.confidence === "exponential") return { predicted, confidence: Math.exp(top) };
  if (task.confidence !== "softmax") return { predicted, confidence: Number.NaN };
  let sum = 0;
  for (let c = 0; c < task.size; c++) sum += Math.exp((scores[from + c] as number) - top);
  return { predicted, confidence: 1 / sum };
}

/** The first place of the greatest of some numbers. */
function greatest(values: Values, from: number, count: number): number {
  let best = 0;
  for (let c = 1; c < count; c++) if ((values[from + c] as number) > (values[from + best] as number)) best = c;
  return best;
}

export const joined = (parts: readonly Decisions[]): Decisions => ({
  truth: parts.flatMap((p) => p.truth),
  predicted: parts.flatMap((p) => p.predicted),
  confidence: parts.flatMap((p) => p.confidence),
});

/** Counts by true class (row) and predicted class (column). */
export function confusionOf({ truth, predicted }: Decisions, classes: number): readonly (readonly number[])[] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const [i, t] of truth.entries()) {
    const row = matrix[t];
    const column = predicted[i];
    if (row && column !== undefined && column < classes) row[column] = (row[column] ?? 0) + 1;
  }
  return matrix;
}

/** Pairs of a true number and the predicted one. */
export interface Pairs {
  readonly truth: readonly number[];
  readonly predicted: readonly number[];
}

export function pairsOf(prediction: Tensor, target: Tensor): Pairs {
  const [p, t] = [numbersOf(prediction), numbersOf(target)];
  const count = Math.min(p.length, t.length);
  return { truth: Array.from(t).slice(0, count), predicted: Array.from(p).slice(0, count) };
}
