import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Square. */
export const layer = defineLayer({
  id: "square",
  icon: "superscript",
  ...elementwise({}, (m, x) => m.square(x)),
  formula: "y = x^2",
});
