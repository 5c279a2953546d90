import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Exponential. ONNX: Exp. */
export const layer = defineLayer({
  id: "exp",
  icon: "superscript",
  ...elementwise({}, (m, x) => m.b.emit("Exp", [x])),
  formula: "y = e^x",
});
