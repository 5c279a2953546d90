import type { DocumentIssues } from "../../core/issues/document.ts";
import { bytes, count, type MessagesOf } from "../messages.ts";
import { list, meant } from "./words.ts";

export const document: MessagesOf<DocumentIssues> = {
  "document.unknown-template": (i) =>
    `"${i.name}" is neither a file nor a template.${meant(i.suggestion)} Give a document file, or one of the templates: ${list(i.templates)}.`,
  "document.not-text": (i) =>
    `A text in UTF-8 was expected, and the file has other bytes at position ${count(i.offset)}. Choose a Gradloom document, or save the file as UTF-8.`,
  "document.not-json": (i) =>
    `A JSON text was expected, and it cannot be read as one: ${i.reason}. Correct the text at this place, or use a file that Gradloom saved.`,
  "document.too-large": (i) =>
    `The document has ${bytes(i.bytes)}; at most ${bytes(i.limit)} are read. Keep data in files of their own and name them in "data".`,
  "document.wrong-format": (i) =>
    `A Gradloom document says "format": "gradloom"; found ${i.found}. Choose a document, or add this key if the file is one.`,
  "document.newer-version": (i) =>
    `The document has version ${i.found}, and this program reads up to version ${i.supported}. Update Gradloom to open it.`,
  "document.missing": (i) => `A value of type ${i.expected} was expected here, and there is none. Add it.`,
  "document.unknown-key": (i) =>
    i.allowed.length > 0
      ? `The key "${i.key}" is not known here. Remove it or use one of: ${list(i.allowed)}.`
      : `The key "${i.key}" is not known here. Remove it or correct its spelling.`,
  "document.wrong-type": (i) => `Expected ${i.expected}, found ${i.found}. Replace the value.`,
  "document.bad-value": (i) => `Expected ${i.expected}, found ${i.found}. Replace the value.`,
  "document.duplicate-id": (i) =>
    `The id "${i.id}" is used twice, and every id may occur once. Give one of the two another id.`,
  "document.foreign-model": (i) =>
    `This ONNX model${i.producer ? ` of ${i.producer}` : ""} is no Gradloom document: it has no layout, data or training in it. Open a file that Gradloom saved.`,
  "document.exported-model": () =>
    "This ONNX file has no document in it: it is a model that was exported, or its end is cut off. Open the document it was made from.",
  "weights.unreadable": (i) =>
    `The trained weights of this file cannot be read (${i.reason}). The network is open with its initial weights; training makes new ones.`,
  "weights.missing": (i) =>
    `The trained weight ${i.tensor} is not in the file, or not whole. It starts from its initial values.`,
  "weights.gone": (i) =>
    `The trained weight ${i.tensor} belongs to no layer any more. It is left out when the document is saved.`,
  "weights.shape": (i) =>
    `The trained weight ${i.tensor} no longer fits its layer: it is ${i.found}, and ${i.expected} is needed. It starts from its initial values.`,
  "weights.not-finite": (i) =>
    `The trained weight ${i.tensor} has values that are not finite. It starts from its initial values; a smaller learning rate keeps them finite.`,
  "graph.unknown-layer": (i) =>
    `There is no layer "${i.layer}".${meant(i.suggestion)} Choose a layer of the registry or remove the node.`,
  "graph.newer-layer": (i) =>
    `This node was saved with version ${i.found} of the layer ${i.layer}, and this program has version ${i.supported}. Update Gradloom.`,
  "graph.unknown-param": (i) =>
    `The layer ${i.layer} has no parameter "${i.key}". Remove it or use one of: ${list(i.allowed)}.`,
  "graph.bad-param": (i) => `The layer ${i.layer} expected ${i.expected} here, found ${i.found}. Replace the value.`,
  "graph.unknown-node": (i) =>
    `The edge refers to a node "${i.id}" that does not exist. Remove the edge or correct the id.`,
  "graph.unknown-port": (i) =>
    `The layer ${i.layer} has no port "${i.found}"; it has: ${list(i.allowed)}. Connect one of these or remove the edge.`,
  "graph.port-taken": (i) =>
    `This port of ${i.layer} takes one edge and has more. Remove all but one, or join them in a merging layer first.`,
  "graph.cycle": (i) =>
    `These nodes form a cycle, and data must flow in one direction: ${list(i.nodes)}. Remove one of the edges between them.`,
  "graph.missing-input": (i) => `This input of ${i.layer} is not connected. Draw an edge to it, or remove the node.`,
  "graph.too-few-inputs": (i) =>
    `The layer ${i.layer} joins at least ${i.needed} edges here, and has ${i.found}. Connect the missing ones.`,
  "graph.bad-block": (i) =>
    i.reason === "unknown"
      ? `Node ${i.node ?? ""} shows block "${i.block}", which this document does not have. Delete the node or choose another block.`
      : `Block "${i.block}" contains itself. Take one of its nodes that show it out of it.`,
  "graph.bad-share": (i) => shareText[i.reason](i.with),
};

const shareText = {
  unknown: (other: string) =>
    `The node is to share the parameters of "${other}", which is no other node of this document. Name a node that exists, or set "share" to null.`,
  "other-layer": (other: string) =>
    `The node is to share the parameters of "${other}", which is of another layer. Only nodes of the same layer can share.`,
  chain: (other: string) =>
    `The node is to share the parameters of "${other}", which itself shares those of a third node. Name that third node directly.`,
  "other-shape": (other: string) =>
    `The node is to share the parameters of "${other}", but the two need parameters of different shapes. Give both the same settings and equal inputs.`,
};
