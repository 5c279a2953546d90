import { type Change, type EditableGraph, isEmpty, type Scope } from "../../src/graph/change.ts";
import type { DocumentNode, DocumentNote, GraphDocument } from "../../src/graph/document.ts";
import type { LayerLookup } from "../../src/graph/layer.ts";
import type { UiText } from "../../src/i18n/ui.ts";
import { type LossRef, lossOf } from "../canvas/losses.ts";
import { activeTab, layersOf, scopeOf, shownGraph, type Tab, workspace } from "../stores/workspace.ts";

/** What an edit of the shown graph needs, and what is selected in it. */
export interface Editing {
  readonly tab: Tab;
  readonly document: GraphDocument;
  readonly scope: Scope;
  readonly graph: EditableGraph;
  readonly layers: LayerLookup;
  readonly nodes: readonly DocumentNode[];
  readonly notes: readonly DocumentNote[];
  /** Ids of selected wires. */
  readonly edges: readonly string[];
  readonly losses: readonly LossRef[];
}

/** The active document with its selection; null on the start page. */
export function editing(): Editing | null {
  const tab = activeTab(workspace.getState());
  if (!tab) return null;
  const graph = shownGraph(tab);
  const { selection } = tab;
  return {
    tab,
    document: tab.edited.document,
    scope: scopeOf(tab),
    graph,
    layers: layersOf(tab),
    nodes: graph.nodes.filter((n) => selection.nodes.has(n.id)),
    notes: graph.notes.filter((n) => selection.notes.has(n.id)),
    edges: graph.edges.filter((e) => selection.edges.has(e.id)).map((e) => e.id),
    losses: [...selection.nodes].flatMap((id) => lossOf(id) ?? []),
  };
}

export type StepKey = keyof UiText["steps"];

/** Applies a change to the active document as a step of this name. Nothing happens for an empty change. */
export function commit(
  change: Change,
  key: StepKey,
  values?: { readonly [name: string]: string | number },
  gesture?: string,
): void {
  if (isEmpty(change)) return;
  workspace.getState().edit(change, { key, ...(values ? { values } : {}) }, gesture);
}

/** Selects these nodes and notes of the shown graph, and nothing else. */
export function selectItems(ids: readonly string[]): void {
  const now = editing();
  if (!now) return;
  const wanted = new Set(ids);
  const chosen = (items: readonly { readonly id: string }[]): Set<string> =>
    new Set(items.filter((x) => wanted.has(x.id)).map((x) => x.id));
  workspace.getState().select({ nodes: chosen(now.graph.nodes), notes: chosen(now.graph.notes) });
}

/* What has to be there for a command to make sense. */
export const hasDocument = (): boolean => activeTab(workspace.getState()) !== null;
export const hasNodes = (least = 1): boolean => (editing()?.nodes.length ?? 0) >= least;
export function hasSelection(): boolean {
  const selection = activeTab(workspace.getState())?.selection;
  return !!selection && selection.nodes.size + selection.edges.size + selection.notes.size > 0;
}
