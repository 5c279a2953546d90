import type { shell as en } from "../../en/ui/shell.ts";
import type { Texts } from "../../ui-text.ts";

/** Simplified Chinese texts of the window: shell. */
export const shell: Texts<typeof en> = {
  close: "关闭",
  documents: "打开的文档",
  newTab: "新建文档",
  otherLanguage: "EN",
  presenter: "演示模式",
  leftPanel: "图层、手册与大纲",
  inspector: "检查器",
  dock: "问题与历史",
  resizeLeft: "左侧面板宽度",
  resizeRight: "检查器宽度",
  resizeBottom: "底部面板高度",
};
