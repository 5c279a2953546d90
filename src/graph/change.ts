import { invariant } from "../core/invariant.ts";
import type { Block, DocumentEdge, DocumentNode, DocumentNote, GraphDocument } from "./document.ts";

/** Which graph of the document: the outermost (null) or the inside of a block. */
export type Scope = string | null;

/** Things that stand in lists of a graph. */
interface Items {
  readonly nodes: DocumentNode;
  readonly edges: DocumentEdge;
  readonly notes: DocumentNote;
}
export type ListName = keyof Items;

/** Parts of a document that are set as a whole. */
type Whole = Pick<GraphDocument, "name" | "seed" | "data" | "objectives" | "training" | "blocks">;

/** One edit. Every edit has an inverse of the same form, so a history is a list of changes. */
export type Change =
  | {
      [L in ListName]: {
        readonly kind: "insert";
        readonly scope: Scope;
        readonly list: L;
        readonly at: number;
        readonly item: Items[L];
      };
    }[ListName]
  | { readonly kind: "remove"; readonly scope: Scope; readonly list: ListName; readonly id: string }
  | {
      [L in ListName]: { readonly kind: "replace"; readonly scope: Scope; readonly list: L; readonly item: Items[L] };
    }[ListName]
  | { [K in keyof Whole]: { readonly kind: "set"; readonly key: K; readonly value: Whole[K] } }[keyof Whole]
  | {
      readonly kind: "set-ports";
      readonly scope: string;
      readonly inputs: Block["inputs"];
      readonly outputs: Block["outputs"];
    }
  /** Another document in place of this one. */
  | { readonly kind: "replace-document"; readonly document: GraphDocument }
  | { readonly kind: "batch"; readonly changes: readonly Change[] };

/** A graph that can be edited: the document itself, or a block of it. */
export type EditableGraph = Pick<GraphDocument, "nodes" | "edges" | "notes">;

export interface Applied {
  readonly document: GraphDocument;
  /** Applied to `document` gives the document before. */
  readonly inverse: Change;
}

export const batch = (changes: readonly Change[]): Change =>
  changes.length === 1 ? (changes[0] as Change) : { kind: "batch", changes };

/** True for a change that does nothing. */
export const isEmpty = (change: Change): boolean => change.kind === "batch" && change.changes.every(isEmpty);

/** The graph of a scope. */
export function graphOf(document: GraphDocument, scope: Scope): EditableGraph {
  if (scope === null) return document;
  const block = document.blocks.find((b) => b.id === scope);
  invariant(block, `no block ${scope}`);
  return block;
}

/** Applies an edit without touching the document given. */
export function apply(document: GraphDocument, change: Change): Applied {
  switch (change.kind) {
    case "batch":
      return applyAll(document, change.changes);
    case "replace-document":
      return { document: change.document, inverse: { kind: "replace-document", document } };
    case "set": {
      const inverse = { ...change, value: document[change.key] } as Change;
      return { document: { ...document, [change.key]: change.value }, inverse };
    }
    case "set-ports": {
      const { inputs, outputs } = graphOf(document, change.scope) as Block;
      const next = withGraph(document, change.scope, { inputs: change.inputs, outputs: change.outputs });
      return { document: next, inverse: { ...change, inputs, outputs } };
    }
    default:
      return applyToList(document, change);
  }
}

function applyAll(start: GraphDocument, changes: readonly Change[]): Applied {
  let document = start;
  const inverses: Change[] = [];
  for (const change of changes) {
    const applied = apply(document, change);
    document = applied.document;
    inverses.unshift(applied.inverse);
  }
  return { document, inverse: { kind: "batch", changes: inverses } };
}

function applyToList(document: GraphDocument, change: Extract<Change, { list: ListName }>): Applied {
  const { scope, list } = change;
  const items: readonly { readonly id: string }[] = graphOf(document, scope)[list];
  if (change.kind === "insert") {
    const next = [...items.slice(0, change.at), change.item, ...items.slice(change.at)];
    return {
      document: withGraph(document, scope, { [list]: next }),
      inverse: { kind: "remove", scope, list, id: change.item.id },
    };
  }
  const id = change.kind === "remove" ? change.id : change.item.id;
  const at = items.findIndex((x) => x.id === id);
  invariant(at >= 0, `no ${id} in ${list}`);
  const before = items[at];
  const next =
    change.kind === "remove" ? items.filter((_, i) => i !== at) : items.map((x, i) => (i === at ? change.item : x));
  const inverse =
    change.kind === "remove"
      ? { kind: "insert", scope, list, at, item: before }
      : { kind: "replace", scope, list, item: before };
  return { document: withGraph(document, scope, { [list]: next }), inverse: inverse as Change };
}

/** The document with parts of one of its graphs replaced. */
function withGraph(document: GraphDocument, scope: Scope, parts: Partial<Block>): GraphDocument {
  if (scope === null) return { ...document, ...parts } as GraphDocument;
  return { ...document, blocks: document.blocks.map((b) => (b.id === scope ? { ...b, ...parts } : b)) };
}
