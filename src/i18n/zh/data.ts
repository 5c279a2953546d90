import type { DataIssues } from "../../core/issues/data.ts";
import { bytes, count, type MessagesOf } from "../messages.ts";
import { phrase } from "./phrases.ts";
import { list } from "./words.ts";

export const data: MessagesOf<DataIssues> = {
  "data.file-missing": (i) => `无法打开数据文件（${i.reason}）。请检查文件名；相对路径从文档所在文件夹算起。`,
  "data.file-format": (i) =>
    `此文件应为 ${i.format} 格式：应为 ${phrase(i.expected)}，实际${i.offset === undefined ? "" : `在第 ${count(i.offset)} 字节处`}为 ${phrase(i.found)}。请选择正确的格式，或重新保存该文件。`,
  "data.file-truncated": (i) =>
    `${i.format} 文件不完整：文件头声明了 ${count(i.expected)} 字节，实际只有 ${count(i.found)} 字节。请重新复制或下载。`,
  "data.too-large": (i) => `文件大小为 ${bytes(i.bytes)}，最多只能读取 ${bytes(i.limit)}。请只使用一部分数据。`,
  "data.csv-columns": (i) =>
    `此行有 ${count(i.found)} 个单元格，应为 ${i.expected} 个。请改正此行，或修改 "data.source" 中的分隔符。`,
  "data.csv-number": (i) =>
    `列“${i.column}”应为数字，实际为 ${phrase(i.found)}。请改正该单元格，把该列按 "class" 读取，或把 "missing" 设为 "skip" 以跳过空格。`,
  "data.unknown-column": (i) => `文件中没有列“${i.column}”。请改用下列之一：${list(i.columns)}。`,
  "data.unknown-class": (i) =>
    `列“${i.column}”中的 ${phrase(i.found)} 不属于下列类别：${list(i.classes)}。请改正该单元格，或添加该类别。`,
  "data.duplicate-name": (i) =>
    i.what === "column"
      ? `有两列同名为“${i.name}”，而列名不能重复。请改名，或按位置指定列。`
      : `有两个数组同名为“${i.name}”，而名称不能重复。请为其中一个改名。`,
  "data.empty": (i) => `没有找到样本：${phrase(i.what)} 为空。请选择至少含一个样本的文件。`,
  "data.length-mismatch": (i) =>
    `“${i.a}”有 ${count(i.countA)} 个样本，而“${i.b}”有 ${count(i.countB)} 个，两者应相同。请选择配套的文件。`,
  "data.other-type": (i) =>
    `字段“${i.field}”的所有样本应一致：应为 ${phrase(i.expected)}，实际为 ${phrase(i.found)}。请改正文件，或在 "data.fields" 中设定类型。`,
  "data.label-range": (i) =>
    `字段“${i.field}”中的标签 ${i.found} 超出了 0 到 ${i.classes - 1} 的范围（共 ${count(i.classes)} 类）。请改正标签或类别数。`,
  "data.image": (i) => `${imageText[i.problem]}（${i.detail}）。请替换或删除该文件。`,
  "data.not-finite": (i) =>
    `字段“${i.field}”的第 ${count(i.sample)} 个样本中出现了 ${i.found}，而所有值都应为有限的数。请改正或去掉该样本。`,
  "data.option": (i) => `选项 ${i.option} 应为 ${phrase(i.expected)}，实际为 ${phrase(i.found)}。请修改。`,
  "data.more-problems": (i) => `发现 ${count(i.shown)} 个问题后停止读取，可能还有更多。请先改正这些。`,
  "data.one-class": (i) => `“${i.field}”的所有样本都属于类别“${i.class}”，无从区分。请加入其他类别的样本。`,
  "data.empty-split": (i) =>
    `要求划分出“${i.split}”部分，但 ${count(i.samples)} 个样本中没有一个分给它。请提高其比例，或使用更多数据。`,
  "data.reader-died": (i) => `读取样本的线程意外结束：${i.reason}。请重新开始训练。`,
};

const imageText = {
  "not-an-image": "此处应为 PNG 或 JPEG 图片，而该文件两者都不是",
  unsupported: "不支持这种图片",
  "too-large": "图片超出了可读取的大小",
  corrupt: "图片已损坏",
};
