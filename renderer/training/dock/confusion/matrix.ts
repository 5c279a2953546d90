import type { Run } from "../../run.ts";
import { confusionOf } from "../predictions/results.ts";
import type { Split } from "../predictions/sight.ts";
import type { Sweep } from "../predictions/sweeping.ts";

export type Counts = readonly (readonly number[])[];

export interface ShownMatrix {
  readonly counts: Counts;
  /** The epoch whose score has it; null for the predictions of now. */
  readonly from: { readonly epoch: number; readonly split: Split } | null;
}

/**
 * The matrix to show: counted from the predictions of now; at an earlier step that of the last epoch before it, where the
 * document has the metric. Null where nothing is known.
 */
export function matrixOf(
  run: Pick<Run, "epochs">,
  cursor: number | null,
  sweep: Pick<Sweep, "decisions"> | null,
  classes: number,
): ShownMatrix | null {
  if (cursor === null && sweep?.decisions) return { counts: confusionOf(sweep.decisions, classes), from: null };
  const passed = run.epochs.filter((e) => cursor === null || e.step <= cursor).at(-1);
  if (!passed) return null;
  const own = passed.validation?.confusion;
  const counts = own ?? passed.train.confusion;
  return counts ? { counts, from: { epoch: passed.epoch, split: own ? "validation" : "train" } } : null;
}

/** How strongly a count is painted, 0 to 1: by its share of the row, small shares lifted so that single errors are seen. */
export function strengths(counts: Counts): readonly (readonly number[])[] {
  return counts.map((row) => {
    const total = row.reduce((a, b) => a + b, 0);
    return row.map((v) => (total > 0 ? Math.sqrt(v / total) : 0));
  });
}
