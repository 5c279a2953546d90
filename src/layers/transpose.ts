import { fail, ok } from "../core/result.ts";
import { ints } from "../graph/params.ts";
import { Maths } from "../ir/maths.ts";
import { type Dim, symbol } from "../shape/dim.ts";
import { shapeText } from "../shape/type.ts";
import { defineLayer } from "./define.ts";
import { first } from "./shared/check.ts";

/** The permutation of all axes: the batch stays first and need not be named. Null when it is none. */
function permutation(given: readonly number[], rank: number): number[] | null {
  const all = given[0] === 0 ? [...given] : [0, ...given];
  return all.length === rank && all.every((_, i) => all.includes(i)) ? all : null;
}

/** Changes the order of the axes: axis i of y is axis permutation[i] of x; the batch axis 0 stays first. ONNX: Transpose. */
export const layer = defineLayer({
  id: "transpose",
  version: 1,
  category: "shape",
  icon: "arrow-left-right",
  params: { permutation: ints([2, 1], null, { min: 0 }) },
  infer(c) {
    const { dtype, shape } = first(c.inputs);
    const rank = shape.length;
    const perm = permutation(c.params.permutation, rank);
    if (perm) return ok([{ dtype, shape: perm.map((axis) => shape[axis] as Dim) }]);
    const axes = Array.from({ length: rank - 1 }, (_, i) => i + 1);
    // A likely wish: the last two axes change places.
    const fix = c.setParam("permutation", rank > 2 ? [...axes.slice(0, -2), rank - 1, rank - 2] : axes);
    const payload = { what: "permutation", found: shapeText(c.params.permutation), expected: shapeText(axes) };
    return fail(c.issue("shape.range", payload, { param: "permutation", fix }));
  },
  lower(c) {
    const x = first(c.inputs);
    return [new Maths(c.b).transpose(x, permutation(c.params.permutation, x.type.shape.length) as number[])];
  },
  formula: String.raw`y_{n,\,i_{\pi(1)},\,i_{\pi(2)},\dots} = x_{n,\,i_1,\,i_2,\dots}`,
  examples: [
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), symbol("T"), 4] }] },
    { params: { permutation: [0, 3, 1, 2] }, inputs: [{ dtype: "float32", shape: [symbol("N"), 2, 3, 4] }] },
    { params: { permutation: [1] }, inputs: [{ dtype: "int64", shape: [symbol("N"), 3] }] },
  ],
});
