import type { Fix } from "../../core/issue.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { NodeIssue, ShapeContext } from "../../graph/layer.ts";
import { isSymbolic } from "../../shape/dim.ts";
import { isFloat } from "../../shape/dtype.ts";
import { normalAxis, type Shape, shapeText, type TensorType } from "../../shape/type.ts";

/** The part of a shape context that does not depend on the parameters of the layer. */
export interface CheckContext {
  readonly inputs: readonly TensorType[];
  readonly issue: NodeIssue;
  setParam(param: string, value: number | string | boolean | readonly number[]): Fix;
  readonly insert: ShapeContext["insert"];
}

/** An optional fix, in the form that issues take it. */
export const offer = (fix: Fix | null): { readonly fix?: Fix } => (fix ? { fix } : {});

/** The first of a list that has one: the only input of a layer, its only output. */
export const first = <T>(list: readonly T[]): T => list[0] as T;

/** Input `i` when its element type is a float; integers of rank 1 or 2 may be ids, so an embedding is the fix. */
export function floatInput(c: CheckContext, i = 0): Result<TensorType> {
  const x = c.inputs[i] as TensorType;
  if (isFloat(x.dtype)) return ok(x);
  const ids = x.dtype === "int64" && x.shape.length <= 2;
  const more = offer(ids ? c.insert(i, "embedding") : null);
  return fail(c.issue("shape.dtype", { expected: "float32", found: x.dtype }, more));
}

/** Input `i` when it is a float tensor of exactly `rank` axes, the batch counted. */
export function inputOfRank(c: CheckContext, rank: number, i = 0): Result<TensorType> {
  const x = floatInput(c, i);
  return x.ok && x.value.shape.length !== rank ? fail(rankIssue(c, i, rank, String(rank))) : x;
}

/** Input `i` when it is a float tensor of at least `least` axes. */
export function inputOfRankAtLeast(c: CheckContext, least: number, i = 0): Result<TensorType> {
  const x = floatInput(c, i);
  return x.ok && x.value.shape.length < least ? fail(rankIssue(c, i, least, `>= ${least}`)) : x;
}

function rankIssue(c: CheckContext, i: number, rank: number, expected: string) {
  const { shape } = c.inputs[i] as TensorType;
  return c.issue("shape.rank", { expected, found: shapeText(shape) }, offer(rankFix(c, i, shape, rank)));
}

/** A layer that brings input `i` to `rank` axes: the rest flattened, a channel axis put in, a vector seen as an image. */
function rankFix(c: CheckContext, i: number, shape: Shape, rank: number): Fix | null {
  if (shape.length > rank) {
    if (rank === 2) return c.insert(i, "flatten");
    const kept = numbers(shape.slice(1, rank - 1));
    return kept && c.insert(i, "reshape", { target: [...kept, -1] });
  }
  if (shape.length === rank - 1) return c.insert(i, "unsqueeze", { axis: 1 });
  const features = shape[1];
  if (shape.length !== 2 || typeof features !== "number") return null;
  return c.insert(i, "reshape", { target: imageSizes(features, rank - 2) });
}

/** The dimensions as numbers, or null while one is a symbol. */
export const numbers = (shape: Shape): number[] | null =>
  shape.some(isSymbolic) ? null : [...(shape as readonly number[])];

/** Channels and equal spatial sizes for a vector: 784 is [1, 28, 28], 3072 is [3, 32, 32], anything else [n, 1, 1]. */
function imageSizes(features: number, spatial: number): number[] {
  for (const channels of [1, 3]) {
    const side = Math.round((features / channels) ** (1 / spatial));
    if (side > 1 && channels * side ** spatial === features) return [channels, ...Array<number>(spatial).fill(side)];
  }
  return [features, ...Array<number>(spatial).fill(1)];
}

/** The size of axis `axis` of a type when it is a number. `what` names the axis in the message. */
export function knownSize(c: CheckContext, x: TensorType, axis: number, what: string): Result<number> {
  const size = x.shape.at(axis);
  if (typeof size === "number") return ok(size);
  return fail(c.issue("shape.symbolic", { what, found: shapeText(x.shape) }));
}

/** The axis that a parameter names, counted from the front. The batch axis 0 is out of reach of every layer. */
export function sampleAxis(c: CheckContext, axis: number, rank: number, param: string): Result<number> {
  const front = normalAxis(axis, rank);
  if (front !== null && front > 0) return ok(front);
  const fix = rank > 1 ? c.setParam(param, -1) : null;
  return fail(c.issue("shape.axis", { axis, rank }, { param, ...offer(fix) }));
}

/** Several axes from one parameter, sorted and each once. */
export function sampleAxes(c: CheckContext, axes: readonly number[], rank: number, param: string): Result<number[]> {
  const fronts = frontAxes(axes, rank);
  if (fronts) return ok(fronts);
  const axis = axes.find((a) => (normalAxis(a, rank) ?? 0) < 1) ?? 0;
  const fix = rank > 1 ? c.setParam(param, [-1]) : null;
  return fail(c.issue("shape.axis", { axis, rank }, { param, ...offer(fix) }));
}

/** Axes counted from the front, sorted, each once; null when one is the batch or out of range, or the list is empty. */
export function frontAxes(axes: readonly number[], rank: number): number[] | null {
  const fronts = axes.map((a) => normalAxis(a, rank));
  if (fronts.length === 0 || !fronts.every((a): a is number => a !== null && a > 0)) return null;
  return [...new Set(fronts)].sort((a, b) => a - b);
}
