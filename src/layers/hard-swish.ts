import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Piecewise approximation of SiLU (Howard et al. 2019). ONNX: HardSigmoid and Mul. */
export const layer = defineLayer({
  id: "hard-swish",
  icon: "trending-up",
  ...elementwise({}, (m, x) => m.mul(x, m.b.emit("HardSigmoid", [x], { alpha: 1 / 6, beta: 0.5 }))),
  formula: String.raw`y = x\,\frac{\min(\max(x + 3, 0), 6)}{6}`,
});
