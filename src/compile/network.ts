import type { Issue } from "../core/issue.ts";
import { isError } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { FieldType } from "../data/fields.ts";
import type { CheckedGraph } from "../graph/check.ts";
import type { GraphDocument } from "../graph/document.ts";
import type { ParameterSpec } from "../graph/layer.ts";
import type { Objective } from "../graph/objective.ts";
import { ancestors } from "../lower/lower.ts";
import { checkDocument, inputNodes } from "./check.ts";

/** A parameter or buffer of the network, once, however many nodes share it. */
export interface NetworkParameter {
  readonly node: string;
  readonly spec: ParameterSpec;
  readonly frozen: boolean;
}

/** A document without errors, ready to be compiled. */
export interface Network {
  /** With blocks expanded. */
  readonly document: GraphDocument;
  readonly graph: CheckedGraph;
  readonly parameters: readonly NetworkParameter[];
  /** Input nodes in topological order, with the field of the data set that feeds each. */
  readonly inputs: readonly { readonly node: string; readonly field: string | null }[];
  /** Numbers for symbols other than the batch, as the data set fixes them. */
  readonly symbols: { readonly [symbol: string]: number };
  readonly fields: ReadonlyMap<string, FieldType>;
}

/** Checks a document and gathers what the models need; every error is reported. */
export function resolveNetwork(given: GraphDocument, fields?: readonly FieldType[]): Result<Network> {
  const checked = checkDocument(given, fields);
  const errors = checked.issues.filter(isError);
  if (errors.length > 0) return fail(...(errors as [Issue, ...Issue[]]));
  const { document, graph } = checked;
  const live = [...graph.nodes.values()].filter((n) => n.outputTypes !== null && n.node.state === "active");
  return ok({
    document,
    graph,
    parameters: live
      .filter((n) => n.node.share === null)
      .flatMap((n) => n.parameters.map((spec) => ({ node: n.node.id, spec, frozen: n.node.frozen }))),
    inputs: inputNodes(graph).map((node) => ({ node, field: document.data?.inputs[node] ?? null })),
    symbols: checked.symbols,
    fields: new Map(checked.fields.map((f) => [f.name, f])),
  });
}

/** Parameters and buffers that the wanted nodes use, their own or shared. */
export function usedParameters(network: Network, wanted: ReadonlySet<string>): NetworkParameter[] {
  const borrowed = new Set(network.document.nodes.flatMap((n) => (n.share && wanted.has(n.id) ? [n.share] : [])));
  return network.parameters.filter((p) => wanted.has(p.node) || borrowed.has(p.node));
}

/** Parameters that an objective trains. */
export function trainedBy(network: Network, objective: Objective): NetworkParameter[] {
  return usedParameters(network, trainedNodes(network))
    .filter((p) => p.spec.kind === "parameter" && !p.frozen)
    .filter((p) => objective.parameters === "all" || objective.parameters.includes(p.node));
}

/** `node.name` of a parameter or buffer. */
export const parameterName = (p: NetworkParameter): string => `${p.node}.${p.spec.name}`;

/** Nodes on which the objectives depend. */
export function trainedNodes(network: Network): Set<string> {
  const ends = network.document.objectives.flatMap((o) => [
    ...o.terms.flatMap((t) => [t.prediction.node, ...(t.target && "node" in t.target ? [t.target.node] : [])]),
    ...o.metrics.flatMap((m) => [m.prediction.node, ...("node" in m.target ? [m.target.node] : [])]),
  ]);
  return ancestors(network.graph, ends);
}

/** Output ports that an exported network gives: predictions of the objectives, else every port nobody uses. */
export function predictions(network: Network): { node: string; port: string }[] {
  const named = network.document.objectives.flatMap((o) => o.terms.map((t) => t.prediction));
  const used = new Set(network.document.edges.map((e) => `${e.from.node}.${e.from.port}`));
  const open = [...network.graph.nodes.values()].flatMap((n) =>
    n.outputTypes ? n.outputPorts.map((p) => ({ node: n.node.id, port: p.name })) : [],
  );
  const ends = open.filter((p) => !used.has(`${p.node}.${p.port}`));
  const all = [...named, ...(named.length > 0 ? [] : ends)];
  return all.filter((p, i) => all.findIndex((q) => q.node === p.node && q.port === p.port) === i);
}
