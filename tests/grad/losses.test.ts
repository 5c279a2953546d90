import { describe, expect, it } from "vitest";
import { lossSchema } from "../../src/graph/objective.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import { checkLoss, emitLoss, lossFormula } from "../../src/optim/loss.ts";
import { symbol } from "../../src/shape/dim.ts";
import { type Tensor, tensor, toNumbers } from "../../src/shape/dtype.ts";
import type { TensorType } from "../../src/shape/type.ts";
import { elementwise, type LossCase, lossCases, normal, runLoss, spec } from "../support/loss-cases.ts";
import { runGraph } from "../support/run.ts";

const reducedBy = (c: LossCase, x: readonly number[], t: readonly number[]): number => {
  const { total, weight } = c.reference(x, t);
  return c.spec.reduction === "sum" ? total : total / weight;
};

/** Central differences of the definition in float64: error about h² = 1e-10. */
function slopes(c: LossCase, side: "prediction" | "target"): number[] {
  const [x, t] = [Array.from(toNumbers(c.prediction)), Array.from(toNumbers(c.target))];
  const h = 1e-5;
  const at = (i: number, by: number): number => {
    const moved = (list: readonly number[]): number[] => list.map((v, j) => (j === i ? v + by : v));
    return side === "prediction" ? reducedBy(c, moved(x), t) : reducedBy(c, x, moved(t));
  };
  return (side === "prediction" ? x : t).map((_, i) => (at(i, h) - at(i, -h)) / (2 * h));
}

/** float32 has 6e-8 per operation; a few of them add up, relative to the greatest element. */
function expectClose(found: readonly number[], wanted: readonly number[], tolerance = 3e-6): void {
  expect(found.length).toBe(wanted.length);
  const scale = Math.max(1e-3, ...wanted.map(Math.abs));
  found.forEach((v, i) => {
    expect(Math.abs(v - (wanted[i] as number)) / scale, `element ${i}: ${v} for ${wanted[i]}`).toBeLessThan(tolerance);
  });
}

describe.each(lossCases)("$name", (c) => {
  it("is accepted", () => {
    const type = (t: Tensor) => ({ dtype: t.dtype, shape: t.dims });
    expect(checkLoss(c.spec, type(c.prediction), type(c.target))).toEqual([]);
  });

  it("has the value and the gradient of its definition", async () => {
    const found = await runLoss(c, "seeds");
    const [x, t] = [Array.from(toNumbers(c.prediction)), Array.from(toNumbers(c.target))];
    const { total, weight } = c.reference(x, t);
    expectClose([found.total], [total]);
    expectClose([found.weight], [weight]);
    expectClose([found.value], [reducedBy(c, x, t)]);
    expectClose(found.prediction, slopes(c, "prediction"));
    if (c.bothSides) expectClose(found.target, slopes(c, "target"));
  });

  // Evaluation models leave the batch open, so that one model serves the smaller last batch too.
  it("has the same total and weight when the batch is a symbol", async () => {
    const b = new GraphBuilder("loss");
    const open = (t: Tensor): TensorType => ({ dtype: t.dtype, shape: [symbol("N"), ...t.dims.slice(1)] });
    const emitted = emitLoss(b, c.spec, b.input("x", open(c.prediction)), b.input("t", open(c.target)));
    const outputs = [emitted.total, emitted.weight].map((v) => b.emit("Identity", [v]));
    const results = await runGraph(b.finish(outputs), { x: c.prediction, t: c.target });
    const { total, weight } = c.reference(Array.from(toNumbers(c.prediction)), Array.from(toNumbers(c.target)));
    expectClose(
      results.map((r) => Number(r.data[0])),
      [total, weight],
    );
  });

  it("has the gradient that the chain rule gives", async () => {
    const [seeded, chained] = [await runLoss(c, "seeds"), await runLoss(c, "value")];
    expectClose(seeded.prediction, chained.prediction);
    expectClose(seeded.target, chained.target);
  });
});

describe("losses on DirectML", () => {
  const ofClasses = lossCases.filter((c) => ["cross-entropy", "nll"].includes(c.spec.kind));
  it.each(ofClasses)("$name agrees with the CPU form", async (c) => {
    const [here, there] = [await runLoss(c, "seeds"), await runLoss(c, "seeds", "dml")];
    expectClose([there.value], [here.value]);
    expectClose(there.prediction, here.prediction);
  });
});

describe("edges", () => {
  it("gives 0 and no NaN for a batch whose targets are all ignored", async () => {
    const found = await runLoss(
      {
        name: "",
        spec: spec("cross-entropy", { ignoreIndex: -1 }),
        prediction: normal([2, 3]),
        target: tensor("int64", [2], [-1, -1]),
        reference: () => ({ total: 0, weight: 0 }),
      },
      "seeds",
    );
    expect(found).toEqual({
      value: 0,
      total: 0,
      weight: 0,
      prediction: new Array(6).fill(expect.closeTo(0)),
      target: [],
    });
  });

  it("moves a perceptron that starts from zeros", async () => {
    const zero = tensor("float32", [2], [0, 0]);
    const target = tensor("float32", [2], [1, -1]);
    const reference = elementwise(() => 0);
    const found = await runLoss(
      { name: "", spec: spec("perceptron", { reduction: "sum" }), prediction: zero, target, reference },
      "seeds",
    );
    expect(found.prediction).toEqual([-1, 1]);
  });

  it("has finite gradients for equal embeddings", async () => {
    const reference = elementwise(() => 0);
    const zero = tensor("float32", [1, 2], [0, 0]);
    const cosine = await runLoss(
      { name: "", spec: spec("cosine"), prediction: zero, target: zero, reference, bothSides: true },
      "seeds",
    );
    const apart = await runLoss(
      {
        name: "",
        spec: spec("contrastive"),
        prediction: tensor("float32", [1], [0]),
        target: tensor("float32", [1], [0]),
        reference,
      },
      "seeds",
    );
    for (const v of [...cosine.prediction, ...cosine.target, ...apart.prediction, apart.value]) {
      expect(Number.isFinite(v)).toBe(true);
    }
  });

  it("keeps a loss of far logits finite", async () => {
    for (const kind of ["bce-with-logits", "log-cosh"] as const) {
      const found = await runLoss(
        {
          name: "",
          spec: spec(kind),
          prediction: tensor("float32", [4], [500, -500, 500, -500]),
          target: tensor("float32", [4], [1, 1, 0, 0]),
          reference: elementwise(() => 0),
        },
        "seeds",
      );
      expect(found.value).toBeCloseTo(kind === "log-cosh" ? 500 - Math.LN2 : 250, 3);
      expect(found.prediction.every(Number.isFinite)).toBe(true);
    }
  });
});

describe("checkLoss", () => {
  const float = (...shape: number[]) => ({ dtype: "float32", shape }) as const;
  const int = (...shape: number[]) => ({ dtype: "int64", shape }) as const;
  const path = ["objectives", 0, "terms", 0, "loss"];
  const set = (value: unknown, ...key: string[]) => ({ kind: "set-document", path: [...path, ...key], value });

  it("refuses a loss without a target", () => {
    expect(checkLoss(spec("mse"), float(4, 2), null)).toMatchObject([{ code: "objective.no-target", loss: "mse" }]);
  });

  it("says which target would fit", () => {
    expect(checkLoss(spec("cross-entropy"), float(4, 3), int(5))).toMatchObject([
      { code: "objective.shape", expected: "[4]", prediction: "[4, 3]", target: "int64[5]" },
    ]);
    expect(checkLoss(spec("nll"), float(4, 3, 7), int(4))).toMatchObject([{ expected: "[4, 7] | [4, 3]" }]);
    expect(checkLoss(spec("mse"), float(4, 3), float(4))).toMatchObject([{ expected: "[4, 3]" }]);
    expect(checkLoss(spec("cosine"), float(4), float(4))).toMatchObject([{ expected: "[N, D]" }]);
  });

  it("refuses class numbers that are floats", () => {
    expect(checkLoss(spec("cross-entropy"), float(4, 3), float(4))).toMatchObject([
      { code: "objective.dtype", expected: "int64", found: "float32" },
    ]);
  });

  it("turns the cross-entropy of one class into the binary one", () => {
    const issues = checkLoss(spec("cross-entropy"), float(4, 1), int(4), path);
    expect(issues).toMatchObject([{ code: "objective.shape", fix: set({ kind: "bce-with-logits" }) }]);
  });

  it("turns the squared error of class numbers into cross-entropy", () => {
    const issues = checkLoss(spec("mse"), float(4, 3), int(4), path);
    expect(issues).toMatchObject([{ code: "objective.shape", fix: set({ kind: "cross-entropy" }) }]);
  });

  it("fits class weights to the classes", () => {
    const issues = checkLoss(spec("cross-entropy", { classWeights: [1, 2] }), float(4, 3), int(4), path);
    expect(issues).toMatchObject([
      { code: "objective.class-count", expected: 3, found: 2, fix: set([1, 2, 1], "classWeights") },
    ]);
  });

  it("refuses to ignore a class number where targets are probabilities", () => {
    const issues = checkLoss(spec("cross-entropy", { ignoreIndex: 0 }), float(4, 3), float(4, 3), path);
    expect(issues).toMatchObject([{ code: "objective.dtype", fix: set(null, "ignoreIndex") }]);
  });

  it("has a formula for every loss", () => {
    for (const { shape } of lossSchema.options) expect(lossFormula(shape.kind.value)).toMatch(/^L=/);
  });
});
