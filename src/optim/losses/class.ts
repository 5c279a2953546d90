import type { Issue } from "../../core/issue.ts";
import type { Value } from "../../ir/graph.ts";
import type { Maths } from "../../ir/maths.ts";
import { type Dim, isSymbolic } from "../../shape/dim.ts";
import { isFloat, isInteger } from "../../shape/dtype.ts";
import { type Shape, shapeText } from "../../shape/type.ts";
import {
  alike,
  asValue,
  classAxis,
  countOf,
  type LossCheck,
  type LossContext,
  type LossDefinition,
  type LossEmission,
  oneHot,
  reduced,
  scaled,
  sumAll,
} from "./define.ts";

/**
 * Cross-entropy of logits z (Bridle 1990), as `torch.nn.CrossEntropyLoss`:
 *
 *     L_i = -Σ_c w_c q_ic log softmax(z_i)_c
 *
 * Targets are class numbers (`[N]` for logits `[N, C]`, `[N, H, W]` for `[N, C, H, W]`, `[N, T]` for `[N, T, C]`, see
 * `classAxis`), q being one-hot; or probabilities q of the shape of the logits, with the classes on axis 1 (no
 * `ignoreIndex` then).
 * Smoothing s (Szegedy et al. 2016) replaces q by (1-s) q + s/C. The mean divides by the sum of the weights of the
 * targets that are not ignored; with probabilities by the number of samples. A batch with nothing to count gives 0.
 */
export const crossEntropy: LossDefinition<"cross-entropy"> = {
  formula: String.raw`L=-\sum_{c} w_c\,q_c\,\log\operatorname{softmax}(z)_c`,
  check(c) {
    if (!alike(c.prediction.shape, c.target.shape)) return checkClasses(c);
    const ignored = c.spec.ignoreIndex === null ? [] : [c.dtype("int64", c.set("ignoreIndex", null))];
    return [...ignored, ...checkClassCount(c, 1)];
  },
  emit(c) {
    const { b, m, spec, prediction, target } = c;
    const byNumber = numbered(prediction.type.shape, target);
    const axis = byNumber ?? 1;
    const logProbability = b.emit("LogSoftmax", [prediction], { axis });
    if (byNumber === null) return overProbabilities(c, logProbability);
    if (!plain(spec) || spec.labelSmoothing > 0 || c.provider === "dml") {
      return overWeights(c, logProbability, axis, spec.labelSmoothing);
    }
    const index = columnOf(m, prediction, target, axis);
    const picked = b.emit("GatherElements", [logProbability, index], { axis });
    const weight = countOf(m, picked);
    // dL/dz = softmax(z) - onehot(y)
    const atTarget = m.sub(m.exp(picked), 1);
    const gradient = b.emit("ScatterElements", [m.exp(logProbability), index, atTarget], { axis });
    const seed = { value: prediction, gradient: scaled(m, gradient, spec.reduction, weight) };
    return { ...reduced(m, m.neg(picked), spec.reduction, weight), seeds: [seed] };
  },
};

/**
 * Negative log-likelihood of log-probabilities x, as `torch.nn.NLLLoss`: L_i = -w_y x_iy for class number y. Shapes,
 * weights, ignored targets and the mean as for cross-entropy, which it equals when x = log softmax(z).
 */
export const nll: LossDefinition<"nll"> = {
  formula: String.raw`L=-w_y\,x_y`,
  check: (c) => checkClasses(c),
  emit(c) {
    const { b, m, spec, prediction, target } = c;
    const axis = numbered(prediction.type.shape, target) ?? 1;
    if (!plain(spec) || c.provider === "dml") return overWeights(c, prediction, axis, 0);
    const index = columnOf(m, prediction, target, axis);
    const picked = b.emit("GatherElements", [prediction, index], { axis });
    const weight = countOf(m, picked);
    const minusOneHot = oneHot(m, withoutAxis(m, index, axis), classCount(prediction, axis), axis, prediction, [0, -1]);
    const seed = { value: prediction, gradient: scaled(m, minusOneHot, spec.reduction, weight) };
    return { ...reduced(m, m.neg(picked), spec.reduction, weight), seeds: [seed] };
  },
};

type ClassLoss = "cross-entropy" | "nll";

const plain = (spec: { classWeights: readonly number[] | null; ignoreIndex: number | null }): boolean =>
  spec.classWeights === null && spec.ignoreIndex === null;

/** Class axis when the targets are class numbers, null when they are probabilities. */
export function numbered(prediction: Shape, target: Value): number | null {
  return isInteger(target.type.dtype) ? classAxis(prediction, target.type.shape) : null;
}

export const classCount = (prediction: Value, axis: number): number => prediction.type.shape[axis] as number;

/** Class numbers as int64 with a class axis of size 1. */
export function columnOf(m: Maths, prediction: Value, target: Value, axis: number): Value {
  const column = prediction.type.shape.map((d, i): Dim => (i === axis ? 1 : d));
  return m.reshape(m.b.cast(target, "int64"), column);
}

/** Without the class axis of size 1. */
export const withoutAxis = (m: Maths, column: Value, axis: number): Value =>
  m.reshape(
    column,
    column.type.shape.filter((_, i) => i !== axis),
  );

/** Class weights in a shape that broadcasts against the logits. */
function weightTable(m: Maths, weights: readonly number[], prediction: Value, axis: number): Value {
  const dims = [weights.length, ...prediction.type.shape.slice(axis + 1).map(() => 1)];
  return m.table(weights, dims, prediction);
}

/** Loss as -Σ q log p over a table q of weights; differentiated by the chain rule. */
function overWeights(
  c: LossContext<"cross-entropy"> | LossContext<"nll">,
  logProbability: Value,
  axis: number,
  smoothing: number,
): LossEmission {
  const { b, m, prediction, target } = c;
  const { classWeights, ignoreIndex, reduction } = c.spec;
  const classes = classCount(prediction, axis);
  const column = columnOf(m, prediction, target, axis);
  const indices = withoutAxis(m, column, axis);
  const off = smoothing / classes;
  let table = oneHot(m, indices, classes, axis, prediction, [off, off + 1 - smoothing]);
  const kept = ignoreIndex === null ? null : m.mask(m.not(m.eq(column, ignoreIndex)), prediction);
  let weight = countOf(m, prediction, column.type.shape);
  if (classWeights) {
    table = m.mul(table, weightTable(m, classWeights, prediction, axis));
    const safe = kept ? m.where(m.eq(column, ignoreIndex as number), 0, column) : column;
    const own = b.emit("Gather", [m.table(classWeights, [classes], prediction), safe], { axis: 0 });
    weight = sumAll(kept ? m.mul(own, kept) : own, b);
  } else if (kept) weight = sumAll(kept, b);
  if (kept) table = m.mul(table, kept);
  const losses = m.neg(m.mul(table, logProbability));
  const some = typeof weight === "number" ? weight : m.max(weight, leastWeight);
  return { ...reduced(m, losses, reduction, some), weight: asValue(m, weight, prediction) };
}

/** Below any sum of weights that counts something: keeps 0/0 out of a batch whose targets are all ignored. */
const leastWeight = 1e-20;

function overProbabilities({ m, spec, prediction, target }: LossContext<"cross-entropy">, logProbability: Value) {
  const classes = classCount(prediction, 1);
  const given = m.reshape(m.b.cast(target, prediction.type.dtype), prediction.type.shape);
  const s = spec.labelSmoothing;
  let q = s > 0 ? m.add(m.mul(given, 1 - s), s / classes) : given;
  if (spec.classWeights) q = m.mul(q, weightTable(m, spec.classWeights, prediction, 1));
  const samples = prediction.type.shape.filter((_, i) => i !== 1);
  return reduced(m, m.neg(m.mul(q, logProbability)), spec.reduction, countOf(m, prediction, samples));
}

/** Check for class numbers as targets. */
export function checkClasses<K extends ClassLoss | "hinge" | "perceptron">(c: LossCheck<K>): Issue[] {
  const { prediction, target } = c;
  const axis = classAxis(prediction.shape, target.shape);
  if (axis === null) return [c.shape(expectedTarget(prediction.shape))];
  if (isFloat(target.dtype)) return [c.dtype("int64")];
  return checkClassCount(c, axis);
}

function checkClassCount<K extends ClassLoss | "hinge" | "perceptron">(c: LossCheck<K>, axis: number): Issue[] {
  const classes = c.prediction.shape[axis] as Dim;
  if (isSymbolic(classes)) return [c.shape("[N, C]")];
  // Over one class, softmax is 1 whatever the logits are.
  if (classes < 2) return [c.shape("[N, C >= 2]", c.set(null, { kind: "bce-with-logits" }))];
  const weights = "classWeights" in c.spec ? c.spec.classWeights : null;
  if (!weights || weights.length === classes) return [];
  const fitted = Array.from({ length: classes }, (_, i) => weights[i] ?? 1);
  return [c.length("classWeights", classes, weights.length, c.set("classWeights", fitted))];
}

function expectedTarget(prediction: Shape): string {
  const without = (axis: number): string => shapeText(prediction.filter((_, i) => i !== axis));
  const last = prediction.length - 1;
  if (last < 1) return "[N, C]";
  return last > 1 ? `${without(1)} | ${without(last)}` : without(1);
}
