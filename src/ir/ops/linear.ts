import { invariant } from "../../core/invariant.ts";
import { add, ceilDivide, type Dim, equal, floorDivide, multiply, subtract } from "../../shape/dim.ts";
import { broadcast, type Shape, shapeText } from "../../shape/type.ts";
import { op } from "../spec.ts";
import { einsumTerms } from "./einsum.ts";

/**
 * Size of one axis after a sliding window (convolution or pooling):
 * floor((size + padBegin + padEnd - dilation*(kernel - 1) - 1) / stride) + 1, or with `ceil` the least
 * number of windows that cover the axis, the last one starting inside the input or its front padding.
 */
export function windowSize(
  size: Dim,
  w: { kernel: number; stride: number; dilation: number; padBegin: number; padEnd: number; ceil?: boolean },
): Dim {
  const span = add(size, w.padBegin + w.padEnd - w.dilation * (w.kernel - 1) - 1);
  if (!w.ceil) return add(floorDivide(span, w.stride), 1);
  const out = add(ceilDivide(span, w.stride), 1);
  if (typeof out === "number" && typeof size === "number" && (out - 1) * w.stride >= size + w.padBegin) return out - 1;
  return out;
}

/** Size of one axis after a transposed convolution. */
export function transposedSize(
  size: Dim,
  w: { kernel: number; stride: number; dilation: number; padBegin: number; padEnd: number; outputPadding: number },
): Dim {
  const stretched = multiply(subtract(size, 1), w.stride);
  return add(stretched, w.dilation * (w.kernel - 1) + 1 + w.outputPadding - w.padBegin - w.padEnd);
}

function matmulShape(a: Shape, b: Shape): Shape {
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  const inner = [left.at(-1) as Dim, right.at(-2) as Dim];
  invariant(equal(inner[0] as Dim, inner[1] as Dim), `MatMul of ${shapeText(a)} and ${shapeText(b)}`);
  const batch = broadcast(left.slice(0, -2), right.slice(0, -2));
  invariant("shape" in batch, `MatMul of ${shapeText(a)} and ${shapeText(b)}`);
  const shape = [...batch.shape];
  if (a.length > 1) shape.push(left.at(-2) as Dim);
  if (b.length > 1) shape.push(right.at(-1) as Dim);
  return shape;
}

const per = (list: readonly number[] | undefined, i: number, fallback: number): number => list?.[i] ?? fallback;

const windowAttrs = {
  kernel_shape: "ints?",
  strides: "ints?",
  dilations: "ints?",
  pads: "ints?",
} as const;

function axisWindow(
  attrs: { readonly [K in keyof typeof windowAttrs]?: readonly number[] | undefined },
  kernel: number,
  i: number,
  spatial: number,
) {
  return {
    kernel,
    stride: per(attrs.strides, i, 1),
    dilation: per(attrs.dilations, i, 1),
    padBegin: per(attrs.pads, i, 0),
    padEnd: per(attrs.pads, i + spatial, 0),
  };
}

const globalPool = op({
  attrs: {},
  inputs: [1, 1],
  outputs: [1, 1],
  infer(c) {
    const { dtype, shape } = c.type(0);
    return [{ dtype, shape: shape.map((d, i) => (i < 2 ? d : 1)) }];
  },
});

export const linear = {
  MatMul: op({
    attrs: {},
    inputs: [2, 2],
    outputs: [1, 1],
    infer: (c) => [{ dtype: c.type(0).dtype, shape: matmulShape(c.type(0).shape, c.type(1).shape) }],
  }),
  Gemm: op({
    attrs: { alpha: "float?", beta: "float?", transA: "int?", transB: "int?" },
    inputs: [2, 3],
    outputs: [1, 1],
    infer(c) {
      const [a, b] = [c.type(0), c.type(1)];
      invariant(a.shape.length === 2 && b.shape.length === 2, "Gemm of matrices");
      const left = c.attrs.transA ? [...a.shape].reverse() : a.shape;
      const right = c.attrs.transB ? [...b.shape].reverse() : b.shape;
      return [{ dtype: a.dtype, shape: matmulShape(left, right) }];
    },
  }),
  Einsum: op({
    attrs: { equation: "string" },
    inputs: [1, 16],
    outputs: [1, 1],
    infer(c) {
      const ranks = c.inputs.map((_, i) => c.type(i).shape.length);
      const parsed = einsumTerms(c.attrs.equation, ranks);
      invariant(parsed, `Einsum ${c.attrs.equation} of ranks ${ranks.join(", ")}`);
      const size = new Map<string, Dim>();
      parsed.terms.forEach((letters, i) => {
        [...letters].forEach((letter, axis) => {
          const d = c.type(i).shape[axis] as Dim;
          if (d !== 1 || !size.has(letter)) size.set(letter, d);
        });
      });
      return [{ dtype: c.type(0).dtype, shape: [...parsed.output].map((letter) => size.get(letter) as Dim) }];
    },
  }),
  Conv: op({
    attrs: { ...windowAttrs, group: "int?" },
    inputs: [2, 3],
    outputs: [1, 1],
    infer(c) {
      const [x, w] = [c.type(0), c.type(1)];
      const spatial = x.shape.length - 2;
      const sizes = x.shape.slice(2).map((size, i) => {
        const kernel = w.shape[i + 2];
        invariant(typeof kernel === "number", "Conv kernel of known size");
        return windowSize(size, axisWindow(c.attrs, kernel, i, spatial));
      });
      return [{ dtype: x.dtype, shape: [x.shape[0] as Dim, w.shape[0] as Dim, ...sizes] }];
    },
  }),
  ConvTranspose: op({
    attrs: { ...windowAttrs, group: "int?", output_padding: "ints?" },
    inputs: [2, 3],
    outputs: [1, 1],
    infer(c) {
      const [x, w] = [c.type(0), c.type(1)];
      const spatial = x.shape.length - 2;
      const sizes = x.shape.slice(2).map((size, i) => {
        const kernel = w.shape[i + 2];
        invariant(typeof kernel === "number", "ConvTranspose kernel of known size");
        const outputPadding = per(c.attrs.output_padding, i, 0);
        return transposedSize(size, { ...axisWindow(c.attrs, kernel, i, spatial), outputPadding });
      });
      const channels = multiply(w.shape[1] as Dim, c.attrs.group ?? 1);
      return [{ dtype: x.dtype, shape: [x.shape[0] as Dim, channels, ...sizes] }];
    },
  }),
  MaxPool: op({
    attrs: { ...windowAttrs, kernel_shape: "ints", ceil_mode: "int?", storage_order: "int?" },
    inputs: [1, 1],
    outputs: [1, 2],
    infer(c) {
      const { dtype, shape } = c.type(0);
      const spatial = shape.length - 2;
      const sizes = shape.slice(2).map((size, i) => {
        const window = axisWindow(c.attrs, c.attrs.kernel_shape[i] as number, i, spatial);
        return windowSize(size, { ...window, ceil: c.attrs.ceil_mode === 1 });
      });
      const out = [...shape.slice(0, 2), ...sizes];
      return [
        { dtype, shape: out },
        { dtype: "int64" as const, shape: out },
      ].slice(0, c.outputs);
    },
  }),
  AveragePool: op({
    attrs: { kernel_shape: "ints", strides: "ints?", pads: "ints?", ceil_mode: "int?", count_include_pad: "int?" },
    inputs: [1, 1],
    outputs: [1, 1],
    infer(c) {
      const { dtype, shape } = c.type(0);
      const spatial = shape.length - 2;
      const sizes = shape.slice(2).map((size, i) => {
        const window = axisWindow(c.attrs, c.attrs.kernel_shape[i] as number, i, spatial);
        return windowSize(size, { ...window, ceil: c.attrs.ceil_mode === 1 });
      });
      return [{ dtype, shape: [...shape.slice(0, 2), ...sizes] }];
    },
  }),
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
} as const;
