import { fail, ok } from "../core/result.ts";
import { int } from "../graph/params.ts";
import { dimText, symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { first, offer, sampleAxis } from "./shared/check.ts";

/** Removes an axis of size 1. ONNX: Squeeze. */
export const layer = defineLayer({
  id: "squeeze",
  version: 1,
  category: "shape",
  icon: "shrink",
  params: { axis: int(-1) },
  infer(c) {
    const { dtype, shape } = first(c.inputs);
    const axis = sampleAxis(c, c.params.axis, shape.length, "axis");
    if (!axis.ok) return axis;
    const size = shape[axis.value];
    if (size === 1) return ok([{ dtype, shape: shape.filter((_, i) => i !== axis.value) }]);
    const single = shape.findIndex((d, i) => i > 0 && d === 1);
    const payload = { what: "axis", found: dimText(size ?? 0), expected: "1" };
    const fix = single > 0 ? c.setParam("axis", single) : null;
    return fail(c.issue("shape.range", payload, { param: "axis", ...offer(fix) }));
  },
  lower: (c) => [c.b.emit("Squeeze", [first(c.inputs), c.b.ints([c.params.axis])])],
  formula: "y_{n,i} = x_{n,i,1}",
  examples: [
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), 3, 1] }] },
    { params: { axis: 1 }, inputs: [{ dtype: "int64", shape: [symbol("N"), 1, symbol("T")] }] },
  ],
});
