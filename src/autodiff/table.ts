import type { GradientContext, GradientRule } from "../ir/gradient.ts";
import type { Value } from "../ir/graph.ts";
import { Maths } from "../ir/maths.ts";
import type { OpName } from "../ir/ops.ts";
import { normalAxis } from "../shape/type.ts";
import { float, int } from "./attributes.ts";
import { gate, linear, partials, pointwise } from "./combinators.ts";
import { conv } from "./rules/conv.ts";
import { gemm, matMul } from "./rules/matmul.ts";
import { averagePool, globalAveragePool, globalMaxPool, maxPool } from "./rules/pool.ts";
import { extremum, product, reduction } from "./rules/reduce.ts";
import { scatterAdd } from "./rules/scatter.ts";
import { pad, slice } from "./rules/slice.ts";

/** A rule, or why there is none: the operator is flat almost everywhere, or its rule is not written yet. */
export type TableEntry = GradientRule | "nondifferentiable" | { readonly notYet: string };

const same: GradientRule = (c) => c.inputs.map(() => c.dy());
const reshapedBack = linear((dy, m, c) => m.reshape(dy, c.size(c.x(0))));
const signum = (m: Maths, x: Value): Value => m.sub(m.mask(m.gt(x, 0), x), m.mask(m.lt(x, 0), x));
const axisOf = (c: GradientContext, fallback: number): number => {
  const rank = c.x(0).type.shape.length;
  return normalAxis(int(c, "axis", fallback), rank) ?? 0;
};

/** Ties share dy evenly, as torch.maximum. */
const extremumOf: GradientRule = (c) => {
  const m = new Maths(c.b);
  const ties = c.inputs.map((_, i) => m.mask(m.eq(c.x(i), c.y()), c.dy()));
  const share = m.div(
    c.dy(),
    ties.reduce((sum, t) => m.add(sum, t)),
  );
  return ties.map((t) => m.mul(t, share));
};

/** Gradient of every operator of the op table. A missing entry does not compile. */
const started = {
  // d|x| = sign(x)
  Abs: pointwise((m, x) => signum(m, x)),
  // d exp x = exp x
  Exp: pointwise((_, _x, y) => y),
  // d ln x = 1/x
  Log: (c) => [new Maths(c.b).div(c.dy(), c.x(0))],
  Neg: linear((dy, m) => m.neg(dy)),
  // d(1/x) = -1/x²
  Reciprocal: pointwise((m, _, y) => m.neg(m.square(y))),
  Sqrt: (c) => {
    const m = new Maths(c.b);
    return [m.div(c.dy(), m.mul(c.y(), 2))];
  },
  // σ' = σ(1-σ)
  Sigmoid: pointwise((m, _, y) => m.mul(y, m.sub(1, y))),
  // tanh' = 1 - tanh²
  Tanh: pointwise((m, _, y) => m.sub(1, m.square(y))),
  Relu: gate((m, x) => m.gt(x, 0)),
  Erf: pointwise((m, x) => m.mul(m.exp(m.neg(m.square(x))), 2 / Math.sqrt(Math.PI))),
  Softplus: pointwise((m, x) => m.sigmoid(x)),
  LeakyRelu: (c) => {
    const m = new Maths(c.b);
    return [m.where(m.gt(c.x(0), 0), c.dy(), m.mul(c.dy(), float(c, "alpha", 0.01)))];
  },
  Elu: pointwise((m, x, y, c) => m.where(m.gt(x, 0), 1, m.add(y, float(c, "alpha", 1)))),
  Identity: same,
  Dropout: linear((dy) => dy),
  Cast: linear((dy, _, c) => c.b.cast(dy, c.x(0).type.dtype)),

  Add: same,
  Sum: same,
  Sub: partials(
    (_, dy) => dy,
    (m, dy) => m.neg(dy),
  ),
  Mul: partials(
    (m, dy, c) => m.mul(dy, c.x(1)),
    (m, dy, c) => m.mul(dy, c.x(0)),
  ),
  // d(a/b) = da/b - y db/b
  Div: partials(
    (m, dy, c) => m.div(dy, c.x(1)),
    (m, dy, c) => m.neg(m.div(m.mul(dy, c.y()), c.x(1))),
  ),
  Pow: partials(
    (m, dy, c) => {
      const e = c.b.cast(c.x(1), dy.type.dtype);
      const power = m.mul(dy, e, m.pow(c.x(0), m.sub(e, 1)));
      return m.where(m.eq(e, 0), 0, power);
    },
    (m, dy, c) => {
      const atZero = m.and(m.eq(c.x(0), 0), m.ge(c.x(1), 0));
      return m.where(atZero, 0, m.mul(dy, c.y(), m.log(c.x(0))));
    },
  ),
  Max: extremumOf,
  Min: extremumOf,
  Where: partials(
    (_, dy) => dy,
    (m, dy, c) => m.where(c.x(0), dy, 0),
    (m, dy, c) => m.where(c.x(0), 0, dy),
  ),
  Clip: gate((m, x, _, c) => {
    const above = c.inputs[1] ? m.ge(x, c.x(1)) : null;
    const below = c.inputs[2] ? m.le(x, c.x(2)) : null;
    return above && below ? m.and(above, below) : (above ?? below ?? m.eq(x, x));
  }),

  ReduceSum: reduction(({ dy }) => dy),
  ReduceMean: reduction(({ m, dy, count }) => m.div(dy, count)),
  ReduceMax: extremum,
  ReduceMin: extremum,
  ReduceProd: product,
  // softmax: dx = y (dy - Σ y dy)
  Softmax: (c) => {
    const m = new Maths(c.b);
    const weighted = m.mul(c.y(), c.dy());
    return [m.sub(weighted, m.mul(c.y(), m.sum(weighted, [axisOf(c, -1)])))];
  },
  // log-softmax: dx = dy - softmax Σ dy
  LogSoftmax: (c) => {
    const m = new Maths(c.b);
    return [m.sub(c.dy(), m.mul(m.exp(c.y()), m.sum(c.dy(), [axisOf(c, -1)])))];
  },

  MatMul: matMul,
  Gemm: gemm,
  Conv: conv,
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: globalAveragePool,
  GlobalMaxPool: globalMaxPool,

  Reshape: reshapedBack,
  Flatten: reshapedBack,
  Squeeze: reshapedBack,
  Unsqueeze: reshapedBack,
  Transpose: linear((dy, m, c) => {
    const perm =
      (c.attrs["perm"] as readonly number[] | undefined) ?? c.size(dy).map((_, i, all) => all.length - 1 - i);
    return m.transpose(
      dy,
      perm.map((_, i) => perm.indexOf(i)),
    );
  }),
  Expand: linear((dy) => dy),
  Concat: (c) => {
    const axis = axisOf(c, 0);
    const sizes = c.inputs.map((_, i) => c.size(c.x(i))[axis] as number);
    return c.b.emitAll("Split", [c.dy(), c.b.ints(sizes)], { axis }, { outputs: sizes.length });
  },
  Split: (c) => [
    new Maths(c.b).concat(
      c.outputs.map((_, i) => c.dy(i)),
      axisOf(c, 0),
    ),
  ],
  Gather: linear((dy, _, c) => {
    const axis = axisOf(c, 0);
    return scatterAdd(c, dy, c.x(1), axis, c.size(c.x(0))[axis] as number);
  }),
  Slice: slice,
  Pad: pad,
} satisfies { readonly [O in OpName]?: TableEntry };

export const gradientTable = started as unknown as { readonly [O in OpName]: TableEntry };
