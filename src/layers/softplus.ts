import { float } from "../graph/params.ts";
import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Smooth ReLU (Dugas et al. 2001). ONNX: Softplus, which does not overflow. */
export const layer = defineLayer({
  id: "softplus",
  icon: "trending-up",
  ...elementwise({ beta: float(1, { min: 1e-6 }) }, (m, x, p) => m.div(m.softplus(m.mul(x, p.beta)), p.beta), [
    { beta: 2 },
  ]),
  formula: String.raw`y = \tfrac{1}{\beta} \ln(1 + e^{\beta x})`,
});
