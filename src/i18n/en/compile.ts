import type { CompileIssues } from "../../core/issues/compile.ts";
import { bytes, type MessagesOf } from "../messages.ts";
import { list } from "./words.ts";

export const compile: MessagesOf<CompileIssues> = {
  "objective.none": () =>
    `Training needs an objective (a loss and an optimizer), and the document has none. Add one to "objectives".`,
  "objective.unknown-node": (i) =>
    `The objective refers to a node "${i.found}" that does not exist. Choose a node of the graph.`,
  "objective.unknown-port": (i) =>
    `The objective refers to an output "${i.found}", and the node has: ${list(i.ports)}. Choose one of these.`,
  "objective.shape": (i) =>
    `The loss ${i.loss} expects ${i.expected}; found prediction ${i.prediction} and target ${i.target}. Change the last layer or choose another loss.`,
  "objective.dtype": (i) =>
    `The loss ${i.loss} expects ${i.expected}, found ${i.found}. Choose another field as the target, or another loss.`,
  "objective.no-target": (i) =>
    `The loss ${i.loss} compares the prediction with a target and none is given. Set "target" to a field of the data or to an output.`,
  "objective.class-count": (i) =>
    `The loss ${i.loss} expects ${i.expected} entries in ${i.list}, one for each class, found ${i.found}. Give one for each class.`,
  "objective.softmax-twice": (i) =>
    `The loss ${i.loss} expects logits and applies the softmax itself, and ${i.layer} has done so already. Remove the node ${i.layer} before the loss; predictions stay the same.`,
  "objective.no-parameters": () =>
    `The objective expects at least one parameter to train and finds none: its nodes are frozen, have no parameters, or do not lead to the loss. Choose other nodes, or unfreeze one.`,
  "objective.metric": (i) =>
    `The metric ${i.metric} expects ${i.expected}, found ${i.found}. Choose another metric, prediction or target.`,
  "binding.no-data": () => `Training needs data, and the document names none. Add a section "data" with a source.`,
  "binding.unknown-input": (i) =>
    `"data.inputs" names "${i.id}", which is no input node of the graph. Remove it or correct the id.`,
  "binding.missing": (i) =>
    `No data flows into the input "${i.input}". Name the field that feeds it in "data.inputs"; there are: ${list(i.fields)}.`,
  "binding.unknown-field": (i) => `The data have no field "${i.field}". Use one of: ${list(i.fields)}.`,
  "binding.shape": (i) =>
    `The field "${i.field}" has samples of ${i.found}, and the input node expects ${i.expected}. Change the shape of the input node, or reshape the field in "data.fields".`,
  "training.bad-value": (i) => `The setting ${i.what} expects ${i.expected}, found ${i.found}. Change it.`,
  "autodiff.no-rule": (i) =>
    `The loss cannot be differentiated through the operator ${i.op}: ${i.reason}. Use another layer on the way from the parameters to the loss, or freeze what lies before it.`,
  "model.too-large": (i) =>
    `The model would have ${bytes(i.bytes)}; an ONNX file holds at most ${bytes(i.limit)}. Make the layers smaller.`,
};
