import { bool, float, int } from "../graph/params.ts";
import { layerNorm } from "../ir/functions/normalization.ts";
import { symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { first } from "./shared/check.ts";
import { affineOf, affineParameters, ones, trailingShape, trailingType } from "./shared/norm.ts";

/**
 * Layer normalisation over the last `axes` axes of each sample (Ba, Kiros & Hinton 2016), weight and bias of their
 * shape; the variance is the population's. ONNX: LayerNormalization.
 */
export const layer = defineLayer({
  id: "layer-norm",
  version: 1,
  category: "normalization",
  icon: "align-center-vertical",
  params: { axes: int(1, { min: 1 }), epsilon: float(1e-5, { min: 0 }), affine: bool(true) },
  infer: trailingType,
  parameters: (c) => affineParameters(c.params.affine, trailingShape(first(c.inputs), c.params.axes)),
  lower(c) {
    const x = first(c.inputs);
    const { axes, epsilon } = c.params;
    const affine = affineOf(c) ?? { scale: ones(c.b, trailingShape(x.type, axes)), bias: null };
    return [layerNorm(c.b, x, affine, axes, epsilon, c.training)];
  },
  formula: String.raw`y = \gamma\,\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta`,
  examples: [
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), symbol("T"), 6] }] },
    { params: { axes: 3 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 2, 3, 4] }] },
    { params: { affine: false, epsilon: 1e-3 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 5] }] },
  ],
});
