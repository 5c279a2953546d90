import { Maths } from "../ir/maths.ts";
import { symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { mergedType } from "./shared/merge.ts";

const image = { dtype: "float32" as const, shape: [symbol("N"), 3, 4, 4] };

/** Sum of any number of tensors that broadcast (residual connections, He et al. 2016). ONNX: Add. */
export const layer = defineLayer({
  id: "add",
  version: 1,
  category: "merge",
  icon: "plus",
  params: {},
  inputs: [{ name: "in", several: { least: 2 } }],
  infer: mergedType,
  lower: (c) => [c.inputs.reduce(new Maths(c.b).add)],
  formula: String.raw`y = \sum_i x_i`,
  examples: [
    { params: {}, inputs: [image, image] },
    { params: {}, inputs: [image, { dtype: "float32", shape: [symbol("N"), 3, 1, 1] }, image] },
  ],
});
