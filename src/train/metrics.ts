import { invariant } from "../core/invariant.ts";
import type { MetricSpec } from "../graph/objective.ts";

/** Accumulators of a metric (see `optim/metric.ts`), added up over batches. */
export type MetricSums = { readonly [accumulator: string]: ArrayLike<number> };

/**
 * The metric as one number, or null where it is not defined: nothing was counted, or R² of a constant target.
 * Accuracy, top-k, precision, recall and F1 are in [0, 1]; for a confusion matrix it is the accuracy.
 */
export function metricValue(spec: MetricSpec, sums: MetricSums): number | null {
  switch (spec.kind) {
    case "accuracy":
    case "top-k":
      return ratio(scalar(sums, "correct"), scalar(sums, "count"));
    case "mae":
      return ratio(scalar(sums, "total"), scalar(sums, "count"));
    case "r2":
      return determination(sums);
    case "confusion-matrix":
      return micro(classCounts(confusionMatrix(sums)));
    default: {
      const counts = classCounts(confusionMatrix(sums));
      return spec.average === "micro" ? micro(counts) : macro(counts, scores[spec.kind]);
    }
  }
}

/** Counts by true class (row) and predicted class (column). */
export function confusionMatrix(sums: MetricSums): number[][] {
  const flat = sums["matrix"];
  invariant(flat, "metric without a matrix");
  const classes = Math.round(Math.sqrt(flat.length));
  return Array.from({ length: classes }, (_, i) => Array.from(flat).slice(i * classes, (i + 1) * classes));
}

/** Hits of one class, and how often it was there and was predicted. */
interface ClassCounts {
  readonly hits: number;
  readonly actual: number;
  readonly predicted: number;
}

function classCounts(matrix: readonly (readonly number[])[]): ClassCounts[] {
  const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
  return matrix.map((row, i) => ({
    hits: row[i] as number,
    actual: sum(row),
    predicted: sum(matrix.map((r) => r[i] as number)),
  }));
}

const scores = {
  precision: (c: ClassCounts) => ratio(c.hits, c.predicted),
  recall: (c: ClassCounts) => ratio(c.hits, c.actual),
  f1: (c: ClassCounts) => ratio(2 * c.hits, c.actual + c.predicted),
};

/** Mean over the classes that occur, as a target or as a prediction; a quotient by 0 counts as 0. */
function macro(counts: readonly ClassCounts[], score: (c: ClassCounts) => number | null): number | null {
  const seen = counts.filter((c) => c.actual + c.predicted > 0);
  const total = seen.reduce((sum, c) => sum + (score(c) ?? 0), 0);
  return ratio(total, seen.length);
}

/** Over all decisions together, where precision, recall, F1 and accuracy are one number. */
function micro(counts: readonly ClassCounts[]): number | null {
  const total = (of: (c: ClassCounts) => number): number => counts.reduce((sum, c) => sum + of(c), 0);
  return ratio(
    total((c) => c.hits),
    total((c) => c.actual),
  );
}

/** R² = 1 - Σ(t-x)² / Σ(t-t̄)², averaged over the columns whose targets vary. */
function determination(sums: MetricSums): number | null {
  const count = scalar(sums, "count");
  const [sum, squares, residual] = [sums["sum"], sums["squares"], sums["residual"]];
  invariant(sum && squares && residual, "incomplete sums of r2");
  const columns = Array.from(sum, (s, i) => {
    const spread = (squares[i] as number) - s ** 2 / count;
    // Below the rounding of the sums, the targets are constant.
    return spread > (squares[i] as number) * 1e-12 ? 1 - (residual[i] as number) / spread : null;
  }).filter((r) => r !== null);
  return ratio(
    columns.reduce((a, b) => a + b, 0),
    columns.length,
  );
}

const ratio = (a: number, b: number): number | null => (b > 0 ? a / b : null);

function scalar(sums: MetricSums, name: string): number {
  const value = sums[name]?.[0];
  invariant(value !== undefined, `metric without ${name}`);
  return value;
}
