import type { files as en } from "../../en/ui/files.ts";
import type { Texts } from "../../ui-text.ts";
import { spaced } from "../words.ts";

/** Simplified Chinese texts of the window: files of documents. */
export const files: Texts<typeof en> = {
  saveAs: "另存为…",
  overwrite: "覆盖",
  changedTitle: (file) => `${file} 已被其他程序更改`,
  changedText: "覆盖会丢失其他程序写入的内容；另存为其他名称则两者都保留。",
  failedTitle: (file) => `${file} 未能保存`,
  cannotSave: (file, reason) => `无法写入${spaced(file)}（${reason}）。原文件未改动，文档仍处于打开状态。`,
};
