import { defineLayer } from "./define.ts";
import { alongAxis } from "./shared/along-axis.ts";

/** Positive numbers that add up to 1 along an axis. ONNX: Softmax, which subtracts the maximum first. */
export const layer = defineLayer({
  id: "softmax",
  icon: "percent",
  ...alongAxis("Softmax"),
  bounds: [0, 1],
  formula: String.raw`y_i = \frac{e^{x_i}}{\sum_j e^{x_j}}`,
});
