import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Absolute value. ONNX: Abs. */
export const layer = defineLayer({
  id: "abs",
  icon: "pipette",
  ...elementwise({}, (m, x) => m.b.emit("Abs", [x])),
  formula: "y = |x|",
});
