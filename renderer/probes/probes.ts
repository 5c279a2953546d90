import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { TensorRefInput } from "../../src/protocol/index.ts";
import type { Point } from "../canvas/controller.ts";
import { type Tab, workspace } from "../stores/workspace.ts";
import { viewKinds } from "../tensors/views.ts";
import type { Seen } from "../training/looking.ts";

/** Where the samples come from that a probe looks at. `batch`: that of the training, live. */
export const sampleSources = ["batch", "train", "validation", "test"] as const;
export type SampleSource = (typeof sampleSources)[number];

export const probedParts = ["value", "gradient", "update"] as const;
export type ProbedPart = (typeof probedParts)[number];

export const probeViews = [...viewKinds, "plane"] as const;
export type ProbeView = (typeof probeViews)[number];

/** A tensor that somebody looks at: a card on the canvas, anchored to its node. */
export interface Probe {
  readonly id: string;
  /** As the checked graph calls it, blocks expanded. */
  readonly node: string;
  readonly of: "output" | "parameter";
  /** Name of the port or parameter. */
  readonly name: string;
  /** From the upper left corner of the node to that of the card, in units of the canvas. */
  readonly offset: Point;
  readonly source: SampleSource;
  readonly sample: number;
  readonly parts: readonly ProbedPart[];
  /** Chosen in place of the view that fits best; `plane`: what each unit gives over all inputs, of two numbers. */
  readonly view: ProbeView | null;
  /** The one that shows what a node gives, wherever one looks next; goes with the window. */
  readonly preview: boolean;
}

interface ProbeStore {
  /** By tab. */
  readonly probes: { readonly [tab: string]: readonly Probe[] };
  /** What frozen probes showed when they were frozen, by id. */
  readonly frozen: { readonly [id: string]: Seen };
  /** Predictions of networks of two numbers are shown on the plane, not sample by sample. */
  readonly onPlane: boolean;
}

export const probes = createStore<ProbeStore>()(() => ({ probes: {}, frozen: {}, onPlane: true }));
export const useProbes = <T>(select: (s: ProbeStore) => T): T => useStore(probes, select);

const none: readonly Probe[] = [];
export const probesOf = (s: Pick<ProbeStore, "probes">, tab: string): readonly Probe[] => s.probes[tab] ?? none;

export function refsOf({ node, of, name, parts }: Probe): readonly TensorRefInput[] {
  return parts.flatMap((what): TensorRefInput[] => {
    if (of === "parameter") return [{ of, node, parameter: name, what }];
    return what === "update" ? [] : [{ of, node, port: name, what }];
  });
}

let count = 0;

/** Adds a probe; of previews there is one. */
export function addProbe(tab: string, probe: Omit<Probe, "id">): void {
  const before = probesOf(probes.getState(), tab);
  setProbes(tab, [...before.filter((p) => !(probe.preview && p.preview)), { ...probe, id: `probe${++count}` }]);
}

export function changeProbe(tab: string, id: string, change: Partial<Omit<Probe, "id">>): void {
  setProbes(
    tab,
    probesOf(probes.getState(), tab).map((p) => (p.id === id ? { ...p, ...change } : p)),
  );
}

export function removeProbe(tab: string, id: string): void {
  thaw(id);
  setProbes(
    tab,
    probesOf(probes.getState(), tab).filter((p) => p.id !== id),
  );
}

export const freeze = (id: string, seen: Seen): void =>
  probes.setState(({ frozen }) => ({ frozen: { ...frozen, [id]: seen } }));

export const thaw = (id: string): void =>
  probes.setState(({ frozen }) => ({ frozen: Object.fromEntries(Object.entries(frozen).filter(([k]) => k !== id)) }));

function setProbes(tab: string, list: readonly Probe[]): void {
  probes.setState((s) => ({ probes: { ...s.probes, [tab]: list } }));
  const shown = workspace.getState().tabs.find((t) => t.id === tab);
  if (shown) store(documentKey(shown), list);
}

/* Probes are kept between starts by the document they belong to, and are no part of it. */

const storageKey = "gradloom.probes";
/** Documents whose probes are kept. */
const mostDocuments = 50;

export const documentKey = (tab: Pick<Tab, "file" | "edited">): string => tab.file ?? tab.edited.document.name;

function stored(): { readonly [document: string]: unknown } {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "{}");
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}

function store(key: string, list: readonly Probe[]): void {
  const kept = list.filter((p) => !p.preview).map(({ id: _, ...rest }) => rest);
  const others = Object.entries(stored()).filter(([k]) => k !== key);
  const all = kept.length > 0 ? [...others, [key, kept] as const] : others;
  try {
    localStorage.setItem(storageKey, JSON.stringify(Object.fromEntries(all.slice(-mostDocuments))));
  } catch {
    // Storage may be full or forbidden; the probes then last until the window closes.
  }
}

/** A probe as it was kept; null where that is damaged. */
export function readProbe(value: unknown): Omit<Probe, "id"> | null {
  if (typeof value !== "object" || value === null) return null;
  const { node, of, name, offset, source, sample, parts, view } = value as { readonly [key: string]: unknown };
  if (typeof node !== "string" || typeof name !== "string" || (of !== "output" && of !== "parameter")) return null;
  const { x, y } = (offset ?? {}) as { readonly x?: unknown; readonly y?: unknown };
  const some = Array.isArray(parts) ? probedParts.filter((p) => parts.includes(p)) : [];
  return {
    node,
    of,
    name,
    offset: { x: Number.isFinite(x) ? (x as number) : 0, y: Number.isFinite(y) ? (y as number) : 100 },
    source: sampleSources.find((s) => s === source) ?? "batch",
    sample: Number.isSafeInteger(sample) && (sample as number) >= 0 ? (sample as number) : 0,
    parts: some.length > 0 ? some : ["value"],
    view: probeViews.find((k) => k === view) ?? null,
    preview: false,
  };
}

/** Brings back the probes of documents that are opened, and lets renamed nodes keep theirs. */
export function keepProbes(): void {
  let before = workspace.getState().tabs;
  const opened = (tab: Tab): void => {
    const list = stored()[documentKey(tab)];
    if (!Array.isArray(list)) return;
    const made = list.flatMap((v) => readProbe(v) ?? []).map((p) => ({ ...p, id: `probe${++count}` }));
    probes.setState((s) => ({ probes: { ...s.probes, [tab.id]: made } }));
  };
  for (const tab of before) opened(tab);
  workspace.subscribe(({ tabs }) => {
    if (tabs === before) return;
    const old = new Map(before.map((t) => [t.id, t]));
    const open = new Set(tabs.map((t) => t.id));
    if (before.some((t) => !open.has(t.id))) {
      const left = Object.entries(probes.getState().probes).filter(([tab]) => open.has(tab));
      probes.setState({ probes: Object.fromEntries(left) });
    }
    before = tabs;
    for (const tab of tabs) {
      const was = old.get(tab.id);
      if (!was) opened(tab);
      else if (was.edited.document !== tab.edited.document) follow(tab, was);
    }
  });
}

/** A node that was renamed stands where one stood that is gone, and is of the same layer. */
function follow(now: Tab, before: Tab): void {
  const list = probesOf(probes.getState(), now.id);
  if (list.length === 0) return;
  const [graph, old] = [now.checked.graph.nodes, before.checked.graph.nodes];
  const heir = (id: string): string | null => {
    const gone = old.get(id)?.node;
    if (graph.has(id) || !gone) return null;
    const { x, y } = gone.position;
    const found = [...graph.values()].filter(
      ({ node }) => node.layer === gone.layer && node.position.x === x && node.position.y === y && !old.has(node.id),
    );
    return found.length === 1 ? (found[0]?.node.id ?? null) : null;
  };
  const moved = list.map((p) => {
    const node = heir(p.node);
    return node === null ? p : { ...p, node };
  });
  if (moved.some((p, i) => p !== list[i])) setProbes(now.id, moved);
}
