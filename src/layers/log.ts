import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Natural logarithm, NaN below 0 and -inf at 0. ONNX: Log. */
export const layer = defineLayer({
  id: "log",
  icon: "chart-spline",
  ...elementwise({}, (m, x) => m.b.emit("Log", [x])),
  formula: String.raw`y = \ln x`,
});
