import type { Issue } from "../../src/core/issue.ts";
import { topologicalOrder } from "../../src/core/order.ts";
import { blockOf, isBlockNode, pathSeparator, repeatOf } from "../../src/graph/blocks.ts";
import type { Block, DocumentNode, GraphDocument } from "../../src/graph/document.ts";

/** A line of the outline. */
export interface OutlineRow {
  /** Unique in the tree, and what the expanded document calls the node (the first of its repetitions). */
  readonly id: string;
  readonly node: DocumentNode;
  /** Nodes of the blocks it stands in, outermost first. */
  readonly path: readonly string[];
  readonly block: Block | null;
  readonly open: boolean;
  readonly errors: number;
  readonly warnings: number;
}

/** All lines in the order in which data flows; the inside of a block follows it while it is open. */
export function outlineRows(
  document: GraphDocument,
  issues: readonly Issue[],
  open: ReadonlySet<string>,
): OutlineRow[] {
  const blocks = new Map(document.blocks.map((b) => [b.id, b]));
  const rowsOf = (
    graph: Pick<GraphDocument, "nodes" | "edges">,
    path: readonly string[],
    prefix: string,
  ): OutlineRow[] =>
    ordered(graph).flatMap((node) => {
      const id = `${prefix}${node.id}`;
      const block = isBlockNode(node) ? blockOf(node, blocks) : null;
      const isOpen = block !== null && open.has(id);
      const row = { id, node, path, block, open: isOpen, ...counts(issues, id) };
      // A block that contains itself is an issue of the check; it must not be followed for ever.
      if (!block || !isOpen || path.length > 16) return [row];
      const inner = repeatOf(node) > 1 ? `${id}${pathSeparator}1${pathSeparator}` : `${id}${pathSeparator}`;
      return [row, ...rowsOf(block, [...path, node.id], inner)];
    });
  return rowsOf(document, [], "");
}

/** Nodes as data flows; those on a circle at the end. */
function ordered({ nodes, edges }: Pick<GraphDocument, "nodes" | "edges">): DocumentNode[] {
  const byId = new Map(nodes.map((n) => [n.id, n]));
  const order = topologicalOrder(
    nodes.map((n) => n.id),
    edges.map((e) => [e.from.node, e.to.node] as const),
  );
  const sorted = new Set(order);
  return [...order, ...nodes.map((n) => n.id).filter((id) => !sorted.has(id))].map(
    (id) => byId.get(id) as DocumentNode,
  );
}

function counts(issues: readonly Issue[], id: string): { readonly errors: number; readonly warnings: number } {
  if (issues.length === 0) return { errors: 0, warnings: 0 };
  const own = issues.filter((i) => i.node === id || i.node?.startsWith(`${id}${pathSeparator}`));
  const errors = own.filter((i) => i.severity === "error").length;
  return { errors, warnings: own.length - errors };
}
