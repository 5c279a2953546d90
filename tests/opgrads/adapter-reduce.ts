import type { Value } from "../../src/ir/graph.ts";
import { elementCount } from "../../src/shape/dtype.ts";
import { type Adapter, type Call, count, dims, op, Unsupported } from "./call.ts";

const allAxes = (x: Value): number[] => dims(x).map((_, i) => i);

const over = (name: "ReduceSum" | "ReduceMean" | "ReduceMax" | "ReduceMin" | "ReduceLogSumExp"): Adapter =>
  op("input dim keepdim dtype", (c) => {
    const x = c.tensor("input");
    return c.reduce(name, x, c.axes("dim", x), c.flag("keepdim"));
  });

/** max and min: over everything ties share the gradient; over one axis the place that is found has it all. */
const extremum = (all: "ReduceMax" | "ReduceMin", arg: "ArgMax" | "ArgMin", binary: "Max" | "Min"): Adapter =>
  op("input dim keepdim", (c) => {
    const x = c.tensor("input");
    const other = c.maybe("dim");
    if (other) return c.b.emit(binary, [x, other]);
    if (!c.has("dim")) return c.reduce(all, x, allAxes(x));
    const axis = c.axis("dim", x, 0);
    const vector = dims(x).length === 0 ? c.m.reshape(x, [1]) : x;
    const place = c.b.emit(arg, [vector], { axis, keepdims: 1 });
    const kept = dims(x).length === 0 ? [] : dims(place);
    const shape = c.flag("keepdim") ? kept : kept.filter((_, i) => i !== axis);
    const best = c.b.emit("GatherElements", [vector, place], { axis });
    return [c.m.reshape(best, shape), c.m.reshape(place, shape)];
  });

/** The sorted values along an axis and where they were. */
function sorted(c: Call, x: Value, axis: number, k: number, largest: boolean): Value[] {
  if (dims(x).length === 0) {
    const [values, places] = sorted(c, c.m.reshape(x, [1]), 0, k, largest) as [Value, Value];
    return [c.m.reshape(values, []), c.m.reshape(places, [])];
  }
  return c.b.emitAll("TopK", [x, c.b.ints([k])], { axis, largest: largest ? 1 : 0 });
}

/** Σ (x - mean)² over axes, the number of elements behind one result, and what is subtracted from it. */
function spreadOf(c: Call) {
  const x = c.tensor("input");
  // var(x, unbiased) and var(x, dim, unbiased, keepdim) are told apart by the type of the second argument.
  const short = typeof c.raw("dim") === "boolean";
  const axes = short ? allAxes(x) : c.axes("dim", x);
  const unbiased = short ? c.flag("dim") : c.flag("unbiased", true);
  const correction = c.has("correction") ? c.number("correction") : unbiased ? 1 : 0;
  const centred = c.m.sub(x, c.reduce("ReduceMean", x, axes, true));
  const n = elementCount(axes.map((a) => dims(x)[a] as number));
  return { x, axes, centred, divisor: Math.max(0, n - correction), keep: c.flag("keepdim") };
}

const variance = (c: Call): Value => {
  const { axes, centred, divisor, keep } = spreadOf(c);
  return c.m.div(c.reduce("ReduceSumSquare", centred, axes, keep), divisor);
};
const deviation = (c: Call): Value => {
  const { axes, centred, divisor, keep } = spreadOf(c);
  return c.m.div(c.reduce("ReduceL2", centred, axes, keep), Math.sqrt(divisor));
};
const meanOf = (c: Call): Value => {
  const { x, axes, keep } = spreadOf(c);
  return c.reduce("ReduceMean", x, axes, keep);
};
const spreadNames = "input dim unbiased keepdim correction";

/** |x|_p over axes. */
export function vectorNorm(c: Call, x: Value, p: number, axes: readonly number[], keep: boolean): Value {
  const { m } = c;
  if (p === 0) return c.reduce("ReduceSum", m.mask(m.not(m.eq(x, 0)), x), axes, keep);
  if (p === 1) return c.reduce("ReduceL1", x, axes, keep);
  if (p === 2) return c.reduce("ReduceL2", x, axes, keep);
  if (p === Number.POSITIVE_INFINITY) return c.reduce("ReduceMax", m.abs(x), axes, keep);
  if (p === Number.NEGATIVE_INFINITY) return c.reduce("ReduceMin", m.abs(x), axes, keep);
  // No gradient comes out of a zero, as in torch: its power has none.
  const powered = (v: Value, exponent: number): Value => {
    if (p < 0) return m.pow(v, exponent);
    const isZero = m.eq(v, 0);
    return m.where(isZero, 0, m.pow(m.where(isZero, 1, v), exponent));
  };
  return powered(c.reduce("ReduceSum", powered(m.abs(x), p), axes, keep), 1 / p);
}

export function order(c: Call, name: string, fallback: number): number {
  const p = c.raw(name);
  if (p === "inf") return Number.POSITIVE_INFINITY;
  if (p === "-inf") return Number.NEGATIVE_INFINITY;
  if (p === "fro" || p === null) return fallback;
  if (typeof p === "number") return p;
  throw new Unsupported(`norm ${p} needs singular values`);
}

const norm = op("input p dim keepdim dtype", (c) => {
  const x = c.tensor("input");
  return vectorNorm(c, x, order(c, "p", 2), c.axes("dim", x), c.flag("keepdim"));
});

function cdist(c: Call): Value {
  const { m } = c;
  const [a, b] = [c.tensor("x1"), c.tensor("x2")];
  const rows = c.b.emit("Unsqueeze", [a, c.b.ints([-2])]);
  const columns = c.b.emit("Unsqueeze", [b, c.b.ints([-3])]);
  const difference = m.sub(rows, columns);
  return vectorNorm(c, difference, order(c, "p", 2), [dims(difference).length - 1], false);
}

/** The product of the elements up to each place: row i of a triangle holds the first i + 1 of them. */
function cumulativeProduct(c: Call, x: Value, axis: number): Value {
  const n = dims(x)[axis] as number;
  const rank = dims(x).length;
  const last = c.m.transpose(x, [...allAxes(x).filter((i) => i !== axis), axis]);
  const wide = c.b.emit("Unsqueeze", [last, c.b.ints([-2])]);
  const below = c.constant(
    Array.from({ length: n * n }, (_, k) => (k % n <= Math.floor(k / n) ? 1 : 0)),
    [n, n],
  );
  const triangle = c.m.where(c.m.gt(below, 0), wide, 1);
  const product = c.reduce("ReduceProd", triangle, [rank]);
  const perm = allAxes(x).filter((i) => i !== rank - 1);
  perm.splice(axis, 0, rank - 1);
  return c.m.transpose(product, perm);
}

const scaledSum = (c: Call, product: Value): Value =>
  c.m.add(c.m.mul(c.tensor("input"), c.number("beta", 1)), c.m.mul(product, c.number("alpha", 1)));

const matmul = op("input other", (c) => c.m.matmul(c.tensor("input"), c.tensor("other")));
const softmax = (op_: "Softmax" | "LogSoftmax", sign = 1): Adapter =>
  op("input dim dtype _stacklevel", (c) => {
    const x = sign === 1 ? c.tensor("input") : c.m.neg(c.tensor("input"));
    const axis = c.axis("dim", x, -1);
    return c.atLeastVector(x, (v) => c.b.emit(op_, [v], { axis }));
  });

export const reductions: { readonly [name: string]: Adapter } = {
  sum: over("ReduceSum"),
  mean: over("ReduceMean"),
  amax: over("ReduceMax"),
  amin: over("ReduceMin"),
  aminmax: op("input dim keepdim", (c) => {
    const x = c.tensor("input");
    const [axes, keep] = [c.axes("dim", x), c.flag("keepdim")];
    return [c.reduce("ReduceMin", x, axes, keep), c.reduce("ReduceMax", x, axes, keep)];
  }),
  logsumexp: over("ReduceLogSumExp"),
  prod: op("input dim keepdim dtype", (c) => {
    const x = c.tensor("input");
    return c.reduce("ReduceProd", x, c.axes("dim", x), c.flag("keepdim"));
  }),
  max: extremum("ReduceMax", "ArgMax", "Max"),
  min: extremum("ReduceMin", "ArgMin", "Min"),
  var: op(spreadNames, variance),
  std: op(spreadNames, deviation),
  var_mean: op(spreadNames, (c) => [variance(c), meanOf(c)]),
  std_mean: op(spreadNames, (c) => [deviation(c), meanOf(c)]),
  norm,
  dist: op("input other p", (c) => {
    const difference = c.m.sub(c.tensor("input"), c.tensor("other"));
    return vectorNorm(c, difference, order(c, "p", 2), allAxes(difference), false);
  }),
  "linalg.vector_norm": op("input p dim keepdim dtype", (c) => {
    const x = c.tensor("input");
    return vectorNorm(c, x, order(c, "p", 2), c.axes("dim", x), c.flag("keepdim"));
  }),
  cdist: op("x1 x2 p compute_mode", cdist),
  cumsum: op("input dim dtype", (c) => {
    const x = c.tensor("input");
    const axis = c.axis("dim", x, 0);
    const at = c.b.constant({ dtype: "int64", dims: [], data: new BigInt64Array([BigInt(axis)]) });
    return c.atLeastVector(x, (v) => c.b.emit("CumSum", [v, at]));
  }),
  cumprod: op("input dim dtype", (c) => {
    const x = c.tensor("input");
    const axis = c.axis("dim", x, 0);
    return c.atLeastVector(x, (v) => cumulativeProduct(c, v, axis));
  }),
  logcumsumexp: op("input dim", (c) => {
    const x = c.tensor("input");
    const axis = c.axis("dim", x, 0);
    const at = c.b.constant({ dtype: "int64", dims: [], data: new BigInt64Array([BigInt(axis)]) });
    return c.atLeastVector(x, (v) => {
      const highest = c.detach(c.reduce("ReduceMax", v, [axis], true));
      return c.m.add(c.m.log(c.b.emit("CumSum", [c.m.exp(c.m.sub(v, highest)), at])), highest);
    });
  }),
  topk: op("input k dim largest sorted", (c) => {
    const x = c.tensor("input");
    return sorted(c, x, c.axis("dim", x, -1), c.number("k"), c.flag("largest", true));
  }),
  sort: op("input dim descending stable", (c) => {
    const x = c.tensor("input");
    const axis = c.axis("dim", x, -1);
    return sorted(c, x, axis, dims(x)[axis] ?? 1, c.flag("descending"));
  }),
  msort: op("input", (c) => sorted(c, c.tensor("input"), 0, dims(c.tensor("input"))[0] ?? 1, false)[0] as Value),
  kthvalue: op("input k dim keepdim", (c) => {
    const x = c.tensor("input");
    const axis = c.axis("dim", x, -1);
    const lowest = sorted(c, x, axis, c.number("k"), false);
    if (dims(x).length === 0) return lowest;
    return lowest.map((v) => {
      const last = c.m.slice(v, axis, -1, null);
      return c.flag("keepdim") ? last : c.b.emit("Squeeze", [last, c.b.ints([axis])]);
    });
  }),
  trace: op("input", (c) => {
    const x = c.tensor("input");
    const [rows, columns] = dims(x) as [number, number];
    const places = Array.from({ length: Math.min(rows, columns) }, (_, i) => i * (columns + 1));
    return c.reduce("ReduceSum", c.b.emit("Gather", [c.m.reshape(x, [rows * columns]), c.b.ints(places)]), [0]);
  }),

  softmax: softmax("Softmax"),
  log_softmax: softmax("LogSoftmax"),
  "nn.functional.softmax": softmax("Softmax"),
  "nn.functional.log_softmax": softmax("LogSoftmax"),
  "nn.functional.softmin": softmax("Softmax", -1),

  matmul,
  mm: matmul,
  bmm: matmul,
  mv: matmul,
  dot: matmul,
  vdot: matmul,
  __rmatmul__: op("input other", (c) => c.m.matmul(c.tensor("other"), c.tensor("input"))),
  inner: op("input other", (c) => {
    const [a, b] = [c.tensor("input"), c.tensor("other")];
    if (dims(a).length === 0 || dims(b).length === 0) return c.m.mul(a, b);
    const [rows, columns] = [dims(a).slice(0, -1), dims(b).slice(0, -1)];
    const n = dims(a).at(-1) as number;
    const left = c.m.reshape(a, [elementCount(rows), n]);
    const right = c.m.reshape(b, [elementCount(columns), n]);
    return c.m.reshape(c.b.emit("Gemm", [left, right], { transB: 1 }), [...rows, ...columns]);
  }),
  outer: op("input other", (c) => {
    const [a, b] = [c.tensor("input"), c.tensor("other")];
    return c.m.mul(c.m.reshape(a, [count(a), 1]), c.m.reshape(b, [1, count(b)]));
  }),
  addmm: op("input mat1 mat2 beta alpha", (c) => scaledSum(c, c.m.matmul(c.tensor("mat1"), c.tensor("mat2")))),
  addmv: op("input mat vec beta alpha", (c) => scaledSum(c, c.m.matmul(c.tensor("mat"), c.tensor("vec")))),
  addr: op("input vec1 vec2 beta alpha", (c) => {
    const [a, b] = [c.tensor("vec1"), c.tensor("vec2")];
    return scaledSum(c, c.m.mul(c.m.reshape(a, [count(a), 1]), c.m.reshape(b, [1, count(b)])));
  }),
  baddbmm: op("input batch1 batch2 beta alpha", (c) =>
    scaledSum(c, c.m.matmul(c.tensor("batch1"), c.tensor("batch2"))),
  ),
  addbmm: op("input batch1 batch2 beta alpha", (c) =>
    scaledSum(c, c.reduce("ReduceSum", c.m.matmul(c.tensor("batch1"), c.tensor("batch2")), [0])),
  ),
  einsum: op("operands equation", (c) => {
    const flipped = typeof c.raw("operands") === "string";
    const equation = c.text(flipped ? "operands" : "equation", "");
    return c.b.emit("Einsum", c.tensors(flipped ? "equation" : "operands"), { equation });
  }),
};
