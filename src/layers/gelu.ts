import { choice } from "../graph/params.ts";
import { gelu } from "../ir/functions/activation.ts";
import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Gaussian error linear unit (Hendrycks & Gimpel 2016), exact or in its tanh approximation. */
export const layer = defineLayer({
  id: "gelu",
  icon: "trending-up",
  ...elementwise({ approximate: choice(["none", "tanh"], "none") }, (m, x, p) => gelu(m.b, x, p.approximate), [
    { approximate: "tanh" },
  ]),
  formula: String.raw`y = x\,\Phi(x) = \tfrac{x}{2}\bigl(1 + \operatorname{erf}(x / \sqrt 2)\bigr)`,
});
