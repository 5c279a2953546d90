import { symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { transposedConvolution } from "./shared/conv.ts";

export const layer = defineLayer({
  id: "conv-transpose3d",
  icon: "expand",
  ...transposedConvolution(3),
  formula: String.raw`y_{m,\, s i + d k - p} = b_m + \sum_{c} W_{c,m,k}\, x_{c,i} \quad (i, k \in \mathbb{N}^3)`,
  examples: [
    { params: { filters: 6, stride: 2 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 4, 5, 6, 5] }] },
    {
      params: { filters: 6, kernel: 4, stride: 2, padding: "same", groups: 2, bias: false },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 4, 5, 6, 5] }],
    },
    {
      params: { filters: 2, kernel: 2, stride: 3, padding: "same" },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 4, symbol("T"), 6, 5] }],
    },
    {
      params: { filters: 3, padding: "explicit", pads: 1, stride: 2, outputPadding: 1, dilation: 2 },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 4, 5, 6, 5] }],
    },
  ],
});
