import { defineLayer } from "./define.ts";
import { reduction } from "./shared/reduction.ts";

/** Largest element over some axes. ONNX: ReduceMax. */
export const layer = defineLayer({
  id: "reduce-max",
  icon: "arrow-up-to-line",
  ...reduction("ReduceMax"),
  formula: String.raw`y = \max_i x_i`,
});
