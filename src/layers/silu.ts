import { silu } from "../ir/functions/activation.ts";
import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Sigmoid linear unit, also called swish (Elfwing et al. 2018, Ramachandran et al. 2017). */
export const layer = defineLayer({
  id: "silu",
  icon: "trending-up",
  ...elementwise({}, (m, x) => silu(m.b, x)),
  formula: String.raw`y = x\,\sigma(x)`,
});
