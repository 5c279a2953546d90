import { fail, ok } from "../core/result.ts";
import { bool } from "../graph/params.ts";
import { Maths } from "../ir/maths.ts";
import { type Dim, equal, symbol } from "../shape/dim.ts";
import { broadcast, type Shape, shapeText, type TensorType } from "../shape/type.ts";
import { defineLayer } from "./define.ts";
import { inputOfRankAtLeast, offer } from "./shared/check.ts";

const swapped = (shape: Shape): Shape => [...shape.slice(0, -2), shape.at(-1) as Dim, shape.at(-2) as Dim];

/** Shape of a b over the last two axes, the axes before them broadcast; null when they do not fit. */
function productShape(a: Shape, b: Shape): Shape | null {
  const batch = broadcast(a.slice(0, -2), b.slice(0, -2));
  if (!("shape" in batch) || !equal(a.at(-1) as Dim, b.at(-2) as Dim)) return null;
  return [...batch.shape, a.at(-2) as Dim, b.at(-1) as Dim];
}

/**
 * Matrix product of two tensors over their last two axes: a [..., I, K] times b [..., K, J], or b [..., J, K]
 * transposed. The axes before them broadcast. ONNX: MatMul.
 */
export const layer = defineLayer({
  id: "matmul",
  version: 1,
  category: "linear",
  icon: "asterisk",
  params: { transposeB: bool(false) },
  inputs: [{ name: "a" }, { name: "b" }],
  infer(c) {
    const [a, b] = [inputOfRankAtLeast(c, 2, 0), inputOfRankAtLeast(c, 2, 1)];
    if (!a.ok || !b.ok) return fail(...(a.ok ? [] : a.issues), ...(b.ok ? [] : b.issues));
    const { transposeB } = c.params;
    const [left, right] = [a.value.shape, b.value.shape];
    const shape = productShape(left, transposeB ? swapped(right) : right);
    if (shape && equal(shape[0] as Dim, left[0] as Dim)) return ok([{ dtype: a.value.dtype, shape }]);
    const other = productShape(left, transposeB ? right : swapped(right));
    const fix = other && equal(other[0] as Dim, left[0] as Dim) ? c.setParam("transposeB", !transposeB) : null;
    const payload = { left: shapeText(left), right: shapeText(right), axis: right.length - (transposeB ? 1 : 2) };
    return fail(c.issue("shape.mismatch", payload, offer(fix)));
  },
  lower(c) {
    const [a, b] = c.inputs as [(typeof c.inputs)[number], (typeof c.inputs)[number]];
    const m = new Maths(c.b);
    const rank = b.type.shape.length;
    const perm = [...b.type.shape.map((_, i) => i).slice(0, -2), rank - 1, rank - 2];
    return [m.matmul(a, c.params.transposeB ? m.transpose(b, perm) : b)];
  },
  formula: String.raw`y = a\,b \quad\text{or}\quad y = a\,b^{\top}`,
  examples: [
    { params: {}, inputs: [float(3, 4), float(4, 5)] },
    { params: { transposeB: true }, inputs: [float(2, symbol("T"), 4), float(2, symbol("T"), 4)] },
    { params: {}, inputs: [float(2, 3, 4), float(1, 4, 5)] },
  ],
});

function float(...sizes: Dim[]): TensorType {
  return { dtype: "float32", shape: [symbol("N"), ...sizes] };
}
