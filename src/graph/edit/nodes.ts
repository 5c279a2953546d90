import type { Json } from "../../core/issue.ts";
import { batch, type Change, graphOf, type Scope } from "../change.ts";
import type { DocumentEdge, DocumentNode, GraphDocument } from "../document.ts";
import type { LayerLookup } from "../layer.ts";
import type { Objective, PortRef, TargetRef } from "../objective.ts";
import { freshId, idStem } from "./ids.ts";
import { insertEdge, portsOf, removeEdge, replaceEdge } from "./wires.ts";

type Point = DocumentNode["position"];

/** A new node of a layer. */
export function newNode(
  id: string,
  layer: string,
  layerVersion: number,
  position: Point,
  params: DocumentNode["params"] = {},
): DocumentNode {
  return {
    id,
    layer,
    layerVersion,
    label: null,
    position,
    collapsed: false,
    pinned: false,
    params,
    share: null,
    frozen: false,
    state: "active",
  };
}

/** Adds a node; its id is made from the layer. */
export function addNode(
  document: GraphDocument,
  scope: Scope,
  layer: string,
  layers: LayerLookup,
  position: Point,
  params: DocumentNode["params"] = {},
): { readonly change: Change; readonly node: DocumentNode } {
  const graph = graphOf(document, scope);
  const node = newNode(freshId(graph, idStem(layer)), layer, layers.get(layer)?.version ?? 1, position, params);
  return { change: insertNode(scope, graph.nodes.length, node), node };
}

export const insertNode = (scope: Scope, at: number, item: DocumentNode): Change => ({
  kind: "insert",
  scope,
  list: "nodes",
  at,
  item,
});

export const replaceNode = (scope: Scope, item: DocumentNode): Change => ({
  kind: "replace",
  scope,
  list: "nodes",
  item,
});

/** Changes parts of nodes, each by its own function of what it is now. */
export function updateNodes(
  document: GraphDocument,
  scope: Scope,
  ids: readonly string[],
  update: (node: DocumentNode) => Partial<DocumentNode>,
): Change {
  const wanted = new Set(ids);
  const nodes = graphOf(document, scope).nodes.filter((n) => wanted.has(n.id));
  return batch(nodes.map((n) => replaceNode(scope, { ...n, ...update(n) })));
}

/** Sets a parameter of nodes; null as value takes it back to the default of the layer. */
export function setParam(
  document: GraphDocument,
  scope: Scope,
  ids: readonly string[],
  param: string,
  value: Json | undefined,
): Change {
  return updateNodes(document, scope, ids, (n) => {
    const { [param]: _, ...rest } = n.params;
    return { params: value === undefined ? rest : { ...rest, [param]: value } };
  });
}

/** Moves nodes; pinned ones stay. */
export function moveNodes(document: GraphDocument, scope: Scope, positions: ReadonlyMap<string, Point>): Change {
  const nodes = graphOf(document, scope).nodes;
  const moved = nodes.filter((n) => {
    const to = positions.get(n.id);
    return to && !n.pinned && (to.x !== n.position.x || to.y !== n.position.y);
  });
  return batch(moved.map((n) => replaceNode(scope, { ...n, position: positions.get(n.id) as Point })));
}

/**
 * Removes nodes with their wires. With `heal`, what fed the first input of a removed node feeds what its first output
 * fed, so a chain stays a chain.
 */
export function removeNodes(
  document: GraphDocument,
  scope: Scope,
  ids: readonly string[],
  heal: boolean,
  layers: LayerLookup,
): Change {
  const graph = graphOf(document, scope);
  const gone = new Set(ids);
  const touching = graph.edges.filter((e) => gone.has(e.from.node) || gone.has(e.to.node));
  const healed = heal ? healing(document, scope, gone, layers) : [];
  const kept = graph.edges.length - touching.length;
  return batch([
    ...touching.map((e) => removeEdge(scope, e.id)),
    ...healed.map((e, i) => insertEdge(scope, kept + i, e)),
    ...graph.nodes
      .filter((n) => gone.has(n.id))
      .map((n): Change => ({ kind: "remove", scope, list: "nodes", id: n.id })),
    ...unshare(graph.nodes, scope, gone),
    ...(scope === null ? forget(document, gone) : []),
  ]);
}

/** Wires that close the gaps which removed nodes leave. */
function healing(
  document: GraphDocument,
  scope: Scope,
  gone: ReadonlySet<string>,
  layers: LayerLookup,
): DocumentEdge[] {
  const graph = graphOf(document, scope);
  const byId = new Map(graph.nodes.map((n) => [n.id, n]));
  /** The output that stands in for one of a removed node, followed through further removed nodes. */
  const source = (port: DocumentEdge["from"], seen: ReadonlySet<string>): DocumentEdge["from"] | null => {
    if (!gone.has(port.node)) return port;
    const node = byId.get(port.node) as DocumentNode;
    const { inputs, outputs } = portsOf(node, layers);
    if (seen.has(port.node) || outputs[0]?.name !== port.port) return null;
    const into = graph.edges
      .filter((e) => e.to.node === node.id && e.to.port === inputs[0]?.name)
      .sort((a, b) => a.to.index - b.to.index)[0];
    return into ? source(into.from, new Set([...seen, port.node])) : null;
  };
  return graph.edges.flatMap((e) => {
    if (!gone.has(e.from.node) || gone.has(e.to.node)) return [];
    const from = source(e.from, new Set());
    return from ? [{ ...e, from, reroutes: [] }] : [];
  });
}

/** Nodes that borrowed parameters of removed nodes get their own. */
function unshare(nodes: readonly DocumentNode[], scope: Scope, gone: ReadonlySet<string>): Change[] {
  const orphans = nodes.filter((n) => n.share !== null && gone.has(n.share) && !gone.has(n.id));
  return orphans.map((n) => replaceNode(scope, { ...n, share: null }));
}

/** Takes removed nodes out of the data binding. Objectives keep their reference, which the check then reports. */
function forget(document: GraphDocument, gone: ReadonlySet<string>): Change[] {
  const { data } = document;
  if (!data || !Object.keys(data.inputs).some((id) => gone.has(id))) return [];
  const inputs = Object.fromEntries(Object.entries(data.inputs).filter(([id]) => !gone.has(id)));
  return [{ kind: "set", key: "data", value: { ...data, inputs } }];
}

/** Gives a node another id and everything that names it; null when the id is taken or not allowed. */
export function renameNode(document: GraphDocument, scope: Scope, from: string, to: string): Change | null {
  const graph = graphOf(document, scope);
  if (!/^[\p{L}\p{N}_.-]{1,100}$/u.test(to) || graph.nodes.some((n) => n.id === to)) return null;
  const at = graph.nodes.findIndex((n) => n.id === from);
  const node = graph.nodes[at] as DocumentNode;
  const name = (id: string): string => (id === from ? to : id);
  const edges = graph.edges.filter((e) => e.from.node === from || e.to.node === from);
  const sharing = graph.nodes.filter((n) => n.share === from);
  return batch([
    { kind: "remove", scope, list: "nodes", id: from },
    insertNode(scope, at, { ...node, id: to }),
    ...edges.map((e) =>
      replaceEdge(scope, {
        ...e,
        from: { ...e.from, node: name(e.from.node) },
        to: { ...e.to, node: name(e.to.node) },
      }),
    ),
    ...sharing.map((n) => replaceNode(scope, { ...n, share: to })),
    ...(scope === null ? renameReferences(document, name) : renamePorts(document, scope, name)),
  ]);
}

function renameReferences(document: GraphDocument, name: (id: string) => string): Change[] {
  const port = (ref: PortRef): PortRef => ({ ...ref, node: name(ref.node) });
  const target = <T extends TargetRef | null>(ref: T): T => (ref && "node" in ref ? (port(ref) as T) : ref);
  const objectives = document.objectives.map(
    (o): Objective => ({
      ...o,
      terms: o.terms.map((t) => ({ ...t, prediction: port(t.prediction), target: target(t.target) })),
      metrics: o.metrics.map((m) => ({ ...m, prediction: port(m.prediction), target: target(m.target) })),
      parameters: o.parameters === "all" ? "all" : o.parameters.map(name),
    }),
  );
  const changes: Change[] = [{ kind: "set", key: "objectives", value: objectives }];
  if (document.data) {
    const inputs = Object.fromEntries(Object.entries(document.data.inputs).map(([id, field]) => [name(id), field]));
    changes.push({ kind: "set", key: "data", value: { ...document.data, inputs } });
  }
  return changes;
}

function renamePorts(document: GraphDocument, scope: string, name: (id: string) => string): Change[] {
  const block = document.blocks.find((b) => b.id === scope);
  if (!block) return [];
  return [
    {
      kind: "set-ports",
      scope,
      inputs: block.inputs.map((p) => ({ ...p, to: p.to.map((t) => ({ ...t, node: name(t.node) })) })),
      outputs: block.outputs.map((p) => ({ ...p, from: { ...p.from, node: name(p.from.node) } })),
    },
  ];
}

/** Makes a node one of another layer: wires stay where the new layer has a port for them, parameters of the same name too. */
export function replaceLayer(
  document: GraphDocument,
  scope: Scope,
  id: string,
  layer: string,
  layers: LayerLookup,
): Change {
  const graph = graphOf(document, scope);
  const node = graph.nodes.find((n) => n.id === id) as DocumentNode;
  const facts = layers.get(layer);
  const params = Object.fromEntries(
    Object.entries(node.params).filter(([name]) => Object.hasOwn(facts?.params ?? {}, name)),
  );
  const next: DocumentNode = { ...node, layer, layerVersion: facts?.version ?? 1, params, share: null };
  const before = portsOf(node, layers);
  const after = portsOf(next, layers);
  const edges = graph.edges.filter((e) => e.from.node === id || e.to.node === id);
  const moved = edges.map((e): Change => {
    const incoming = e.to.node === id;
    const [old, now] = incoming ? [before.inputs, after.inputs] : [before.outputs, after.outputs];
    const end = incoming ? e.to : e.from;
    const place = old.findIndex((p) => p.name === end.port);
    const port = now.find((p) => p.name === end.port) ?? now[place];
    if (!port) return removeEdge(scope, e.id);
    return replaceEdge(
      scope,
      incoming ? { ...e, to: { ...e.to, port: port.name } } : { ...e, from: { ...e.from, port: port.name } },
    );
  });
  return batch([replaceNode(scope, next), ...moved]);
}
