import { type Fix, type Issue, issue, type Json } from "../../core/issue.ts";
import type { LossKind, LossSpec } from "../../graph/objective.ts";
import type { GraphBuilder } from "../../ir/builder.ts";
import type { Provider } from "../../ir/gradient.ts";
import type { Value } from "../../ir/graph.ts";
import type { Maths, Operand } from "../../ir/maths.ts";
import { isSymbolic, product } from "../../shape/dim.ts";
import { isInteger } from "../../shape/dtype.ts";
import { type Shape, sameShape, shapeText, type TensorType, typeText } from "../../shape/type.ts";

/** A loss as values of the graph. All scalars have the element type of the prediction. */
export interface LossEmission {
  /** What is minimised: a scalar, reduced as the specification says. */
  readonly value: Value;
  /** Sum over the batch. Over many batches, the mean is the sum of totals by the sum of weights. */
  readonly total: Value;
  /** What `total` is divided by for the mean: elements, samples, or the class weights of the targets. */
  readonly weight: Value;
  /**
   * d(value)/dv in closed form for some v between the network and `value`. Where it is given, the backward pass
   * starts at these and not at `value`: fewer operators, and no logarithm to differentiate.
   */
  readonly seeds?: readonly { readonly value: Value; readonly gradient: Value }[];
}

export type SpecOf<K extends LossKind> = Extract<LossSpec, { kind: K }>;

/** What the emitter of a loss sees. */
export interface LossContext<K extends LossKind> {
  readonly b: GraphBuilder;
  readonly m: Maths;
  readonly spec: SpecOf<K>;
  readonly prediction: Value;
  readonly target: Value;
  readonly provider: Provider;
}

/** What the check of a loss sees. */
export interface LossCheck<K extends LossKind> {
  readonly spec: SpecOf<K>;
  readonly prediction: TensorType;
  readonly target: TensorType;
  /** An `objective.shape` issue that says what would fit. */
  shape(expected: string, fix?: Fix): Issue;
  /** An `objective.dtype` issue about the target. */
  dtype(expected: string, fix?: Fix): Issue;
  /** An issue about a list of the loss that needs one entry a class. */
  length(list: string, expected: number, found: number, fix?: Fix): Issue;
  /** Sets a key of the loss, or with a null key the whole of it; undefined where the caller did not say its place. */
  set(key: string | null, value: Json): Fix | undefined;
}

/** One loss: its formula, what it accepts, and how it is written in ONNX operators. */
export interface LossDefinition<K extends LossKind> {
  /** LaTeX; z or x is the prediction, t or y the target, without the reduction over the batch. */
  readonly formula: string;
  check(c: LossCheck<K>): Issue[];
  emit(c: LossContext<K>): LossEmission;
}

/** Where the loss stands in the document, so that fixes can be given. */
export type LossPath = readonly (string | number)[];

export function lossCheck<K extends LossKind>(
  spec: SpecOf<K>,
  prediction: TensorType,
  target: TensorType,
  path: LossPath | undefined,
): LossCheck<K> {
  const withFix = (fix: Fix | undefined): { fix?: Fix } => (fix ? { fix } : {});
  return {
    spec,
    prediction,
    target,
    shape(expected, fix) {
      const shapes = { prediction: shapeText(prediction.shape), target: typeText(target) };
      return issue("objective.shape", { loss: spec.kind, ...shapes, expected, ...withFix(fix) });
    },
    dtype: (expected, fix) =>
      issue("objective.dtype", { loss: spec.kind, expected, found: target.dtype, ...withFix(fix) }),
    length: (list, expected, found, fix) =>
      issue("objective.class-count", { loss: spec.kind, list, expected, found, ...withFix(fix) }),
    set: (key, value) => path && { kind: "set-document", path: key === null ? path : [...path, key], value },
  };
}

/** Sum over all axes, as a scalar. */
export const sumAll = (x: Value, b: GraphBuilder): Value =>
  x.type.shape.length === 0 ? x : b.emit("ReduceSum", [x], { keepdims: 0 });

/**
 * Number of elements of `shape`, whose symbols are dimensions of `x`: a number, or a scalar computed at run time in
 * the element type of `x`.
 */
export function countOf(m: Maths, x: Value, shape: Shape = x.type.shape): Operand {
  const count = product(shape);
  if (!isSymbolic(count)) return count;
  const sizes = m.b.cast(m.b.shapeVector(x, shape), x.type.dtype);
  return m.b.emit("ReduceProd", [sizes], { keepdims: 0 });
}

export const asValue = (m: Maths, x: Operand, like: Value): Value =>
  typeof x === "number" ? m.b.scalar(x, like.type.dtype) : x;

/** `losses` summed, or averaged over `weight`. */
export function reduced(
  m: Maths,
  losses: Value,
  reduction: "mean" | "sum",
  weight: Operand,
): Pick<LossEmission, "value" | "total" | "weight"> {
  const total = sumAll(losses, m.b);
  const value = reduction === "sum" ? total : m.div(total, weight);
  return { value, total, weight: asValue(m, weight, losses) };
}

/** factor * gradient of a sum, or of a mean over `weight`. */
export function scaled(m: Maths, gradient: Value, reduction: "mean" | "sum", weight: Operand, factor = 1): Value {
  if (reduction === "sum") return m.mul(gradient, factor);
  if (typeof weight === "number") return m.mul(gradient, factor / weight);
  return m.div(m.mul(gradient, factor), weight);
}

/** Shape without the axes of size 1 behind the batch, which do not count when a target is laid on a prediction. */
const tight = (shape: Shape): Shape => shape.filter((d, i) => i === 0 || d !== 1);

/** True when a target can be compared element by element: same shape, but for axes of size 1. */
export const alike = (prediction: Shape, target: Shape): boolean => sameShape(tight(prediction), tight(target));

/**
 * The target in the shape and element type of the prediction. `[N]` fits `[N, 1]`: it is never stretched to `[N, N]`.
 */
export const laidOn = (m: Maths, target: Value, prediction: Value): Value =>
  m.reshape(m.b.cast(target, prediction.type.dtype), prediction.type.shape);

/** Check of losses that compare element by element. */
export function checkAlike<K extends LossKind>(c: LossCheck<K>): Issue[] {
  const { prediction, target } = c;
  if (alike(prediction.shape, target.shape)) return [];
  const classes = isInteger(target.dtype) && classAxis(prediction.shape, target.shape) !== null;
  return [c.shape(shapeText(prediction.shape), classes ? c.set(null, { kind: "cross-entropy" }) : undefined)];
}

/**
 * Axis of the logits that holds the classes, for class numbers as targets: 1 if the targets have the shape of the
 * logits without axis 1 (`[N, C]` with `[N]`, `[N, C, H, W]` with `[N, H, W]`), else the last if they have the
 * shape without that (`[N, T, C]` with `[N, T]`); 1 when both fit; null when neither does.
 */
export function classAxis(prediction: Shape, target: Shape): number | null {
  const last = prediction.length - 1;
  const without = (axis: number): Shape => prediction.filter((_, i) => i !== axis);
  if (last < 1) return null;
  if (alike(without(1), target)) return 1;
  return alike(without(last), target) ? last : null;
}

/**
 * `indices` as 0/1 (or `off`/`on`) along a new axis of `depth`, in the element type of `like`. Bad indices give `off`.
 */
export function oneHot(
  m: Maths,
  indices: Value,
  depth: number,
  axis: number,
  like: Value,
  [off, on]: readonly [number, number] = [0, 1],
): Value {
  const { b } = m;
  // onnxruntime has no OneHot of doubles.
  const values = m.table([off, on], [2], b.scalar(0));
  const hot = b.emit("OneHot", [b.cast(indices, "int64"), b.ints([depth]), values], { axis });
  return b.cast(hot, like.type.dtype);
}
