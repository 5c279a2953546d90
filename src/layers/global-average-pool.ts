import { map } from "../core/result.ts";
import { bool } from "../graph/params.ts";
import { defineLayer } from "./define.ts";
import { first, inputOfRankAtLeast } from "./shared/check.ts";
import { globalExamples, pooledType, spatialAxes } from "./shared/global.ts";

/** Mean of each channel over all places: [N, C, ...] to [N, C], or [N, C, 1, ...] (Lin et al. 2013). ONNX: ReduceMean. */
export const layer = defineLayer({
  id: "global-average-pool",
  version: 1,
  category: "pooling",
  icon: "sigma",
  params: { keepDims: bool(false) },
  infer: (c) => map(inputOfRankAtLeast(c, 3), (x) => [pooledType(x, c.params.keepDims)]),
  lower(c) {
    const x = first(c.inputs);
    return [c.b.reduce("ReduceMean", x, spatialAxes(x.type), c.params.keepDims)];
  },
  formula: String.raw`y_c = \frac{1}{H W} \sum_{i,j} x_{c,i,j}`,
  examples: globalExamples,
});
