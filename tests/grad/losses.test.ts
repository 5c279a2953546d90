import { describe, expect, it } from "vitest";
import { differentiate, type Seed } from "../../src/autodiff/differentiate.ts";
import { rng } from "../../src/core/rng.ts";
import { type LossKind, type LossSpec, lossSchema } from "../../src/graph/objective.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Provider } from "../../src/ir/gradient.ts";
import type { Value } from "../../src/ir/graph.ts";
import { checkLoss, emitLoss, lossFormula } from "../../src/optim/loss.ts";
import { symbol } from "../../src/shape/dim.ts";
import { elementCount, type Tensor, tensor, toNumbers } from "../../src/shape/dtype.ts";
import type { TensorType } from "../../src/shape/type.ts";
import { runGraph } from "../support/run.ts";

/** A loss as its definition says, over flat arrays in float64: sum and divisor of the mean. */
type Reference = (x: readonly number[], t: readonly number[]) => { total: number; weight: number };

interface Case {
  readonly name: string;
  readonly spec: LossSpec;
  readonly prediction: Tensor;
  readonly target: Tensor;
  readonly reference: Reference;
  /** The target is computed too, so its gradient counts. */
  readonly bothSides?: boolean;
}

const random = rng(7, "losses");
const normal = (dims: number[], scale = 1.5): Tensor =>
  tensor(
    "float32",
    dims,
    Array.from({ length: elementCount(dims) }, () => random.normal() * scale),
  );
const uniform = (dims: number[]): Tensor =>
  tensor(
    "float32",
    dims,
    Array.from({ length: elementCount(dims) }, () => random.uniform()),
  );
const labels = (dims: number[], classes: number): Tensor =>
  tensor(
    "int64",
    dims,
    Array.from({ length: elementCount(dims) }, () => random.below(classes)),
  );
/** Positive numbers whose rows of `classes` sum to 1. */
function probabilities(rows: number, classes: number): Tensor {
  const data = Array.from({ length: rows * classes }, () => random.uniform() + 0.05);
  const sums = data.map((_, i) => {
    const row = Math.floor(i / classes) * classes;
    return data.slice(row, row + classes).reduce((a, b) => a + b, 0);
  });
  return tensor(
    "float32",
    [rows, classes],
    data.map((v, i) => v / (sums[i] as number)),
  );
}

const spec = (kind: LossKind, options: object = {}): LossSpec => lossSchema.parse({ kind, ...options });
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const elementwise =
  (f: (x: number, t: number) => number): Reference =>
  (x, t) => ({ total: sum(x.map((v, i) => f(v, t[i] as number))), weight: x.length });

/** Rows of `classes` logits with the class axis last; `place` says where logit c of row r stands. */
function crossEntropy(
  rows: number,
  classes: number,
  options: { weights?: number[]; smoothing?: number; ignore?: number; place?: (r: number, c: number) => number } = {},
): Reference {
  const { weights, smoothing = 0, ignore, place = (r, c) => r * classes + c } = options;
  return (x, t) => {
    let [total, weight] = [0, 0];
    for (let r = 0; r < rows; r++) {
      if (t[r] === ignore) continue;
      const logits = Array.from({ length: classes }, (_, c) => x[place(r, c)] as number);
      const norm = Math.log(sum(logits.map(Math.exp)));
      logits.forEach((z, c) => {
        const q = (c === t[r] ? 1 - smoothing : 0) + smoothing / classes;
        total += (weights?.[c] ?? 1) * q * (norm - z);
      });
      weight += weights?.[t[r] as number] ?? 1;
    }
    return { total, weight };
  };
}

const soft: Reference = (x, t) => {
  let total = 0;
  for (let r = 0; r < x.length; r += 4) {
    const norm = Math.log(sum(x.slice(r, r + 4).map(Math.exp)));
    for (let c = 0; c < 4; c++) total += (t[r + c] as number) * (norm - (x[r + c] as number));
  }
  return { total, weight: x.length / 4 };
};

const nll =
  (classes: number, weights?: number[], ignore?: number): Reference =>
  (x, t) => {
    const kept = t.flatMap((y, r) => (y === ignore ? [] : [{ y, r, w: weights?.[y] ?? 1 }]));
    return {
      total: sum(kept.map(({ y, r, w }) => -w * (x[r * classes + y] as number))),
      weight: sum(kept.map(({ w }) => w)),
    };
  };

const sign = (t: number): number => (t > 0 ? 1 : -1);
const multiMargin =
  (classes: number, margin: number, p: number): Reference =>
  (x, t) => {
    const of = (y: number, r: number): number => {
      const own = x[r * classes + y] as number;
      const others = x.slice(r * classes, (r + 1) * classes).filter((_, c) => c !== y);
      return sum(others.map((s) => Math.max(0, margin - own + s) ** p)) / classes;
    };
    return { total: sum(t.map(of)), weight: t.length };
  };

const cosineDistance: Reference = (x, t) => {
  let total = 0;
  for (let r = 0; r < x.length; r += 3) {
    const [a, b] = [x.slice(r, r + 3), t.slice(r, r + 3)];
    const dot = sum(a.map((v, i) => v * (b[i] as number)));
    total += 1 - dot / Math.sqrt(sum(a.map((v) => v * v)) * sum(b.map((v) => v * v)));
  }
  return { total, weight: x.length / 3 };
};

const binary = tensor("float32", [6], [1, -1, 1, 0, -1, 1]);
const ignored = tensor("int64", [5], [2, -100, 0, 1, -100]);

const cases: Case[] = [
  {
    name: "cross-entropy",
    spec: spec("cross-entropy"),
    prediction: normal([5, 4]),
    target: labels([5], 4),
    reference: crossEntropy(5, 4),
  },
  {
    name: "cross-entropy with far logits",
    spec: spec("cross-entropy"),
    prediction: tensor("float32", [2, 3], [60, -40, 10, -120, 3, 7]),
    target: tensor("int64", [2], [1, 0]),
    reference: crossEntropy(2, 3),
  },
  {
    name: "cross-entropy, sum",
    spec: spec("cross-entropy", { reduction: "sum" }),
    prediction: normal([5, 4]),
    target: labels([5, 1], 4),
    reference: crossEntropy(5, 4),
  },
  {
    name: "cross-entropy of images",
    spec: spec("cross-entropy"),
    prediction: normal([2, 3, 2, 2]),
    target: labels([2, 2, 2], 3),
    reference: crossEntropy(8, 3, { place: (r, c) => Math.floor(r / 4) * 12 + c * 4 + (r % 4) }),
  },
  {
    name: "cross-entropy of sequences",
    spec: spec("cross-entropy"),
    prediction: normal([2, 3, 5]),
    target: labels([2, 3], 5),
    reference: crossEntropy(6, 5),
  },
  {
    name: "cross-entropy with smoothing",
    spec: spec("cross-entropy", { labelSmoothing: 0.1 }),
    prediction: normal([5, 4]),
    target: labels([5], 4),
    reference: crossEntropy(5, 4, { smoothing: 0.1 }),
  },
  {
    name: "cross-entropy with class weights",
    spec: spec("cross-entropy", { classWeights: [1, 0.5, 2, 3] }),
    prediction: normal([5, 4]),
    target: labels([5], 4),
    reference: crossEntropy(5, 4, { weights: [1, 0.5, 2, 3] }),
  },
  {
    name: "cross-entropy with all options",
    spec: spec("cross-entropy", { classWeights: [1, 0.5, 2], labelSmoothing: 0.2, ignoreIndex: -100 }),
    prediction: normal([5, 3]),
    target: ignored,
    reference: crossEntropy(5, 3, { weights: [1, 0.5, 2], smoothing: 0.2, ignore: -100 }),
  },
  {
    name: "cross-entropy that ignores padding in images",
    spec: spec("cross-entropy", { ignoreIndex: 0, classWeights: [1, 2, 3] }),
    prediction: normal([1, 3, 2, 2]),
    target: tensor("int64", [1, 2, 2], [0, 2, 1, 0]),
    reference: crossEntropy(4, 3, { ignore: 0, weights: [1, 2, 3], place: (r, c) => c * 4 + r }),
  },
  {
    name: "cross-entropy of probabilities",
    spec: spec("cross-entropy"),
    prediction: normal([5, 4]),
    target: probabilities(5, 4),
    reference: soft,
    bothSides: true,
  },
  {
    name: "nll",
    spec: spec("nll"),
    prediction: normal([5, 4]),
    target: labels([5], 4),
    reference: nll(4),
  },
  {
    name: "nll, sum",
    spec: spec("nll", { reduction: "sum" }),
    prediction: normal([5, 4]),
    target: labels([5], 4),
    reference: nll(4),
  },
  {
    name: "nll with weights and ignored targets",
    spec: spec("nll", { classWeights: [1, 2, 0.5], ignoreIndex: -100 }),
    prediction: normal([5, 3]),
    target: ignored,
    reference: nll(3, [1, 2, 0.5], -100),
  },
  {
    name: "bce-with-logits",
    spec: spec("bce-with-logits"),
    prediction: normal([4, 3], 3),
    target: uniform([4, 3]),
    reference: elementwise((z, t) => Math.log1p(Math.exp(z)) - t * z),
    bothSides: true,
  },
  {
    name: "bce-with-logits, weighted, labels [N] for logits [N, 1]",
    spec: spec("bce-with-logits", { positiveWeight: 3, reduction: "sum" }),
    prediction: normal([6, 1], 3),
    target: tensor("int64", [6], [0, 1, 1, 0, 1, 0]),
    reference: elementwise((z, t) => 3 * t * Math.log1p(Math.exp(-z)) + (1 - t) * Math.log1p(Math.exp(z))),
  },
  {
    name: "bce-with-logits, weighted, of probabilities",
    spec: spec("bce-with-logits", { positiveWeight: 0.5 }),
    prediction: normal([6]),
    target: uniform([6]),
    reference: elementwise((z, t) => 0.5 * t * Math.log1p(Math.exp(-z)) + (1 - t) * Math.log1p(Math.exp(z))),
    bothSides: true,
  },
  {
    name: "mse",
    spec: spec("mse"),
    prediction: normal([4, 3]),
    target: normal([4, 3]),
    reference: elementwise((x, t) => (x - t) ** 2),
    bothSides: true,
  },
  {
    name: "mse of a column against a list",
    spec: spec("mse", { reduction: "sum" }),
    prediction: normal([5, 1]),
    target: normal([5]),
    reference: elementwise((x, t) => (x - t) ** 2),
    bothSides: true,
  },
  {
    name: "l1",
    spec: spec("l1"),
    prediction: normal([4, 3]),
    target: normal([4, 3]),
    reference: elementwise((x, t) => Math.abs(x - t)),
    bothSides: true,
  },
  {
    name: "huber",
    spec: spec("huber", { delta: 0.7 }),
    prediction: normal([4, 3]),
    target: normal([4, 3]),
    reference: elementwise((x, t) => {
      const d = Math.abs(x - t);
      return d <= 0.7 ? d * d * 0.5 : 0.7 * (d - 0.35);
    }),
    bothSides: true,
  },
  {
    name: "smooth-l1",
    spec: spec("smooth-l1", { beta: 0.5 }),
    prediction: normal([4, 3]),
    target: normal([4, 3]),
    reference: elementwise((x, t) => {
      const d = Math.abs(x - t);
      return d < 0.5 ? d * d : d - 0.25;
    }),
    bothSides: true,
  },
  {
    name: "log-cosh",
    spec: spec("log-cosh"),
    prediction: normal([4, 3], 3),
    target: normal([4, 3]),
    reference: elementwise((x, t) => Math.log(Math.cosh(x - t))),
    bothSides: true,
  },
  ...(["batch-mean", "mean", "sum"] as const).map((reduction): Case => {
    return {
      name: `kl, ${reduction}`,
      spec: spec("kl", { reduction }),
      prediction: normal([5, 4]),
      target: probabilities(5, 4),
      reference: (x, t) => ({
        total: sum(x.map((v, i) => (t[i] as number) * (Math.log(t[i] as number) - v))),
        weight: reduction === "mean" ? x.length : 5,
      }),
      bothSides: true,
    };
  }),
  {
    name: "kl with a probability of 0",
    spec: spec("kl"),
    prediction: normal([1, 3]),
    target: tensor("float32", [1, 3], [0, 0.25, 0.75]),
    reference: (x, t) => ({ total: sum(x.map((v, i) => (t[i] ? t[i] * (Math.log(t[i]) - v) : 0))), weight: 1 }),
  },
  ...[false, true].flatMap((squared): Case[] => [
    {
      name: `hinge of -1/+1 and 0/1${squared ? ", squared" : ""}`,
      spec: spec("hinge", { squared, margin: 0.8 }),
      prediction: normal([6, 1]),
      target: binary,
      reference: elementwise((s, t) => Math.max(0, 0.8 - sign(t) * s) ** (squared ? 2 : 1)),
    },
    {
      name: `hinge of classes${squared ? ", squared" : ""}`,
      spec: spec("hinge", { squared }),
      prediction: normal([5, 4]),
      target: labels([5], 4),
      reference: multiMargin(4, 1, squared ? 2 : 1),
    },
  ]),
  {
    name: "perceptron of -1/+1 and 0/1",
    spec: spec("perceptron"),
    prediction: normal([6]),
    target: binary,
    reference: elementwise((s, t) => Math.max(0, -sign(t) * s)),
  },
  {
    name: "perceptron of classes",
    spec: spec("perceptron", { reduction: "sum" }),
    prediction: normal([5, 4]),
    target: labels([5], 4),
    reference: (x, t) => ({
      total: sum(t.map((y, r) => Math.max(...x.slice(r * 4, r * 4 + 4)) - (x[r * 4 + y] as number))),
      weight: t.length,
    }),
  },
  {
    name: "cosine",
    spec: spec("cosine"),
    prediction: normal([4, 3]),
    target: normal([4, 3]),
    reference: cosineDistance,
    bothSides: true,
  },
  {
    name: "contrastive",
    spec: spec("contrastive", { margin: 1.3 }),
    prediction: tensor("float32", [5], [0.2, 0.9, 2.5, 0.04, 1.2]),
    target: tensor("float32", [5], [1, 0, 0, 0, 1]),
    reference: elementwise((d, y) => y * d + (1 - y) * Math.max(0, 1.3 - Math.sqrt(d)) ** 2),
  },
];

interface Outcome {
  readonly value: number;
  readonly total: number;
  readonly weight: number;
  readonly prediction: readonly number[];
  readonly target: readonly number[];
}

/** Runs a loss and its backward pass, which starts at the seeds of the loss or, by the chain rule, at its value. */
async function run(c: Case, start: "seeds" | "value", provider: Provider = "cpu"): Promise<Outcome> {
  const b = new GraphBuilder("loss");
  const x = b.input("x", { dtype: "float32", shape: c.prediction.dims });
  const t = b.input("t", { dtype: c.target.dtype, shape: c.target.dims });
  const emitted = emitLoss(b, c.spec, x, t, provider);
  const whole: readonly Seed[] = [{ value: emitted.value, gradient: b.scalar(1) }];
  const wrt = c.bothSides ? [x, t] : [x];
  const backward = differentiate(b, start === "seeds" ? (emitted.seeds ?? whole) : whole, wrt);
  if (!backward.ok) throw new Error(JSON.stringify(backward.issues));
  const outputs = [emitted.value, emitted.total, emitted.weight, ...wrt.map((v) => backward.value.of(v))];
  const graph = b.finish(outputs.map((v: Value) => b.emit("Identity", [v])));
  const [value, total, weight, dx, dt] = (await runGraph(graph, { x: c.prediction, t: c.target })).map((r) =>
    Array.from(toNumbers(r)),
  );
  return {
    value: value?.[0] as number,
    total: total?.[0] as number,
    weight: weight?.[0] as number,
    prediction: dx as number[],
    target: dt ?? [],
  };
}

const reducedBy = (c: Case, x: readonly number[], t: readonly number[]): number => {
  const { total, weight } = c.reference(x, t);
  return c.spec.reduction === "sum" ? total : total / weight;
};

/** Central differences of the definition in float64: error about h² = 1e-10. */
function slopes(c: Case, side: "prediction" | "target"): number[] {
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

describe.each(cases)("$name", (c) => {
  it("is accepted", () => {
    const type = (t: Tensor) => ({ dtype: t.dtype, shape: t.dims });
    expect(checkLoss(c.spec, type(c.prediction), type(c.target))).toEqual([]);
  });

  it("has the value and the gradient of its definition", async () => {
    const found = await run(c, "seeds");
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
    const [seeded, chained] = [await run(c, "seeds"), await run(c, "value")];
    expectClose(seeded.prediction, chained.prediction);
    expectClose(seeded.target, chained.target);
  });
});

describe("losses on DirectML", () => {
  const ofClasses = cases.filter((c) => ["cross-entropy", "nll"].includes(c.spec.kind));
  it.each(ofClasses)("$name agrees with the CPU form", async (c) => {
    const [here, there] = [await run(c, "seeds"), await run(c, "seeds", "dml")];
    expectClose([there.value], [here.value]);
    expectClose(there.prediction, here.prediction);
  });
});

describe("edges", () => {
  it("gives 0 and no NaN for a batch whose targets are all ignored", async () => {
    const found = await run(
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
    const found = await run(
      { name: "", spec: spec("perceptron", { reduction: "sum" }), prediction: zero, target, reference },
      "seeds",
    );
    expect(found.prediction).toEqual([-1, 1]);
  });

  it("has finite gradients for equal embeddings", async () => {
    const reference = elementwise(() => 0);
    const zero = tensor("float32", [1, 2], [0, 0]);
    const cosine = await run(
      { name: "", spec: spec("cosine"), prediction: zero, target: zero, reference, bothSides: true },
      "seeds",
    );
    const apart = await run(
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
      const found = await run(
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
