import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Scaled ELU, which keeps mean 0 and variance 1 (Klambauer et al. 2017). ONNX: Selu with its default constants. */
export const layer = defineLayer({
  id: "selu",
  icon: "trending-up",
  ...elementwise({}, (m, x) => m.b.emit("Selu", [x])),
  formula: String.raw`y = \lambda \begin{cases} x & x > 0 \\ \alpha (e^x - 1) & x \le 0 \end{cases},\quad \alpha \approx 1.6733,\ \lambda \approx 1.0507`,
});
