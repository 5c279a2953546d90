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
  failedText: "原文件未改动，文档仍处于打开状态。",
  copyOf: (name) => `${name} 副本`,
  copied: (file) => `已保存副本${spaced(file)}`,
  gone: (file) => `${file} 已不存在`,
  openedPartly: (file) => `${file} 已打开，但缺少部分权重`,
  openedPartlyText: "网络与保存时一致。以下权重将从初始值开始。",
  noWeightsTitle: (file) => `${file} 无法保存训练好的权重`,
  noWeightsText: "JSON 文件只保存网络；.gradloom 文件还会保存权重。",
  withoutWeights: "不带权重保存",
  savedWithoutWeights: (file) => `已保存${spaced(file)}，但不含权重：JSON 文件无法存放权重`,
  revert: "恢复",
  revertTitle: (file) => `恢复为${spaced(file)} 中的内容？`,
  revertText: "文档自上次保存后训练过。网络可以通过撤销找回，这些权重则不能。",
  cannotRevert: (file) => `无法读取${spaced(file)}`,
  notKept: "存储空间不足，无法暂存未保存的内容。请保存文档。",
  showLost: "查看",
};
