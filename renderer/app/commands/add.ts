import { Plus, StickyNote } from "lucide-react";
import { freshId } from "../../../src/graph/edit/ids.ts";
import { canvas } from "../../canvas/controller.ts";
import type { Command } from "../command.ts";
import { commit, editing, hasDocument, selectItems } from "../editing.ts";

const noteSize = { width: 240, height: 120 };

function addNote(): void {
  const now = editing();
  if (!now) return;
  const at = canvas()?.pointer() ?? canvas()?.center() ?? { x: 0, y: 0 };
  const id = freshId(now.graph, "note");
  const position = { x: Math.round(at.x), y: Math.round(at.y) };
  const item = { id, kind: "note" as const, text: "", position, size: noteSize, colour: null };
  commit({ kind: "insert", scope: now.scope, list: "notes", at: now.graph.notes.length, item }, "addNote");
  selectItems([id]);
}

export const addCommands: readonly Command[] = [
  {
    id: "add.layer",
    icon: Plus,
    keys: ["Space", "Shift+A"],
    enabled: () => hasDocument() && canvas() !== null,
    run: () => canvas()?.openQuickAdd(),
  },
  { id: "add.note", icon: StickyNote, keys: ["N"], enabled: hasDocument, run: addNote },
];
