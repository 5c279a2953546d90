import { apply, batch, type Change, graphOf } from "../../src/graph/change.ts";
import { removeNodes } from "../../src/graph/edit/nodes.ts";
import { removeEdge } from "../../src/graph/edit/wires.ts";
import { removeTerms } from "../canvas/losses.ts";
import { commit, type Editing, editing } from "./editing.ts";

/** Everything that is selected, taken out as one change. With `heal`, a chain stays connected where a node goes. */
export function removalOf(now: Editing, heal: boolean): Change {
  const { scope } = now;
  const ids = now.nodes.map((n) => n.id);
  const nodes = ids.length > 0 ? removeNodes(now.document, scope, ids, heal, now.layers) : batch([]);
  const after = apply(now.document, nodes).document;
  // Wires of removed nodes went with them.
  const left = new Set(graphOf(after, scope).edges.map((e) => e.id));
  const losses = now.losses.length > 0 ? removeTerms(after, now.losses) : null;
  return batch([
    nodes,
    ...now.edges.filter((id) => left.has(id)).map((id) => removeEdge(scope, id)),
    ...now.notes.map((n): Change => ({ kind: "remove", scope, list: "notes", id: n.id })),
    ...(losses ? [losses] : []),
  ]);
}

export function deleteSelection(heal: boolean, key: "delete" | "cut" = "delete"): void {
  const now = editing();
  if (!now) return;
  const n = now.nodes.length + now.notes.length + now.losses.length || now.edges.length;
  commit(removalOf(now, heal), key, { n });
}
