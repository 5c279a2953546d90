import type { DiagnoseIssues } from "../../core/issues/diagnose.ts";
import type { LayerId } from "../../layers/registry.gen.ts";
import type { MessagesOf } from "../messages.ts";
import { fraction, lossText, percentText, short } from "../numbers.ts";
import { layers } from "./layers.ts";
import { spaced } from "./words.ts";

type Layers = { readonly [id in LayerId]?: { readonly name: string } };
const nameOf = (layer: string): string => (layers as Layers)[layer as LayerId]?.name ?? layer;

const notFinite: { readonly [W in DiagnoseIssues["diagnose.not-finite"]["what"]]: string } = {
  parameter: "参数",
  activation: "输出",
  loss: "损失",
  gradient: "梯度",
  update: "更新量",
};

const rate = (learningRate: number | null): string => (learningRate === null ? "" : `（当前为 ${learningRate}）`);

export const diagnose: MessagesOf<DiagnoseIssues> = {
  "diagnose.not-finite": (i) =>
    `出现非有限值：在第 ${i.step} 步，${i.node === undefined ? "" : `${i.node} 的`}${notFinite[i.what]}最先变成无穷大或 NaN。请降低学习率${rate(i.learningRate)}，或裁剪梯度。`,
  "diagnose.diverging": (i) =>
    `发散：损失在 ${i.steps} 步内从 ${lossText(i.from)} 升到 ${lossText(i.to)}。请降低学习率${rate(i.learningRate)}。`,
  "diagnose.vanishing": (i) =>
    `梯度消失：${i.node ?? "首层"} 的梯度只有末层的 ${fraction(i.share)}，${i.of} 层中有 ${i.nodes.length} 层得到的梯度太小，学不到东西。${i.layer === null ? "请做归一化、增加跳跃连接，或改用能让梯度通过的激活函数。" : `梯度主要在${spaced(nameOf(i.layer))} 处损失：请改用 ReLU、做归一化，或增加跳跃连接。`}`,
  "diagnose.exploding": (i) =>
    `梯度爆炸：${i.node ?? "某一层"} 的梯度是末层的 ${short(i.share)} 倍，${i.of} 层中有 ${i.nodes.length} 层远超正常大小。请裁剪梯度，或用更小的初始权重。`,
  "diagnose.dead-units": (i) =>
    `失活：${i.node ?? nameOf(i.layer)} 的${i.units === null ? ` ${percentText(i.dead)} 的单元` : ` ${i.units} 个单元中有 ${i.dead} 个`}对所有样本输出零，已连续 ${i.probes} 次。${i.layer === "leaky-relu" ? "请降低学习率。" : `请把${spaced(nameOf(i.layer))} 换成 LeakyReLU，或降低学习率，然后重新训练。`}`,
  "diagnose.no-gradient": (i) =>
    `没有梯度：连续 ${i.probes} 次，到达 ${i.nodes.length} 个层的梯度恰好为零。${i.culprit === null ? "请检查是否有斜率处处为零的运算。" : `${i.culprit} 不让梯度通过：请替换它，或降低学习率重新训练。`}`,
  "diagnose.saturated": (i) =>
    `饱和：${i.node ?? nameOf(i.layer)} 的输出有 ${percentText(i.share)} 位于边界，那里的斜率几乎为零。请对${spaced(nameOf(i.layer))} 的输入做归一化，或用更小的初始权重。`,
  "diagnose.rate-high": (i) =>
    `学习率过高：每一步改变权重 ${percentText(i.ratio)}，而损失没有下降。约 0.1 % 较为合适：请降低学习率（当前为 ${i.learningRate}）。`,
  "diagnose.rate-low": (i) =>
    `学习率过低：每一步只改变权重 ${percentText(i.ratio)}，损失几乎不下降。约 0.1 % 较为合适：请提高学习率（当前为 ${i.learningRate}）。`,
  "diagnose.raw-input": (i) =>
    `输入未标准化：${i.field} 的均值为 ${short(i.mean)}，标准差为 ${short(i.deviation)}。零均值、单位标准差可减少训练步数。`,
  "diagnose.no-progress": (i) =>
    `没有进展：训练 ${i.steps} 步后损失为 ${lossText(i.to)}，开始时为 ${lossText(i.from)}。请检查梯度、目标和学习率。`,
  "diagnose.overfitting": (i) =>
    `过拟合：自第 ${i.epoch} 轮起，验证损失从 ${lossText(i.best)} 升到 ${lossText(i.now)}，而训练损失从 ${lossText(i.trainThen)} 降到 ${lossText(i.trainNow)}。请提前停止、增加数据，或使用正则化。`,
};
