import { differentiate, type Seed } from "../../src/autodiff/differentiate.ts";
import { rng } from "../../src/core/rng.ts";
import { type LossKind, type LossSpec, lossSchema } from "../../src/graph/objective.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Provider } from "../../src/ir/gradient.ts";
import type { Value } from "../../src/ir/graph.ts";
import { emitLoss } from "../../src/optim/loss.ts";
import { elementCount, type Tensor, tensor, toNumbers } from "../../src/shape/dtype.ts";
import { runGraph } from "./run.ts";

/** A loss as its definition says, over flat arrays in float64: sum and divisor of the mean. */
type Reference = (x: readonly number[], t: readonly number[]) => { total: number; weight: number };

/** One loss with numbers to compare. */
export interface LossCase {
  readonly name: string;
  readonly spec: LossSpec;
  readonly prediction: Tensor;
  readonly target: Tensor;
  readonly reference: Reference;
  /** The target is computed too, so its gradient counts. */
  readonly bothSides?: boolean;
}

const random = rng(7, "losses");
export const normal = (dims: number[], scale = 1.5): Tensor =>
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

export const spec = (kind: LossKind, options: object = {}): LossSpec => lossSchema.parse({ kind, ...options });
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
export const elementwise =
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

export const lossCases: LossCase[] = [
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
  ...(["batch-mean", "mean", "sum"] as const).map((reduction): LossCase => {
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
  ...[false, true].flatMap((squared): LossCase[] => [
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

export interface Outcome {
  readonly value: number;
  readonly total: number;
  readonly weight: number;
  readonly prediction: readonly number[];
  readonly target: readonly number[];
}

/** Runs a loss and its backward pass, which starts at the seeds of the loss or, by the chain rule, at its value. */
export async function runLoss(c: LossCase, start: "seeds" | "value", provider: Provider = "cpu"): Promise<Outcome> {
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
