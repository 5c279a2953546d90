import { defineLayer } from "./define.ts";
import { ofTwo } from "./shared/binary.ts";

/** Difference of two tensors that broadcast. ONNX: Sub. */
export const layer = defineLayer({
  id: "subtract",
  icon: "minus",
  ...ofTwo((m, x, y) => m.sub(x, y)),
  formula: "y = a - b",
});
