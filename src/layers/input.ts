import { fail, ok } from "../core/result.ts";
import { choice, shape } from "../graph/params.ts";
import { symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";

/**
 * Where data enters: a batch [N, ...shape] of floats, or of int64 ids. A symbol in the shape, such as "T", stands for
 * a size that may differ from batch to batch.
 */
export const layer = defineLayer({
  id: "input",
  version: 1,
  category: "input",
  icon: "log-in",
  params: { shape: shape([1, 28, 28]), dtype: choice(["float32", "int64"], "float32") },
  inputs: [],
  infer(c) {
    if (c.params.shape.includes("N")) {
      const fix = c.setParam(
        "shape",
        c.params.shape.map((d) => (typeof d === "number" ? d : 1)),
      );
      const payload = { what: "shape", found: "N", expected: '"T"' };
      return fail(c.issue("shape.range", payload, { param: "shape", fix }));
    }
    const sizes = c.params.shape.map((d) => (typeof d === "number" ? d : symbol(d)));
    return ok([{ dtype: c.params.dtype, shape: [symbol("N"), ...sizes] }]);
  },
  /** The compiler makes the graph input and hands it in. */
  lower: (c) => c.inputs,
  formula: String.raw`x \in \mathbb{R}^{N \times \cdots}`,
  examples: [
    { params: { shape: [3, 8, 8] }, inputs: [] },
    { params: { shape: ["T"], dtype: "int64" }, inputs: [] },
  ],
});
