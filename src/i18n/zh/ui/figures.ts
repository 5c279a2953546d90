import type { figures as en } from "../../en/ui/figures.ts";
import type { Texts } from "../../ui-text.ts";

/** Simplified Chinese texts of the window: figures. */
export const figures: Texts<typeof en> = {
  title: "导出插图",
  content: "内容",
  all: "全部",
  selection: "所选部分",
  theme: "配色",
  themes: { light: "浅色", dark: "深色", print: "印刷" },
  background: "背景",
  backgrounds: { canvas: "画布", white: "白色", transparent: "透明" },
  scale: "大小",
  preview: "插图预览",
  saveSvg: "保存 SVG",
  savePng: "保存 PNG",
  copy: "复制图片",
  copied: "图片已复制到剪贴板。",
  notCopied: "浏览器不允许把图片放入剪贴板，请改为保存。",
  saved: (name) => `已保存 ${name}。`,
  empty: "还没有可画的内容。",
  tooLarge: "图片过大。请选择较小的尺寸，或保存 SVG。",
  size: (width, height) => `${width} × ${height} 像素`,
};
