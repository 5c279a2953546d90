import { type Issue, issue } from "../core/issue.ts";
import type { Block, DocumentEdge, DocumentNode, GraphDocument } from "./document.ts";
import type { Objective, PortRef, TargetRef } from "./objective.ts";

/** Layer id of nodes that stand for a block. */
export const blockLayer = "block";
/** Between the id of a block's node and the ids inside it; not allowed in ids that users give. */
export const pathSeparator = "/";
/** Nested deeper, a block is taken to contain itself. */
const depthLimit = 16;

/** A document without blocks, and what could not be expanded. */
export interface Expanded {
  readonly document: GraphDocument;
  readonly issues: readonly Issue[];
  /** Where an output port of a block's node comes from inside: `node.port` to a port of the expanded graph. */
  output(node: string, port: string): PortRef | null;
}

type Graph = Pick<GraphDocument, "nodes" | "edges">;

/** A port of a block's node, resolved to ports of nodes that are no blocks. */
interface Resolved {
  readonly nodes: DocumentNode[];
  readonly edges: DocumentEdge[];
  readonly issues: Issue[];
  readonly outputs: Map<string, PortRef>;
}

/**
 * Replaces every node of layer `block` by the inside of its block, `repeat` times in a row. Inner nodes are called
 * `outer/inner`, with repetitions `outer/2/inner`. A document without blocks is returned as it is.
 */
export function expandBlocks(document: GraphDocument): Expanded {
  if (!document.nodes.some(isBlockNode)) return { document, issues: [], output: () => null };
  const blocks = new Map(document.blocks.map((b) => [b.id, b]));
  const flat = expandGraph(document, blocks, 0);
  const output = (node: string, port: string): PortRef | null => flat.outputs.get(`${node}.${port}`) ?? null;
  const objectives = document.objectives.map((o) => redirect(o, output));
  return {
    document: { ...document, nodes: flat.nodes, edges: flat.edges, objectives },
    issues: flat.issues,
    output,
  };
}

export const isBlockNode = (node: DocumentNode): boolean => node.layer === blockLayer;

/** The block that a node shows, if it names one. */
export function blockOf(node: DocumentNode, blocks: ReadonlyMap<string, Block>): Block | null {
  const id = node.params["block"];
  return typeof id === "string" ? (blocks.get(id) ?? null) : null;
}

/** How often a block's node repeats its inside. */
export function repeatOf(node: DocumentNode): number {
  const repeat = node.params["repeat"];
  return typeof repeat === "number" && Number.isInteger(repeat) && repeat >= 1 ? Math.min(repeat, 1000) : 1;
}

function expandGraph(graph: Graph, blocks: ReadonlyMap<string, Block>, depth: number): Resolved {
  const result: Resolved = { nodes: [], edges: [], issues: [], outputs: new Map() };
  const inputs = new Map<string, { node: string; port: string; index: number }[]>();
  for (const node of graph.nodes) {
    if (!isBlockNode(node)) {
      result.nodes.push(node);
      continue;
    }
    const block = blockOf(node, blocks);
    if (!block || depth >= depthLimit) {
      const name = String(node.params["block"] ?? "");
      result.issues.push(
        issue("graph.bad-block", { node: node.id, block: name, reason: block ? "recursive" : "unknown" }),
      );
      continue;
    }
    expandNode(node, block, blocks, depth, result, inputs);
  }
  for (const edge of graph.edges) result.edges.push(...reconnect(edge, result.outputs, inputs));
  return result;
}

function expandNode(
  node: DocumentNode,
  block: Block,
  blocks: ReadonlyMap<string, Block>,
  depth: number,
  result: Resolved,
  inputs: Map<string, { node: string; port: string; index: number }[]>,
): void {
  const inner = expandGraph(block, blocks, depth + 1);
  const count = repeatOf(node);
  const prefix = (k: number): string =>
    count === 1 ? `${node.id}${pathSeparator}` : `${node.id}${pathSeparator}${k + 1}${pathSeparator}`;
  for (let k = 0; k < count; k++) {
    result.nodes.push(...inner.nodes.map((n) => renamed(n, prefix(k), node)));
    result.edges.push(...inner.edges.map((e) => renamedEdge(e, prefix(k))));
    if (k === 0) result.issues.push(...inner.issues.map((i) => ({ ...i, node: `${prefix(0)}${i.node ?? ""}` })));
  }
  const innerOutput = (port: PortRef): PortRef => inner.outputs.get(`${port.node}.${port.port}`) ?? port;
  const at = (port: PortRef, k: number): PortRef => ({ node: `${prefix(k)}${port.node}`, port: port.port });
  for (const [k, port] of block.outputs.entries()) {
    result.outputs.set(`${node.id}.${port.name}`, at(innerOutput(port.from), count - 1));
    // Repetitions are chained port by port: the first output feeds the first input of the next, and so on.
    for (let r = 0; r + 1 < count; r++) {
      const next = block.inputs[Math.min(k, block.inputs.length - 1)];
      const from = at(innerOutput(port.from), r);
      next?.to.forEach((to, i) => {
        const id = `${prefix(r)}${port.name}${pathSeparator}${i}`;
        result.edges.push({ id, from, to: { ...to, node: `${prefix(r + 1)}${to.node}` }, reroutes: [] });
      });
    }
  }
  for (const port of block.inputs) {
    inputs.set(
      `${node.id}.${port.name}`,
      port.to.map((to) => ({ ...to, node: `${prefix(0)}${to.node}` })),
    );
  }
}

function renamed(node: DocumentNode, prefix: string, outer: DocumentNode): DocumentNode {
  return {
    ...node,
    id: `${prefix}${node.id}`,
    share: node.share === null ? null : `${prefix}${node.share}`,
    frozen: node.frozen || outer.frozen,
    state: outer.state === "active" ? node.state : outer.state,
  };
}

const renamedEdge = (edge: DocumentEdge, prefix: string): DocumentEdge => ({
  ...edge,
  id: `${prefix}${edge.id}`,
  from: { ...edge.from, node: `${prefix}${edge.from.node}` },
  to: { ...edge.to, node: `${prefix}${edge.to.node}` },
});

/** An edge between nodes that may be blocks, as edges between nodes that are not. */
function reconnect(
  edge: DocumentEdge,
  outputs: ReadonlyMap<string, PortRef>,
  inputs: ReadonlyMap<string, readonly { node: string; port: string; index: number }[]>,
): DocumentEdge[] {
  const from = outputs.get(`${edge.from.node}.${edge.from.port}`) ?? edge.from;
  const ends = inputs.get(`${edge.to.node}.${edge.to.port}`) ?? [edge.to];
  return ends.map((to, i) => ({ ...edge, id: i === 0 ? edge.id : `${edge.id}${pathSeparator}${i}`, from, to }));
}

function redirect(objective: Objective, output: (node: string, port: string) => PortRef | null): Objective {
  const port = (ref: PortRef): PortRef => output(ref.node, ref.port) ?? ref;
  const target = <T extends TargetRef | null>(ref: T): T => (ref && "node" in ref ? (port(ref) as T) : ref);
  return {
    ...objective,
    terms: objective.terms.map((t) => ({ ...t, prediction: port(t.prediction), target: target(t.target) })),
    metrics: objective.metrics.map((m) => ({ ...m, prediction: port(m.prediction), target: target(m.target) })),
  };
}
