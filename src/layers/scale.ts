import { float } from "../graph/params.ts";
import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Multiplies by a fixed factor and adds a fixed offset: y = factor x + offset. Nothing is trained. */
export const layer = defineLayer({
  id: "scale",
  icon: "move-diagonal",
  ...elementwise({ factor: float(1), offset: float(0) }, (m, x, p) => m.add(m.mul(x, p.factor), p.offset), [
    { factor: 0.5, offset: -1 },
  ]),
  formula: "y = a x + b",
});
