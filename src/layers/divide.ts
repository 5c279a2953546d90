import { defineLayer } from "./define.ts";
import { ofTwo } from "./shared/binary.ts";

/** Quotient of two tensors that broadcast; division by 0 gives inf or NaN. ONNX: Div. */
export const layer = defineLayer({
  id: "divide",
  icon: "divide",
  ...ofTwo((m, x, y) => m.div(x, y)),
  formula: String.raw`y = \frac{a}{b}`,
});
