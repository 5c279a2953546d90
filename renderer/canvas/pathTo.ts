import type { DocumentEdge } from "../../src/graph/document.ts";
import { lossOf } from "./losses.ts";

/** Wires on the way from the inputs to the selected nodes, and those that leave them: what feeds them and what they feed. */
export function pathTo(selected: ReadonlySet<string>, edges: readonly DocumentEdge[]): ReadonlySet<string> {
  const path = new Set<string>();
  const into = new Map<string, DocumentEdge[]>();
  for (const e of edges) {
    const list = into.get(e.to.node);
    if (list) list.push(e);
    else into.set(e.to.node, [e]);
    if (selected.has(e.from.node)) path.add(e.id);
  }
  const open = [...selected].filter((id) => lossOf(id) === null);
  const seen = new Set(open);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const e of into.get(id) ?? []) {
      path.add(e.id);
      if (seen.has(e.from.node)) continue;
      seen.add(e.from.node);
      open.push(e.from.node);
    }
  }
  return path;
}
