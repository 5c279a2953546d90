import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Softsign (Turian et al. 2009). ONNX: Softsign. */
export const layer = defineLayer({
  id: "softsign",
  icon: "spline",
  ...elementwise({}, (m, x) => m.b.emit("Softsign", [x])),
  bounds: [-1, 1],
  formula: String.raw`y = \frac{x}{1 + |x|}`,
});
