import { Boxes, CornerLeftUp, Frame, LogIn, PackageOpen } from "lucide-react";
import { isBlockNode } from "../../../src/graph/blocks.ts";
import { makeBlock, unpackBlock } from "../../../src/graph/edit/blocks.ts";
import { freshId } from "../../../src/graph/edit/ids.ts";
import { activeTab, workspace } from "../../stores/workspace.ts";
import { frameAround } from "../arrange.ts";
import type { Command } from "../command.ts";
import { commit, editing, hasNodes, hasSelection, selectItems } from "../editing.ts";
import { currentText } from "../text.ts";

function addFrame(): void {
  const now = editing();
  if (!now || now.nodes.length === 0) return;
  const id = freshId(now.graph, "frame");
  const item = { id, kind: "frame" as const, text: currentText().shell.frame, colour: null, ...frameAround(now.nodes) };
  commit({ kind: "insert", scope: now.scope, list: "notes", at: now.graph.notes.length, item }, "addFrame");
}

function makeBlockOfSelection(): void {
  const now = editing();
  if (!now || now.nodes.length === 0) return;
  const name = `${currentText().shell.block} ${now.document.blocks.length + 1}`;
  const made = makeBlock(
    now.document,
    now.scope,
    now.nodes.map((n) => n.id),
    name,
  );
  commit(made.change, "makeBlock");
  selectItems([made.node]);
}

function unpackSelected(): void {
  const now = editing();
  const node = now?.nodes.find(isBlockNode);
  if (!now || !node) return;
  const unpacked = unpackBlock(now.document, now.scope, node.id);
  commit(unpacked.change, "unpackBlock");
  selectItems(unpacked.nodes);
}

const oneBlock = (): boolean => {
  const nodes = editing()?.nodes ?? [];
  return nodes.length === 1 && nodes.some(isBlockNode);
};

const inside = (): boolean => (activeTab(workspace.getState())?.path.length ?? 0) > 0;

export const structureCommands: readonly Command[] = [
  { id: "structure.frame", icon: Frame, keys: ["Mod+G"], enabled: hasNodes, run: addFrame },
  { id: "structure.block", icon: Boxes, keys: ["Mod+Shift+G"], enabled: hasNodes, run: makeBlockOfSelection },
  { id: "structure.unpack", icon: PackageOpen, keys: ["Mod+Shift+U"], enabled: oneBlock, run: unpackSelected },
  {
    id: "structure.enter",
    icon: LogIn,
    keys: ["Alt+ArrowDown"],
    separate: true,
    enabled: oneBlock,
    run: () => workspace.getState().enter(editing()?.nodes[0]?.id ?? null),
  },
  {
    id: "structure.leave",
    icon: CornerLeftUp,
    keys: ["Alt+ArrowUp", "Escape", "Backspace"],
    // Esc and Backspace first do what they do to a selection.
    enabled: () => inside() && !hasSelection(),
    run: () => workspace.getState().enter(null),
  },
];
