import type { about as en } from "../../en/ui/about.ts";
import type { Texts } from "../../ui-text.ts";

/** Simplified Chinese texts of the window: about the program, and paper. */
export const about: Texts<typeof en> = {
  title: "关于 Gradloom",
  tagline: "绘制神经网络，观察训练过程，看清到达每个节点的梯度。",
  version: "版本",
  browser: "浏览器",
  offline: "无需联网即可使用，不会向外发送任何数据；仅在您要求时检查更新。",
  licence: "采用 MIT 许可证。所用组件的许可证随程序一同提供。",
  notices: "许可证",
  copy: "复制版本信息",
  copied: "已复制版本信息",
  printFailed: (reason) => `未能打印：${reason}`,
  nothingToPrint: "网络是空的，没有可打印的内容。",
  pdfSaved: (file) => `已保存为 ${file}`,
};
