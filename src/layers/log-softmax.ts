import { defineLayer } from "./define.ts";
import { alongAxis } from "./shared/along-axis.ts";

/** Logarithm of softmax along an axis, stable where the logarithm of the quotient would be -inf. ONNX: LogSoftmax. */
export const layer = defineLayer({
  id: "log-softmax",
  icon: "percent",
  ...alongAxis("LogSoftmax"),
  formula: String.raw`y_i = x_i - \log \sum_j e^{x_j}`,
});
