import { checkDocument } from "../../src/compile/check.ts";
import { pathSeparator } from "../../src/graph/blocks.ts";
import type { CheckedGraph } from "../../src/graph/check.ts";
import type { GraphDocument } from "../../src/graph/document.ts";
import type { TensorRefInput, WindowCommandInput } from "../../src/protocol/index.ts";
import type { Tensor } from "../../src/shape/dtype.ts";
import { ownerOf, type Weights } from "../../src/train/weights.ts";
import { fittedWeights, type Tab } from "../stores/workspace.ts";
import { isUnderWay, type Run } from "./run.ts";

type Inspect = Extract<WindowCommandInput, { kind: "inspect" }>;
/** Whose parameters are looked at. */
export type Moment = Inspect["at"];
export type Samples = Inspect["samples"];

const bare = new WeakMap<GraphDocument, GraphDocument>();
const known = new Map<string, GraphDocument>();

/**
 * A document without what its network does not depend on: places, notes. Equal networks are one object, so that moving a
 * node makes nobody look again.
 */
export function networkOf(document: GraphDocument): GraphDocument {
  const before = bare.get(document);
  if (before) return before;
  const graph = <G extends Pick<GraphDocument, "nodes" | "edges" | "notes">>(g: G): G => ({
    ...g,
    nodes: g.nodes.map((n) => ({ ...n, position: { x: 0, y: 0 }, label: null, collapsed: false, pinned: false })),
    edges: g.edges.map((e) => ({ ...e, reroutes: [] })),
    notes: [],
  });
  const made = graph({ ...document, name: "", blocks: document.blocks.map(graph) });
  const key = JSON.stringify(made);
  const network = known.get(key) ?? made;
  // Few are in use at a time; those of long ago may be made again.
  if (known.size > 20) known.clear();
  known.set(key, network);
  bare.set(document, network);
  return network;
}

/** The part of a document that some nodes depend on, without losses: what can be looked at while the rest is unfinished. */
export function upTo(document: GraphDocument, nodes: readonly string[]): GraphDocument {
  const wanted = new Set(nodes.map((id) => id.split(pathSeparator)[0] as string));
  const sources = new Map<string, string[]>();
  for (const e of document.edges) sources.set(e.to.node, [...(sources.get(e.to.node) ?? []), e.from.node]);
  const share = new Map(document.nodes.flatMap((n) => (n.share === null ? [] : [[n.id, n.share]])));
  for (const id of wanted) {
    for (const from of sources.get(id) ?? []) wanted.add(from);
    const shared = share.get(id);
    if (shared) wanted.add(shared);
  }
  const inputs = Object.entries(document.data?.inputs ?? {}).filter(([id]) => wanted.has(id));
  return {
    ...document,
    nodes: document.nodes.filter((n) => wanted.has(n.id)),
    edges: document.edges.filter((e) => wanted.has(e.from.node) && wanted.has(e.to.node)),
    objectives: [],
    data: document.data && { ...document.data, inputs: Object.fromEntries(inputs) },
  };
}

const graphs = new WeakMap<GraphDocument, CheckedGraph>();

/** The checked graph of a document that may not be the one on the screen. */
export function graphOf(document: GraphDocument): CheckedGraph {
  let graph = graphs.get(document);
  if (!graph) {
    graph = checkDocument(document).graph;
    graphs.set(document, graph);
  }
  return graph;
}

/** A moment to look at, and which of the tensors can be seen there. */
export interface Sight {
  readonly at: Moment;
  readonly seen: readonly boolean[];
}

/**
 * Where tensors of a tab's network are looked at: in its run while that is under way, else in the document with the
 * weights at hand, of an unfinished one as far as they reach.
 */
export function sightOf(tab: Tab, run: Run | null, refs: readonly TensorRefInput[]): Sight {
  if (run && isUnderWay(run)) {
    const graph = graphOf(run.document);
    return { at: runMoment, seen: refs.map((r) => isThere(graph, r)) };
  }
  const document = networkOf(tab.edited.document);
  const broken = tab.checked.issues.some((i) => i.severity === "error") || document.objectives.length === 0;
  const there = refs.map((r) => isThere(tab.checked.graph, r));
  if (!broken) return { at: moment(document, fittedWeights(tab).weights), seen: there };
  const seen = refs.map((r, i) => there[i] === true && isValue(r));
  const nodes = refs.flatMap((r, i) => (seen[i] && "node" in r ? [r.node] : []));
  return { at: moment(networkOf(upTo(document, nodes)), fittedWeights(tab).weights), seen };
}

const runMoment: Moment = { kind: "run" };
const moments = new WeakMap<GraphDocument, { readonly of: readonly Tensor[]; readonly moment: Moment }>();

/** A document with those of the weights that its nodes have; the same object while all of it is the same. */
function moment(document: GraphDocument, weights: Weights | null): Moment {
  const nodes = graphOf(document).nodes;
  const own = [...(weights?.tensors ?? [])].filter(([key]) => nodes.has(ownerOf(key).node));
  const of = own.map(([, tensor]) => tensor);
  const before = moments.get(document);
  if (before && before.of.length === of.length && before.of.every((t, i) => t === of[i])) return before.moment;
  const made: Moment = { kind: "document", document, tensors: own.length > 0 ? Object.fromEntries(own) : null };
  moments.set(document, { of, moment: made });
  return made;
}

const isValue = (r: TensorRefInput): boolean => (r.of === "output" || r.of === "parameter") && r.what === "value";

function isThere(graph: CheckedGraph, ref: TensorRefInput): boolean {
  if (ref.of === "target" || ref.of === "loss" || ref.of === "optimizer") return true;
  const node = graph.nodes.get(ref.node);
  if (!node?.outputTypes) return false;
  return ref.of === "output"
    ? node.outputPorts.some((p) => p.name === ref.port)
    : node.parameters.some((p) => p.name === ref.parameter);
}
