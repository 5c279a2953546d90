import { float } from "../graph/params.ts";
import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Continuously differentiable ELU (Barron 2017). ONNX: Celu. */
export const layer = defineLayer({
  id: "celu",
  icon: "trending-up",
  ...elementwise({ alpha: float(1, { min: 1e-6 }) }, (m, x, p) => m.b.emit("Celu", [x], { alpha: p.alpha }), [
    { alpha: 0.5 },
  ]),
  formula: String.raw`y = \max(0, x) + \min\bigl(0, \alpha (e^{x/\alpha} - 1)\bigr)`,
});
