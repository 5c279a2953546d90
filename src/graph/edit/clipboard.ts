import * as z from "zod";
import { batch, type Change, graphOf, type Scope } from "../change.ts";
import { blockSchema, type DocumentNode, edgeSchema, type GraphDocument, nodeSchema, noteSchema } from "../document.ts";
import { freshId } from "./ids.ts";
import { insertNode } from "./nodes.ts";
import { insertEdge } from "./wires.ts";

/** What a copy puts on the clipboard, as JSON text: readable by people, and by another document or window. */
const clipSchema = z.strictObject({
  format: z.literal("gradloom-clip"),
  version: z.literal(1),
  nodes: z.array(nodeSchema),
  edges: z.array(edgeSchema),
  notes: z.array(noteSchema),
  /** Blocks that the nodes show. */
  blocks: z.array(blockSchema),
  /** Wires that came from outside, for pasting with wires. */
  incoming: z.array(edgeSchema),
});
export type Clip = z.infer<typeof clipSchema>;

const textLimit = 16 * 1024 * 1024;

/** The chosen nodes and notes with the wires among them. */
export function copy(document: GraphDocument, scope: Scope, ids: ReadonlySet<string>): Clip {
  const graph = graphOf(document, scope);
  const nodes = graph.nodes.filter((n) => ids.has(n.id));
  return {
    format: "gradloom-clip",
    version: 1,
    nodes,
    edges: graph.edges.filter((e) => ids.has(e.from.node) && ids.has(e.to.node)),
    notes: graph.notes.filter((n) => ids.has(n.id)),
    blocks: shownBlocks(document, nodes),
    incoming: graph.edges.filter((e) => !ids.has(e.from.node) && ids.has(e.to.node)),
  };
}

export const clipText = (clip: Clip): string => JSON.stringify(clip, null, 2);

/** Reads clipboard text; null when it is something else. */
export function parseClip(text: string): Clip | null {
  if (text.length > textLimit) return null;
  try {
    const parsed = clipSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Blocks that nodes show, and those shown inside them. */
function shownBlocks(
  document: GraphDocument,
  nodes: readonly { params: { [name: string]: unknown } }[],
): GraphDocument["blocks"] {
  const found = new Set<string>();
  const visit = (list: typeof nodes): void => {
    for (const n of list) {
      const block = document.blocks.find((b) => b.id === n.params["block"]);
      if (!block || found.has(block.id)) continue;
      found.add(block.id);
      visit(block.nodes);
    }
  };
  visit(nodes);
  return document.blocks.filter((b) => found.has(b.id));
}

/**
 * Puts a clip into a graph under fresh ids, moved by `by`. With `wires`, wires from outside are drawn again where their
 * source is there.
 */
export function paste(
  document: GraphDocument,
  scope: Scope,
  clip: Clip,
  by: { readonly x: number; readonly y: number },
  wires = false,
): { readonly change: Change; readonly ids: readonly string[] } {
  const graph = graphOf(document, scope);
  const taken = new Set<string>();
  const claim = (stem: string): string => {
    const id = freshId(graph, stem.replace(/\d+$/, "") || stem, taken);
    taken.add(id);
    return id;
  };
  const names = new Map([...clip.nodes, ...clip.notes].map((x) => [x.id, claim(x.id)]));
  const name = (id: string): string => names.get(id) ?? id;
  const moved = ({ x, y }: { x: number; y: number }) => ({ x: x + by.x, y: y + by.y });
  const { blocks, renamedBlocks } = mergeBlocks(document, clip);
  const nodes = clip.nodes.map((n) => ({
    ...n,
    id: name(n.id),
    position: moved(n.position),
    // Parameters shared with a node that is not copied stay shared only in the same graph.
    share: n.share === null ? null : names.has(n.share) ? name(n.share) : sharedHere(graph.nodes, n.share, n.layer),
    params: showing(n.params, renamedBlocks),
  }));
  const outside = wires ? clip.incoming.filter((e) => graph.nodes.some((n) => n.id === e.from.node)) : [];
  const edges = [...clip.edges, ...outside].map((e) => ({
    ...e,
    id: claim("e"),
    from: { ...e.from, node: name(e.from.node) },
    to: { ...e.to, node: name(e.to.node) },
    reroutes: e.reroutes.map(moved),
  }));
  const notes = clip.notes.map((n) => ({ ...n, id: name(n.id), position: moved(n.position) }));
  const change = batch([
    ...(blocks.length > 0 ? [setBlocks([...document.blocks, ...blocks])] : []),
    ...nodes.map((n, i) => insertNode(scope, graph.nodes.length + i, n)),
    ...edges.map((e, i) => insertEdge(scope, graph.edges.length + i, e)),
    ...notes.map((n, i): Change => ({ kind: "insert", scope, list: "notes", at: graph.notes.length + i, item: n })),
  ]);
  return { change, ids: [...nodes, ...notes].map((x) => x.id) };
}

function sharedHere(nodes: readonly { id: string; layer: string }[], share: string, layer: string): string | null {
  return nodes.some((n) => n.id === share && n.layer === layer) ? share : null;
}

const setBlocks = (value: GraphDocument["blocks"]): Change => ({ kind: "set", key: "blocks", value });

/** Parameters of a node that shows a block, with the block under its new id. */
function showing(params: DocumentNode["params"], names: ReadonlyMap<string, string>): DocumentNode["params"] {
  const { block } = params;
  const renamed = typeof block === "string" ? names.get(block) : undefined;
  return renamed === undefined ? params : { ...params, block: renamed };
}

/** Blocks of the clip that the document lacks; one with the same id but another inside gets a new id. */
function mergeBlocks(document: GraphDocument, clip: Clip) {
  const renamedBlocks = new Map<string, string>();
  const used = new Set(document.blocks.map((b) => b.id));
  const fresh = clip.blocks.filter((block) => {
    const own = document.blocks.find((b) => b.id === block.id);
    if (own && JSON.stringify(own) === JSON.stringify(block)) return false;
    let id = block.id;
    for (let k = 1; used.has(id); k++) id = `${block.id.replace(/\d+$/, "")}${k}`;
    used.add(id);
    if (id !== block.id) renamedBlocks.set(block.id, id);
    return true;
  });
  const blocks = fresh.map((b) => ({
    ...b,
    id: renamedBlocks.get(b.id) ?? b.id,
    nodes: b.nodes.map((n) => ({ ...n, params: showing(n.params, renamedBlocks) })),
  }));
  return { blocks, renamedBlocks };
}
