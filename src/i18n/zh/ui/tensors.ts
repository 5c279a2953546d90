import type { tensors as en } from "../../en/ui/tensors.ts";
import type { Texts } from "../../ui-text.ts";

/** Simplified Chinese texts of the window: pictures of tensors. */
export const tensors: Texts<typeof en> = {
  alternative: (what, sizes, least, greatest, mean) =>
    `${what}，${sizes}：最小 ${least}，最大 ${greatest}，均值 ${mean}。用方向键读取单个数值。`,
  histogramOf: (what, count, low, high) =>
    `${what}的直方图：${count.toLocaleString("en-US")} 个值，介于 ${low} 与 ${high} 之间`,
  readout: (index, value) => `${index} = ${value}`,
  bin: (from, to, count) => `${from} 至 ${to}：${count.toLocaleString("en-US")}`,
  around: (limit) => `± ${limit}`,
  between: (low, high) => `${low} 至 ${high}`,
  bad: (count) => `${count.toLocaleString("en-US")} 个非有限值`,
  more: (count) => `另有 ${count.toLocaleString("en-US")} 个`,
  view: "查看方式",
  views: {
    images: "图像",
    filters: "卷积核",
    matrix: "热图",
    bars: "条形图",
    tokens: "词元",
    histogram: "直方图",
    numbers: "数值",
  },
};
