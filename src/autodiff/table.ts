import type { GradientContext, GradientRule, NotYet } from "../ir/gradient.ts";
import type { Value } from "../ir/graph.ts";
import { Maths } from "../ir/maths.ts";
import type { OpName } from "../ir/ops.ts";
import { normalAxis } from "../shape/type.ts";
import { float, int, text } from "./attributes.ts";
import { gate, linear, partials, pointwise, pointwiseOfOutput } from "./combinators.ts";
import { conditional, loop, scan } from "./rules/control.ts";
import { conv, convTranspose } from "./rules/conv.ts";
import { einsum } from "./rules/einsum.ts";
import { gatherElements, gatherND, oneHot, scatterElementsRule, scatterNDRule, topK } from "./rules/indexing.ts";
import { gemm, matMul } from "./rules/matmul.ts";
import { batchNormalization, instanceNormalization, layerNormalization, lrn } from "./rules/norm.ts";
import { averagePool, globalAveragePool, globalMaxPool, maxPool } from "./rules/pool.ts";
import { extremum, norm2, product, reduction } from "./rules/reduce.ts";
import { resize } from "./rules/resize.ts";
import { scatterAdd } from "./rules/scatter.ts";
import { constantNumbers, pad, slice } from "./rules/slice.ts";

/** A rule, or why there is none: the operator is flat almost everywhere, or its rule is not written yet. */
export type TableEntry = GradientRule | "nondifferentiable" | NotYet;

const flat = "nondifferentiable";
/** Every input has the gradient dy. */
const identities: GradientRule = (c) => c.inputs.map(() => c.dy());
/** Only the shape changes. */
const reshaped = linear((dy, m, c) => m.reshape(dy, c.size(c.x(0))));

/** sign(x); onnxruntime's own Sign takes several times as long on more than one thread. */
const sign = (m: Maths, x: Value): Value => m.sub(m.mask(m.gt(x, 0), x), m.mask(m.lt(x, 0), x));

/** (1 - x)(1 + x), which keeps its digits near 1 where 1 - x² loses them. */
const oneMinusSquare = (m: Maths, x: Value): Value => m.mul(m.sub(1, x), m.add(x, 1));

const axisOf = (c: GradientContext, fallback: number): number =>
  normalAxis(int(c, "axis", fallback), c.x(0).type.shape.length) ?? 0;

/** Largest or smallest of several inputs: ties share dy evenly, as torch.maximum. */
const extremumOf: GradientRule = (c) => {
  const m = new Maths(c.b);
  const ties = c.inputs.map((_, i) => m.mask(m.eq(c.x(i), c.y()), c.dy()));
  const share = m.div(
    c.dy(),
    ties.reduce((sum, t) => m.add(sum, t)),
  );
  return ties.map((t) => m.mul(t, share));
};

/** y = x for x > 0 and slope x below. */
const leak = (slope: (c: GradientContext) => Value | number): GradientRule =>
  linear((dy, m, c) => m.where(m.gt(c.x(0), 0), dy, m.mul(dy, slope(c))));

/** Gradient of every operator of the op table. A missing entry does not compile. */
export const gradientTable = {
  // |x|' = sign x, 0 at 0
  Abs: pointwise((m, x) => sign(m, x)),
  // acos' = -1 / sqrt(1 - x²)
  Acos: pointwise((m, x) => m.div(-1, m.sqrt(oneMinusSquare(m, x)))),
  // acosh' = 1 / sqrt((x - 1)(x + 1))
  Acosh: pointwise((m, x) => m.div(1, m.sqrt(m.mul(m.sub(x, 1), m.add(x, 1))))),
  // asin' = 1 / sqrt(1 - x²)
  Asin: pointwise((m, x) => m.div(1, m.sqrt(oneMinusSquare(m, x)))),
  // asinh' = 1 / sqrt(x² + 1)
  Asinh: pointwise((m, x) => m.div(1, m.sqrt(m.add(m.square(x), 1)))),
  // atan' = 1 / (1 + x²)
  Atan: pointwise((m, x) => m.div(1, m.add(m.square(x), 1))),
  // atanh' = 1 / (1 - x²)
  Atanh: pointwise((m, x) => m.div(1, oneMinusSquare(m, x))),
  BitwiseNot: flat,
  Ceil: flat,
  // cos' = -sin
  Cos: pointwise((m, x) => m.neg(m.sin(x))),
  // cosh' = sinh
  Cosh: pointwise((m, x) => m.sinh(x)),
  // erf' = 2/sqrt(π) exp(-x²)
  Erf: pointwise((m, x) => m.mul(m.exp(m.neg(m.square(x))), 2 / Math.sqrt(Math.PI))),
  // exp' = exp
  Exp: pointwise((_m, _x, y) => y),
  Floor: flat,
  // x clip(x/6 + 1/2, 0, 1): 0 up to -3, 1 from 3, x/3 + 1/2 between
  HardSwish: pointwise((m, x) => {
    const inside = m.add(m.div(x, 3), 0.5);
    return m.where(m.le(x, -3), 0, m.where(m.ge(x, 3), 1, inside));
  }),
  Identity: identities,
  // ln' = 1/x
  Log: linear((dy, m, c) => m.div(dy, c.x(0))),
  // (x tanh s)' = tanh s + x σ(x) (1 - tanh² s) with s = softplus x
  Mish: pointwise((m, x) => {
    const t = m.tanh(m.softplus(x));
    return m.add(t, m.mul(x, m.sigmoid(x), m.sub(1, m.square(t))));
  }),
  // (-x)' = -1
  Neg: linear((dy, m) => m.neg(dy)),
  Not: flat,
  // (1/x)' = -1/x²
  Reciprocal: pointwise((m, _x, y) => m.neg(m.square(y))),
  // relu' = [y > 0]: without x, onnxruntime may fuse the operator into the one before it
  Relu: pointwiseOfOutput((m, y) => m.mask(m.gt(y, 0), y)),
  Round: flat,
  // σ' = σ (1 - σ)
  Sigmoid: pointwiseOfOutput((m, y) => m.mul(y, m.sub(1, y))),
  Sign: flat,
  // sin' = cos
  Sin: pointwise((m, x) => m.cos(x)),
  // sinh' = cosh
  Sinh: pointwise((m, x) => m.cosh(x)),
  // softplus' = σ
  Softplus: pointwise((m, x) => m.sigmoid(x)),
  // (x / (1 + |x|))' = 1 / (1 + |x|)²
  Softsign: pointwise((m, x) => m.div(1, m.square(m.add(m.abs(x), 1)))),
  // sqrt' = 1 / (2 sqrt)
  Sqrt: linear((dy, m, c) => m.div(dy, m.mul(c.y(), 2))),
  // tan' = 1 + tan²
  Tan: pointwise((m, _x, y) => m.add(m.square(y), 1)),
  // tanh' = 1 - tanh²
  Tanh: pointwiseOfOutput((m, y) => oneMinusSquare(m, y)),

  // x > 0: 1; else exp(x/α) = y/α + 1
  Celu: pointwise((m, x, y, c) => m.where(m.gt(x, 0), 1, m.add(m.div(y, float(c, "alpha", 1)), 1))),
  // x > 0: 1; else α exp x = y + α
  Elu: pointwise((m, x, y, c) => m.where(m.gt(x, 0), 1, m.add(y, float(c, "alpha", 1)))),
  // x > 0: 1; else α
  LeakyRelu: leak((c) => float(c, "alpha", 0.01)),
  // [x > α]
  ThresholdedRelu: gate((m, x, _y, c) => m.gt(x, float(c, "alpha", 1))),
  // x > 0: γ; else γ α exp x = y + γ α
  Selu: pointwise((m, x, y, c) => {
    const gamma = float(c, "gamma", 1.0507009873554805);
    return m.where(m.gt(x, 0), gamma, m.add(y, gamma * float(c, "alpha", 1.6732632423543772)));
  }),
  // α where 0 < αx + β < 1
  HardSigmoid: linear((dy, m, c) => {
    const inside = m.and(m.gt(c.y(), 0), m.lt(c.y(), 1));
    return m.where(inside, m.mul(dy, float(c, "alpha", 0.2)), 0);
  }),
  // as LeakyRelu; d slope = Σ x dy over x <= 0
  PRelu: partials(
    (m, dy, c) => m.where(m.gt(c.x(0), 0), dy, m.mul(dy, c.x(1))),
    (m, dy, c) => m.where(m.gt(c.x(0), 0), 0, m.mul(dy, c.x(0))),
  ),
  // min(max(x, low), high): each of the three has the gradient where it is the result; x has it on the bounds
  Clip: (c) => {
    const m = new Maths(c.b);
    const [x, dy] = [c.x(0), c.dy()];
    const low = c.inputs[1];
    const high = c.inputs[2];
    const raised = low ? m.max(x, low) : x;
    const below = (v: Value): Value => (high ? m.where(m.le(raised, high), v, 0) : v);
    return [
      below(low ? m.where(m.ge(x, low), dy, 0) : dy),
      low && c.needs(1) ? below(m.where(m.lt(x, low), dy, 0)) : null,
      high && c.needs(2) ? m.where(m.gt(raised, high), dy, 0) : null,
    ];
  },
  Dropout: linear((dy) => dy),

  Add: identities,
  Sub: partials(
    (_m, dy) => dy,
    (m, dy) => m.neg(dy),
  ),
  Mul: partials(
    (m, dy, c) => m.mul(dy, c.x(1)),
    (m, dy, c) => m.mul(dy, c.x(0)),
  ),
  // d(a/b) = da/b - (y/b) db
  Div: partials(
    (m, dy, c) => m.div(dy, c.x(1)),
    (m, dy, c) => m.neg(m.div(m.mul(dy, c.y()), c.x(1))),
  ),
  // a - b trunc(a/b): da = dy, db = -trunc(a/b) dy
  Mod: partials(
    (_m, dy) => dy,
    (m, dy, c) => m.neg(m.mul(dy, m.round(m.div(m.sub(c.x(0), c.y()), c.x(1))))),
  ),
  // dx = e x^(e-1) dy, 0 where e is 0; de = y ln x dy, 0 where 0 is raised to e >= 0
  Pow: partials(
    (m, dy, c) => {
      const e = c.b.cast(c.x(1), dy.type.dtype);
      return m.where(m.eq(e, 0), 0, m.mul(dy, e, m.pow(c.x(0), m.sub(e, 1))));
    },
    (m, dy, c) => {
      const atZero = m.and(m.eq(c.x(0), 0), m.ge(c.x(1), 0));
      return m.where(atZero, 0, m.mul(dy, c.y(), m.log(c.x(0))));
    },
  ),
  And: flat,
  Or: flat,
  Xor: flat,
  BitwiseAnd: flat,
  BitwiseOr: flat,
  BitwiseXor: flat,
  BitShift: flat,
  Max: extremumOf,
  Min: extremumOf,
  Sum: identities,
  Equal: flat,
  Greater: flat,
  GreaterOrEqual: flat,
  Less: flat,
  LessOrEqual: flat,
  IsNaN: flat,
  IsInf: flat,
  // each branch has dy where it is chosen
  Where: (c) => {
    const m = new Maths(c.b);
    return [null, m.where(c.x(0), c.dy(), 0), m.where(c.x(0), 0, c.dy())];
  },
  Cast: linear((dy, _m, c) => c.b.cast(dy, c.x(0).type.dtype)),

  // Σ: dy everywhere
  ReduceSum: reduction(({ dy }) => dy),
  // mean: dy / n everywhere
  ReduceMean: reduction(({ m, dy, count }) => m.div(dy, count)),
  ReduceMax: extremum,
  ReduceMin: extremum,
  ReduceProd: product,
  // Σ|x|: sign x
  ReduceL1: reduction(({ m, x, dy }) => m.mul(dy, sign(m, x))),
  ReduceL2: norm2,
  // ln Σ exp x: softmax = exp(x - y)
  ReduceLogSumExp: reduction(({ m, x, y, dy }) => m.mul(dy, m.exp(m.sub(x, y)))),
  // Σx²: 2x
  ReduceSumSquare: reduction(({ m, x, dy }) => m.mul(m.mul(dy, 2), x)),
  ArgMax: flat,
  ArgMin: flat,
  // s = softmax x: dx = s dy - s Σ s dy
  Softmax: linear((dy, m, c) => {
    const weighted = m.mul(c.y(), dy);
    return m.sub(weighted, m.mul(c.y(), m.sum(weighted, [axisOf(c, -1)])));
  }),
  // dx = dy - exp(y) Σ dy
  LogSoftmax: linear((dy, m, c) => m.sub(dy, m.mul(m.exp(c.y()), m.sum(dy, [axisOf(c, -1)])))),
  // y_i = Σ_{j <= i} x_j: dx_j = Σ_{i >= j} dy_i
  CumSum: linear((dy, _m, c) => {
    const exclusive = int(c, "exclusive", 0) === 1 ? { exclusive: 1 } : {};
    const reverse = int(c, "reverse", 0) === 1 ? {} : { reverse: 1 };
    return c.b.emit("CumSum", [dy, c.x(1)], { ...exclusive, ...reverse });
  }),
  TopK: topK,
  LayerNormalization: layerNormalization,
  BatchNormalization: batchNormalization,
  InstanceNormalization: instanceNormalization,
  LRN: lrn,

  MatMul: matMul,
  Gemm: gemm,
  Einsum: einsum,
  Conv: conv,
  ConvTranspose: convTranspose,
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: globalAveragePool,
  GlobalMaxPool: globalMaxPool,

  Reshape: reshaped,
  Flatten: reshaped,
  Squeeze: reshaped,
  Unsqueeze: reshaped,
  // the inverse permutation
  Transpose: linear((dy, m, c) => {
    const last = c.size(dy).length - 1;
    const perm = (c.attrs["perm"] as readonly number[] | undefined) ?? c.size(dy).map((_, i) => last - i);
    return m.transpose(
      dy,
      perm.map((_, i) => perm.indexOf(i)),
    );
  }),
  // Split along the same axis
  Concat: (c) => {
    const axis = axisOf(c, 0);
    const sizes = c.inputs.map((_, i) => c.size(c.x(i))[axis] as number);
    return c.b.emitAll("Split", [c.dy(), c.b.ints(sizes)], { axis }, { outputs: sizes.length });
  },
  // Concat along the same axis
  Split: (c) => {
    const parts = c.outputs.map((_, i) => c.dy(i));
    return [new Maths(c.b).concat(parts, axisOf(c, 0))];
  },
  Slice: slice,
  Pad: pad,
  // the driver sums what was stretched
  Expand: linear((dy) => dy),
  // [r0, d0, r1, d1, ...]: sum over the copies
  Tile: linear((dy, m, c) => {
    const repeats = constantNumbers(c, 1);
    const shape = c.size(c.x(0)).flatMap((d, i) => [repeats[i] as number, d]);
    const axes = repeats.map((_, i) => 2 * i).filter((axis) => shape[axis] !== 1);
    return m.reshape(m.sum(m.reshape(dy, shape), axes), c.size(c.x(0)));
  }),
  Resize: resize,
  // the inverse permutation of blocks
  DepthToSpace: linear((dy, m, c) => {
    const size = int(c, "blocksize", 1);
    if (text(c, "mode", "DCR") === "DCR") return c.b.emit("SpaceToDepth", [dy], { blocksize: size });
    const [n, channels, h, w] = c.size(c.x(0)) as [number, number, number, number];
    const blocks = m.reshape(dy, [n, channels / size ** 2, h, size, w, size]);
    return m.reshape(m.transpose(blocks, [0, 1, 3, 5, 2, 4]), [n, channels, h, w]);
  }),
  SpaceToDepth: linear((dy, _m, c) => c.b.emit("DepthToSpace", [dy], { blocksize: int(c, "blocksize", 1) })),
  // the same triangle of dy
  Trilu: linear((dy, _m, c) => {
    const upper = int(c, "upper", 1);
    return c.b.emit("Trilu", c.inputs[1] ? [dy, c.x(1)] : [dy], { upper });
  }),
  Shape: flat,
  ConstantOfShape: flat,
  // start + i delta: d start = Σ dy, d delta = Σ i dy
  Range: (c) => {
    const m = new Maths(c.b);
    const count = c.size(c.dy())[0] as number;
    const index = m.table(
      Array.from({ length: count }, (_, i) => i),
      [count],
      c.dy(),
    );
    return [m.sum(c.dy(), [0], false), null, m.sum(m.mul(c.dy(), index), [0], false)];
  },

  Gather: linear((dy, _m, c) => {
    const axis = axisOf(c, 0);
    return scatterAdd(c, dy, c.x(1), axis, c.size(c.x(0))[axis] as number);
  }),
  GatherElements: gatherElements,
  GatherND: gatherND,
  ScatterElements: scatterElementsRule,
  ScatterND: scatterNDRule,
  OneHot: oneHot,

  Loop: loop,
  Scan: scan,
  If: conditional,
} satisfies { readonly [O in OpName]: TableEntry };
