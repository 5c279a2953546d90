import type { ShapeIssues } from "../../core/issues/shape.ts";
import { count, type MessagesOf } from "../messages.ts";
import { phrase } from "./phrases.ts";

export const shape: MessagesOf<ShapeIssues> = {
  "shape.flat": (i) => `层 ${i.layer} 需要一维输入。每个样本得到 ${i.found}，展平后为 ${i.values} 个值。`,
  "shape.rank": (i) =>
    `层 ${i.layer} 的输入应有 ${i.expected} 个轴，实际为 ${i.found}。请在前面加一个改变形状的层，例如 flatten（展平）或 reshape（变形）。`,
  "shape.dtype": (i) =>
    `层 ${i.layer} 的输入元素类型应为 ${phrase(i.expected)}，实际为 ${i.found}。请改连其他张量，或修改输入节点的类型。`,
  "shape.mismatch": (i) =>
    i.axis === null
      ? `层 ${i.layer} 的各输入形状不一致：${i.left} 与 ${i.right}。请使它们的形状相同。`
      : `层 ${i.layer} 的各输入在第 ${i.axis} 轴上不一致：${i.left} 与 ${i.right}。请使该轴大小相等，例如对其中一个做投影。`,
  "shape.divisible": (i) =>
    `层 ${i.layer} 要求 ${phrase(i.what)} 能被 ${i.by} 整除，实际为 ${i.size}。请改为它的倍数，或换一个除数。`,
  "shape.empty": (i) =>
    `层 ${i.layer} 的输出在第 ${i.axis} 轴上的大小将为 ${i.size}（${i.formula}），而至少应为 1。请减小卷积核或步幅、增加填充，或增大输入。`,
  "shape.elements": (i) =>
    `层 ${i.layer} 无法把 ${i.from} 变为 ${i.to}：元素个数不同。请使各轴大小之积相等，其中一个可写为 -1。`,
  "shape.axis": (i) =>
    `层 ${i.layer} 的轴设为 ${i.axis}，而输入有 ${i.rank} 个轴，其中轴 0 是批量。请使用 1 到 ${i.rank - 1} 之间的轴，或用 -1 表示最后一个轴。`,
  "shape.symbolic": (i) =>
    `层 ${i.layer} 需要知道 ${phrase(i.what)} 的确切大小，实际为 ${i.found}。请在输入节点中用数字代替符号。`,
  "shape.range": (i) =>
    `层 ${i.layer} 的 ${phrase(i.what)} 应为 ${phrase(i.expected)}，实际为 ${i.found}。请修改该设置。`,
  "shape.too-large": (i) =>
    `层 ${i.layer} 的某个张量将有 ${i.elements} 个元素，最多允许 ${count(i.limit)} 个。请缩小该层或它的输入。`,
};
