import { describe, expect, it } from "vitest";
import { type MetricSpec, metricSchema } from "../../../src/graph/objective.ts";
import { confusionMatrix, type MetricSums, metricValue } from "../../../src/train/metrics.ts";

const value = (metric: object, sums: MetricSums): number | null =>
  metricValue(metricSchema.parse(metric) as MetricSpec, sums);

/** Rows are true classes; class 3 neither occurs nor is predicted. */
const matrix = { matrix: Float32Array.of(4, 1, 0, 0, 2, 3, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0) };

describe("metrics from sums", () => {
  it("divides what was counted", () => {
    expect(value({ kind: "accuracy" }, { correct: [30], count: [40] })).toBe(0.75);
    expect(value({ kind: "top-k" }, { correct: [39], count: [40] })).toBe(0.975);
    expect(value({ kind: "mae" }, { total: [5], count: [10] })).toBe(0.5);
  });

  it("is null where nothing was counted", () => {
    expect(value({ kind: "accuracy" }, { correct: [0], count: [0] })).toBeNull();
    expect(value({ kind: "f1" }, { matrix: [0, 0, 0, 0] })).toBeNull();
  });

  it("averages over the classes that occur", () => {
    expect(value({ kind: "precision" }, matrix)).toBeCloseTo((4 / 7 + 3 / 4 + 0) / 3, 12);
    expect(value({ kind: "recall" }, matrix)).toBeCloseTo((4 / 5 + 3 / 5 + 0) / 3, 12);
    expect(value({ kind: "f1" }, matrix)).toBeCloseTo((8 / 12 + 6 / 9 + 0) / 3, 12);
  });

  it("counts all decisions alike in the micro average", () => {
    for (const kind of ["precision", "recall", "f1"]) {
      expect(value({ kind, average: "micro" }, matrix)).toBeCloseTo(7 / 11, 12);
    }
    expect(value({ kind: "confusion-matrix" }, matrix)).toBeCloseTo(7 / 11, 12);
  });

  it("gives the confusion matrix by rows of the true class", () => {
    expect(confusionMatrix(matrix)).toEqual([
      [4, 1, 0, 0],
      [2, 3, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
  });

  it("computes R² by column and leaves out constant targets", () => {
    // Targets 1, 2, 3 with predictions 1, 2, 4; and constant targets.
    const sums = { count: [3], sum: [6, 15], squares: [14, 75], residual: [1, 2] };
    expect(value({ kind: "r2" }, sums)).toBeCloseTo(0.5, 12);
    expect(value({ kind: "r2" }, { count: [3], sum: [15], squares: [75], residual: [2] })).toBeNull();
  });
});
