import type { Issue } from "../../src/core/issue.ts";
import { blockOf, isBlockNode, pathSeparator, repeatOf } from "../../src/graph/blocks.ts";
import type { EditableGraph } from "../../src/graph/change.ts";
import type { GraphDocument } from "../../src/graph/document.ts";

/** Where an issue is shown: the nodes of blocks to enter, and what to select there. */
export interface Place {
  readonly path: readonly string[];
  readonly node: string | null;
  readonly edge: string | null;
}

/** The way to a node or wire of the expanded document, such as `stage/2/conv1`; as far as it leads. */
export function placeOfPath(document: GraphDocument, path: string, kind: "node" | "edge"): Place {
  const blocks = new Map(document.blocks.map((b) => [b.id, b]));
  const parts = path.split(pathSeparator);
  const entered: string[] = [];
  let graph: EditableGraph = document;
  for (let at = 0; at < parts.length; ) {
    const id = parts[at] as string;
    const node = graph.nodes.find((n) => n.id === id);
    const block = node && isBlockNode(node) ? blockOf(node, blocks) : null;
    if (!node || !block || at === parts.length - 1) break;
    entered.push(id);
    graph = block;
    at += repeatOf(node) > 1 ? 2 : 1;
  }
  const id = parts.at(-1) as string;
  const list: readonly { readonly id: string }[] = kind === "node" ? graph.nodes : graph.edges;
  const found = list.some((x) => x.id === id) ? id : null;
  return { path: entered, node: kind === "node" ? found : null, edge: kind === "edge" ? found : null };
}

/** The place of an issue in the drawing; null where it belongs to the document as a whole. */
export function placeOfIssue(document: GraphDocument, issue: Issue): Place | null {
  if (issue.node !== undefined) {
    const place = placeOfPath(document, issue.node, "node");
    const edge = issue.edge === undefined ? null : placeOfPath(document, issue.edge, "edge").edge;
    return place.node === null && place.path.length === 0 && edge === null ? null : { ...place, edge };
  }
  return issue.edge === undefined ? null : placeOfPath(document, issue.edge, "edge");
}

/** The first sentence of a message, and the rest. */
export function headline(message: string): { readonly head: string; readonly rest: string } {
  const found = /^(.*?(?:[.!?:](?=\s|$)|[。：；]))\s*(.*)$/s.exec(message);
  return found ? { head: found[1] as string, rest: found[2] as string } : { head: message, rest: "" };
}

const severities = { error: 0, warning: 1 } as const;

/**
 * Errors first; the order within stays. What has one cause is told once: the same issue twice, and issues of one kind at
 * one place with one fix, such as a window that is too large along two axes.
 */
export function listed(issues: readonly Issue[]): readonly Issue[] {
  const seen = new Set<string>();
  const distinct = issues.filter((i) => {
    const key = JSON.stringify(i.fix ? [i.code, i.node, i.port, i.param, i.edge, i.fix] : i);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return [...distinct].sort((a, b) => severities[a.severity] - severities[b.severity]);
}
