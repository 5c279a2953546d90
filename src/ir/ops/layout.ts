import { invariant } from "../../core/invariant.ts";
import {
  add,
  type Dim,
  floorDivide,
  isSymbolic,
  missingDimension,
  multiply,
  product,
  subtract,
} from "../../shape/dim.ts";
import { normalAxis, type Shape } from "../../shape/type.ts";
import { type InferContext, op } from "../spec.ts";
import { broadcastAll } from "./elementwise.ts";
import { frontAxes } from "./reduce.ts";

const axisOf = (axis: number, rank: number): number => {
  const front = normalAxis(axis, rank);
  invariant(front !== null, `axis ${axis} of rank ${rank}`);
  return front;
};

/** -1 is what is left; 0 copies, or with `allowZero` is a dimension of 0 (ONNX Reshape). */
function reshaped(from: Shape, target: readonly number[], allowZero: boolean): Shape | null {
  const dims = target.map((d, i): Dim => (d === 0 && !allowZero ? (from[i] as Dim) : d));
  const hole = dims.indexOf(-1);
  if (hole < 0) return dims;
  const rest = missingDimension(
    from,
    dims.filter((_, i) => i !== hole),
  );
  if (rest === null) return null;
  return dims.map((d, i) => (i === hole ? rest : d));
}

function sliced(c: InferContext): Shape | null {
  const { shape } = c.type(0);
  const [starts, ends] = [c.numbers(1), c.numbers(2)];
  if (!starts || !ends) return null;
  const axes = c.inputs[3] ? c.numbers(3) : starts.map((_, i) => i);
  const steps = c.inputs[4] ? c.numbers(4) : starts.map(() => 1);
  if (!axes || !steps) return null;
  const out = [...shape];
  for (const [i, a] of axes.entries()) {
    const axis = axisOf(a, shape.length);
    const size = sliceSize(shape[axis] as Dim, starts[i] as number, ends[i] as number, steps[i] as number);
    if (size === null) return null;
    out[axis] = size;
  }
  return out;
}

/** Elements that ONNX Slice takes from an axis; null when that depends on the value of a symbol. */
export function sliceSize(size: Dim, start: number, end: number, step: number): Dim | null {
  if (!isSymbolic(size)) {
    const clamp = (v: number, low: number, high: number) => Math.min(Math.max(v < 0 ? v + size : v, low), high);
    const [from, to] =
      step > 0 ? [clamp(start, 0, size), clamp(end, 0, size)] : [clamp(start, 0, size - 1), clamp(end, -1, size - 1)];
    return Math.max(0, Math.ceil((to - from) / step));
  }
  if (step < 1) return start === -1 && end < -1e9 && step === -1 ? size : null;
  const from: Dim = start < 0 ? add(size, start) : start;
  const to: Dim = end >= 2 ** 31 - 1 ? size : end < 0 ? add(size, end) : end;
  return floorDivide(add(subtract(to, from), step - 1), step);
}

export const layout = {
  Reshape: op({
    attrs: { allowzero: "int?" },
    inputs: [2, 2],
    outputs: [1, 1],
    infer(c) {
      const target = c.numbers(1);
      const shape = target && reshaped(c.type(0).shape, target, c.attrs.allowzero === 1);
      return shape ? [{ dtype: c.type(0).dtype, shape }] : null;
    },
  }),
  Flatten: op({
    attrs: { axis: "int?" },
    inputs: [1, 1],
    outputs: [1, 1],
    infer(c) {
      const { dtype, shape } = c.type(0);
      const axis = c.attrs.axis ?? 1;
      const at = axis < 0 ? axis + shape.length : axis;
      return [{ dtype, shape: [product(shape.slice(0, at)), product(shape.slice(at))] }];
    },
  }),
  Transpose: op({
    attrs: { perm: "ints?" },
    inputs: [1, 1],
    outputs: [1, 1],
    infer(c) {
      const { dtype, shape } = c.type(0);
      const perm = c.attrs.perm ?? shape.map((_, i) => shape.length - 1 - i);
      return [{ dtype, shape: perm.map((p) => shape[p] as Dim) }];
    },
  }),
  Squeeze: op({
    attrs: {},
    inputs: [1, 2],
    outputs: [1, 1],
    infer(c) {
      const { dtype, shape } = c.type(0);
      const axes = c.inputs[1] ? c.numbers(1) : shape.flatMap((d, i) => (d === 1 ? [i] : []));
      if (!axes) return null;
      const gone = new Set(frontAxes(axes, shape.length));
      return [{ dtype, shape: shape.filter((_, i) => !gone.has(i)) }];
    },
  }),
  Unsqueeze: op({
    attrs: {},
    inputs: [2, 2],
    outputs: [1, 1],
    infer(c) {
      const axes = c.numbers(1);
      if (!axes) return null;
      const { dtype, shape } = c.type(0);
      const rank = shape.length + axes.length;
      const added = new Set(frontAxes(axes, rank));
      const rest = [...shape];
      return [{ dtype, shape: Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : (rest.shift() as Dim))) }];
    },
  }),
  Concat: op({
    attrs: { axis: "int" },
    inputs: [1, 4096],
    outputs: [1, 1],
    infer(c) {
      const { dtype, shape } = c.type(0);
      const axis = axisOf(c.attrs.axis, shape.length);
      const total = c.inputs.reduce<Dim>((sum, _, i) => add(sum, c.type(i).shape[axis] as Dim), 0);
      return [{ dtype, shape: shape.map((d, i) => (i === axis ? total : d)) }];
    },
  }),
  Split: op({
    attrs: { axis: "int?", num_outputs: "int?" },
    inputs: [1, 2],
    outputs: [1, 4096],
    infer(c) {
      const { dtype, shape } = c.type(0);
      const axis = axisOf(c.attrs.axis ?? 0, shape.length);
      const sizes = c.inputs[1] ? c.numbers(1) : equalParts(shape[axis] as Dim, c.outputs);
      return sizes?.map((size) => ({ dtype, shape: shape.map((d, i): Dim => (i === axis ? size : d)) })) ?? null;
    },
  }),
  Slice: op({
    attrs: {},
    inputs: [3, 5],
    outputs: [1, 1],
    infer(c) {
      const shape = sliced(c);
      return shape ? [{ dtype: c.type(0).dtype, shape }] : null;
    },
  }),
  Pad: op({
    attrs: { mode: "string?" },
    inputs: [2, 4],
    outputs: [1, 1],
    infer(c) {
      const pads = c.numbers(1);
      if (!pads || c.inputs[3]) return null;
      const { dtype, shape } = c.type(0);
      const rank = shape.length;
      return [{ dtype, shape: shape.map((d, i) => add(d, (pads[i] as number) + (pads[i + rank] as number))) }];
    },
  }),
  Expand: op({
    attrs: {},
    inputs: [2, 2],
    outputs: [1, 1],
    infer(c) {
      const target = c.numbers(1);
      if (!target) return null;
      const { dtype } = c.type(0);
      return [{ dtype, shape: broadcastAll([c.type(0), { dtype, shape: target }]) }];
    },
  }),
  Tile: op({
    attrs: {},
    inputs: [2, 2],
    outputs: [1, 1],
    infer(c) {
      const repeats = c.numbers(1);
      if (!repeats) return null;
      const { dtype, shape } = c.type(0);
      return [{ dtype, shape: shape.map((d, i) => multiply(d, repeats[i] as number)) }];
    },
  }),
  /** Inputs: X, roi, scales, sizes. */
  Resize: op({
    attrs: {
      mode: "string?",
      coordinate_transformation_mode: "string?",
      nearest_mode: "string?",
      cubic_coeff_a: "float?",
      axes: "ints?",
    },
    inputs: [1, 4],
    outputs: [1, 1],
    infer(c) {
      const { dtype, shape } = c.type(0);
      const axes = c.attrs.axes?.map((a) => axisOf(a, shape.length)) ?? shape.map((_, i) => i);
      const sizes = c.inputs[3] ? c.numbers(3) : null;
      if (sizes) return [{ dtype, shape: shape.map((d, i) => sizes[axes.indexOf(i)] ?? d) }];
      const scales = c.inputs[2] ? c.numbers(2) : null;
      if (!scales) return null;
      const scaled = shape.map((d, i): Dim | null => {
        const s = scales[axes.indexOf(i)] ?? 1;
        if (!isSymbolic(d)) return Math.floor(d * s);
        return Number.isInteger(s) ? multiply(d, s) : null;
      });
      return scaled.every((d): d is Dim => d !== null) ? [{ dtype, shape: scaled }] : null;
    },
  }),
  DepthToSpace: op({
    attrs: { blocksize: "int", mode: "string?" },
    inputs: [1, 1],
    outputs: [1, 1],
    infer(c) {
      const { dtype, shape } = c.type(0);
      const b = c.attrs.blocksize;
      const [n, ch, h, w] = shape as [Dim, Dim, Dim, Dim];
      return [{ dtype, shape: [n, floorDivide(ch, b * b), multiply(h, b), multiply(w, b)] }];
    },
  }),
  SpaceToDepth: op({
    attrs: { blocksize: "int" },
    inputs: [1, 1],
    outputs: [1, 1],
    infer(c) {
      const { dtype, shape } = c.type(0);
      const b = c.attrs.blocksize;
      const [n, ch, h, w] = shape as [Dim, Dim, Dim, Dim];
      return [{ dtype, shape: [n, multiply(ch, b * b), floorDivide(h, b), floorDivide(w, b)] }];
    },
  }),
  Trilu: op({ attrs: { upper: "int?" }, inputs: [1, 2], outputs: [1, 1], infer: (c) => [c.type(0)] }),
  Shape: op({
    attrs: { start: "int?", end: "int?" },
    inputs: [1, 1],
    outputs: [1, 1],
    infer(c) {
      const rank = c.type(0).shape.length;
      const from = axisFrom(c.attrs.start ?? 0, rank);
      const to = axisFrom(c.attrs.end ?? rank, rank);
      return [{ dtype: "int64", shape: [Math.max(0, to - from)] }];
    },
  }),
  ConstantOfShape: op({
    attrs: { value: "tensor?" },
    inputs: [1, 1],
    outputs: [1, 1],
    infer(c) {
      const shape = c.numbers(0);
      return shape && [{ dtype: c.attrs.value?.dtype ?? "float32", shape }];
    },
  }),
  Range: op({
    attrs: {},
    inputs: [3, 3],
    outputs: [1, 1],
    infer(c) {
      const [start, limit, delta] = [c.numbers(0), c.numbers(1), c.numbers(2)];
      if (!start || !limit || !delta) return null;
      const size = Math.max(0, Math.ceil(((limit[0] as number) - (start[0] as number)) / (delta[0] as number)));
      return [{ dtype: c.type(0).dtype, shape: [size] }];
    },
  }),
} as const;

const axisFrom = (axis: number, rank: number): number => Math.min(Math.max(axis < 0 ? axis + rank : axis, 0), rank);

function equalParts(size: Dim, parts: number): number[] | null {
  if (isSymbolic(size)) return null;
  const part = Math.ceil(size / parts);
  return Array.from({ length: parts }, (_, i) => (i < parts - 1 ? part : size - part * (parts - 1)));
}
