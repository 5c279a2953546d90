import { ok } from "../../core/result.ts";
import { bool, ints } from "../../graph/params.ts";
import { reducedShape } from "../../ir/ops/reduce.ts";
import { symbol } from "../../shape/dim.ts";
import type { LayerDefinition } from "../define.ts";
import { first, frontAxes, inputOfRankAtLeast, sampleAxes } from "./check.ts";

const params = { axes: ints([-1], null), keepDims: bool(false) };

/** A reduction over some axes of a float tensor; the batch axis cannot be reduced. */
export const reduction = (
  op: "ReduceMean" | "ReduceSum" | "ReduceMax",
): Pick<LayerDefinition<typeof params>, "version" | "category" | "params" | "infer" | "lower" | "examples"> => ({
  version: 1,
  category: "reduction",
  params,
  infer(c) {
    const x = inputOfRankAtLeast(c, 2);
    if (!x.ok) return x;
    const { dtype, shape } = x.value;
    const axes = sampleAxes(c, c.params.axes, shape.length, "axes");
    return axes.ok ? ok([{ dtype, shape: reducedShape(shape, axes.value, c.params.keepDims) }]) : axes;
  },
  lower(c) {
    const x = first(c.inputs);
    const axes = frontAxes(c.params.axes, x.type.shape.length) as number[];
    return [c.b.reduce(op, x, axes, c.params.keepDims)];
  },
  examples: [
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), 3, 4] }] },
    {
      params: { axes: [1, -1], keepDims: true },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 3, 2, symbol("T")] }],
    },
    { params: { axes: [1] }, inputs: [{ dtype: "float32", shape: [symbol("N"), 3] }] },
  ],
});
