import { float } from "../graph/params.ts";
import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** x above a threshold, a constant elsewhere. */
export const layer = defineLayer({
  id: "threshold",
  icon: "stretch-horizontal",
  ...elementwise({ threshold: float(0), value: float(0) }, (m, x, p) => m.where(m.gt(x, p.threshold), x, p.value), [
    { threshold: 0.3, value: -1 },
  ]),
  formula: String.raw`y = \begin{cases} x & x > \theta \\ v & x \le \theta \end{cases}`,
});
