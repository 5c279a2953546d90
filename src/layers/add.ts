import { defineLayer } from "./define.ts";
import { several } from "./shared/binary.ts";

/** Sum of any number of tensors that broadcast (residual connections, He et al. 2016). ONNX: Add. */
export const layer = defineLayer({
  id: "add",
  icon: "plus",
  ...several((m, x, y) => m.add(x, y)),
  formula: String.raw`y = \sum_i x_i`,
});
