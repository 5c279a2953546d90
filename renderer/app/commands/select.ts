import { ArrowLeftToLine, ArrowRightToLine, BoxSelect, Layers, SquareDashed } from "lucide-react";
import type { EditableGraph } from "../../../src/graph/change.ts";
import type { Command } from "../command.ts";
import { editing, hasDocument, hasNodes, hasSelection, selectItems } from "../editing.ts";

const items = (graph: EditableGraph): string[] => [...graph.nodes, ...graph.notes].map((x) => x.id);

/** Nodes that wires lead to, or with `back` come from, beginning at these; these are among them. */
export function reachable(graph: EditableGraph, from: readonly string[], back: boolean): string[] {
  const next = new Map<string, string[]>();
  for (const e of graph.edges) {
    const [near, far] = back ? [e.to.node, e.from.node] : [e.from.node, e.to.node];
    next.set(near, [...(next.get(near) ?? []), far]);
  }
  const seen = new Set(from);
  // A set goes through what is added to it while it is gone through.
  for (const id of seen) for (const other of next.get(id) ?? []) seen.add(other);
  return [...seen];
}

function along(back: boolean): void {
  const now = editing();
  if (now)
    selectItems(
      reachable(
        now.graph,
        now.nodes.map((n) => n.id),
        back,
      ),
    );
}

export const selectCommands: readonly Command[] = [
  {
    id: "select.all",
    icon: BoxSelect,
    keys: ["Mod+A"],
    enabled: hasDocument,
    run: () => selectItems(items(editing()?.graph ?? { nodes: [], edges: [], notes: [] })),
  },
  { id: "select.none", icon: SquareDashed, keys: ["Escape"], enabled: hasSelection, run: () => selectItems([]) },
  {
    id: "select.invert",
    keys: ["Mod+I"],
    enabled: hasDocument,
    run: () => {
      const now = editing();
      if (!now) return;
      const { nodes, notes } = now.tab.selection;
      selectItems(items(now.graph).filter((id) => !nodes.has(id) && !notes.has(id)));
    },
  },
  {
    id: "select.upstream",
    icon: ArrowLeftToLine,
    keys: ["["],
    separate: true,
    enabled: hasNodes,
    run: () => along(true),
  },
  { id: "select.downstream", icon: ArrowRightToLine, keys: ["]"], enabled: hasNodes, run: () => along(false) },
  {
    id: "select.sameLayer",
    icon: Layers,
    keys: ["Shift+G"],
    enabled: hasNodes,
    run: () => {
      const now = editing();
      if (!now) return;
      const layers = new Set(now.nodes.map((n) => n.layer));
      selectItems(now.graph.nodes.filter((n) => layers.has(n.layer)).map((n) => n.id));
    },
  },
];
