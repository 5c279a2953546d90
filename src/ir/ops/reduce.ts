import { invariant } from "../../core/invariant.ts";
import type { Dim } from "../../shape/dim.ts";
import { normalAxis, type Shape } from "../../shape/type.ts";
import { type InferContext, op } from "../spec.ts";

/** Axes counted from the front, sorted. */
export function frontAxes(axes: readonly number[], rank: number): number[] {
  return axes
    .map((a) => {
      const axis = normalAxis(a, rank);
      invariant(axis !== null, `axis ${a} of rank ${rank}`);
      return axis;
    })
    .sort((a, b) => a - b);
}

/** Shape after reducing `axes`; all of them when the list is empty. */
export function reducedShape(shape: Shape, axes: readonly number[], keep: boolean): Shape {
  const gone = new Set(axes.length > 0 ? frontAxes(axes, shape.length) : shape.map((_, i) => i));
  return keep ? shape.map((d, i) => (gone.has(i) ? 1 : d)) : shape.filter((_, i) => !gone.has(i));
}

/** ReduceSum takes its axes as an input at opset 18, and so do all others from 18 on. */
const reduction = op({
  attrs: { keepdims: "int?", noop_with_empty_axes: "int?" },
  inputs: [1, 2],
  outputs: [1, 1],
  infer(c) {
    const axes = c.inputs[1] ? c.numbers(1) : [];
    if (!axes) return null;
    const { dtype, shape } = c.type(0);
    if (axes.length === 0 && c.attrs.noop_with_empty_axes === 1) return [c.type(0)];
    return [{ dtype, shape: reducedShape(shape, axes, c.attrs.keepdims !== 0) }];
  },
});

const argument = op({
  attrs: { axis: "int?", keepdims: "int?", select_last_index: "int?" },
  inputs: [1, 1],
  outputs: [1, 1],
  infer: (c) => [{ dtype: "int64", shape: reducedShape(c.type(0).shape, [c.attrs.axis ?? 0], c.attrs.keepdims !== 0) }],
});

const alongAxis = op({
  attrs: { axis: "int?" },
  inputs: [1, 1],
  outputs: [1, 1],
  infer: (c) => [c.type(0)],
});

function normalized(
  c: InferContext<{ readonly axis: "int?"; readonly epsilon: "float?"; readonly stash_type: "int?" }>,
) {
  const { dtype, shape } = c.type(0);
  const axis = normalAxis(c.attrs.axis ?? -1, shape.length) ?? 0;
  const stats = { dtype, shape: shape.map((d, i): Dim => (i < axis ? d : 1)) };
  return [c.type(0), stats, stats].slice(0, c.outputs);
}

export const reduce = {
  ReduceSum: reduction,
  ReduceMean: reduction,
  ReduceMax: reduction,
  ReduceMin: reduction,
  ReduceProd: reduction,
  ReduceL1: reduction,
  ReduceL2: reduction,
  ReduceLogSumExp: reduction,
  ReduceSumSquare: reduction,
  ArgMax: argument,
  ArgMin: argument,
  Softmax: alongAxis,
  LogSoftmax: alongAxis,
  CumSum: op({
    attrs: { exclusive: "int?", reverse: "int?" },
    inputs: [2, 2],
    outputs: [1, 1],
    infer: (c) => [c.type(0)],
  }),
  TopK: op({
    attrs: { axis: "int?", largest: "int?", sorted: "int?" },
    inputs: [2, 2],
    outputs: [2, 2],
    infer(c) {
      const k = c.numbers(1);
      if (!k) return null;
      const { dtype, shape } = c.type(0);
      const axis = normalAxis(c.attrs.axis ?? -1, shape.length);
      const top = shape.map((d, i): Dim => (i === axis ? (k[0] as number) : d));
      return [
        { dtype, shape: top },
        { dtype: "int64", shape: top },
      ];
    },
  }),
  LayerNormalization: op({
    attrs: { axis: "int?", epsilon: "float?", stash_type: "int?" },
    inputs: [2, 3],
    outputs: [1, 3],
    infer: normalized,
  }),
  /** Inference form only: statistics are inputs (`training_mode` overwrites them, see DESIGN 17). */
  BatchNormalization: op({
    attrs: { epsilon: "float?", momentum: "float?" },
    inputs: [5, 5],
    outputs: [1, 1],
    infer: (c) => [c.type(0)],
  }),
  InstanceNormalization: op({
    attrs: { epsilon: "float?" },
    inputs: [3, 3],
    outputs: [1, 1],
    infer: (c) => [c.type(0)],
  }),
  LRN: op({
    attrs: { alpha: "float?", beta: "float?", bias: "float?", size: "int" },
    inputs: [1, 1],
    outputs: [1, 1],
    infer: (c) => [c.type(0)],
  }),
} as const;
