import { type Fix, type Issue, type IssuePlace, issue } from "../core/issue.ts";
import { byText, topologicalOrder } from "../core/order.ts";
import { sameShape, sameType, shapeText, type TensorType } from "../shape/type.ts";
import type { DocumentEdge, DocumentNode, GraphDocument } from "./document.ts";
import type { LayerFacts, LayerLookup, NodeIssue, ParameterSpec, PortSpec, ShapeContext } from "./layer.ts";
import { type ParamValues, resolveParams } from "./params.ts";

/** An output port that feeds an input. */
export interface Source {
  readonly node: string;
  readonly port: string;
  readonly edge: string;
  /** Input port it feeds, and its place among the edges there. */
  readonly into: string;
  readonly index: number;
}

/** A node after checking. Types are null where an issue, here or upstream, keeps them unknown. */
export interface CheckedNode {
  readonly node: DocumentNode;
  readonly layer: LayerFacts | null;
  readonly params: ParamValues | null;
  /** Where each input comes from, in port order. */
  readonly sources: readonly Source[];
  readonly inputTypes: readonly TensorType[] | null;
  readonly outputPorts: readonly PortSpec[];
  readonly outputTypes: readonly TensorType[] | null;
  readonly parameters: readonly ParameterSpec[];
  readonly issues: readonly Issue[];
}

/** The typed graph: every node in topological order, and all issues found. */
export interface CheckedGraph {
  readonly nodes: ReadonlyMap<string, CheckedNode>;
  readonly issues: readonly Issue[];
  /** How the nodes hang together: found anew only when nodes or wires come or go. */
  readonly topology: Topology;
}

interface Topology {
  readonly edges: readonly DocumentEdge[];
  /** Ids in the order of the document, and sorted, and in topological order. */
  readonly given: readonly string[];
  readonly ids: readonly string[];
  readonly order: readonly string[];
  readonly incoming: ReadonlyMap<string, readonly DocumentEdge[]>;
}

/**
 * Checks a document's graph: layers, parameters, wires, cycles, shapes, shared weights. Collects every issue.
 * With `previous`, the result of an earlier check, only nodes whose settings, wires or input types changed
 * are checked again.
 */
export function checkGraph(document: GraphDocument, lookup: LayerLookup, previous?: CheckedGraph): CheckedGraph {
  const topology = topologyOf(document, previous?.topology);
  const byId = new Map(document.nodes.map((n) => [n.id, n]));
  const wired = topology === previous?.topology;
  const nodes = new Map<string, CheckedNode>();
  for (const id of topology.order) {
    const node = byId.get(id) as DocumentNode;
    const before = previous?.nodes.get(id);
    const untouched =
      wired && before?.node === node && before.sources.every((s) => nodes.get(s.node) === previous?.nodes.get(s.node));
    const edges = topology.incoming.get(id) ?? [];
    nodes.set(id, untouched ? (before as CheckedNode) : checkNode(node, edges, nodes, lookup, before));
  }
  const issues = [
    ...danglingEdges(document, byId),
    ...cycleIssues(topology.ids, topology.order, document.edges),
    ...[...nodes.values()].flatMap((n) => n.issues),
    ...document.nodes.flatMap((n) => shareIssues(n, nodes)),
  ];
  return { nodes, issues, topology };
}

/** The topology of a document; the one before while it has the same wires between the same nodes. */
function topologyOf(document: GraphDocument, before: Topology | undefined): Topology {
  const { nodes, edges } = document;
  const same = before?.edges === edges && before.given.length === nodes.length;
  if (same && nodes.every((n, i) => n.id === before.given[i])) return before;
  const given = nodes.map((n) => n.id);
  const ids = [...given].sort(byText);
  const order = topologicalOrder(
    ids,
    edges.map((e) => [e.from.node, e.to.node] as const),
  );
  return { edges, given, ids, order, incoming: incomingEdges(document) };
}

/** Type of an output port, or null when it is unknown or there is no such port. */
export function portType(graph: CheckedGraph, node: string, port: string): TensorType | null {
  const checked = graph.nodes.get(node);
  const at = checked?.outputPorts.findIndex((p) => p.name === port) ?? -1;
  return at < 0 ? null : (checked?.outputTypes?.[at] ?? null);
}

function incomingEdges(document: GraphDocument): Map<string, DocumentEdge[]> {
  const incoming = new Map<string, DocumentEdge[]>();
  for (const edge of document.edges) {
    const list = incoming.get(edge.to.node);
    if (list) list.push(edge);
    else incoming.set(edge.to.node, [edge]);
  }
  for (const list of incoming.values()) list.sort((a, b) => a.to.index - b.to.index || byText(a.id, b.id));
  return incoming;
}

function danglingEdges(document: GraphDocument, byId: ReadonlyMap<string, DocumentNode>): Issue[] {
  return document.edges.flatMap((edge) =>
    [edge.from.node, edge.to.node]
      .filter((id) => !byId.has(id))
      .map((id) => issue("graph.unknown-node", { edge: edge.id, id, fix: { kind: "remove-edge", edge: edge.id } })),
  );
}

function cycleIssues(ids: readonly string[], order: readonly string[], edges: readonly DocumentEdge[]): Issue[] {
  if (order.length === ids.length) return [];
  const sorted = new Set(order);
  const left = new Set(ids.filter((id) => !sorted.has(id)));
  const cycle = findCycle([...left], edges);
  const closing = edges.find((e) => e.from.node === cycle.at(-1) && e.to.node === cycle[0]);
  const fix: { fix?: Fix } = closing ? { fix: { kind: "remove-edge", edge: closing.id } } : {};
  const at: IssuePlace = { node: cycle[0] as string, ...(closing ? { edge: closing.id } : {}) };
  return [issue("graph.cycle", { ...at, nodes: cycle, ...fix })];
}

/** Walks back along edges inside `ids`, each of which has a predecessor there, until a node comes again. */
function findCycle(ids: readonly string[], edges: readonly DocumentEdge[]): string[] {
  const inside = new Set(ids);
  const path: string[] = [];
  let at = ids[0] as string;
  while (!path.includes(at)) {
    path.push(at);
    const back = edges.find((e) => e.to.node === at && inside.has(e.from.node));
    if (!back) return [at];
    at = back.from.node;
  }
  return path.slice(path.indexOf(at)).reverse();
}

function checkNode(
  node: DocumentNode,
  edges: readonly DocumentEdge[],
  done: ReadonlyMap<string, CheckedNode>,
  lookup: LayerLookup,
  previous: CheckedNode | undefined,
): CheckedNode {
  const reused = previous && reuse(previous, node, edges, done);
  if (reused) return reused;
  const layer = lookup.get(node.layer);
  if (!layer) {
    const suggestion = closest(node.layer, lookup.ids);
    return blank(node, null, [issue("graph.unknown-layer", { node: node.id, layer: node.layer, suggestion })]);
  }
  if (node.layerVersion > layer.version) {
    const versions = { found: node.layerVersion, supported: layer.version };
    return blank(node, layer, [issue("graph.newer-layer", { node: node.id, layer: layer.id, ...versions })]);
  }
  const resolved = resolveParams(layer.params, node.params, { node: node.id, layer: layer.id });
  if (!resolved.ok) return blank(node, layer, resolved.issues);
  return checkWired(node, layer, resolved.value, edges, done);
}

function reuse(
  previous: CheckedNode,
  node: DocumentNode,
  edges: readonly DocumentEdge[],
  done: ReadonlyMap<string, CheckedNode>,
): CheckedNode | null {
  const same =
    previous.node.layer === node.layer && previous.node.params === node.params && previous.node.state === node.state;
  if (!same || previous.sources.length !== edges.length || previous.issues.length > 0) return null;
  const fits = edges.every((edge) => {
    const i = previous.sources.findIndex((s) => s.edge === edge.id);
    const source = previous.sources[i];
    if (!source || source.into !== edge.to.port || source.index !== edge.to.index) return false;
    const type = typeAt(done, edge.from.node, edge.from.port);
    const before = previous.inputTypes?.[i];
    if (source.node !== edge.from.node || source.port !== edge.from.port) return false;
    return type !== null && before !== undefined && (type === before || sameType(type, before));
  });
  if (!fits) return null;
  return previous.node === node ? previous : { ...previous, node };
}

function typeAt(done: ReadonlyMap<string, CheckedNode>, node: string, port: string): TensorType | null {
  const from = done.get(node);
  const at = from?.outputPorts.findIndex((p) => p.name === port) ?? -1;
  return at < 0 ? null : (from?.outputTypes?.[at] ?? null);
}

const blank = (node: DocumentNode, layer: LayerFacts | null, issues: readonly Issue[]): CheckedNode => ({
  node,
  layer,
  params: null,
  sources: [],
  inputTypes: null,
  outputPorts: [],
  outputTypes: null,
  parameters: [],
  issues,
});

function checkWired(
  node: DocumentNode,
  layer: LayerFacts,
  params: ParamValues,
  edges: readonly DocumentEdge[],
  done: ReadonlyMap<string, CheckedNode>,
): CheckedNode {
  const outputPorts = layer.outputs(params);
  const { sources, issues } = wire(node, layer, params, edges, done);
  const base = { node, layer, params, sources, outputPorts, parameters: [] };
  const types = sources.map((s) => typeAt(done, s.node, s.port));
  const known = types.every((t): t is TensorType => t !== null);
  if (node.state === "muted" || issues.length > 0 || !known) {
    return { ...base, inputTypes: known ? (types as TensorType[]) : null, outputTypes: null, issues };
  }
  if (node.state === "bypassed") {
    return { ...base, inputTypes: types, outputTypes: outputPorts.map(() => types[0] as TensorType), issues };
  }
  const context = shapeContext(node, layer, params, types);
  const inferred = layer.infer(context);
  if (!inferred.ok) return { ...base, inputTypes: types, outputTypes: null, issues: inferred.issues };
  const empty = emptyDimension(inferred.value, context);
  if (empty) return { ...base, inputTypes: types, outputTypes: null, issues: [empty] };
  return { ...base, inputTypes: types, outputTypes: inferred.value, parameters: layer.parameters(context), issues };
}

/** A last guard for every layer: no dimension may come out below 1. */
function emptyDimension(types: readonly TensorType[], { issue: make }: ShapeContext): Issue | null {
  for (const { shape } of types) {
    const axis = shape.findIndex((d) => typeof d === "number" && d < 1);
    if (axis >= 0) return make("shape.empty", { axis, size: String(shape[axis]), formula: shapeText(shape) });
  }
  return null;
}

/** The shape context of a node, as its layer's rules see it. */
export function shapeContext(
  node: DocumentNode,
  layer: LayerFacts,
  params: ParamValues,
  inputs: readonly TensorType[],
): ShapeContext {
  const ports = layer.inputs(params);
  const portOf = (i: number): PortSpec => ports[Math.min(i, ports.length - 1)] as PortSpec;
  const make: NodeIssue = (code, payload, more = {}) =>
    issue(code, { node: node.id, layer: layer.id, ...more, ...payload } as unknown as Parameters<
      typeof issue<typeof code>
    >[1]);
  return {
    node: node.id,
    params,
    inputs,
    issue: make,
    setParam: (param, value) => ({ kind: "set-param", node: node.id, param, value }),
    insert: (i, inserted, insertedParams = {}) => {
      const port = portOf(i);
      const first = ports.findIndex((p) => p.name === port.name);
      return {
        kind: "insert-layer",
        node: node.id,
        port: port.name,
        index: i - first,
        layer: inserted,
        params: insertedParams,
      };
    },
  };
}

/** Sorts edges to the ports of the layer and says what is missing, doubled or unknown. */
function wire(
  node: DocumentNode,
  layer: LayerFacts,
  params: ParamValues,
  edges: readonly DocumentEdge[],
  done: ReadonlyMap<string, CheckedNode>,
): { sources: Source[]; issues: Issue[] } {
  const ports = layer.inputs(params);
  const issues = edges.flatMap((e) => edgeIssues(e, node, layer, ports, done));
  const sources: Source[] = [];
  for (const port of ports) {
    const here = edges.filter((e) => e.to.port === port.name);
    const least = port.several?.least ?? 1;
    if (here.length === 0)
      issues.push(issue("graph.missing-input", { node: node.id, port: port.name, layer: layer.id }));
    else if (here.length < least) {
      const counts = { needed: least, found: here.length };
      issues.push(issue("graph.too-few-inputs", { node: node.id, port: port.name, layer: layer.id, ...counts }));
    }
    const surplus = port.several ? [] : here.slice(1);
    for (const e of surplus) {
      const fix = { kind: "remove-edge", edge: e.id } as const;
      issues.push(issue("graph.port-taken", { node: node.id, port: port.name, edge: e.id, layer: layer.id, fix }));
    }
    const used = port.several ? here : here.slice(0, 1);
    sources.push(
      ...used.map((e) => ({ node: e.from.node, port: e.from.port, edge: e.id, into: port.name, index: e.to.index })),
    );
  }
  return { sources, issues };
}

function edgeIssues(
  edge: DocumentEdge,
  node: DocumentNode,
  layer: LayerFacts,
  ports: readonly PortSpec[],
  done: ReadonlyMap<string, CheckedNode>,
): Issue[] {
  const fix = { kind: "remove-edge", edge: edge.id } as const;
  const issues: Issue[] = [];
  if (!ports.some((p) => p.name === edge.to.port)) {
    const allowed = ports.map((p) => p.name);
    issues.push(
      issue("graph.unknown-port", { node: node.id, edge: edge.id, layer: layer.id, found: edge.to.port, allowed, fix }),
    );
  }
  const from = done.get(edge.from.node);
  if (from?.params && from.layer && !from.outputPorts.some((p) => p.name === edge.from.port)) {
    const allowed = from.outputPorts.map((p) => p.name);
    const place = { node: from.node.id, edge: edge.id, layer: from.layer.id };
    issues.push(issue("graph.unknown-port", { ...place, found: edge.from.port, allowed, fix }));
  }
  return issues;
}

function shareIssues(node: DocumentNode, nodes: ReadonlyMap<string, CheckedNode>): Issue[] {
  if (node.share === null) return [];
  const make = (reason: "unknown" | "other-layer" | "chain" | "other-shape") => [
    issue("graph.bad-share", { node: node.id, with: node.share as string, reason }),
  ];
  const [own, other] = [nodes.get(node.id), nodes.get(node.share)];
  if (!other || node.share === node.id) return make("unknown");
  if (other.node.layer !== node.layer) return make("other-layer");
  if (other.node.share !== null) return make("chain");
  if (!own?.outputTypes || !other.outputTypes) return [];
  const same =
    own.parameters.length === other.parameters.length &&
    own.parameters.every((p, i) => sameShape(p.shape, other.parameters[i]?.shape ?? []));
  return same ? [] : make("other-shape");
}

/** The known name nearest to `name` by edit distance (Levenshtein 1966), if one is near enough to be a slip. */
export function closest(name: string, known: readonly string[]): string | null {
  const ranked = known.map((k) => ({ k, d: editDistance(name, k) })).sort((a, b) => a.d - b.d || byText(a.k, b.k));
  const best = ranked[0];
  return best && best.d <= Math.max(2, name.length / 3) ? best.k : null;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
