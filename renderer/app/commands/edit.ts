import {
  CircleSlash,
  ClipboardPaste,
  Copy,
  CopyPlus,
  EyeOff,
  ListEnd,
  Pin,
  Redo2,
  Replace,
  Route,
  Scissors,
  SlidersHorizontal,
  Snowflake,
  Trash2,
  Undo2,
  Unlink,
} from "lucide-react";
import { batch } from "../../../src/graph/change.ts";
import type { DocumentNode } from "../../../src/graph/document.ts";
import { updateNodes } from "../../../src/graph/edit/nodes.ts";
import { connectInOrder, portsOf, swapInputs } from "../../../src/graph/edit/wires.ts";
import { canvas } from "../../canvas/controller.ts";
import { setView } from "../../canvas/view.ts";
import { activeTab, workspace } from "../../stores/workspace.ts";
import { copySelection, cutSelection, duplicateSelection, pasteFromMenu } from "../clipboard.ts";
import type { Command } from "../command.ts";
import { openDialog } from "../dialogs.ts";
import { commit, editing, hasDocument, hasNodes, hasSelection, type StepKey } from "../editing.ts";
import { deleteSelection } from "../remove.ts";
import { renameSelected } from "../rename.ts";

/** Turns something on for all selected nodes, or off when all have it. */
function toggle(
  isOn: (n: DocumentNode) => boolean,
  set: (on: boolean) => Partial<DocumentNode>,
  on: StepKey,
  off: StepKey,
): void {
  const now = editing();
  if (!now || now.nodes.length === 0) return;
  const next = !now.nodes.every(isOn);
  const ids = now.nodes.filter((n) => isOn(n) !== next).map((n) => n.id);
  commit(
    updateNodes(now.document, now.scope, ids, () => set(next)),
    next ? on : off,
    { n: ids.length },
  );
}

const every = (is: (n: DocumentNode) => boolean) => (): boolean => {
  const nodes = editing()?.nodes ?? [];
  return nodes.length > 0 && nodes.every(is);
};

const isMuted = (n: DocumentNode): boolean => n.state === "muted";
const isBypassed = (n: DocumentNode): boolean => n.state === "bypassed";
const isFrozen = (n: DocumentNode): boolean => n.frozen;
const isPinned = (n: DocumentNode): boolean => n.pinned;
const isCollapsed = (n: DocumentNode): boolean => n.collapsed;

const history = () => activeTab(workspace.getState())?.edited.history;

/** Nodes in reading order: rows from top to bottom, each from left to right. */
function connectSelected(): void {
  const now = editing();
  if (!now) return;
  const row = 60;
  const ids = [...now.nodes]
    .sort((a, b) => Math.round((a.position.y - b.position.y) / row) || a.position.x - b.position.x)
    .map((n) => n.id);
  commit(connectInOrder(now.document, now.scope, ids, now.layers), "connectInOrder", { n: ids.length });
}

function hasTwoInputs(): boolean {
  const now = editing();
  const node = now?.nodes.length === 1 && now.nodes[0];
  if (!now || !node) return false;
  const wires = now.graph.edges.filter((e) => e.to.node === node.id);
  return wires.length > 1 && portsOf(node, now.layers).inputs.length > 0;
}

export const editCommands: readonly Command[] = [
  {
    id: "edit.undo",
    icon: Undo2,
    keys: ["Mod+Z"],
    enabled: () => (history()?.past.length ?? 0) > 0,
    run: () => workspace.getState().undo(),
  },
  {
    id: "edit.redo",
    icon: Redo2,
    keys: ["Mod+Y", "Mod+Shift+Z"],
    enabled: () => (history()?.future.length ?? 0) > 0,
    run: () => workspace.getState().redo(),
  },
  { id: "edit.cut", icon: Scissors, keys: ["Mod+X"], separate: true, enabled: hasSelection, run: cutSelection },
  {
    id: "edit.copy",
    icon: Copy,
    keys: ["Mod+C"],
    enabled: hasSelection,
    run: async () => void (await copySelection()),
  },
  {
    id: "edit.paste",
    icon: ClipboardPaste,
    keys: ["Mod+V"],
    enabled: hasDocument,
    run: () => pasteFromMenu(false),
  },
  { id: "edit.pasteWithWires", keys: ["Mod+Shift+V"], enabled: hasDocument, run: () => pasteFromMenu(true) },
  { id: "edit.duplicate", icon: CopyPlus, keys: ["Mod+D"], enabled: hasSelection, run: duplicateSelection },
  {
    id: "edit.delete",
    icon: Trash2,
    keys: ["Delete", "Backspace"],
    enabled: hasSelection,
    run: () => deleteSelection(true),
  },
  {
    id: "edit.deleteOnly",
    icon: Unlink,
    keys: ["Shift+Delete", "Shift+Backspace"],
    enabled: hasSelection,
    run: () => deleteSelection(false),
  },
  {
    id: "edit.rename",
    keys: ["F2"],
    separate: true,
    enabled: () => editing()?.nodes.length === 1,
    run: renameSelected,
  },
  {
    id: "edit.parameters",
    icon: SlidersHorizontal,
    keys: ["E"],
    enabled: () => editing()?.nodes.length === 1 && canvas() !== null,
    run: () => setView({ parametersOf: editing()?.nodes[0]?.id ?? null }),
  },
  {
    id: "edit.replaceLayer",
    icon: Replace,
    keys: ["Shift+R"],
    enabled: () => editing()?.nodes.length === 1,
    run: () => openDialog({ kind: "replace-layer" }),
  },
  {
    id: "edit.bypass",
    icon: Route,
    keys: ["Mod+B"],
    separate: true,
    enabled: hasNodes,
    checked: every(isBypassed),
    run: () => toggle(isBypassed, (on) => ({ state: on ? "bypassed" : "active" }), "bypass", "activate"),
  },
  {
    id: "edit.mute",
    icon: CircleSlash,
    keys: ["Mod+M"],
    enabled: hasNodes,
    checked: every(isMuted),
    run: () => toggle(isMuted, (on) => ({ state: on ? "muted" : "active" }), "mute", "activate"),
  },
  {
    id: "edit.freeze",
    icon: Snowflake,
    keys: ["Alt+F"],
    enabled: hasNodes,
    checked: every(isFrozen),
    run: () => toggle(isFrozen, (on) => ({ frozen: on }), "freeze", "unfreeze"),
  },
  {
    id: "edit.pin",
    icon: Pin,
    keys: ["P"],
    enabled: hasNodes,
    checked: every(isPinned),
    run: () => toggle(isPinned, (on) => ({ pinned: on }), "pin", "unpin"),
  },
  {
    id: "edit.collapse",
    icon: EyeOff,
    keys: ["Alt+C"],
    enabled: hasNodes,
    checked: every(isCollapsed),
    run: () => toggle(isCollapsed, (on) => ({ collapsed: on }), "collapse", "expand"),
  },
  {
    id: "edit.connectInOrder",
    icon: ListEnd,
    keys: ["Shift+C"],
    separate: true,
    enabled: () => hasNodes(2),
    run: connectSelected,
  },
  {
    id: "edit.swapInputs",
    keys: ["Alt+X"],
    enabled: hasTwoInputs,
    run: () => {
      const now = editing();
      const node = now?.nodes[0];
      commit(now && node ? swapInputs(now.document, now.scope, node.id) : batch([]), "swapInputs");
    },
  },
];
