import { unreachable } from "../../core/invariant.ts";
import type { GradientContext, GradientRule } from "../../ir/gradient.ts";
import type { Value } from "../../ir/graph.ts";
import { Maths } from "../../ir/maths.ts";
import { elementCount } from "../../shape/dtype.ts";
import { float, text } from "../attributes.ts";
import { constantNumbers } from "./slice.ts";

/**
 * Resizing is linear along each axis: y = M x, with one row of weights per output place, so dx = Mᵀ dy, axis by axis.
 * Whole-number nearest enlargement of images is a mean over tiles times their size (AveragePool is faster).
 */
export const resize: GradientRule = (c) => {
  const m = new Maths(c.b);
  const [dims, out] = [c.size(c.x(0)), c.size(c.y())];
  const factors = dims.map((d, i) => (out[i] as number) / d);
  const matrices = dims.map((_, axis) => axisMatrix(c, axis, dims, out));
  if (factors.slice(0, 2).every((f) => f === 1) && matrices.every((rows, i) => repeats(rows, factors[i] as number))) {
    const kernel = factors.slice(2);
    if (kernel.length === 0 || kernel.every((k) => k === 1)) return [c.dy()];
    const mean = c.b.emit("AveragePool", [c.dy()], { kernel_shape: kernel, strides: kernel });
    return [m.mul(mean, elementCount(kernel))];
  }
  return [matrices.reduce((dy, rows, axis) => applyTransposed(m, dy, rows, axis, dims[axis] as number), c.dy())];
};

/** Weights of one output place: (input place, weight), places may repeat. */
type Row = readonly (readonly [number, number])[];

const repeats = (rows: readonly Row[], factor: number): boolean =>
  Number.isInteger(factor) &&
  rows.every((row, o) => row.length === 1 && row[0]?.[0] === Math.floor(o / factor) && row[0][1] === 1);

function applyTransposed(m: Maths, dy: Value, rows: readonly Row[], axis: number, size: number): Value {
  if (size === rows.length && repeats(rows, 1)) return dy;
  const dims = dy.type.shape as number[];
  const [before, after] = [elementCount(dims.slice(0, axis)), elementCount(dims.slice(axis + 1))];
  const weights = new Array<number>(size * rows.length).fill(0);
  rows.forEach((row, o) => {
    for (const [i, w] of row) weights[i * rows.length + o] = (weights[i * rows.length + o] as number) + w;
  });
  const shape = dims.map((d, i) => (i === axis ? size : d));
  if (after === 1) {
    const turned = Array.from(
      { length: weights.length },
      (_, k) => weights[(k % size) * rows.length + Math.floor(k / size)] as number,
    );
    const flat = m.reshape(dy, [before, rows.length]);
    return m.reshape(m.matmul(flat, m.table(turned, [rows.length, size], dy)), shape);
  }
  const flat = m.reshape(dy, [before, rows.length, after]);
  return m.reshape(m.matmul(m.table(weights, [size, rows.length], dy), flat), shape);
}

/** One row for each place of the output along `axis`, as onnxruntime computes them (in float32). */
function axisMatrix(c: GradientContext, axis: number, dims: readonly number[], out: readonly number[]): Row[] {
  const [size, count] = [dims[axis] as number, out[axis] as number];
  const scale = scaleOf(c, axis, size, count);
  const mode = text(c, "mode", "nearest");
  return Array.from({ length: count }, (_, o): Row => {
    if (scale === 1 && size === count) return [[o, 1]];
    const x = place(text(c, "coordinate_transformation_mode", "half_pixel"), o, scale, size, count);
    if (mode === "nearest") return [[clamp(nearest(text(c, "nearest_mode", "round_prefer_floor"), x), size), 1]];
    return mode === "linear" ? linearRow(x, size) : cubicRow(x, size, float(c, "cubic_coeff_a", -0.75));
  });
}

/** Enlargement of an axis: given, or out / in where the sizes are given. */
function scaleOf(c: GradientContext, axis: number, size: number, count: number): number {
  const axes = c.attrs["axes"] as readonly number[] | undefined;
  const at = axes ? axes.findIndex((a) => (a < 0 ? a + c.size(c.x(0)).length : a) === axis) : axis;
  if (at < 0) return 1;
  const given = c.inputs[2]?.constant && (c.inputs[2].type.shape[0] as number) > 0;
  return given ? (constantNumbers(c, 2)[at] as number) : Math.fround(count / size);
}

const clamp = (i: number, size: number): number => Math.min(Math.max(i, 0), size - 1);

/** Where output place `o` lies in the input. */
function place(mode: string, o: number, scale: number, size: number, count: number): number {
  const f = Math.fround;
  switch (mode) {
    case "asymmetric":
      return f(o / scale);
    case "align_corners":
      return count === 1 ? 0 : f(f(o * (size - 1)) / (count - 1));
    case "pytorch_half_pixel":
      return count > 1 ? f(f(f(o + 0.5) / scale) - 0.5) : 0;
    case "half_pixel":
      return f(f(f(o + 0.5) / scale) - 0.5);
    default:
      return unreachable(`Resize with ${mode}`);
  }
}

function nearest(mode: string, x: number): number {
  if (mode === "floor") return Math.floor(x);
  if (mode === "ceil") return Math.ceil(x);
  const half = x - Math.floor(x) === 0.5;
  if (half) return mode === "round_prefer_floor" ? Math.floor(x) : Math.ceil(x);
  return Math.round(x);
}

function linearRow(x: number, size: number): Row {
  const inside = Math.min(Math.max(x, 0), size - 1);
  const low = Math.floor(inside);
  const high = clamp(low + 1, size);
  return [
    [low, low === high ? 1 : 1 - (inside - low)],
    [high, low === high ? 0 : inside - low],
  ];
}

/** Cubic convolution (Keys 1981) with parameter a; places outside count as the border. */
function cubicRow(x: number, size: number, a: number): Row {
  const low = Math.floor(x);
  const s = x - low;
  const near = (t: number): number => ((a + 2) * t - (a + 3)) * t * t + 1;
  const far = (t: number): number => ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
  return [far(s + 1), near(s), near(1 - s), far(2 - s)].map((w, i) => [clamp(low - 1 + i, size), w] as const);
}
