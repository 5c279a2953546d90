import type { CompileIssues } from "../../core/issues/compile.ts";
import { bytes, type MessagesOf } from "../messages.ts";
import { phrase } from "./phrases.ts";
import { list } from "./words.ts";

export const compile: MessagesOf<CompileIssues> = {
  "objective.none": () => `训练需要一个目标（损失函数和优化器），而文档中没有。请在 "objectives" 中添加一个。`,
  "objective.unknown-node": (i) => `目标所引用的节点“${i.found}”不存在。请选择图中的节点。`,
  "objective.unknown-port": (i) => `目标引用了输出“${i.found}”，而该节点的输出有：${list(i.ports)}。请选择其中之一。`,
  "objective.shape": (i) =>
    `损失函数 ${i.loss} 要求 ${phrase(i.expected)}，实际的预测为 ${i.prediction}，目标值为 ${i.target}。请修改最后一层，或换一个损失函数。`,
  "objective.dtype": (i) =>
    `损失函数 ${i.loss} 要求 ${phrase(i.expected)}，实际为 ${phrase(i.found)}。请换一个字段作目标值，或换一个损失函数。`,
  "objective.no-target": (i) =>
    `损失函数 ${i.loss} 需要将预测与目标值比较，但没有给出目标值。请将 "target" 设为数据的一个字段或某个输出。`,
  "objective.class-count": (i) =>
    `损失函数 ${i.loss} 的 ${i.list} 应有 ${i.expected} 项（每个类别一项），实际有 ${i.found} 项。请为每个类别各给一项。`,
  "objective.softmax-twice": (i) =>
    `损失函数 ${i.loss} 要求输入 logits（未归一化的得分），它自己会做 softmax，而 ${i.layer} 已经做过一次。请删除损失之前的节点 ${i.layer}，预测结果不变。`,
  "objective.no-parameters": () =>
    `目标应至少训练一个参数，但没有找到：所选节点被冻结、没有参数，或不通向损失。请改选其他节点，或解冻其中之一。`,
  "objective.metric": (i) =>
    `指标 ${i.metric} 要求 ${phrase(i.expected)}，实际为 ${phrase(i.found)}。请换一个指标、预测或目标值。`,
  "binding.no-data": () => `训练需要数据，而文档中没有写明。请添加 "data" 一节并指定来源。`,
  "binding.unknown-input": (i) => `"data.inputs" 中的“${i.id}”不是图中的输入节点。请删除它，或改正节点标识。`,
  "binding.missing": (i) =>
    `没有数据流入输入节点“${i.input}”。请在 "data.inputs" 中写明由哪个字段提供，可用的字段有：${list(i.fields)}。`,
  "binding.unknown-field": (i) => `数据中没有字段“${i.field}”。请改用下列之一：${list(i.fields)}。`,
  "binding.shape": (i) =>
    `字段“${i.field}”的每个样本为 ${phrase(i.found)}，而输入节点要求 ${phrase(i.expected)}。请修改输入节点的形状，或在 "data.fields" 中改变该字段的形状。`,
  "training.bad-value": (i) => `设置 ${i.what} 应为 ${phrase(i.expected)}，实际为 ${phrase(i.found)}。请修改。`,
  "autodiff.no-rule": (i) =>
    `无法对运算符 ${i.op} 求导：${i.reason}。请在参数到损失的路径上换用其他层，或冻结它之前的部分。`,
  "model.too-large": (i) => `模型将有 ${bytes(i.bytes)}，而一个 ONNX 文件最多容纳 ${bytes(i.limit)}。请缩小各层。`,
};
