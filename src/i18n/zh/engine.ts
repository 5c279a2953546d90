import type { EngineIssues } from "../../core/issues/engine.ts";
import type { MessagesOf } from "../messages.ts";
import { phrase } from "./phrases.ts";
import { list } from "./words.ts";

const checkpointProblem: { readonly [P in EngineIssues["checkpoint.corrupt"]["problem"]]: string } = {
  "too-short": "缺少字节",
  "header-too-large": "文件头超过格式允许的大小",
  "header-not-json": "文件头不是 JSON",
  "header-entry": "文件头中有一项形式不对",
  "unknown-dtype": "元素类型未知",
  "size-mismatch": "张量的字节数与形状不符",
  "gap-or-overlap": "张量之间有重叠或空隙",
  "trailing-bytes": "末尾有多余的字节",
  metadata: "关于运行的信息缺失或形式不对",
  tensor: "有张量不是网络所需的",
};

type NotFinite = EngineIssues["engine.not-finite"]["what"];
const notFiniteWhat: { readonly [W in NotFinite]: string } = {
  data: "数据（data）",
  activation: "激活值（activation）",
  loss: "损失（loss）",
  gradient: "梯度（gradient）",
  update: "更新量（update）",
};
const notFiniteRemedy: { readonly [W in NotFinite]: string } = {
  data: "请修正数据中的该样本，或将其去掉。",
  activation: "请使其输入保持在定义域内（不要对 0 取对数，不要除以 0），对输入做归一化，或降低学习率。",
  loss: "请降低学习率，或使用接受 logits 的损失。",
  gradient: "请降低学习率，或裁剪梯度。",
  update: "请降低学习率，或裁剪梯度。",
};

export const engine: MessagesOf<EngineIssues> = {
  "engine.died": (i) =>
    `训练进程意外结束（${[i.signal, i.exitCode === null ? null : `退出码 ${i.exitCode}`, i.reason].filter(Boolean).join("，")}）。将重新启动，并从最近的检查点（checkpoint）继续。`,
  "engine.gave-up": (i) =>
    `训练进程连续 ${i.restarts} 次毫无进展地结束，不再重启。请减小批大小（batch）或换用其他执行提供程序；用 "gradloom train --resume" 可从最近的检查点继续。`,
  "engine.unresponsive": (i) => `训练进程已有 ${i.seconds} 秒没有响应，将重新启动。如果再次发生，请减小批大小或网络。`,
  "engine.protocol": (i) =>
    `Gradloom 与训练进程之间的消息无法理解：${i.reason}。请用 "npm run build" 重新构建，使两者版本一致。`,
  "engine.refused": (i) => `命令“${i.command}”不适用于运行的当前状态“${i.state}”。请等待状态改变，或先开始一次运行。`,
  "engine.session": (i) =>
    `onnxruntime 不接受模型“${i.model}”：${i.reason}。请换用其他执行提供程序；如果在 CPU 上发生，则是 Gradloom 的错误，请报告。`,
  "engine.run": (i) => `模型“${i.model}”运行时出错：${i.reason}。请检查其输入的形状和可用内存。`,
  "engine.not-finite": (i) => {
    const of = i.node === undefined ? i.name : `节点 ${i.node}（${i.name}）`;
    return `在第 ${i.step} 步，${of} 的${notFiniteWhat[i.what]}变成了 ${i.value}，而此处应为有限的数。${notFiniteRemedy[i.what]}`;
  },
  "engine.cancelled": () => `计算在完成之前被取消。重新开始即可看到结果。`,
  "look.unknown": (i) => `此处应为网络中的张量，实际为“${i.tensor}”。请选择网络当前具有的节点、端口或参数。`,
  "look.sample": (i) =>
    `要查看 ${i.split} 部分的第 ${i.index} 个样本，而该部分只有 ${i.samples} 个样本。请选择较小的编号。`,
  "look.input": (i) =>
    i.found === null
      ? `没有给出“${i.input}”的内容，此处应为 ${i.expected}。请给出形状和类型相符的数组。`
      : `“${i.input}”的内容应为 ${i.expected}，实际为 ${i.found}。请给出形状和类型相符的数组。`,
  "look.index": (i) => `要查看“${i.tensor}”的第 ${i.index} 个元素，而它只有 ${i.elements} 个元素。请选择较小的编号。`,
  "tensors.misfit": (i) =>
    i.expected === null
      ? `张量“${i.tensor}”（${i.found}）不属于网络的任何参数。请去掉它，或从初始权重开始。`
      : `张量“${i.tensor}”应为 ${i.expected}，实际为 ${i.found}。网络此后有改动；请从初始权重开始。`,
  "provider.unavailable": (i) => `无法使用执行提供程序（execution provider）${i.provider}：${i.reason}。改用 CPU。`,
  "cuda.not-here": (i) =>
    `onnxruntime 只为 x64 上的 Linux 提供 CUDA，而此系统是 ${i.platform}。请使用其他执行提供程序。`,
  "cuda.unreachable": (i) =>
    `无法访问 onnxruntime 的 CUDA 库的来源（${i.url}：${i.reason}）。没有做任何改动。请检查网络连接，或在能联网的机器上安装。`,
  "cuda.damaged": (i) =>
    `从 ${i.url} 下载的内容与来源所公布的不符（应为 ${i.expected}，实为 ${i.found || "无"}）。没有安装任何内容。请重试。`,
  "run.no-folder": (i) => `此处应为训练运行的文件夹：${phrase(i.reason)}。请指定由 "gradloom train" 写出的文件夹。`,
  "run.folder-in-use": (i) => `该运行文件夹正被另一个进程（${i.pid}）使用。请等它结束，或用 --out 指定其他文件夹。`,
  "run.exists": () => `新的运行需要自己的文件夹，而此文件夹中已有一次运行。请继续那次运行，或用 --out 指定其他文件夹。`,
  "run.corrupt": (i) => `运行文件夹已损坏：${phrase(i.reason)}。请使用其中较早的检查点，或重新训练。`,
  "run.other-document": (i) =>
    `该次运行使用的是另一个文档：${phrase(i.reason)}。请用它自己的文档继续，或开始新的运行。`,
  "run.no-checkpoint": () => `运行文件夹中没有可供继续的检查点；训练在写出检查点之前就结束了。请开始新的运行。`,
  "checkpoint.corrupt": (i) =>
    `检查点（checkpoint）已损坏：${checkpointProblem[i.problem]}${i.detail ? `（${i.detail}）` : ""}。删除它即可从更早的检查点继续。`,
  "file.missing": () => `文件不存在。请检查文件名和文件夹。`,
  "file.unreadable": (i) => `无法读取文件：${i.reason}。请确认它是一个文件，并且您有权读取。`,
  "file.unwritable": (i) => `无法写入文件：${i.reason}。请检查文件夹、您的权限和剩余空间。`,
  "model.unreadable": (i) => `此处应为 ONNX 模型，但无法读取该文件：${i.reason}。请选择其他文件。`,
  "model.input": (i) =>
    `模型的输入“${i.input}”应为 ${phrase(i.expected)}，实际为 ${phrase(i.found)}。请给出形状和类型相符的数组。`,
  "model.missing-input": (i) =>
    `没有为模型的输入“${i.input}”给出值。请加上 --input ${i.input}=文件.npy；模型的输入有：${list(i.inputs)}。`,
};
