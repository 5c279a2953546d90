import { fail, ok } from "../core/result.ts";
import { bool, initializer, int } from "../graph/params.ts";
import { Maths } from "../ir/maths.ts";
import { symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { first } from "./shared/check.ts";

/**
 * A vector for each id: y[..., :] = weight[x[...]], weight [vocabulary, dimensions].
 * x: int64 ids in [0, vocabulary), any shape; y: float with one axis more. With `padding`, the id `paddingIndex` gives
 * zeros and is not trained. ONNX: Gather.
 */
export const layer = defineLayer({
  id: "embedding",
  version: 1,
  category: "linear",
  icon: "book-a",
  params: {
    vocabulary: int(1000, { min: 1 }),
    dimensions: int(64, { min: 1 }),
    padding: bool(false),
    paddingIndex: int(0, { min: 0, when: { param: "padding", is: [true] } }),
    weightInit: initializer({ kind: "normal", mean: 0, deviation: 1 }),
  },
  infer(c) {
    const x = first(c.inputs);
    const { vocabulary, dimensions, padding, paddingIndex } = c.params;
    if (x.dtype !== "int64") return fail(c.issue("shape.dtype", { expected: "int64", found: x.dtype }));
    if (padding && paddingIndex >= vocabulary) {
      const payload = { what: "paddingIndex", found: String(paddingIndex), expected: `< ${vocabulary}` };
      const fix = c.setParam("paddingIndex", 0);
      return fail(c.issue("shape.range", payload, { param: "paddingIndex", fix }));
    }
    return ok([{ dtype: "float32", shape: [...x.shape, dimensions] }]);
  },
  parameters({ params: { vocabulary, dimensions, weightInit } }) {
    return [{ name: "weight", shape: [vocabulary, dimensions], init: weightInit, kind: "parameter" }];
  },
  lower(c) {
    const ids = first(c.inputs);
    const vectors = c.b.emit("Gather", [c.parameter("weight"), ids], { axis: 0 });
    if (!c.params.padding) return [vectors];
    const m = new Maths(c.b);
    const word = m.mask(m.not(m.eq(ids, c.params.paddingIndex)), vectors);
    return [m.mul(vectors, c.b.emit("Unsqueeze", [word, c.b.ints([-1])]))];
  },
  formula: "y_{n,t} = W_{x_{n,t}}",
  examples: [
    { params: { vocabulary: 7, dimensions: 4 }, inputs: [{ dtype: "int64", shape: [symbol("N"), symbol("T")] }] },
    {
      params: { vocabulary: 5, dimensions: 3, padding: true, paddingIndex: 1 },
      inputs: [{ dtype: "int64", shape: [symbol("N"), 6] }],
    },
    { params: { vocabulary: 5, dimensions: 3 }, inputs: [{ dtype: "int64", shape: [symbol("N")] }] },
  ],
});
