import { map } from "../../core/result.ts";
import { int } from "../../graph/params.ts";
import { symbol } from "../../shape/dim.ts";
import type { LayerDefinition } from "../define.ts";
import { first, inputOfRankAtLeast, sampleAxis } from "./check.ts";

const params = { axis: int(-1) };

/** A function along one axis of a float tensor that keeps its shape. */
export const alongAxis = (
  op: "Softmax" | "LogSoftmax",
): Pick<LayerDefinition<typeof params>, "version" | "category" | "params" | "infer" | "lower" | "examples"> => ({
  version: 1,
  category: "activation",
  params,
  infer(c) {
    const x = inputOfRankAtLeast(c, 2);
    if (!x.ok) return x;
    return map(sampleAxis(c, c.params.axis, x.value.shape.length, "axis"), () => [x.value]);
  },
  lower: (c) => [c.b.emit(op, [first(c.inputs)], { axis: c.params.axis })],
  examples: [
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), 5] }] },
    { params: { axis: 1 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 4, symbol("T")] }] },
  ],
});
