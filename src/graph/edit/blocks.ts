import { invariant } from "../../core/invariant.ts";
import { ok } from "../../core/result.ts";
import { blockLayer, blockOf, isBlockNode, repeatOf } from "../blocks.ts";
import { batch, type Change, graphOf, type Scope } from "../change.ts";
import type { Block, DocumentEdge, DocumentNode, GraphDocument } from "../document.ts";
import type { LayerFacts, LayerLookup } from "../layer.ts";
import { int, text } from "../params.ts";
import { freshId } from "./ids.ts";
import { insertNode, newNode } from "./nodes.ts";
import { insertEdge, removeEdge } from "./wires.ts";

/** The registry, with the layer `block` whose ports are those of the block that a node names. */
export function withBlocks(layers: LayerLookup, blocks: readonly Block[]): LayerLookup {
  const byId = new Map(blocks.map((b) => [b.id, b]));
  const facts: LayerFacts = {
    id: blockLayer,
    version: 1,
    params: { block: text(""), repeat: int(1, { min: 1, max: 1000 }) },
    inputs: (params) => byId.get(String(params["block"]))?.inputs.map(({ name }) => ({ name })) ?? [],
    outputs: (params) => byId.get(String(params["block"]))?.outputs.map(({ name }) => ({ name })) ?? [],
    // Blocks are expanded before shapes are inferred, so this is never asked.
    infer: () => ok([]),
    parameters: () => [],
  };
  return { get: (id) => (id === blockLayer ? facts : layers.get(id)), ids: layers.ids };
}

/**
 * Puts nodes into a new block and a node that shows it in their place. Wires that cross the border become ports:
 * one input for each port outside that feeds the inside, one output for each port inside that feeds the outside.
 */
export function makeBlock(
  document: GraphDocument,
  scope: Scope,
  ids: readonly string[],
  name: string,
): { readonly change: Change; readonly node: string; readonly block: string } {
  const graph = graphOf(document, scope);
  const chosen = new Set(ids);
  const nodes = graph.nodes.filter((n) => chosen.has(n.id));
  invariant(nodes.length > 0, "a block of no nodes");
  const inner = graph.edges.filter((e) => chosen.has(e.from.node) && chosen.has(e.to.node));
  const incoming = graph.edges.filter((e) => !chosen.has(e.from.node) && chosen.has(e.to.node));
  const outgoing = graph.edges.filter((e) => chosen.has(e.from.node) && !chosen.has(e.to.node));
  const ports = blockPorts(document, scope, chosen, incoming, outgoing);
  const origin = corner(nodes);
  const id = freshBlockId(document);
  const block: Block = {
    id,
    name,
    nodes: nodes.map((n) => ({ ...n, position: { x: n.position.x - origin.x, y: n.position.y - origin.y } })),
    edges: inner,
    notes: [],
    inputs: ports.inputs.map((p) => p.port),
    outputs: ports.outputs.map((p) => p.port),
  };
  const node = newNode(freshId(graph, "block"), blockLayer, 1, origin, { block: id });
  const outer: DocumentEdge[] = [
    ...ports.inputs.map(({ port, edges }) => ({
      ...(edges[0] as DocumentEdge),
      to: { node: node.id, port: port.name, index: 0 },
      reroutes: [],
    })),
    ...ports.outputs.flatMap(({ port, edges }) =>
      edges.map((e) => ({ ...e, from: { node: node.id, port: port.name } })),
    ),
  ];
  const gone = [...inner, ...incoming, ...outgoing];
  const rest = graph.edges.length - gone.length;
  const change = batch([
    { kind: "set", key: "blocks", value: [...document.blocks, block] },
    ...gone.map((e) => removeEdge(scope, e.id)),
    ...nodes.map((n): Change => ({ kind: "remove", scope, list: "nodes", id: n.id })),
    insertNode(scope, graph.nodes.length - nodes.length, node),
    ...outer.map((e, i) => insertEdge(scope, rest + i, e)),
    ...(scope === null ? redirectObjectives(document, chosen, node.id, ports.outputs) : []),
  ]);
  return { change, node: node.id, block: id };
}

type Ports = {
  readonly inputs: readonly { readonly port: Block["inputs"][number]; readonly edges: readonly DocumentEdge[] }[];
  readonly outputs: readonly { readonly port: Block["outputs"][number]; readonly edges: readonly DocumentEdge[] }[];
};

function blockPorts(
  document: GraphDocument,
  scope: Scope,
  chosen: ReadonlySet<string>,
  incoming: readonly DocumentEdge[],
  outgoing: readonly DocumentEdge[],
): Ports {
  const grouped = (edges: readonly DocumentEdge[]) => {
    const groups = new Map<string, DocumentEdge[]>();
    for (const e of edges) {
      const key = `${e.from.node}.${e.from.port}`;
      groups.set(key, [...(groups.get(key) ?? []), e]);
    }
    return groups;
  };
  const numbered = (stem: string, i: number, count: number) => (count === 1 ? stem : `${stem}${i + 1}`);
  const ins = [...grouped(incoming).values()];
  const outs = grouped(outgoing);
  // What an objective looks at inside must be reachable from outside, wired or not.
  const watched = scope === null ? watchedPorts(document).filter((p) => chosen.has(p.node)) : [];
  for (const p of watched) if (!outs.has(`${p.node}.${p.port}`)) outs.set(`${p.node}.${p.port}`, []);
  return {
    inputs: ins.map((edges, i) => ({
      edges,
      port: { name: numbered("in", i, ins.length), to: edges.map((e) => ({ ...e.to })) },
    })),
    outputs: [...outs].map(([key, edges], i) => {
      const at = key.lastIndexOf(".");
      const from = edges[0]?.from ?? { node: key.slice(0, at), port: key.slice(at + 1) };
      return { edges, port: { name: numbered("out", i, outs.size), from: { ...from } } };
    }),
  };
}

function watchedPorts(document: GraphDocument): { node: string; port: string }[] {
  return document.objectives.flatMap((o) => [
    ...o.terms.flatMap((t) => [t.prediction, ...(t.target && "node" in t.target ? [t.target] : [])]),
    ...o.metrics.flatMap((m) => [m.prediction, ...("node" in m.target ? [m.target] : [])]),
  ]);
}

function redirectObjectives(
  document: GraphDocument,
  chosen: ReadonlySet<string>,
  node: string,
  outputs: Ports["outputs"],
): Change[] {
  const names = new Map(outputs.map(({ port }) => [`${port.from.node}.${port.from.port}`, port.name]));
  return mapObjectives(document, (ref) => {
    const name = names.get(`${ref.node}.${ref.port}`);
    return chosen.has(ref.node) && name ? { node, port: name } : ref;
  });
}

type Ref = { readonly node: string; readonly port: string };

function mapObjectives(document: GraphDocument, port: (ref: Ref) => Ref): Change[] {
  const same = (a: Ref, b: Ref) => a.node === b.node && a.port === b.port;
  if (watchedPorts(document).every((p) => same(p, port(p)))) return [];
  const target = <T>(ref: T): T =>
    typeof ref === "object" && ref !== null && "node" in ref ? (port(ref as unknown as Ref) as unknown as T) : ref;
  const value = document.objectives.map((o) => ({
    ...o,
    terms: o.terms.map((t) => ({ ...t, prediction: { ...port(t.prediction) }, target: target(t.target) })),
    metrics: o.metrics.map((m) => ({ ...m, prediction: { ...port(m.prediction) }, target: target(m.target) })),
  }));
  return [{ kind: "set", key: "objectives", value }];
}

/** Replaces a block's node by the inside of its block, `repeat` times in a row; the block itself stays in the library while used. */
export function unpackBlock(
  document: GraphDocument,
  scope: Scope,
  id: string,
): { readonly change: Change; readonly nodes: readonly string[] } {
  const graph = graphOf(document, scope);
  const node = graph.nodes.find((n) => n.id === id) as DocumentNode;
  const block = blockOf(node, new Map(document.blocks.map((b) => [b.id, b])));
  invariant(block, `${id} shows no block`);
  const taken = new Set<string>();
  const copies = Array.from({ length: repeatOf(node) }, (_, k) => copyInside(graph, block, node, taken, k));
  const outer = graph.edges.filter((e) => e.from.node === id || e.to.node === id);
  const first = copies[0] as Copy;
  const last = copies.at(-1) as Copy;
  const links = copies.slice(1).flatMap((next, k) => chain(block, copies[k] as Copy, next, graph, taken));
  const wires = outer.flatMap((e) => {
    if (e.from.node === id) {
      const port = block.outputs.find((p) => p.name === e.from.port);
      return port ? [{ ...e, from: { ...port.from, node: last.name(port.from.node) } }] : [];
    }
    const port = block.inputs.find((p) => p.name === e.to.port);
    return (port?.to ?? []).map((to, i) => ({
      ...e,
      id: i === 0 ? e.id : claim(graph, "e", taken),
      to: { ...to, node: first.name(to.node) },
    }));
  });
  const edges = [...copies.flatMap((c) => c.edges), ...links, ...wires];
  const nodes = copies.flatMap((c) => c.nodes);
  const restNodes = graph.nodes.length - 1;
  const restEdges = graph.edges.length - outer.length;
  const change = batch([
    ...outer.map((e) => removeEdge(scope, e.id)),
    { kind: "remove", scope, list: "nodes", id },
    ...nodes.map((n, i) => insertNode(scope, restNodes + i, n)),
    ...edges.map((e, i) => insertEdge(scope, restEdges + i, e)),
    ...(scope === null
      ? mapObjectives(document, (ref) => {
          const port = ref.node === id ? block.outputs.find((p) => p.name === ref.port) : undefined;
          return port ? { node: last.name(port.from.node), port: port.from.port } : ref;
        })
      : []),
    ...forgetUnused(document, scope, block.id, id),
  ]);
  return { change, nodes: nodes.map((n) => n.id) };
}

interface Copy {
  readonly nodes: readonly DocumentNode[];
  readonly edges: readonly DocumentEdge[];
  name(inner: string): string;
}

const copyGap = 40;

function copyInside(
  graph: ReturnType<typeof graphOf>,
  block: Block,
  node: DocumentNode,
  taken: Set<string>,
  k: number,
): Copy {
  const names = new Map(block.nodes.map((n) => [n.id, claim(graph, n.id, taken, true)]));
  const name = (inner: string): string => names.get(inner) ?? inner;
  const width = Math.max(...block.nodes.map((n) => n.position.x), 0) + 160 + copyGap;
  return {
    name,
    nodes: block.nodes.map((n) => ({
      ...n,
      id: name(n.id),
      share: n.share === null ? null : name(n.share),
      position: { x: node.position.x + n.position.x + k * width, y: node.position.y + n.position.y },
    })),
    edges: block.edges.map((e) => ({
      ...e,
      id: claim(graph, e.id, taken, true),
      from: { ...e.from, node: name(e.from.node) },
      to: { ...e.to, node: name(e.to.node) },
    })),
  };
}

/** Wires from one repetition to the next, as `expandBlocks` draws them. */
function chain(
  block: Block,
  from: Copy,
  to: Copy,
  graph: ReturnType<typeof graphOf>,
  taken: Set<string>,
): DocumentEdge[] {
  return block.outputs.flatMap((output, i) => {
    const input = block.inputs[Math.min(i, block.inputs.length - 1)];
    return (input?.to ?? []).map((end) => ({
      id: claim(graph, "e", taken),
      from: { ...output.from, node: from.name(output.from.node) },
      to: { ...end, node: to.name(end.node) },
      reroutes: [],
    }));
  });
}

function claim(graph: ReturnType<typeof graphOf>, stem: string, taken: Set<string>, plain = false): string {
  const id = freshId(graph, stem, taken, plain);
  taken.add(id);
  return id;
}

/** Takes a block out of the document when `node` was the last that shows it. */
function forgetUnused(document: GraphDocument, scope: Scope, block: string, node: string): Change[] {
  const graphs = [{ id: null as Scope, nodes: document.nodes }, ...document.blocks];
  const used = graphs.some((g) =>
    g.nodes.some((n) => isBlockNode(n) && n.params["block"] === block && !(g.id === scope && n.id === node)),
  );
  // Inside another block the list of blocks is being edited by the same batch: leave it as it is there.
  if (used || scope !== null) return [];
  return [{ kind: "set", key: "blocks", value: document.blocks.filter((b) => b.id !== block) }];
}

function freshBlockId(document: GraphDocument): string {
  const used = new Set(document.blocks.map((b) => b.id));
  let k = 1;
  while (used.has(`block${k}`)) k++;
  return `block${k}`;
}

function corner(nodes: readonly DocumentNode[]): DocumentNode["position"] {
  return { x: Math.min(...nodes.map((n) => n.position.x)), y: Math.min(...nodes.map((n) => n.position.y)) };
}
