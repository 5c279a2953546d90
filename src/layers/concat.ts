import type { Fix } from "../core/issue.ts";
import { fail, ok } from "../core/result.ts";
import { int } from "../graph/params.ts";
import { Maths } from "../ir/maths.ts";
import { add, type Dim, equal, symbol } from "../shape/dim.ts";
import { normalAxis, type Shape, shapeText, type TensorType } from "../shape/type.ts";
import { defineLayer } from "./define.ts";
import { type CheckContext, first, offer, sampleAxis } from "./shared/check.ts";

const image = (channels: number): TensorType => ({ dtype: "float32", shape: [symbol("N"), channels, 4, 4] });

/** Puts tensors behind each other along an axis; all other sizes are equal. ONNX: Concat. */
export const layer = defineLayer({
  id: "concat",
  version: 1,
  category: "merge",
  icon: "combine",
  params: { axis: int(1) },
  inputs: [{ name: "in", several: { least: 2 } }],
  infer(c) {
    const x = first(c.inputs);
    const axis = sampleAxis(c, c.params.axis, x.shape.length, "axis");
    if (!axis.ok) return axis;
    const shapes = c.inputs.map((t) => t.shape);
    const other = c.inputs.find((t) => t.dtype !== x.dtype);
    if (other) return fail(c.issue("shape.dtype", { expected: x.dtype, found: other.dtype }));
    const misfit = shapes.find((s) => differences(x.shape, s).some((d) => d !== axis.value));
    if (misfit) {
      const at = differences(x.shape, misfit).find((d) => d !== axis.value);
      const payload = { left: shapeText(x.shape), right: shapeText(misfit), axis: at ?? null };
      return fail(c.issue("shape.mismatch", payload, offer(mismatchFix(c, shapes, axis.value))));
    }
    const total = shapes.reduce<Dim>((sum, s) => add(sum, s[axis.value] as Dim), 0);
    return ok([{ dtype: x.dtype, shape: x.shape.map((d, i) => (i === axis.value ? total : d)) }]);
  },
  lower(c) {
    const axis = normalAxis(c.params.axis, first(c.inputs).type.shape.length) as number;
    return [new Maths(c.b).concat(c.inputs, axis)];
  },
  formula: String.raw`y = [x_1; x_2; \dots]`,
  examples: [
    { params: {}, inputs: [image(2), image(3)] },
    {
      params: { axis: -1 },
      inputs: [1, 2, 3].map((d) => ({ dtype: "float32" as const, shape: [symbol("N"), symbol("T"), d] })),
    },
    { params: {}, inputs: [1, 2].map((d) => ({ dtype: "int64" as const, shape: [symbol("N"), d] })) },
  ],
});

/** Axes at which two shapes differ; -1 when not even their ranks are the same. */
const differences = (a: Shape, b: Shape): number[] =>
  a.length === b.length ? a.flatMap((d, i) => (equal(d, b[i] as Dim) ? [] : [i])) : [-1];

/** The one axis along which all shapes differ, or an upsampling of the smaller of two to the sizes of the other. */
function mismatchFix(c: CheckContext, shapes: readonly Shape[], axis: number): Fix | null {
  const [a, b] = shapes as [Shape, Shape];
  const axes = [...new Set(shapes.flatMap((s) => differences(a, s)))];
  if (axes.length === 1 && (axes[0] as number) > 0) return c.setParam("axis", axes[0] as number);
  if (shapes.length !== 2 || axis !== 1 || a.length !== b.length || a.length < 3) return null;
  const upsample = (from: Shape, to: Shape): number[] | null => {
    const scales = from
      .slice(2)
      .map((d, i) => (equal(d, to[i + 2] as Dim) ? 1 : (to[i + 2] as number) / (d as number)));
    return equal(from[0] as Dim, to[0] as Dim) && scales.every((s) => Number.isInteger(s) && s > 0) ? scales : null;
  };
  const [up, down] = [upsample(a, b), upsample(b, a)];
  if (up) return c.insert(0, "upsample", { scale: up });
  return down && c.insert(1, "upsample", { scale: down });
}
