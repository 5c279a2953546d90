import type { DocumentIssues } from "../../core/issues/document.ts";
import { bytes, count, type MessagesOf } from "../messages.ts";
import { phrase } from "./phrases.ts";
import { list, meant } from "./words.ts";

export const document: MessagesOf<DocumentIssues> = {
  "document.unknown-template": (i) =>
    `“${i.name}”既不是文件，也不是模板。${meant(i.suggestion)}请给出文档文件，或下列模板之一：${list(i.templates)}。`,
  "document.not-text": (i) =>
    `此处应为 UTF-8 文本，但文件在位置 ${count(i.offset)} 处含有其他字节。请选择 Gradloom 文档，或将文件另存为 UTF-8。`,
  "document.not-json": (i) =>
    `此处应为 JSON 文本，但无法解析：${i.reason}。请改正此处的文本，或使用由 Gradloom 保存的文件。`,
  "document.too-large": (i) =>
    `文档大小为 ${bytes(i.bytes)}，最多只能读取 ${bytes(i.limit)}。请把数据放在单独的文件中，并在 "data" 里引用。`,
  "document.wrong-format": (i) =>
    `Gradloom 文档应含有 "format": "gradloom"，实际为 ${phrase(i.found)}。请选择 Gradloom 文档；如果该文件确实是，请补上这一项。`,
  "document.newer-version": (i) =>
    `文档版本为 ${i.found}，而本程序最高支持版本 ${i.supported}。请更新 Gradloom 后再打开。`,
  "document.missing": (i) => `此处应有一个${phrase(i.expected)}类型的值，但没有找到。请补上。`,
  "document.unknown-key": (i) =>
    i.allowed.length > 0
      ? `此处没有名为“${i.key}”的键。请删除它，或改用下列之一：${list(i.allowed)}。`
      : `此处没有名为“${i.key}”的键。请删除它或改正拼写。`,
  "document.wrong-type": (i) => `此处应为${phrase(i.expected)}，实际为${phrase(i.found)}。请改正该值。`,
  "document.bad-value": (i) => `此处应为 ${phrase(i.expected)}，实际为 ${phrase(i.found)}。请改正该值。`,
  "document.duplicate-id": (i) => `标识“${i.id}”出现了两次，而每个标识只能出现一次。请为其中一个换一个标识。`,
  "document.foreign-model": (i) =>
    `该 ONNX 模型${i.producer ? `（由 ${i.producer} 生成）` : ""}不是 Gradloom 文档，其中没有布局、数据和训练设置。请打开由 Gradloom 保存的文件。`,
  "document.exported-model": () => "该 ONNX 文件中没有文档：它是导出的模型，或者文件末尾已被截断。请打开生成它的文档。",
  "weights.unreadable": (i) =>
    `无法读取该文件中训练好的权重（${i.reason}）。网络已用初始权重打开，重新训练即可得到新的权重。`,
  "weights.missing": (i) => `文件中缺少训练好的权重 ${i.tensor}，或其内容不完整。它将从初始值开始。`,
  "weights.gone": (i) => `训练好的权重 ${i.tensor} 已不属于任何层。保存文档时会略去它。`,
  "weights.shape": (i) =>
    `训练好的权重 ${i.tensor} 已不适合所在的层：它为 ${i.found}，而现在需要 ${i.expected}。它将从初始值开始。`,
  "weights.not-finite": (i) => `训练好的权重 ${i.tensor} 含有非有限值。它将从初始值开始；降低学习率可避免这种情况。`,
  "graph.unknown-layer": (i) => `没有名为“${i.layer}”的层。${meant(i.suggestion)}请选用已注册的层，或删除该节点。`,
  "graph.newer-layer": (i) =>
    `该节点由 ${i.layer} 层的版本 ${i.found} 保存，而本程序中为版本 ${i.supported}。请更新 Gradloom。`,
  "graph.unknown-param": (i) =>
    `层 ${i.layer} 没有名为“${i.key}”的参数。请删除它，或改用下列之一：${list(i.allowed)}。`,
  "graph.bad-param": (i) => `层 ${i.layer} 的此参数应为 ${phrase(i.expected)}，实际为 ${i.found}。请改正该值。`,
  "graph.unknown-node": (i) => `该边所指的节点“${i.id}”不存在。请删除该边，或改正节点标识。`,
  "graph.unknown-port": (i) =>
    `层 ${i.layer} 没有名为“${i.found}”的端口，可用的端口有：${list(i.allowed)}。请改连其中之一，或删除该边。`,
  "graph.port-taken": (i) =>
    `层 ${i.layer} 的这个端口只能接一条边，现在接了多条。请只保留一条，或先用合并层把它们合并。`,
  "graph.cycle": (i) => `下列节点构成了环，而数据只能单向流动：${list(i.nodes)}。请删除其间的一条边。`,
  "graph.missing-input": (i) => `层 ${i.layer} 的这个输入没有连接。请为它连一条边，或删除该节点。`,
  "graph.too-few-inputs": (i) =>
    `层 ${i.layer} 在此处至少要合并 ${i.needed} 条边，现在只有 ${i.found} 条。请补上缺少的边。`,
  "graph.bad-block": (i) =>
    i.reason === "unknown"
      ? `节点 ${i.node ?? ""} 引用了文档中不存在的模块“${i.block}”。请删除该节点或改选其他模块。`
      : `模块“${i.block}”包含了自身。请把其中引用它的节点移出。`,
  "graph.bad-share": (i) => shareText[i.reason](i.with),
};

const shareText = {
  unknown: (other: string) =>
    `该节点要共享“${other}”的参数，但文档中没有这个节点（也不能是它自己）。请改为存在的节点，或把 "share" 设为 null。`,
  "other-layer": (other: string) => `该节点要共享“${other}”的参数，但两者的层不同。只有同一种层的节点才能共享参数。`,
  chain: (other: string) => `该节点要共享“${other}”的参数，而后者又在共享第三个节点的参数。请直接写那第三个节点。`,
  "other-shape": (other: string) =>
    `该节点要共享“${other}”的参数，但两者所需参数的形状不同。请让两者的设置和输入一致。`,
};
