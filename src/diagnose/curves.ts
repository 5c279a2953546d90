import { type Fix, type Issue, warning } from "../core/issue.ts";
import type { GraphDocument } from "../graph/document.ts";
import type { Series } from "../train/series.ts";
import { median } from "./verdicts.ts";

/** Losses at the end of an epoch. */
export interface EpochLoss {
  readonly epoch: number;
  readonly train: { readonly loss: number };
  readonly validation: { readonly loss: number } | null;
}

/** A loss curve in a few numbers. */
export interface LossRange {
  /** Medians of its first and last points, and the least of such medians. */
  readonly first: number;
  readonly last: number;
  readonly best: number;
  readonly steps: number;
  /** Part of the first loss that is gone. */
  readonly fallen: number;
  /** It ended in a number that is not finite. */
  readonly ended: boolean;
}

/** Points of which a median is taken: a single step says little. */
const group = 10;

export function lossRange({ x, y }: Series): LossRange | null {
  const finite = y.filter((v) => Number.isFinite(v));
  const steps = x.at(-1) ?? 0;
  if (finite.length === 0) return null;
  const ended = finite.length < y.length;
  const size = Math.max(1, Math.min(group, Math.floor(finite.length / 3)));
  const first = median(finite.slice(0, size)) as number;
  // A loss that ends in infinity is followed to its last number.
  const last = ended ? (finite.at(-1) as number) : (median(finite.slice(-size)) as number);
  let best = first;
  for (let at = 0; at + size <= finite.length; at += size) {
    best = Math.min(best, median(finite.slice(at, at + size)) as number);
  }
  const fallen = first === 0 ? 0 : (first - last) / Math.abs(first);
  return { first, last, best, steps, fallen, ended };
}

/** Steps after which a loss should have moved at all, and by how much. */
const patience = 200;
const moved = 0.02;

export function curveFindings(
  loss: Series,
  epochs: readonly EpochLoss[],
  range: LossRange | null,
  document: GraphDocument,
): Issue[] {
  const found: Issue[] = [];
  if (range && !range.ended && range.steps >= patience && Math.abs(range.fallen) < moved && isFlat(loss, range)) {
    found.push(warning("diagnose.no-progress", { from: range.first, to: range.last, steps: range.steps }));
  }
  const over = overfitting(epochs);
  if (over) {
    const path = ["training", "earlyStopping"] as const;
    const value = { watch: "loss", patience: 5, minDelta: 0, restoreBest: true };
    const fix: { fix?: Fix } = document.training.earlyStopping ? {} : { fix: { kind: "set-document", path, value } };
    found.push(warning("diagnose.overfitting", { ...over, ...fix }));
  }
  return found;
}

/** A loss that fell and came back, or is all noise, is another matter than one that never moved. */
const isFlat = ({ y }: Series, { first, best }: LossRange): boolean =>
  first - best < moved * 2 * Math.abs(first) && y.length > 0;

/** Epochs that a trend is read from, and by how much the validation loss must have risen and the other fallen. */
const trend = 3;
const risen = 0.1;
const learned = 0.05;

/**
 * The validation loss rose beyond its noise while the training loss went on falling: medians of three epochs at the end
 * beside the best such median.
 */
function overfitting(epochs: readonly EpochLoss[]) {
  const judged = epochs.flatMap((e) =>
    e.validation && Number.isFinite(e.validation.loss)
      ? [{ epoch: e.epoch, train: e.train.loss, loss: e.validation.loss }]
      : [],
  );
  const now = judged.at(-1);
  if (!now || judged.length < 2 * trend) return null;
  const windows = judged.slice(trend - 1).map((_, i) => judged.slice(i, i + trend));
  const level = (w: typeof judged): number => median(w.map((e) => e.loss)) as number;
  const best = windows.reduce((a, b) => (level(b) < level(a) ? b : a));
  const last = windows.at(-1) as typeof judged;
  const noise = median(judged.slice(1).map((e, i) => Math.abs(e.loss - (judged[i] as typeof now).loss))) as number;
  const rise = level(last) - level(best);
  const train = (w: typeof judged): number => median(w.map((e) => e.train)) as number;
  const fallen = train(best) - train(last) > learned * Math.abs(train(best));
  if (!fallen || rise < Math.max(risen * Math.abs(level(best)), 2 * noise)) return null;
  const lowest = best.reduce((a, b) => (b.loss < a.loss ? b : a));
  return { best: lowest.loss, now: now.loss, epoch: lowest.epoch, trainThen: lowest.train, trainNow: now.train };
}
