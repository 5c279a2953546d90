import { fail, ok } from "../core/result.ts";
import { ints } from "../graph/params.ts";
import { type Dim, equal, missingDimension, product, symbol } from "../shape/dim.ts";
import { type Shape, shapeText } from "../shape/type.ts";
import { defineLayer } from "./define.ts";
import { first } from "./shared/check.ts";

/** The sizes with -1 filled in from the elements of `from`; null when they do not hold them. */
function filled(from: Shape, target: readonly number[]): Shape | null {
  const hole = target.indexOf(-1);
  if (hole < 0) return equal(product(from), product(target)) ? target : null;
  const rest = missingDimension(
    from,
    target.filter((_, i) => i !== hole),
  );
  return rest === null ? null : target.map((d, i): Dim => (i === hole ? rest : d));
}

/** Gives each sample a new shape of as many elements: x [N, ...] to [N, ...target]. One size may be -1: what is left. ONNX: Reshape. */
export const layer = defineLayer({
  id: "reshape",
  version: 1,
  category: "shape",
  icon: "scaling",
  params: { target: ints([-1], null, { min: -1 }) },
  infer(c) {
    const { dtype, shape } = first(c.inputs);
    const { target } = c.params;
    const sample = shape.slice(1);
    if (target.includes(0) || target.filter((d) => d === -1).length > 1) {
      const payload = { what: "target", found: shapeText(target), expected: ">= 1, one -1" };
      return fail(c.issue("shape.range", payload, { param: "target", fix: c.setParam("target", [-1]) }));
    }
    const sizes = filled(sample, target);
    if (sizes) return ok([{ dtype, shape: [shape[0] as Dim, ...sizes] }]);
    // The last size that can be left open for the rest to fit, else everything in one axis.
    const open = target.map((_, hole) => target.map((d, i) => (i === hole ? -1 : d))).reverse();
    const fits = open.find((t) => t.filter((d) => d === -1).length === 1 && filled(sample, t)) ?? [-1];
    const payload = { from: shapeText(sample), to: shapeText(target) };
    return fail(c.issue("shape.elements", payload, { param: "target", fix: c.setParam("target", fits) }));
  },
  lower: (c) => [c.b.reshape(first(c.inputs), first(c.outputs).shape, first(c.inputs))],
  formula: String.raw`\operatorname{vec}(y_n) = \operatorname{vec}(x_n)`,
  examples: [
    { params: { target: [3, 2, 4] }, inputs: [{ dtype: "float32", shape: [symbol("N"), 24] }] },
    { params: { target: [-1, 2, 3] }, inputs: [{ dtype: "float32", shape: [symbol("N"), symbol("T"), 6] }] },
    { params: {}, inputs: [{ dtype: "int64", shape: [symbol("N"), 2, 3] }] },
  ],
});
