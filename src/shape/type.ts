import { type Dim, dimText, equal, isSymbolic, substitute } from "./dim.ts";
import type { DType } from "./dtype.ts";

export type Shape = readonly Dim[];

/** What is known of a tensor before it exists: element type and shape. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** `[N, 16, 5, 5]` */
export const shapeText = (shape: Shape): string => `[${shape.map(dimText).join(", ")}]`;

/** `float32[N, 16, 5, 5]` */
export const typeText = (t: TensorType): string => `${t.dtype}${shapeText(t.shape)}`;

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((d, i) => equal(d, b[i] as Dim));

export const sameType = (a: TensorType, b: TensorType): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape);

/** The shape as numbers, or null while a symbol is left. */
export function staticShape(shape: Shape): number[] | null {
  return shape.every((d): d is number => !isSymbolic(d)) ? [...(shape as number[])] : null;
}

export const substituteShape = (shape: Shape, values: { readonly [symbol: string]: number }): Shape =>
  shape.map((d) => substitute(d, values));

/** An axis counted from the front: -1 is the last of `rank`. Null when out of range. */
export function normalAxis(axis: number, rank: number): number | null {
  const front = axis < 0 ? axis + rank : axis;
  return Number.isInteger(axis) && front >= 0 && front < rank ? front : null;
}

/**
 * The shape two operands broadcast to under the rules of ONNX (right-aligned, 1 stretches),
 * or the axis of the result at which they do not fit.
 */
export function broadcast(a: Shape, b: Shape): { readonly shape: Shape } | { readonly axis: number } {
  const rank = Math.max(a.length, b.length);
  const shape: Dim[] = [];
  for (let i = 0; i < rank; i++) {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (equal(x, y)) shape.push(x);
    else if (x === 1) shape.push(y);
    else if (y === 1) shape.push(x);
    else return { axis: i };
  }
  return { shape };
}
