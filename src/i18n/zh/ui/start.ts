import type { start as en } from "../../en/ui/start.ts";
import type { Texts } from "../../ui-text.ts";

/** Simplified Chinese texts of the window: start. */
export const start: Texts<typeof en> = {
  title: "开始",
  product: "Gradloom",
  recent: "最近",
  handbook: "手册",
  handbookCaption: "离线可训练，可直接修改",
  searchHandbook: "搜索手册",
  nothingFound: (query) => `没有名为“${query}”的模板。`,
  open: "打开",
  forget: "从列表中移除",
};
