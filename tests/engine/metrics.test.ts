import { describe, expect, it } from "vitest";
import { type MetricSpec, metricSchema } from "../../src/graph/objective.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import { checkMetric, emitMetric } from "../../src/optim/metric.ts";
import { symbol } from "../../src/shape/dim.ts";
import { type Tensor, tensor, toNumbers } from "../../src/shape/dtype.ts";
import { metricValue } from "../../src/train/metrics.ts";
import { openGraph } from "../support/run.ts";

const spec = (kind: string, options: object = {}): MetricSpec => metricSchema.parse({ kind, ...options });

/** Sums of a metric over batches of one model whose batch is a symbol. */
async function sumsOf(
  metric: MetricSpec,
  batches: readonly (readonly [prediction: Tensor, target: Tensor])[],
): Promise<{ [name: string]: number[] }> {
  const b = new GraphBuilder("metric");
  const [first, second] = batches[0] as readonly [Tensor, Tensor];
  const input = (name: string, t: Tensor) => {
    return b.input(name, { dtype: t.dtype, shape: [symbol("N"), ...t.dims.slice(1)] });
  };
  const [x, t] = [input("x", first), input("t", second)];
  expect(checkMetric(metric, x.type, t.type)).toEqual([]);
  const accumulators = emitMetric(b, metric, x, t);
  const run = await openGraph(b.finish(accumulators.map((a) => b.emit("Identity", [a.value]))));
  const sums: { [name: string]: number[] } = {};
  for (const [prediction, target] of batches) {
    const results = await run({ x: prediction, t: target });
    accumulators.forEach(({ name }, i) => {
      const values = Array.from(toNumbers(results[i] as Tensor));
      sums[name] = values.map((v, j) => v + (sums[name]?.[j] ?? 0));
    });
  }
  return sums;
}

const f = (dims: number[], ...values: number[]): Tensor => tensor("float32", dims, values);
const n = (dims: number[], ...values: number[]): Tensor => tensor("int64", dims, values);

// Predicted classes 2, 0, 1 and then 1.
const logits = f([3, 3], 0, 1, 2, 5, -1, 4, 0, 3, 1);
const batches = [
  [logits, n([3], 2, 2, 1)],
  [f([1, 3], -3, -1, -2), n([1], 0)],
] as const;

describe("classes", () => {
  it("counts hits over batches of different size", async () => {
    const sums = await sumsOf(spec("accuracy"), batches);
    expect(sums).toEqual({ correct: [2], count: [4] });
    expect(metricValue(spec("accuracy"), sums)).toBe(0.5);
  });

  it("counts hits among the k best", async () => {
    expect(await sumsOf(spec("top-k", { k: 2 }), batches)).toEqual({ correct: [3], count: [4] });
  });

  it("counts by true and predicted class", async () => {
    const sums = await sumsOf(spec("confusion-matrix"), batches);
    expect(sums).toEqual({ matrix: [0, 1, 0, 0, 1, 0, 1, 0, 1] });
  });

  it("takes one-hot targets", async () => {
    const target = f([3, 3], 0, 0, 1, 0, 0, 1, 0, 1, 0);
    expect(await sumsOf(spec("accuracy"), [[logits, target]])).toEqual({ correct: [2], count: [3] });
    expect(await sumsOf(spec("top-k", { k: 2 }), [[logits, target]])).toEqual({ correct: [3], count: [3] });
  });

  it("takes sequences, with the classes on the last axis", async () => {
    const x = f([1, 2, 3], 0, 1, 2, 5, -1, 4);
    const sums = await sumsOf(spec("accuracy"), [[x, n([1, 2], 2, 1)]]);
    expect(sums).toEqual({ correct: [1], count: [2] });
    const matrix = await sumsOf(spec("f1"), [[x, n([1, 2], 2, 1)]]);
    expect(matrix).toEqual({ matrix: [0, 0, 0, 1, 0, 0, 0, 0, 1] });
  });

  it("takes images, with the classes on axis 1", async () => {
    const x = f([1, 2, 1, 3], 1, 2, 3, 3, 2.5, 1);
    const sums = await sumsOf(spec("accuracy"), [[x, n([1, 1, 3], 1, 1, 1)]]);
    expect(sums).toEqual({ correct: [2], count: [3] });
  });
});

describe("two classes with one score", () => {
  const scores = f([4, 1], 1.5, -0.2, 0.3, -4);

  it("compares logits with 0, for targets of 0/1 and -1/+1", async () => {
    for (const target of [n([4], 1, 0, 0, 1), f([4], 1, 0, 0, 1), f([4, 1], 1, -1, -1, 1)]) {
      expect(await sumsOf(spec("accuracy"), [[scores, target]])).toEqual({ correct: [2], count: [4] });
    }
  });

  it("compares probabilities with the threshold that is given", async () => {
    const x = f([4], 0.9, 0.2, 0.6, 0.4);
    const sums = await sumsOf(spec("precision", { threshold: 0.5 }), [[x, f([4], 1, 0, 0, 1)]]);
    expect(sums).toEqual({ matrix: [1, 1, 1, 1] });
  });
});

describe("numbers", () => {
  it("adds up absolute errors", async () => {
    const sums = await sumsOf(spec("mae"), [[f([2, 2], 1, 2, 3, 4), f([2, 2], 1, 0, 5, 4.5)]]);
    expect(sums).toEqual({ total: [4.5], count: [4] });
  });

  it("gives R² of targets far from 0 over several batches", async () => {
    // In float32, the sum of squares of these targets would lose their spread.
    const sums = await sumsOf(spec("r2"), [
      [f([2, 1], 10001, 10002), f([2], 10001, 10002)],
      [f([1, 1], 10004), f([1], 10003)],
    ]);
    expect(metricValue(spec("r2"), sums)).toBeCloseTo(0.5, 9);
  });

  it("gives R² by column", async () => {
    const sums = await sumsOf(spec("r2"), [[f([3, 2], 1, 1, 2, 2, 4, 3), f([3, 2], 1, 1, 2, 2, 3, 3)]]);
    expect(metricValue(spec("r2"), sums)).toBeCloseTo((0.5 + 1) / 2, 12);
  });
});

describe("checkMetric", () => {
  const float = (...shape: number[]) => ({ dtype: "float32", shape }) as const;
  const int = (...shape: number[]) => ({ dtype: "int64", shape }) as const;

  it.each([
    ["accuracy", {}, float(4, 3), int(5), "[N, C], int64[N]"],
    ["accuracy", {}, float(4, 3), float(4), "[N, C], int64[N]"],
    ["top-k", { k: 2 }, float(4, 1), int(4), "[N, C], int64[N]"],
    ["top-k", { k: 3 }, float(4, 3), int(4), "k < 3"],
    ["confusion-matrix", {}, float(4, 5000), int(4), "C <= 2048"],
    ["mae", {}, float(4, 3), float(4), "[4, 3]"],
    ["r2", {}, float(4, 3), float(4, 2), "[4, 3]"],
  ] as const)("%s %j of the wrong types", (kind, options, prediction, target, expected) => {
    const issues = checkMetric(spec(kind, options), prediction, target);
    expect(issues).toMatchObject([{ code: "objective.metric", metric: kind, expected }]);
  });
});
