import { blockOf, pathSeparator, repeatOf } from "../../src/graph/blocks.ts";
import { portType } from "../../src/graph/check.ts";
import type { Block, DocumentNode, GraphDocument } from "../../src/graph/document.ts";
import type { TensorType } from "../../src/shape/type.ts";
import { expandedId, type Tab } from "../stores/workspace.ts";

type Ref = { readonly node: string; readonly port: string };
type Blocks = ReadonlyMap<string, Block>;

let cached: { readonly blocks: GraphDocument["blocks"]; readonly byId: Blocks } | null = null;

/** Blocks of a document by id; the same map while they do not change. */
export function blocksOf(document: GraphDocument): Blocks {
  if (cached?.blocks !== document.blocks) {
    cached = { blocks: document.blocks, byId: new Map(document.blocks.map((b) => [b.id, b])) };
  }
  return cached.byId;
}

/** The port of the expanded graph that an output of a node stands for: with a block, deep inside its last repetition. */
export function expandedOutput(node: DocumentNode, port: string, blocks: Blocks, prefix: string): Ref | null {
  const block = blockOf(node, blocks);
  if (!block) return { node: `${prefix}${node.id}`, port };
  const from = block.outputs.find((o) => o.name === port)?.from;
  const inner = from && block.nodes.find((n) => n.id === from.node);
  return inner ? expandedOutput(inner, from.port, blocks, inside(node, prefix, repeatOf(node))) : null;
}

/** The ports of the expanded graph that an input of a node feeds: with a block, inside its first repetition. */
export function expandedInputs(node: DocumentNode, port: string, blocks: Blocks, prefix: string): readonly Ref[] {
  const block = blockOf(node, blocks);
  if (!block) return [{ node: `${prefix}${node.id}`, port }];
  const ends = block.inputs.find((i) => i.name === port)?.to ?? [];
  return ends.flatMap((end) => {
    const inner = block.nodes.find((n) => n.id === end.node);
    return inner ? expandedInputs(inner, end.port, blocks, inside(node, prefix, 1)) : [];
  });
}

const inside = (node: DocumentNode, prefix: string, repetition: number): string => {
  const own = `${prefix}${node.id}${pathSeparator}`;
  return repeatOf(node) > 1 ? `${own}${repetition}${pathSeparator}` : own;
};

/** What leaves an output port of a node of the shown graph; null while that is not known. */
export function outputType(tab: Tab, node: DocumentNode, port: string): TensorType | null {
  const ref = expandedOutput(node, port, blocksOf(tab.edited.document), expandedId(tab, ""));
  return ref && portType(tab.checked.graph, ref.node, ref.port);
}

/** What arrives at an input of the block whose inside is shown; null outside of blocks and while it is not known. */
export function blockInputType(tab: Tab, block: Block, port: string): TensorType | null {
  const end = block.inputs.find((i) => i.name === port)?.to[0];
  const node = end && tab.checked.graph.nodes.get(expandedId(tab, end.node));
  const at = node?.sources.findIndex((s) => s.into === end?.port && s.index === end.index) ?? -1;
  return at < 0 ? null : (node?.inputTypes?.[at] ?? null);
}
