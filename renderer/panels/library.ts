import { blockLayer } from "../../src/graph/blocks.ts";
import type { Block, GraphDocument } from "../../src/graph/document.ts";
import { type Clip, clipText, copy, parseClip } from "../../src/graph/edit/clipboard.ts";
import { newNode } from "../../src/graph/edit/nodes.ts";
import { commit, editing, selectItems } from "../app/editing.ts";
import { currentText } from "../app/text.ts";
import { addItem, type Item } from "../canvas/addItem.ts";
import { canvas } from "../canvas/controller.ts";
import { settings } from "../stores/settings.ts";
import { toast } from "../ui/Toast.tsx";

/** A clip with one node that shows the block, and every block inside it. */
export function blockClip(document: GraphDocument, block: string): Clip {
  const node = newNode("block", blockLayer, 1, { x: 0, y: 0 }, { block });
  return copy({ ...document, nodes: [node], edges: [], notes: [] }, null, new Set([node.id]));
}

/** The same clip with the block under another name: pasted, it is a block of its own even beside the original. */
export function copiedBlock(clip: Clip, block: string, name: string): Clip {
  return { ...clip, blocks: clip.blocks.map((b) => (b.id === block ? { ...b, name } : b)) };
}

/** `name 2`, `name 3`, ...: a name that no block has. */
export function freeName(name: string, blocks: readonly Block[]): string {
  const stem = name.replace(/ \d+$/, "");
  const taken = new Set(blocks.map((b) => b.name));
  let k = 2;
  while (taken.has(`${stem} ${k}`)) k++;
  return `${stem} ${k}`;
}

/** Adds a node that shows a block of this document, the same inside as everywhere else. */
export const insertLinked = (block: Block): void => insert({ kind: "block", block: block.id }, block.name);

/** Adds a node that shows a copy of a block, which from then on goes its own way. */
export function insertCopy(block: Block): void {
  const now = editing();
  if (!now) return;
  const name = freeName(block.name, now.document.blocks);
  const clip = copiedBlock(blockClip(now.document, block.id), block.id, name);
  insert({ kind: "library", clip: clipText(clip) }, name);
}

export type KeptBlock = ReturnType<typeof settings.getState>["library"][number];

/** Adds a block of the library. Where the document has it already, both show the same. */
export function insertKept(kept: KeptBlock): void {
  if (parseClip(kept.clip)) insert({ kind: "library", clip: kept.clip }, kept.name);
}

function insert(item: Item, name: string): void {
  const added = addItem(item, { place: null, wire: null, into: null }, canvas()?.center() ?? { x: 0, y: 0 });
  if (!added) return;
  commit(added.change, "insertBlock", { name });
  selectItems([added.node]);
}

/** Keeps a block for other documents; one of the same name is replaced. */
export function saveToLibrary(document: GraphDocument, block: Block): void {
  const { library, set } = settings.getState();
  const kept: KeptBlock = {
    id: `${block.name}-${Date.now().toString(36)}`,
    name: block.name,
    clip: clipText(blockClip(document, block.id)),
  };
  set({ library: [...library.filter((b) => b.name !== block.name), kept] });
  toast({ text: currentText().panels.palette.saved(block.name), kind: "ok" });
}

export function removeFromLibrary(id: string): void {
  const { library, set } = settings.getState();
  set({ library: library.filter((b) => b.id !== id) });
}
