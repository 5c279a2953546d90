import type { CheckedGraph, CheckedNode } from "../../src/graph/check.ts";
import type { GraphDocument } from "../../src/graph/document.ts";
import type { ObjectiveTerm } from "../../src/graph/objective.ts";
import { lossId, lossOf, termOf } from "../canvas/losses.ts";

/** A term of an objective, as the end of a chain. */
export interface ChainEnd {
  /** Id as the canvas has it: `loss:main:0`. */
  readonly id: string;
  readonly objective: string;
  readonly term: ObjectiveTerm;
}

/** A node on the way from the data to the loss. */
export interface Link {
  readonly id: string;
  readonly layer: string;
  /** Output port by which the way goes on. */
  readonly port: string;
  /** Other nodes that this output also goes to, on other ways to the loss. */
  readonly forks: readonly string[];
  /** Other nodes that come in here. */
  readonly joins: readonly string[];
}

/** One way from the data through a node to a loss: the chain of the chain rule. */
export interface Chain {
  readonly links: readonly Link[];
  /** Null where no loss depends on the node. */
  readonly end: ChainEnd | null;
}

type Objectives = Pick<GraphDocument, "objectives">;

/** Ways that were chosen at forks and joins, by node: the next node, or the one before. */
export interface Ways {
  readonly next: { readonly [node: string]: string };
  readonly before: { readonly [node: string]: string };
}

interface Hop {
  readonly node: string;
  /** Output port that is left by. */
  readonly port: string;
}

/**
 * The way through `at`, a node or the id of a loss: the longest there is on both sides, which goes through all that is
 * learned, but for where another was chosen.
 */
export function chainThrough(graph: CheckedGraph, document: Objectives, at: string, ways: Ways): Chain {
  const start = lossOf(at);
  const term = start && termOf(document, start);
  const last = term ? term.prediction.node : at;
  const back = backward(graph, last, ways);
  if (start && term) {
    const links = linksOf(graph, [...back.map((b) => b.node), last], null);
    return { links, end: { id: at, objective: start.objective, term } };
  }
  const { nodes, end } = forward(graph, document, at, ways);
  return { links: linksOf(graph, [...back.map((b) => b.node), ...nodes], end?.term.prediction.port ?? null), end };
}

/** Nodes before `id`, the first of the data first. */
function backward(graph: CheckedGraph, id: string, ways: Ways): Hop[] {
  const depth = depths(graph);
  const found: Hop[] = [];
  for (let at = graph.nodes.get(id); at && at.sources.length > 0; ) {
    const chosen = ways.before[at.node.id];
    const source =
      at.sources.find((s) => s.node === chosen) ??
      at.sources.reduce((a, b) => ((depth.get(b.node) ?? 0) > (depth.get(a.node) ?? 0) ? b : a));
    found.unshift(source);
    at = graph.nodes.get(source.node);
  }
  return found;
}

/** Longest way from the data to each node. */
function depths(graph: CheckedGraph): ReadonlyMap<string, number> {
  const depth = new Map<string, number>();
  for (const [id, { sources }] of graph.nodes) {
    depth.set(id, Math.max(0, ...sources.map((s) => (depth.get(s.node) ?? 0) + 1)));
  }
  return depth;
}

function forward(graph: CheckedGraph, document: Objectives, from: string, ways: Ways) {
  const ends = document.objectives.flatMap((o) =>
    o.terms.map((term, i): ChainEnd => ({ id: lossId({ objective: o.id, term: i }), objective: o.id, term })),
  );
  const reached = descendants(graph, from);
  const end = ends.find((e) => reached.has(e.term.prediction.node)) ?? null;
  const nodes = [from];
  if (!end) return { nodes, end };
  const goal = end.term.prediction.node;
  const distance = distancesTo(graph, goal);
  for (let at = from; at !== goal; ) {
    const after = consumers(graph, at).filter((id) => distance.has(id));
    const chosen = after.find((id) => id === ways.next[at]);
    const next =
      chosen ??
      after.reduce((a, b) => ((distance.get(b) as number) > (distance.get(a) as number) ? b : a), after[0] ?? goal);
    nodes.push(next);
    at = next;
  }
  return { nodes, end };
}

/** Nodes that an output of `id` goes to, each once. */
const consumers = (graph: CheckedGraph, id: string): string[] =>
  [...graph.nodes.values()].filter((n) => n.sources.some((s) => s.node === id)).map((n) => n.node.id);

function descendants(graph: CheckedGraph, from: string): ReadonlySet<string> {
  const found = new Set([from]);
  for (const [id, { sources }] of graph.nodes) if (sources.some((s) => found.has(s.node))) found.add(id);
  return found;
}

/** Longest way from each node to `goal`, of those that lead there. */
function distancesTo(graph: CheckedGraph, goal: string): ReadonlyMap<string, number> {
  const distance = new Map([[goal, 0]]);
  for (const [id, { sources }] of [...graph.nodes].reverse()) {
    const own = distance.get(id);
    if (own === undefined) continue;
    for (const s of sources) distance.set(s.node, Math.max(distance.get(s.node) ?? 0, own + 1));
  }
  return distance;
}

function linksOf(graph: CheckedGraph, ids: readonly string[], lastPort: string | null): Link[] {
  return ids.map((id, i) => {
    const checked = graph.nodes.get(id) as CheckedNode;
    const next = ids[i + 1];
    const into = next === undefined ? undefined : graph.nodes.get(next)?.sources.find((s) => s.node === id);
    const port = into?.port ?? lastPort ?? checked.outputPorts[0]?.name ?? "out";
    const before = ids[i - 1];
    return {
      id,
      layer: checked.node.layer,
      port,
      forks: next === undefined ? [] : consumers(graph, id).filter((c) => c !== next),
      joins: [...new Set(checked.sources.map((s) => s.node))].filter((s) => s !== before),
    };
  });
}
