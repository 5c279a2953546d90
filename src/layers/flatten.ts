import { fail, ok } from "../core/result.ts";
import { int } from "../graph/params.ts";
import { product, symbol } from "../shape/dim.ts";
import { shapeText } from "../shape/type.ts";
import { defineLayer } from "./define.ts";
import { first } from "./shared/check.ts";

/** Puts the axes from `startAxis` on into one: [N, C, H, W] to [N, C H W]. ONNX: Reshape. */
export const layer = defineLayer({
  id: "flatten",
  version: 1,
  category: "shape",
  icon: "rows-3",
  params: { startAxis: int(1, { min: 1 }) },
  infer(c) {
    const { dtype, shape } = first(c.inputs);
    const { startAxis } = c.params;
    if (startAxis < shape.length) {
      return ok([{ dtype, shape: [...shape.slice(0, startAxis), product(shape.slice(startAxis))] }]);
    }
    if (shape.length < 2) {
      const fix = c.insert(0, "unsqueeze", { axis: 1 });
      return fail(c.issue("shape.rank", { expected: ">= 2", found: shapeText(shape) }, { fix }));
    }
    const fix = c.setParam("startAxis", 1);
    return fail(c.issue("shape.axis", { axis: startAxis, rank: shape.length }, { param: "startAxis", fix }));
  },
  lower: (c) => [c.b.reshape(first(c.inputs), first(c.outputs).shape)],
  formula: String.raw`y_{n,\, (c H + h) W + w} = x_{n,c,h,w}`,
  examples: [
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), 3, 4, 5] }] },
    { params: { startAxis: 2 }, inputs: [{ dtype: "float32", shape: [symbol("N"), symbol("T"), 4, 5] }] },
    { params: {}, inputs: [{ dtype: "int64", shape: [symbol("N"), symbol("T"), 2] }] },
  ],
});
