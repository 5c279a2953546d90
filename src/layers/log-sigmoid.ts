import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Logarithm of the logistic function, stable for large negative x. */
export const layer = defineLayer({
  id: "log-sigmoid",
  icon: "trending-up",
  ...elementwise({}, (m, x) => m.neg(m.softplus(m.neg(x)))),
  formula: String.raw`y = \ln \sigma(x) = -\ln(1 + e^{-x})`,
});
