import { symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { transposedConvolution } from "./shared/conv.ts";

export const layer = defineLayer({
  id: "conv-transpose1d",
  icon: "expand",
  ...transposedConvolution(1),
  formula: String.raw`y_{m,\, s i + d k - p} = b_m + \sum_{c} W_{c,m,k}\, x_{c,i}`,
  examples: [
    { params: { filters: 6, stride: 2 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 4, 12] }] },
    {
      params: { filters: 6, kernel: 4, stride: 2, padding: "same", groups: 2, bias: false },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 4, 12] }],
    },
    {
      params: { filters: 2, kernel: 2, stride: 3, padding: "same" },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 4, symbol("T")] }],
    },
    {
      params: { filters: 3, padding: "explicit", pads: 1, stride: 2, outputPadding: 1, dilation: 2 },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 4, 12] }],
    },
  ],
});
