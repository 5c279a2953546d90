import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Rectified linear unit (Nair & Hinton 2010). ONNX: Relu. */
export const layer = defineLayer({
  id: "relu",
  icon: "trending-up",
  ...elementwise({}, (m, x) => m.b.emit("Relu", [x])),
  formula: String.raw`y = \max(x, 0)`,
});
