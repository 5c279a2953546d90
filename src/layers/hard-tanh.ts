import { float } from "../graph/params.ts";
import { clip } from "../ir/functions/activation.ts";
import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** Identity cut off on both sides (Collobert 2004). ONNX: Clip. */
export const layer = defineLayer({
  id: "hard-tanh",
  icon: "spline",
  ...elementwise({ low: float(-1), high: float(1) }, (m, x, p) => clip(m, x, p.low, p.high), [{ low: -0.5, high: 2 }]),
  bounds: ({ low, high }) => [low, high],
  formula: String.raw`y = \min(\max(x, a), b)`,
});
