import { fail, ok } from "../core/result.ts";
import { bool, float, int } from "../graph/params.ts";
import { groupNorm } from "../ir/functions/normalization.ts";
import { symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { first, inputOfRankAtLeast, knownSize } from "./shared/check.ts";
import { gcd } from "./shared/conv.ts";
import { affineOf, affineParameters } from "./shared/norm.ts";

/** Normalises groups of channels of each sample [N, C, ...] (Wu & He 2018), weight and bias per channel. */
export const layer = defineLayer({
  id: "group-norm",
  version: 1,
  category: "normalization",
  icon: "group",
  params: { groups: int(8, { min: 1 }), epsilon: float(1e-5, { min: 0 }), affine: bool(true) },
  infer(c) {
    const x = inputOfRankAtLeast(c, 2);
    if (!x.ok) return x;
    const channels = knownSize(c, x.value, 1, "channels");
    if (!channels.ok) return channels;
    const { groups } = c.params;
    if (channels.value % groups === 0) return ok([x.value]);
    const payload = { what: "channels", size: String(channels.value), by: groups };
    const fix = c.setParam("groups", gcd(channels.value, groups));
    return fail(c.issue("shape.divisible", payload, { param: "groups", fix }));
  },
  parameters: (c) => affineParameters(c.params.affine, [first(c.inputs).shape[1] as number]),
  lower: (c) => [groupNorm(c.b, first(c.inputs), affineOf(c), c.params.groups, c.params.epsilon, c.training)],
  formula: String.raw`y = \gamma_c\,\frac{x - \mu_g}{\sqrt{\sigma_g^2 + \epsilon}} + \beta_c`,
  examples: [
    { params: { groups: 2 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 6, 3, 4] }] },
    { params: { groups: 3, affine: false }, inputs: [{ dtype: "float32", shape: [symbol("N"), 6, symbol("T")] }] },
    { params: { groups: 2 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 4, symbol("H"), symbol("W")] }] },
    { params: { groups: 2 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 8] }] },
  ],
});
