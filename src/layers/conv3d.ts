import { symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { convolution } from "./shared/conv.ts";

export const layer = defineLayer({
  id: "conv3d",
  icon: "box",
  ...convolution(3),
  formula: String.raw`y_{m,o} = b_m + \sum_{c,k} W_{m,c,k}\, x_{c,\, s o + d k - p} \quad (o, k \in \mathbb{N}^3)`,
  examples: [
    { params: { filters: 6 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 4, 5, 6, 5] }] },
    {
      params: { filters: 6, kernel: 4, stride: 2, padding: "same", groups: 2, bias: false },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 4, 5, 6, 5] }],
    },
    {
      params: { filters: 4, padding: "explicit", pads: 1, stride: 2 },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 4, 5, 6, 5] }],
    },
    {
      params: { filters: 3, kernel: 2, padding: "same", dilation: 2 },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 4, symbol("T"), 6, 5] }],
    },
  ],
});
