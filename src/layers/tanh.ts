import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Hyperbolic tangent. ONNX: Tanh. */
export const layer = defineLayer({
  id: "tanh",
  icon: "spline",
  ...elementwise({}, (m, x) => m.b.emit("Tanh", [x])),
  bounds: [-1, 1],
  formula: String.raw`y = \tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}}`,
});
