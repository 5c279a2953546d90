import { map } from "../core/result.ts";
import { float } from "../graph/params.ts";
import { Maths } from "../ir/maths.ts";
import { symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { first, floatInput } from "./shared/check.ts";

/**
 * Adds normal noise while training (Bishop 1995), otherwise the identity.
 * Two uniform numbers u, v give sqrt(-2 ln(1 - u)) cos(2 pi v) (Box & Muller 1958); u < 1 keeps the logarithm finite.
 */
export const layer = defineLayer({
  id: "gaussian-noise",
  version: 1,
  category: "regularization",
  icon: "audio-waveform",
  params: { deviation: float(0.1, { min: 0 }) },
  infer: (c) => map(floatInput(c), (x) => [x]),
  lower(c) {
    const x = first(c.inputs);
    if (!c.training || c.params.deviation === 0) return [x];
    const m = new Maths(c.b);
    const dims = x.type.shape as readonly number[];
    const radius = m.sqrt(m.mul(m.log(m.sub(1, c.uniform(dims, 0))), -2));
    const noise = m.mul(radius, m.cos(m.mul(c.uniform(dims, 1), 2 * Math.PI)));
    return [m.add(x, m.mul(c.b.cast(noise, x.type.dtype), c.params.deviation))];
  },
  formula: String.raw`y = x + \varepsilon,\quad \varepsilon \sim \mathcal{N}(0, \sigma^2)`,
  examples: [
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), 3, 4] }] },
    { params: { deviation: 0 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 4] }] },
  ],
});
