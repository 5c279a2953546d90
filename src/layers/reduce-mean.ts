import { defineLayer } from "./define.ts";
import { reduction } from "./shared/reduction.ts";

/** Mean over some axes. ONNX: ReduceMean. */
export const layer = defineLayer({
  id: "reduce-mean",
  icon: "sigma",
  ...reduction("ReduceMean"),
  formula: String.raw`y = \frac{1}{n} \sum_i x_i`,
});
