import { map } from "../core/result.ts";
import { bool } from "../graph/params.ts";
import { defineLayer } from "./define.ts";
import { first, inputOfRankAtLeast } from "./shared/check.ts";
import { globalExamples, pooledType } from "./shared/global.ts";

/** Largest element of each channel: [N, C, ...] to [N, C], or [N, C, 1, ...]. ONNX: GlobalMaxPool. */
export const layer = defineLayer({
  id: "global-max-pool",
  version: 1,
  category: "pooling",
  icon: "arrow-up-to-line",
  params: { keepDims: bool(false) },
  infer: (c) => map(inputOfRankAtLeast(c, 3), (x) => [pooledType(x, c.params.keepDims)]),
  lower: (c) => [c.b.reshape(c.b.emit("GlobalMaxPool", [first(c.inputs)]), first(c.outputs).shape)],
  formula: String.raw`y_c = \max_{i,j} x_{c,i,j}`,
  examples: globalExamples,
});
