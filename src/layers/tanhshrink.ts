import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Difference of the identity and tanh. */
export const layer = defineLayer({
  id: "tanhshrink",
  icon: "spline",
  ...elementwise({}, (m, x) => m.sub(x, m.tanh(x))),
  formula: String.raw`y = x - \tanh x`,
});
