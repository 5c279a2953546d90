import type { LossKind, LossSpec } from "../graph/objective.ts";
import { classAxis } from "../optim/losses/define.ts";
import { isInteger, type Tensor } from "../shape/dtype.ts";
import {
  call,
  cases,
  constant,
  type Expression,
  equation,
  exponential,
  leaf,
  minus,
  negative,
  numberTex,
  over,
  plus,
  power,
  resultOf,
  root,
  size,
  times,
} from "./expression.ts";
import { subscripted } from "./letters.ts";
import { coordinates, elementOf, flatIndex } from "./place.ts";

/** What a loss compared, in numbers. */
export interface LossNumbers {
  readonly spec: LossSpec;
  readonly prediction: Tensor;
  readonly target: Tensor;
  /** Weight of the term in its objective. */
  readonly weight: number;
}

/** What a loss says of one sample, place or element. */
export interface WorkedLoss {
  /** LaTeX; the last line is the loss of this one alone. */
  readonly lines: readonly string[];
  readonly value: number;
}

/**
 * A loss is a sum or mean over units: samples (or places) where classes or vectors are compared, elements elsewhere.
 * `of` finds the unit that an element of the prediction belongs to.
 */
interface Unit {
  /** Lines that lead to the loss of the unit. */
  readonly lines: readonly string[];
  readonly loss: Expression;
  /** What it counts in the mean. */
  readonly share: number;
  /** Its derivative by an element of the unit, before the mean. */
  slope(index: number): Expression;
}

type SpecOf<K extends LossKind> = Extract<LossSpec, { kind: K }>;
interface LossForm<K extends LossKind> {
  units(n: LossNumbers & { readonly spec: SpecOf<K> }): number;
  unitOf(n: LossNumbers & { readonly spec: SpecOf<K> }, index: number): number;
  unit(n: LossNumbers & { readonly spec: SpecOf<K> }, unit: number): Unit;
}

/** Unit of a loss that an element of the prediction belongs to. */
export const unitOf = (n: LossNumbers, index: number): number => formOf(n).unitOf(n as never, index);
export const unitsOf = (n: LossNumbers): number => formOf(n).units(n as never);

const formOf = (n: LossNumbers): LossForm<LossKind> => lossForms[n.spec.kind] as unknown as LossForm<LossKind>;

/** The loss of one unit, as `-ln p = -ln 0.83 = 0.19`. */
export function workedUnit(n: LossNumbers, unit: number): WorkedLoss {
  const { lines, loss } = formOf(n).unit(n as never, unit);
  const letter = unitsOf(n) === 1 ? "L" : `L_{${unit + 1}}`;
  return { lines: [...lines, equation(letter, loss)], value: resultOf(loss) };
}

/** The loss over all units, weighted as in its objective. */
export function workedLoss(n: LossNumbers): WorkedLoss {
  const form = formOf(n);
  const all = Array.from({ length: form.units(n as never) }, (_, i) => form.unit(n as never, i));
  const total = all.reduce((sum, u) => sum + resultOf(u.loss), 0);
  const divisor = divisorOf(n, all);
  const value = (n.weight * total) / divisor;
  const factors = [
    ...(n.weight === 1 ? [] : [constant(n.weight)]),
    over(leaf("\\sum_i L_i", total), constant(divisor)),
  ];
  return { lines: [equation("L", times(...factors), value)], value };
}

/** The gradient of the loss by one element of the prediction. */
export function lossGradient(
  n: LossNumbers,
  index: number,
): { readonly letters: string; readonly expression: Expression } {
  const form = formOf(n);
  const all = Array.from({ length: form.units(n as never) }, (_, i) => form.unit(n as never, i));
  const own = form.unit(n as never, form.unitOf(n as never, index));
  const divisor = divisorOf(n, all);
  const slope = own.slope(index);
  const shared = divisor === 1 ? slope : times(constant(1 / divisor, `\\tfrac{1}{${numberTex(divisor)}}`), slope);
  return {
    letters: `\\frac{\\partial L}{\\partial ${elementLetters(n, index)}}`,
    expression: n.weight === 1 ? shared : times(constant(n.weight), shared),
  };
}

const elementLetters = ({ prediction, spec }: LossNumbers, index: number): string =>
  subscripted(predictionLetter(spec.kind), prediction.dims, index, true);

/** Letter of the prediction in the formulas of losses. */
export const predictionLetter = (kind: LossKind): string =>
  kind === "cross-entropy" || kind === "bce-with-logits" ? "z" : kind === "hinge" || kind === "perceptron" ? "s" : "x";

/** What the sum is divided by; nothing left that counts divides by next to nothing, as in the emitted loss. */
function divisorOf({ spec, prediction }: LossNumbers, all: readonly Unit[]): number {
  if (spec.reduction === "sum") return 1;
  if (spec.reduction === "batch-mean") return prediction.dims[0] ?? 1;
  return Math.max(
    all.reduce((sum, u) => sum + u.share, 0),
    1e-20,
  );
}

const z = (n: LossNumbers, index: number): Expression => leaf(elementLetters(n, index), elementOf(n.prediction, index));
const t = (n: LossNumbers, index: number, letter = "t"): Expression =>
  leaf(subscripted(letter, n.prediction.dims, index, true), elementOf(n.target, index));

/** A loss of every element on its own. */
const ofElements = <K extends LossKind>(
  make: (n: LossNumbers & { readonly spec: SpecOf<K> }, index: number) => { loss: Expression; slope: Expression },
): LossForm<K> => ({
  units: (n) => n.prediction.data.length,
  unitOf: (_, index) => index,
  unit(n, index) {
    const { loss, slope } = make(n, index);
    return { lines: [], loss, share: 1, slope: () => slope };
  },
});

/** A loss of the difference d = x - t. */
const ofDifference = <K extends LossKind>(
  value: (d: Expression, spec: SpecOf<K>) => Expression,
  slope: (d: Expression, spec: SpecOf<K>) => Expression,
): LossForm<K> =>
  ofElements((n, index) => {
    const d = minus(z(n, index), t(n, index));
    return { loss: value(d, n.spec), slope: slope(d, n.spec) };
  });

const half = constant(0.5, "\\tfrac12");
const sigmoid = (x: Expression): Expression => call("sigmoid", x);

/** Both sides of Huber's corner; `scale` is 1, or 1/β of the smooth L1. */
const huber = (d: Expression, delta: number, scale: number): Expression => {
  const [by, limit] = [constant(scale, `\\tfrac{1}{${numberTex(1 / scale)}}`), constant(delta)];
  const near = times(by, half, power(d, 2));
  const far = times(by, limit, minus(size(d), times(half, limit)));
  return cases(Math.abs(resultOf(d)) <= delta ? 0 : 1, [near, `|d| \\le ${numberTex(delta)}`], [far, "\\text{else}"]);
};
const huberSlope = (d: Expression, delta: number, scale: number): Expression =>
  times(constant(scale, `\\tfrac{1}{${numberTex(1 / scale)}}`), call("min", call("max", d, -delta), delta));

/** Elements of the prediction that one sample or place compares: a column along the axis of the classes. */
interface Column {
  readonly indices: readonly number[];
  /** Class that is right; null where the targets are probabilities. */
  readonly right: number | null;
}

const axisOf = ({ prediction, target }: LossNumbers): number =>
  (isInteger(target.dtype) ? classAxis(prediction.dims, target.dims) : null) ?? 1;

function columnsOf({ prediction }: LossNumbers, axis: number): number {
  return prediction.data.length / (prediction.dims[axis] as number);
}

const withoutAxis = (dims: readonly number[], axis: number): number[] => dims.filter((_, i) => i !== axis);

function columnOf(n: LossNumbers, axis: number, unit: number): Column {
  const { dims } = n.prediction;
  const rest = coordinates(withoutAxis(dims, axis), unit);
  const at = (c: number): number => flatIndex(dims, [...rest.slice(0, axis), c, ...rest.slice(axis)]);
  const indices = Array.from({ length: dims[axis] as number }, (_, c) => at(c));
  return { indices, right: isInteger(n.target.dtype) ? elementOf(n.target, unit) : null };
}

function columnAt({ prediction: { dims } }: LossNumbers, axis: number, index: number): number {
  const at = coordinates(dims, index);
  return flatIndex(
    withoutAxis(dims, axis),
    at.filter((_, i) => i !== axis),
  );
}

const byColumn = <K extends LossKind>(
  axis: (n: LossNumbers) => number,
  unit: (n: LossNumbers & { readonly spec: SpecOf<K> }, column: Column) => Unit,
): LossForm<K> => ({
  units: (n) => columnsOf(n, axis(n)),
  unitOf: (n, index) => columnAt(n, axis(n), index),
  unit: (n, i) => unit(n, columnOf(n, axis(n), i)),
});

const nothing: Unit = { lines: [], loss: constant(0), share: 0, slope: () => constant(0) };

/** Probability of a class, and the line that tells the sum of powers. */
function softmaxOf(n: LossNumbers, { indices }: Column) {
  const scores = indices.map((i) => elementOf(n.prediction, i));
  const top = Math.max(...scores);
  const total = scores.reduce((sum, s) => sum + Math.exp(s - top), 0);
  const probability = (c: number): number => Math.exp((scores[c] as number) - top) / total;
  const logarithm = (c: number): number => (scores[c] as number) - top - Math.log(total);
  return { probability, logarithm };
}

const crossEntropy: LossForm<"cross-entropy"> = byColumn(axisOf, (n, column) => {
  const { spec } = n;
  const { indices, right } = column;
  if (right !== null && right === spec.ignoreIndex) return nothing;
  const classes = indices.length;
  const given = (c: number): number =>
    right === null ? elementOf(n.target, indices[c] as number) : c === right ? 1 : 0;
  const q = (c: number): number => (1 - spec.labelSmoothing) * given(c) + spec.labelSmoothing / classes;
  const w = (c: number): number => spec.classWeights?.[c] ?? 1;
  const { probability, logarithm } = softmaxOf(n, column);
  const simple = right !== null && spec.labelSmoothing === 0;
  const weighted = spec.classWeights !== null;
  const mass = indices.reduce((sum, _, c) => sum + w(c) * q(c), 0);
  const total = indices.reduce((sum, _, c) => sum - w(c) * q(c) * logarithm(c), 0);
  const p = (c: number): Expression => leaf(`p_{${c + 1}}`, probability(c));
  const line = (c: number): string =>
    `p_{${c + 1}} = \\frac{e^{z_{${c + 1}}}}{\\sum_j e^{z_j}} = ${numberTex(probability(c))}`;
  const own = (right ?? 0) as number;
  const simpleLoss = (): Expression => {
    // A probability that rounds to 0 has a logarithm all the same.
    const log = probability(own) > 1e-300 ? call("ln", p(own)) : leaf(`\\ln p_{${own + 1}}`, logarithm(own));
    return negative(weighted ? times(leaf(`w_{${own + 1}}`, w(own)), log) : log);
  };
  return {
    lines: simple ? [line(own)] : [],
    loss: simple ? simpleLoss() : leaf("-\\sum_c w_c\\,q_c \\ln p_c", total),
    share: right === null ? 1 : w(own),
    slope(index) {
      const c = indices.indexOf(index);
      const target = leaf(right === null || spec.labelSmoothing > 0 ? `q_{${c + 1}}` : `t_{${c + 1}}`, q(c));
      if (!weighted) {
        const exact = Math.abs(mass - 1) < 1e-12;
        return minus(exact ? p(c) : times(p(c), leaf("\\sum_k q_k", mass)), target);
      }
      return minus(times(p(c), leaf("\\sum_k w_k\\,q_k", mass)), times(leaf(`w_{${c + 1}}`, w(c)), target));
    },
  };
});

const nll: LossForm<"nll"> = byColumn(axisOf, (n, { indices, right }) => {
  const own = right ?? 0;
  if (right === n.spec.ignoreIndex) return nothing;
  const weight = n.spec.classWeights?.[own] ?? 1;
  const factor = n.spec.classWeights ? leaf(`w_{${own + 1}}`, weight) : constant(1);
  return {
    lines: [],
    loss: negative(times(factor, z(n, indices[own] as number))),
    share: weight,
    slope: (index) => (indices.indexOf(index) === own ? negative(factor) : constant(0)),
  };
});

/** One score per target of -1/+1 or 0/1; whatever is above 0 is +1. */
const sign = (n: LossNumbers, index: number): Expression =>
  leaf(subscripted("y", n.prediction.dims, index, true), elementOf(n.target, index) > 0 ? 1 : -1);

const tight = (dims: readonly number[]): string => dims.filter((d, i) => i === 0 || d !== 1).join();
const isBinary = ({ prediction, target }: LossNumbers): boolean => tight(prediction.dims) === tight(target.dims);

/** Binary over elements, or over the classes of a sample. */
const either = <K extends LossKind>(binary: LossForm<K>, classes: LossForm<K>): LossForm<K> => ({
  units: (n) => (isBinary(n) ? binary : classes).units(n),
  unitOf: (n, index) => (isBinary(n) ? binary : classes).unitOf(n, index),
  unit: (n, i) => (isBinary(n) ? binary : classes).unit(n, i),
});

const hinge: LossForm<"hinge"> = either(
  ofElements((n, index) => {
    const [y, s] = [sign(n, index), z(n, index)];
    const slack = call("max", 0, minus(constant(n.spec.margin), times(y, s)));
    const active = resultOf(slack) > 0 ? 0 : 1;
    return {
      loss: n.spec.squared ? power(slack, 2) : slack,
      slope: n.spec.squared
        ? negative(times(2, y, slack))
        : cases(active, [negative(y), `y\\,s < ${numberTex(n.spec.margin)}`], [0, "\\text{else}"]),
    };
  }),
  byColumn(axisOf, (n, { indices, right }) => {
    const own = right ?? 0;
    const score = (c: number): number => elementOf(n.prediction, indices[c] as number);
    const slack = (c: number): number => (c === own ? 0 : Math.max(0, n.spec.margin - score(own) + score(c)));
    const pull = (c: number): number => (n.spec.squared ? 2 * slack(c) : slack(c) > 0 ? 1 : 0);
    const count = indices.length;
    const total = indices.reduce((sum, _, c) => sum + slack(c) ** (n.spec.squared ? 2 : 1), 0);
    const all = indices.reduce((sum, _, c) => sum + pull(c), 0);
    const exponent = n.spec.squared ? "^2" : "";
    return {
      lines: [],
      loss: over(leaf(`\\sum_{j \\ne y} \\max(0, ${numberTex(n.spec.margin)} - s_y + s_j)${exponent}`, total), count),
      share: 1,
      slope(index) {
        const c = indices.indexOf(index);
        if (c === own) return negative(over(leaf("\\sum_j h_j", all), count));
        return over(leaf(`h_{${c + 1}}`, pull(c)), count);
      },
    };
  }),
);

const perceptron: LossForm<"perceptron"> = either(
  ofElements((n, index) => {
    const [y, s] = [sign(n, index), z(n, index)];
    const margin = resultOf(y) * resultOf(s);
    return {
      loss: call("max", 0, negative(times(y, s))),
      slope: cases(margin <= 0 ? 0 : 1, [negative(y), "y\\,s \\le 0"], [0, "\\text{else}"]),
    };
  }),
  byColumn(axisOf, (n, { indices, right }) => {
    const own = right ?? 0;
    const scores = indices.map((i) => elementOf(n.prediction, i));
    const best = scores.indexOf(Math.max(...scores));
    return {
      lines: [],
      loss: minus(leaf("\\max_j s_j", scores[best] as number), z(n, indices[own] as number)),
      share: 1,
      slope(index) {
        const c = indices.indexOf(index);
        return minus(constant(c === best ? 1 : 0), constant(c === own ? 1 : 0));
      },
    };
  }),
);

const lastAxis = ({ prediction }: LossNumbers): number => prediction.dims.length - 1;

const cosine: LossForm<"cosine"> = {
  ...byColumn<"cosine">(lastAxis, (n, { indices }) => {
    const xs = indices.map((i) => elementOf(n.prediction, i));
    const ts = indices.map((i) => elementOf(n.target, i));
    const length = (v: readonly number[]): number => Math.max(Math.hypot(...v), 1e-8);
    const [lx, lt] = [length(xs), length(ts)];
    const dot = xs.reduce((sum, v, i) => sum + v * (ts[i] as number), 0);
    const similarity = dot / (lx * lt);
    const [sizeX, sizeT] = [leaf("\\lVert x \\rVert", lx), leaf("\\lVert t \\rVert", lt)];
    return {
      lines: [],
      loss: minus(1, over(leaf("x \\cdot t", dot), times(sizeX, sizeT))),
      share: 1,
      slope(index) {
        const x = over(z(n, index), sizeX);
        const other = over(t(n, index), sizeT);
        return over(minus(times(leaf("c", similarity), x), other), sizeX);
      },
    };
  }),
};

/** How every loss is worked out; a missing one does not compile. */
const lossForms: { readonly [K in LossKind]: LossForm<K> } = {
  "cross-entropy": crossEntropy,
  nll,
  "bce-with-logits": ofElements((n, index) => {
    const [score, target] = [z(n, index), t(n, index)];
    const w = n.spec.positiveWeight ?? 1;
    const value = resultOf(score);
    // ln σ(z) = -ln(1 + e^-z), which holds its digits where σ rounds to 0 or 1.
    const log = (x: number): number => (x > 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x)));
    const yes = times(constant(w), target, leaf("\\ln \\sigma(z)", log(value)));
    const no = times(minus(1, target), leaf("\\ln(1 - \\sigma(z))", log(-value)));
    const plain = minus(sigmoid(score), target);
    const factor = plus(1, times(constant(w - 1), target));
    const heavy = minus(minus(1, target), times(factor, minus(1, sigmoid(score))));
    return { loss: minus(negative(yes), no), slope: w === 1 ? plain : heavy };
  }),
  mse: ofDifference(
    (d) => power(d, 2),
    (d) => times(2, d),
  ),
  l1: ofDifference(
    (d) => size(d),
    (d) => call("sign", d),
  ),
  huber: ofDifference(
    (d, { delta }) => huber(d, delta, 1),
    (d, { delta }) => huberSlope(d, delta, 1),
  ),
  "smooth-l1": ofDifference(
    (d, { beta }) => huber(d, beta, 1 / beta),
    (d, { beta }) => huberSlope(d, beta, 1 / beta),
  ),
  "log-cosh": ofDifference(
    (d) => {
      const v = Math.abs(resultOf(d));
      const cosh = over(plus(exponential(d), exponential(negative(d))), 2);
      return v < 30 ? call("ln", cosh) : minus(size(d), call("ln", constant(2)));
    },
    (d) => call("tanh", d),
  ),
  kl: ofElements((n, index) => {
    const [x, target] = [z(n, index), t(n, index)];
    const some = resultOf(target) > 0;
    return {
      loss: some ? times(target, minus(call("ln", target), x)) : constant(0),
      slope: negative(target),
    };
  }),
  hinge,
  perceptron,
  cosine,
  contrastive: ofElements((n, index) => {
    const square = leaf("d^2", elementOf(n.prediction, index));
    const y = t(n, index, "y");
    const d = root(Math.max(resultOf(square), 1e-12) === resultOf(square) ? square : constant(1e-12));
    const slack = call("max", 0, minus(constant(n.spec.margin), d));
    const apart = minus(1, y);
    return {
      loss: plus(times(y, square), times(apart, power(slack, 2))),
      slope: minus(y, times(apart, over(slack, d))),
    };
  }),
};
