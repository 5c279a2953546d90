import { fail, ok } from "../core/result.ts";
import { choice, ints } from "../graph/params.ts";
import { type Dim, multiply, symbol } from "../shape/dim.ts";
import { tensor } from "../shape/dtype.ts";
import { shapeText } from "../shape/type.ts";
import { defineLayer } from "./define.ts";
import { first, inputOfRankAtLeast } from "./shared/check.ts";

/**
 * Enlarges the places of [N, C, sizes] by whole factors. Nearest repeats elements; linear (bilinear, trilinear) and
 * cubic (two axes only, coefficient -0.75) interpolate with half-pixel centres, as PyTorch does with
 * align_corners=False. ONNX: Resize.
 */
export const layer = defineLayer({
  id: "upsample",
  version: 1,
  category: "shape",
  icon: "maximize-2",
  /** One factor for all axes, or one for each. */
  params: { scale: ints(2, null, { min: 1 }), mode: choice(["nearest", "linear", "cubic"], "nearest") },
  infer(c) {
    const x = inputOfRankAtLeast(c, 3);
    if (!x.ok) return x;
    const { dtype, shape } = x.value;
    const spatial = shape.length - 2;
    if (spatial > 3) return fail(c.issue("shape.rank", { expected: "3, 4, 5", found: shapeText(shape) }));
    const scales = scalesFor(c.params.scale, spatial);
    if (!scales) {
      const payload = { what: "scale", found: String(c.params.scale.length), expected: `1 | ${spatial}` };
      const fix = c.setParam("scale", [c.params.scale[0] ?? 1]);
      return fail(c.issue("shape.range", payload, { param: "scale", fix }));
    }
    if (c.params.mode === "cubic" && spatial !== 2) {
      const fix = c.setParam("mode", "linear");
      return fail(c.issue("shape.rank", { expected: "4", found: shapeText(shape) }, { param: "mode", fix }));
    }
    const sizes = shape.slice(2).map((d, i): Dim => multiply(d, scales[i] as number));
    return ok([{ dtype, shape: [...shape.slice(0, 2), ...sizes] }]);
  },
  lower(c) {
    const x = first(c.inputs);
    const spatial = x.type.shape.length - 2;
    const factors = [1, 1, ...(scalesFor(c.params.scale, spatial) as number[])];
    const scales = c.b.constant(tensor("float32", [factors.length], factors));
    const nearest = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
    const smooth = { mode: c.params.mode, coordinate_transformation_mode: "half_pixel" };
    return [c.b.emit("Resize", [x, null, scales], c.params.mode === "nearest" ? nearest : smooth)];
  },
  formula: String.raw`y_i = x_{\lfloor i / s \rfloor}`,
  examples: [
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), 2, 3, 4] }] },
    { params: { scale: 3 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 2, symbol("T")] }] },
    { params: { mode: "linear" }, inputs: [{ dtype: "float32", shape: [symbol("N"), 2, 3, 4] }] },
    { params: { mode: "linear", scale: [3] }, inputs: [{ dtype: "float32", shape: [symbol("N"), 2, 4] }] },
    { params: { mode: "cubic", scale: [2, 3] }, inputs: [{ dtype: "float32", shape: [symbol("N"), 2, 3, 4] }] },
    { params: { mode: "linear" }, inputs: [{ dtype: "float32", shape: [symbol("N"), 2, 2, 3, 2] }] },
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), 2, 2, 3, 2] }] },
  ],
});

const scalesFor = (given: readonly number[], spatial: number): number[] | null => {
  if (given.length === 1) return Array<number>(spatial).fill(given[0] as number);
  return given.length === spatial ? [...given] : null;
};
