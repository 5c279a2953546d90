import { float } from "../graph/params.ts";
import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** ReLU with a slope below 0 (Maas et al. 2013). ONNX: LeakyRelu. */
export const layer = defineLayer({
  id: "leaky-relu",
  icon: "trending-up",
  ...elementwise({ slope: float(0.01) }, (m, x, p) => m.b.emit("LeakyRelu", [x], { alpha: p.slope }), [{ slope: 0.2 }]),
  formula: String.raw`y = \begin{cases} x & x \ge 0 \\ a x & x < 0 \end{cases}`,
});
