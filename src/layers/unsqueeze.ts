import { map } from "../core/result.ts";
import { int } from "../graph/params.ts";
import { symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { first, sampleAxis } from "./shared/check.ts";

/** Puts in an axis of size 1, which is `axis` of the result. ONNX: Unsqueeze. */
export const layer = defineLayer({
  id: "unsqueeze",
  version: 1,
  category: "shape",
  icon: "unfold-horizontal",
  params: { axis: int(1) },
  infer(c) {
    const { dtype, shape } = first(c.inputs);
    const axis = sampleAxis(c, c.params.axis, shape.length + 1, "axis");
    return map(axis, (at) => [{ dtype, shape: [...shape.slice(0, at), 1, ...shape.slice(at)] }]);
  },
  lower: (c) => [c.b.emit("Unsqueeze", [first(c.inputs), c.b.ints([c.params.axis])])],
  formula: "y_{n,1,i} = x_{n,i}",
  examples: [
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), 3, 4] }] },
    { params: { axis: -1 }, inputs: [{ dtype: "int64", shape: [symbol("N"), symbol("T")] }] },
  ],
});
