import { symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { transposedConvolution } from "./shared/conv.ts";

export const layer = defineLayer({
  id: "conv-transpose2d",
  icon: "expand",
  ...transposedConvolution(2),
  formula: String.raw`y_{m,\, s i + d k - p,\, s j + d l - p} = b_m + \sum_{c} W_{c,m,k,l}\, x_{c,i,j}`,
  examples: [
    { params: { filters: 6, stride: 2 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 4, 9, 8] }] },
    {
      params: { filters: 6, kernel: 4, stride: 2, padding: "same", groups: 2, bias: false },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 4, 9, 8] }],
    },
    {
      params: { filters: 2, kernel: 2, stride: 3, padding: "same" },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 4, symbol("H"), symbol("W")] }],
    },
    {
      params: { filters: 3, padding: "explicit", pads: 1, stride: 2, outputPadding: 1, dilation: 2 },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 4, 9, 8] }],
    },
  ],
});
