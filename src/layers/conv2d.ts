import { symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { convolution } from "./shared/conv.ts";

export const layer = defineLayer({
  id: "conv2d",
  icon: "grid-3x3",
  ...convolution(2),
  formula: String.raw`y_{m,i,j} = b_m + \sum_{c,k,l} W_{m,c,k,l}\, x_{c,\, s i + d k - p,\, s j + d l - p}`,
  examples: [
    { params: { filters: 6 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 4, 9, 8] }] },
    {
      params: { filters: 6, kernel: 4, stride: 2, padding: "same", groups: 2, bias: false },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 4, 9, 8] }],
    },
    {
      params: { filters: 4, padding: "explicit", pads: 1, stride: 2 },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 4, 9, 8] }],
    },
    {
      params: { filters: 3, kernel: 2, padding: "same", dilation: 2 },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 4, symbol("H"), symbol("W")] }],
    },
  ],
});
