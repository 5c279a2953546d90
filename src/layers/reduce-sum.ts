import { defineLayer } from "./define.ts";
import { reduction } from "./shared/reduction.ts";

/** Sum over some axes. ONNX: ReduceSum. */
export const layer = defineLayer({
  id: "reduce-sum",
  icon: "sigma",
  ...reduction("ReduceSum"),
  formula: String.raw`y = \sum_i x_i`,
});
