import { float } from "../graph/params.ts";
import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Exponential linear unit (Clevert et al. 2016). ONNX: Elu. */
export const layer = defineLayer({
  id: "elu",
  icon: "trending-up",
  ...elementwise({ alpha: float(1) }, (m, x, p) => m.b.emit("Elu", [x], { alpha: p.alpha }), [{ alpha: 0.5 }]),
  formula: String.raw`y = \begin{cases} x & x > 0 \\ \alpha (e^x - 1) & x \le 0 \end{cases}`,
});
