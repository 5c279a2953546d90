import { symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { averagePooling } from "./shared/pool.ts";

export const layer = defineLayer({
  id: "average-pool3d",
  icon: "equal-approximately",
  ...averagePooling(3),
  formula: String.raw`y_{c,o} = \frac{1}{|K|} \sum_{k \in K} x_{c,\, s o + k - p}`,
  examples: [
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), 2, 5, 7, 6] }] },
    {
      params: { kernel: 3, stride: 2, padding: "explicit", pads: 1, ceilMode: true },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 2, 5, 7, 6] }],
    },
    {
      params: { kernel: 3, stride: 2, padding: "explicit", pads: 1, ceilMode: true, countIncludePad: false },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 2, 5, 7, 6] }],
    },
    {
      params: { kernel: 3, stride: 1, padding: "same", countIncludePad: false },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 2, 4, 5, symbol("W")] }],
    },
  ],
});
