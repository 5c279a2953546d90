import { symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { convolution } from "./shared/conv.ts";

export const layer = defineLayer({
  id: "conv1d",
  icon: "audio-lines",
  ...convolution(1),
  formula: String.raw`y_{m,o} = b_m + \sum_{c,k} W_{m,c,k}\, x_{c,\, s o + d k - p}`,
  examples: [
    { params: { filters: 6 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 4, 12] }] },
    {
      params: { filters: 6, kernel: 4, stride: 2, padding: "same", groups: 2, bias: false },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 4, 12] }],
    },
    {
      params: { filters: 4, padding: "explicit", pads: 1, stride: 2 },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 4, 12] }],
    },
    {
      params: { filters: 3, kernel: 2, padding: "same", dilation: 2 },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 4, symbol("T")] }],
    },
  ],
});
