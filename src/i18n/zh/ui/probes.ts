import type { probes as en } from "../../en/ui/probes.ts";
import type { Texts } from "../../ui-text.ts";

/** Simplified Chinese texts of the window: probes, previews, what is seen of tensors. */
export const probes: Texts<typeof en> = {
  see: "查看张量",
  seeThis: "查看此张量",
  previewOf: (node) => `${node} 的预览`,
  cardOf: (tensor) => `张量 ${tensor}`,
  partOf: (part, node, name) => `${node} 的 ${name}：${part}`,
  ofOutput: { value: "值 y", gradient: "梯度 ∂L/∂y", update: "更新量" },
  ofParameter: { value: "值 w", gradient: "梯度 ∂L/∂w", update: "更新量 Δw" },
  move: "用方向键移动",
  freeze: "定格此刻",
  thaw: "继续",
  options: "查看方式、列、样本",
  close: "关闭",
  earlier: "上一个样本",
  later: "下一个样本",
  sample: (n, source) => `${n} · ${source}`,
  sources: { batch: "批次", train: "训练数据", validation: "验证数据", test: "测试数据" },
  step: (n) => (n === 0 ? "未训练" : `第 ${n.toLocaleString("en-US")} 步`),
  looking: "读取中…",
  noProgram: "此页面没有后台程序，无法查看张量。",
  notKept: "这一步没有保留数据。",
  notThere: "网络中还没有这个张量。",
  noGradient: "没有损失到达这里。",
};
