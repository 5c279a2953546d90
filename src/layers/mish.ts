import { mish } from "../ir/functions/activation.ts";
import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Mish (Misra 2019). */
export const layer = defineLayer({
  id: "mish",
  icon: "trending-up",
  ...elementwise({}, (m, x) => mish(m.b, x)),
  formula: String.raw`y = x \tanh\bigl(\ln(1 + e^x)\bigr)`,
});
