import { defineLayer } from "./define.ts";
import { several } from "./shared/binary.ts";

/** Product of any number of tensors that broadcast (gates, attention weights). ONNX: Mul. */
export const layer = defineLayer({
  id: "multiply",
  icon: "x",
  ...several((m, x, y) => m.mul(x, y)),
  formula: String.raw`y = \prod_i x_i`,
});
