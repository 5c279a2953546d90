import { symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { maxPooling } from "./shared/pool.ts";

export const layer = defineLayer({
  id: "max-pool1d",
  icon: "arrow-up-narrow-wide",
  ...maxPooling(1),
  formula: String.raw`y_{c,o} = \max_{k} x_{c,\, s o + d k - p}`,
  examples: [
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), 3, 10] }] },
    { params: { ceilMode: true, kernel: 3, stride: 2 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 3, 10] }] },
    {
      params: { kernel: 3, stride: 2, padding: "explicit", pads: 1 },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 3, 10] }],
    },
    {
      params: { kernel: 2, stride: 1, padding: "same", dilation: 2 },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 3, symbol("T")] }],
    },
    {
      params: { kernel: 2, stride: 1, padding: "same", dilation: 4 },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 3, 10] }],
    },
  ],
});
