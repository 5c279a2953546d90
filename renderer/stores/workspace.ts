import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { type CheckedDocument, checkDocument } from "../../src/compile/check.ts";
import { invariant } from "../../src/core/invariant.ts";
import type { Issue } from "../../src/core/issue.ts";
import { blockOf, pathSeparator, repeatOf } from "../../src/graph/blocks.ts";
import { type Change, type EditableGraph, graphOf, type Scope } from "../../src/graph/change.ts";
import type { CheckedNode } from "../../src/graph/check.ts";
import type { GraphDocument } from "../../src/graph/document.ts";
import { withBlocks } from "../../src/graph/edit/blocks.ts";
import { type Edited, edit, emptyHistory, endGesture, redo, type StepName, undo } from "../../src/graph/history.ts";
import type { LayerLookup } from "../../src/graph/layer.ts";
import { layerRegistry } from "../../src/layers/registry.ts";
import {
  type FittedWeights,
  fitWeights,
  followNodes,
  liveWeights,
  sameWeights,
  type Weights,
} from "../../src/train/weights.ts";
import type { FileHandle } from "../bridge/host.ts";
import { settings, useSettings } from "./settings.ts";

/** Ids of what is selected in the graph that is shown. */
export interface Selection {
  readonly nodes: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
  readonly notes: ReadonlySet<string>;
}

export const nothing: Selection = { nodes: new Set(), edges: new Set(), notes: new Set() };

/** A file, and its state when it was last read or written. */
export interface Place {
  readonly handle: FileHandle;
  readonly stamp: string | null;
}

/** One open document. */
export interface Tab {
  readonly id: string;
  /** Name of the file it came from or was saved to; null for a new one. */
  readonly file: string | null;
  /** The way to that file, where the host let us keep it. */
  readonly place: Place | null;
  readonly edited: Edited;
  /** The document as last saved: unequal to the present one by identity means unsaved changes. */
  readonly saved: GraphDocument;
  /**
   * What training made of it, also for nodes that are gone or have other shapes at the moment: an undo may bring them
   * back. {@link fittedWeights} says what of it counts.
   */
  readonly weights: Weights | null;
  readonly savedWeights: Weights | null;
  readonly checked: CheckedDocument;
  /** Nodes of blocks that were entered, outermost first. */
  readonly path: readonly string[];
  readonly selection: Selection;
}

interface WorkspaceStore {
  readonly tabs: readonly Tab[];
  /** Id of the tab that is shown; null shows the start page. */
  readonly active: string | null;
  /** Opens a document in a tab of its own. */
  open(document: GraphDocument, file: string | null, more?: OpenOptions): string;
  close(id: string): void;
  activate(id: string | null): void;
  /** Puts a tab in the place of another; what lies between moves over. */
  moveTab(id: string, to: string): void;
  /** Applies a change to the active document as one step of its history. Steps with one `gesture` are joined. */
  edit(change: Change, name: StepName, gesture?: string): void;
  endGesture(): void;
  undo(): void;
  redo(): void;
  select(selection: Partial<Selection>): void;
  /** Shows the inside of a block's node, or with null goes one level out. */
  enter(node: string | null): void;
  /** Gives a tab other weights: what a training made of them, or null for the initial ones. */
  setWeights(id: string, weights: Weights | null): void;
  /** Notes what of a tab is saved, and where. */
  markSaved(id: string, saved: Pick<Tab, "saved" | "savedWeights" | "file" | "place">): void;
}

interface OpenOptions {
  readonly weights?: Weights | null;
  readonly place?: Place | null;
  /** It counts as changed until it is saved. */
  readonly unsaved?: boolean;
}

let tabCount = 0;

export const workspace = createStore<WorkspaceStore>()((set, get) => {
  const change = (id: string | null, by: (tab: Tab) => Tab): void =>
    set(({ tabs }) => ({ tabs: tabs.map((t) => (t.id === id ? by(t) : t)) }));
  const update = (by: (tab: Tab) => Tab): void => change(get().active, by);
  const move = (next: (edited: Edited) => Edited): void => update((tab) => withEdited(tab, next(tab.edited)));
  return {
    tabs: [],
    active: null,
    open(document, file, { weights = null, place = null, unsaved = false } = {}) {
      const id = `tab${++tabCount}`;
      const checked = withMisfits(checkDocument(document), weights);
      const edited = { document, history: emptyHistory };
      const saved = unsaved ? { ...document } : document;
      const files = { file, place, saved, savedWeights: unsaved ? null : weights };
      const tab = { id, ...files, edited, weights, checked, path: [], selection: nothing };
      set(({ tabs }) => ({ tabs: [...tabs, tab], active: id }));
      return id;
    },
    close(id) {
      const { tabs, active } = get();
      const at = tabs.findIndex((t) => t.id === id);
      const left = tabs.filter((t) => t.id !== id);
      const next = active === id ? (left[Math.min(at, left.length - 1)]?.id ?? null) : active;
      set({ tabs: left, active: next });
    },
    activate: (id) => set({ active: id }),
    moveTab: (id, to) =>
      set(({ tabs }) => {
        const [from, at] = [tabs.findIndex((t) => t.id === id), tabs.findIndex((t) => t.id === to)];
        const tab = tabs[from];
        if (!tab || at < 0 || from === at) return {};
        const others = tabs.filter((t) => t.id !== id);
        return { tabs: [...others.slice(0, at), tab, ...others.slice(at)] };
      }),
    edit: (change, name, gesture) => move((edited) => edit(edited, change, name, gesture ?? null)),
    endGesture: () => move(endGesture),
    undo: () => move(undo),
    redo: () => move(redo),
    select: (selection) => update((tab) => ({ ...tab, selection: { ...nothing, ...selection } })),
    enter: (node) =>
      update((tab) => ({
        ...tab,
        path: node === null ? tab.path.slice(0, -1) : [...tab.path, node],
        selection: nothing,
      })),
    setWeights: (id, weights) =>
      change(id, (tab) => ({ ...tab, weights, checked: withMisfits(checkDocument(tab.edited.document), weights) })),
    markSaved: (id, saved) => change(id, (tab) => ({ ...tab, ...saved })),
  };
});

function withEdited(tab: Tab, edited: Edited): Tab {
  if (edited === tab.edited) return tab;
  if (edited.document === tab.edited.document) return { ...tab, edited };
  const graph = checkDocument(edited.document, undefined, tab.checked);
  const weights = tab.weights && followNodes(tab.weights, tab.checked, graph);
  const next = { ...tab, edited, weights, checked: withMisfits(graph, weights) };
  const path = validPath(next);
  return { ...next, path, selection: path.length === tab.path.length ? present(next) : nothing };
}

/** The document with a warning for every node whose trained weights do not fit it any more. */
function withMisfits(checked: CheckedDocument, weights: Weights | null): CheckedDocument {
  if (!weights) return checked;
  const told = new Set<string>();
  const misfits = fitWeights(weights, checked).misfits.filter(({ code, node }) => {
    // Of nodes that were deleted nobody asks for the weights, and one reason a node is enough.
    if (code === "weights.gone" || node === undefined || told.has(node)) return false;
    told.add(node);
    return true;
  });
  return misfits.length === 0 ? checked : { ...checked, issues: [...checked.issues, ...misfits] };
}

/** The weights of a tab as far as they count for its document now: what the network computes with, and trains from. */
export const fittedWeights = (tab: Tab): FittedWeights =>
  tab.weights ? liveWeights(tab.weights, tab.checked) : { weights: null, misfits: [] };

/** Whether weights were made since the tab was saved. */
export const hasNewWeights = (tab: Tab): boolean => !sameWeights(tab.weights, tab.savedWeights);

/** Whether the document differs from its file; its weights count where they are saved with it. */
export const isDirty = (tab: Tab): boolean =>
  tab.saved !== tab.edited.document || (settings.getState().saveWeights && hasNewWeights(tab));

/** The same for a component; it is drawn again when the answer changes. */
export function useDirty(select: (s: WorkspaceStore) => Tab | null): boolean {
  useSettings((s) => s.saveWeights);
  return useWorkspace((s) => {
    const tab = select(s);
    return tab !== null && isDirty(tab);
  });
}

/** The part of a tab's path that still leads somewhere: an undo may take away the block that is shown. */
function validPath(tab: Tab): readonly string[] {
  const { document } = tab.edited;
  const blocks = new Map(document.blocks.map((b) => [b.id, b]));
  let graph: EditableGraph = document;
  for (const [depth, id] of tab.path.entries()) {
    const node = graph.nodes.find((n) => n.id === id);
    const block = node && blockOf(node, blocks);
    if (!block) return tab.path.slice(0, depth);
    graph = block;
  }
  return tab.path;
}

/** Losses are selected like nodes, under these ids. */
const lossIds = (o: GraphDocument["objectives"][number]): { readonly id: string }[] =>
  o.terms.map((_, term) => ({ id: `loss:${o.id}:${term}` }));

/** The selection without what is gone. */
function present(tab: Tab): Selection {
  const graph = shownGraph(tab);
  const keep = (ids: ReadonlySet<string>, items: readonly { readonly id: string }[]): ReadonlySet<string> => {
    if (ids.size === 0) return ids;
    const there = new Set(items.map((x) => x.id));
    return [...ids].every((id) => there.has(id)) ? ids : new Set([...ids].filter((id) => there.has(id)));
  };
  const { nodes, edges, notes } = tab.selection;
  const losses = tab.path.length > 0 ? [] : tab.edited.document.objectives.flatMap(lossIds);
  return {
    nodes: keep(nodes, [...graph.nodes, ...losses]),
    edges: keep(edges, graph.edges),
    notes: keep(notes, graph.notes),
  };
}

export const activeTab = (s: Pick<WorkspaceStore, "tabs" | "active">): Tab | null =>
  s.tabs.find((t) => t.id === s.active) ?? null;

/** The block whose inside is shown, or null for the document itself. */
export function scopeOf(tab: Tab): Scope {
  const { document } = tab.edited;
  const blocks = new Map(document.blocks.map((b) => [b.id, b]));
  let graph: EditableGraph = document;
  let scope: Scope = null;
  for (const id of tab.path) {
    const node = graph.nodes.find((n) => n.id === id);
    const block = node && blockOf(node, blocks);
    invariant(block, `${id} shows no block`);
    graph = block;
    scope = block.id;
  }
  return scope;
}

export const shownGraph = (tab: Tab): EditableGraph => graphOf(tab.edited.document, scopeOf(tab));

/** Layers as the shown graph knows them, blocks of the document included. */
export const layersOf = (tab: Tab): LayerLookup => withBlocks(layerRegistry, tab.edited.document.blocks);

/** What the checked, expanded graph calls a node of the shown graph: with repetitions, the first one. */
export function expandedId(tab: Tab, node: string): string {
  let graph: EditableGraph = tab.edited.document;
  const blocks = new Map(tab.edited.document.blocks.map((b) => [b.id, b]));
  let prefix = "";
  for (const id of tab.path) {
    const outer = graph.nodes.find((n) => n.id === id);
    const block = outer && blockOf(outer, blocks);
    if (!outer || !block) break;
    prefix += repeatOf(outer) > 1 ? `${id}${pathSeparator}1${pathSeparator}` : `${id}${pathSeparator}`;
    graph = block;
  }
  return `${prefix}${node}`;
}

/** The checked node behind a node of the shown graph; null for nodes of blocks, which are expanded away. */
export const checkedNode = (tab: Tab, node: string): CheckedNode | null =>
  tab.checked.graph.nodes.get(expandedId(tab, node)) ?? null;

/** Issues at a node of the shown graph, those inside it included when it shows a block. */
export function issuesAt(tab: Tab, node: string): Issue[] {
  const id = expandedId(tab, node);
  return tab.checked.issues.filter((i) => i.node === id || i.node?.startsWith(`${id}${pathSeparator}`));
}

export const useWorkspace = <T>(select: (s: WorkspaceStore) => T): T => useStore(workspace, select);
/** The active tab; the component must only be shown while there is one. */
export const useTab = <T>(select: (tab: Tab) => T): T =>
  useStore(workspace, (s) => {
    const tab = activeTab(s);
    invariant(tab, "no document is open");
    return select(tab);
  });
