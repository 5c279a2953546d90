import { map } from "../../core/result.ts";
import { float } from "../../graph/params.ts";
import { Maths } from "../../ir/maths.ts";
import { symbol } from "../../shape/dim.ts";
import type { LayerDefinition } from "../define.ts";
import { first, inputOfRankAtLeast } from "./check.ts";

const params = { rate: float(0.5, { min: 0, max: 0.99 }) };

/**
 * In a training step each place of the mask is 0 with probability `rate` and 1 / (1 - rate) otherwise, and multiplies
 * the input; otherwise the identity (inverted dropout, Srivastava et al. 2014). `maskDims` is the shape of the mask.
 */
export const dropping = (
  least: number,
  maskDims: (dims: readonly number[]) => readonly number[],
): Pick<LayerDefinition<typeof params>, "version" | "category" | "params" | "infer" | "lower" | "examples"> => ({
  version: 1,
  category: "regularization",
  params,
  infer: (c) => map(inputOfRankAtLeast(c, least), (x) => [x]),
  lower(c) {
    const x = first(c.inputs);
    const { rate } = c.params;
    if (!c.training || rate === 0) return [x];
    const m = new Maths(c.b);
    const keep = m.mask(m.ge(c.uniform(maskDims(x.type.shape as readonly number[])), rate), x);
    return [m.mul(x, m.mul(keep, 1 / (1 - rate)))];
  },
  examples: [
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), 6, 5] }] },
    { params: { rate: 0.1 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 4, symbol("T")] }] },
    { params: { rate: 0 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 4, 3] }] },
  ],
});
