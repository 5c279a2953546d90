import { clip } from "../ir/functions/activation.ts";
import { defineLayer } from "./define.ts";
import { elementwise } from "./shared/elementwise.ts";

/** ReLU cut off at 6 (Krizhevsky 2010). ONNX: Clip. */
export const layer = defineLayer({
  id: "relu6",
  icon: "trending-up",
  ...elementwise({}, (m, x) => clip(m, x, 0, 6)),
  bounds: [0, 6],
  formula: String.raw`y = \min(\max(x, 0), 6)`,
});
