import { batch, type Change, type EditableGraph, graphOf, type Scope } from "../change.ts";
import type { DocumentEdge, DocumentNode, GraphDocument } from "../document.ts";
import type { LayerLookup, PortSpec } from "../layer.ts";
import { resolveParams } from "../params.ts";
import { freshId } from "./ids.ts";

export interface OutputPort {
  readonly node: string;
  readonly port: string;
}
export interface InputPort {
  readonly node: string;
  readonly port: string;
}
type Point = DocumentEdge["reroutes"][number];

/** Why a wire cannot be drawn, before shapes are looked at. */
export type WireFault = "same-node" | "cycle" | "doubled" | null;

/** Ports of a node by its own parameters; none while those are wrong. */
export function portsOf(
  node: DocumentNode,
  layers: LayerLookup,
): { inputs: readonly PortSpec[]; outputs: readonly PortSpec[] } {
  const layer = layers.get(node.layer);
  const params = layer && resolveParams(layer.params, node.params, { node: node.id, layer: layer.id });
  if (!layer || !params?.ok) return { inputs: [], outputs: [] };
  return { inputs: layer.inputs(params.value), outputs: layer.outputs(params.value) };
}

/** Faults of a wire that no shape can mend. */
export function wireFault(graph: EditableGraph, from: OutputPort, to: InputPort): WireFault {
  if (from.node === to.node) return "same-node";
  if (reaches(graph, to.node, from.node)) return "cycle";
  const doubled = graph.edges.some(
    (e) => e.from.node === from.node && e.from.port === from.port && e.to.node === to.node && e.to.port === to.port,
  );
  return doubled ? "doubled" : null;
}

/** True when wires lead from `start` to `end`. */
export function reaches(graph: EditableGraph, start: string, end: string): boolean {
  const seen = new Set<string>();
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === end) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    for (const e of graph.edges) if (e.from.node === id) open.push(e.to.node);
  }
  return false;
}

/** Draws a wire. A port that takes one wire gives up the one it has; a port that takes several adds it at the end. */
export function connect(
  document: GraphDocument,
  scope: Scope,
  from: OutputPort,
  to: InputPort & { readonly several: boolean },
  taken: ReadonlySet<string> = new Set(),
): { readonly change: Change; readonly edge: string } {
  const graph = graphOf(document, scope);
  const here = graph.edges.filter((e) => e.to.node === to.node && e.to.port === to.port);
  const replaced = to.several ? [] : here;
  const index = to.several ? Math.max(-1, ...here.map((e) => e.to.index)) + 1 : 0;
  const id = freshId(graph, "e", taken);
  const item = { id, from: { ...from }, to: { node: to.node, port: to.port, index }, reroutes: [] };
  return {
    change: batch([
      ...replaced.map((e) => removeEdge(scope, e.id)),
      insertEdge(scope, graph.edges.length - replaced.length, item),
    ]),
    edge: id,
  };
}

export const removeEdge = (scope: Scope, id: string): Change => ({ kind: "remove", scope, list: "edges", id });

export const insertEdge = (scope: Scope, at: number, item: DocumentEdge): Change => ({
  kind: "insert",
  scope,
  list: "edges",
  at,
  item,
});

export const replaceEdge = (scope: Scope, item: DocumentEdge): Change => ({
  kind: "replace",
  scope,
  list: "edges",
  item,
});

/** Moves one end of a wire to another port. */
export function reconnect(
  document: GraphDocument,
  scope: Scope,
  edge: string,
  end: { readonly from: OutputPort } | { readonly to: InputPort & { readonly several: boolean } },
): Change {
  const graph = graphOf(document, scope);
  const held = graph.edges.find((e) => e.id === edge) as DocumentEdge;
  if ("from" in end) return replaceEdge(scope, { ...held, from: { ...end.from } });
  const others = graph.edges.filter((e) => e.id !== edge && e.to.node === end.to.node && e.to.port === end.to.port);
  const index = end.to.several ? Math.max(-1, ...others.map((e) => e.to.index)) + 1 : 0;
  const replaced = end.to.several ? [] : others;
  const item = { ...held, to: { node: end.to.node, port: end.to.port, index } };
  return batch([...replaced.map((e) => removeEdge(scope, e.id)), replaceEdge(scope, item)]);
}

/** Puts a node that is there already into a wire: the wire ends at its first input, a new one begins at its first output. */
export function insertIntoEdge(
  document: GraphDocument,
  scope: Scope,
  edge: string,
  node: DocumentNode,
  layers: LayerLookup,
): Change {
  const graph = graphOf(document, scope);
  const held = graph.edges.find((e) => e.id === edge) as DocumentEdge;
  const { inputs, outputs } = portsOf(node, layers);
  const [input, output] = [inputs[0], outputs[0]];
  if (!input || !output) return batch([]);
  const first = { ...held, to: { node: node.id, port: input.name, index: 0 }, reroutes: [] };
  const second = {
    id: freshId(graph, "e"),
    from: { node: node.id, port: output.name },
    to: held.to,
    reroutes: held.reroutes,
  };
  return batch([replaceEdge(scope, first), insertEdge(scope, graph.edges.length, second)]);
}

/** Wires the nodes in the given order, first output to first free input. */
export function connectInOrder(
  document: GraphDocument,
  scope: Scope,
  ids: readonly string[],
  layers: LayerLookup,
): Change {
  const graph = graphOf(document, scope);
  const changes: Change[] = [];
  const taken = new Set<string>();
  for (let i = 0; i + 1 < ids.length; i++) {
    const [from, to] = [ids[i], ids[i + 1]].map((id) => graph.nodes.find((n) => n.id === id)) as [
      DocumentNode,
      DocumentNode,
    ];
    const output = portsOf(from, layers).outputs[0];
    const input = freeInput(graph, to, layers);
    if (!output || !input || wireFault(graph, { node: from.id, port: output.name }, { node: to.id, port: input.name }))
      continue;
    const target = { node: to.id, port: input.name, several: !!input.several };
    const made = connect(document, scope, { node: from.id, port: output.name }, target, taken);
    taken.add(made.edge);
    changes.push(made.change);
  }
  return batch(changes);
}

/** First input port of a node without a wire, or that takes several. */
export function freeInput(graph: EditableGraph, node: DocumentNode, layers: LayerLookup): PortSpec | null {
  const taken = (p: PortSpec): boolean => graph.edges.some((e) => e.to.node === node.id && e.to.port === p.name);
  return portsOf(node, layers).inputs.find((p) => p.several || !taken(p)) ?? null;
}

/** Sets the points a wire is led through. */
export function reroute(document: GraphDocument, scope: Scope, edge: string, reroutes: readonly Point[]): Change {
  const held = graphOf(document, scope).edges.find((e) => e.id === edge) as DocumentEdge;
  return replaceEdge(scope, { ...held, reroutes: [...reroutes] });
}

/** Moves all wires of a port to another port of the same direction. */
export function moveWires(
  document: GraphDocument,
  scope: Scope,
  direction: "in" | "out",
  from: OutputPort,
  to: OutputPort,
): Change {
  const graph = graphOf(document, scope);
  const end = direction === "in" ? "to" : "from";
  const moved = graph.edges.filter((e) => e[end].node === from.node && e[end].port === from.port);
  return batch(moved.map((e) => replaceEdge(scope, { ...e, [end]: { ...e[end], ...to } })));
}

/** Exchanges what feeds the first two inputs of a node (two ports, or the first two wires of one port). */
export function swapInputs(document: GraphDocument, scope: Scope, node: string): Change {
  const edges = graphOf(document, scope).edges.filter((e) => e.to.node === node);
  const [a, b] = [...edges].sort((x, y) =>
    x.to.port < y.to.port ? -1 : x.to.port > y.to.port ? 1 : x.to.index - y.to.index,
  );
  if (!a || !b) return batch([]);
  return batch([replaceEdge(scope, { ...a, to: b.to }), replaceEdge(scope, { ...b, to: a.to })]);
}
