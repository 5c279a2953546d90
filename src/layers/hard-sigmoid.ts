import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Piecewise linear sigmoid with the slope of PyTorch (Howard et al. 2019). ONNX: HardSigmoid, whose own default slope is 0.2. */
export const layer = defineLayer({
  id: "hard-sigmoid",
  icon: "spline",
  ...elementwise({}, (m, x) => m.b.emit("HardSigmoid", [x], { alpha: 1 / 6, beta: 0.5 })),
  bounds: [0, 1],
  formula: String.raw`y = \frac{\min(\max(x + 3, 0), 6)}{6}`,
});
