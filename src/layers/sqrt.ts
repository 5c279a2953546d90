import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Square root, NaN below 0. ONNX: Sqrt. */
export const layer = defineLayer({
  id: "sqrt",
  icon: "radical",
  ...elementwise({}, (m, x) => m.b.emit("Sqrt", [x])),
  formula: String.raw`y = \sqrt{x}`,
});
