import type { steps as en } from "../../en/ui/steps.ts";
import type { Texts } from "../../ui-text.ts";

/** Simplified Chinese texts of the window: steps. */
export const steps: Texts<typeof en> = {
  addNode: ({ layer }) => `添加 ${layer}`,
  addNote: "添加便笺",
  addFrame: "为所选添加框",
  autoLayout: "自动排列",
  align: ({ n }) => `对齐 ${n} 个节点`,
  distribute: ({ n }) => `均匀分布 ${n} 个节点`,
  bypass: ({ n }) => `旁路 ${n} 个节点`,
  mute: ({ n }) => `停用 ${n} 个节点`,
  activate: ({ n }) => `启用 ${n} 个节点`,
  collapse: ({ n }) => `折叠 ${n} 个节点`,
  expand: ({ n }) => `展开 ${n} 个节点`,
  connect: "连线",
  connectInOrder: ({ n }) => `依次连接 ${n} 个节点`,
  cut: ({ n }) => `剪切 ${n} 项`,
  delete: ({ n }) => `删除 ${n} 项`,
  duplicate: ({ n }) => `复制 ${n} 项`,
  paste: ({ n }) => `粘贴 ${n} 项`,
  freeze: ({ n }) => `冻结 ${n} 个节点`,
  unfreeze: ({ n }) => `解冻 ${n} 个节点`,
  pin: ({ n }) => `固定 ${n} 个节点`,
  unpin: ({ n }) => `取消固定 ${n} 个节点`,
  makeBlock: "组成模块",
  unpackBlock: "拆开模块",
  rename: ({ name }) => `重命名为 ${name}`,
  replaceLayer: ({ layer }) => `换成 ${layer}`,
  swapInputs: "交换输入",
};
