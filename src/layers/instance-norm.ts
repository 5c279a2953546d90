import { map } from "../core/result.ts";
import { bool, float } from "../graph/params.ts";
import { groupNorm } from "../ir/functions/normalization.ts";
import { symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { first, inputOfRankAtLeast, knownSize } from "./shared/check.ts";
import { affineOf, affineParameters } from "./shared/norm.ts";

/**
 * Normalises each channel of each sample [N, C, ...] over its places (Ulyanov et al. 2016). As in PyTorch there are no
 * trained factors unless `affine`, and no running statistics.
 */
export const layer = defineLayer({
  id: "instance-norm",
  version: 1,
  category: "normalization",
  icon: "align-horizontal-space-around",
  params: { epsilon: float(1e-5, { min: 0 }), affine: bool(false) },
  infer(c) {
    const x = inputOfRankAtLeast(c, 3);
    if (!x.ok) return x;
    return map(knownSize(c, x.value, 1, "channels"), () => [x.value]);
  },
  parameters: (c) => affineParameters(c.params.affine, [first(c.inputs).shape[1] as number]),
  lower(c) {
    const x = first(c.inputs);
    return [groupNorm(c.b, x, affineOf(c), x.type.shape[1] as number, c.params.epsilon, c.training)];
  },
  formula: String.raw`y = \gamma_c\,\frac{x - \mu_{n,c}}{\sqrt{\sigma_{n,c}^2 + \epsilon}} + \beta_c`,
  examples: [
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), 3, 4, 5] }] },
    { params: { affine: true }, inputs: [{ dtype: "float32", shape: [symbol("N"), 3, symbol("T")] }] },
  ],
});
