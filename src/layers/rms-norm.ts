import { bool, float, int } from "../graph/params.ts";
import { rmsNorm } from "../ir/functions/normalization.ts";
import { symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { first } from "./shared/check.ts";
import { trailingShape, trailingType } from "./shared/norm.ts";

/** Divides by the root mean square of the last `axes` axes (Zhang & Sennrich 2019), weight of their shape, no bias. */
export const layer = defineLayer({
  id: "rms-norm",
  version: 1,
  category: "normalization",
  icon: "align-vertical-space-around",
  params: { axes: int(1, { min: 1 }), epsilon: float(1e-6, { min: 0 }), affine: bool(true) },
  infer: trailingType,
  parameters(c) {
    if (!c.params.affine) return [];
    const shape = trailingShape(first(c.inputs), c.params.axes);
    return [{ name: "weight", shape, init: { kind: "ones" }, kind: "parameter" }];
  },
  lower(c) {
    const scale = c.params.affine ? c.parameter("weight") : null;
    return [rmsNorm(c.b, first(c.inputs), scale, c.params.axes, c.params.epsilon)];
  },
  formula: String.raw`y = \gamma\,\frac{x}{\sqrt{\operatorname{mean}(x^2) + \epsilon}}`,
  examples: [
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), symbol("T"), 6] }] },
    { params: { axes: 2, affine: false }, inputs: [{ dtype: "float32", shape: [symbol("N"), 3, 4] }] },
  ],
});
