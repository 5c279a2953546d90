import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Logistic function. ONNX: Sigmoid. */
export const layer = defineLayer({
  id: "sigmoid",
  icon: "spline",
  ...elementwise({}, (m, x) => m.b.emit("Sigmoid", [x])),
  bounds: [0, 1],
  formula: String.raw`y = \sigma(x) = \frac{1}{1 + e^{-x}}`,
});
