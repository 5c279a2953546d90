import { editing } from "../app/editing.ts";
import type { Box } from "../canvas/guides.ts";
import { blocksOf, expandedOutput } from "../canvas/outputs.ts";
import { scene } from "../canvas/view.ts";
import { boxOf, seen } from "../canvas/viewport.ts";
import { expandedId, type Tab } from "../stores/workspace.ts";
import { type Covered, freePlace } from "./place.ts";
import { addProbe, type Probe, probes, probesOf, removeProbe } from "./probes.ts";

/** Sizes of a card as it is most of the time, in units of the canvas. */
export const cardWidth = { one: 188, two: 340, three: 492 } as const;
const cardHeight = 180;

/** What of a tab's network can be probed, by the name of the shown graph. */
export interface Probed {
  /** Node that the card is anchored to. */
  readonly anchor: string;
  readonly node: string;
  readonly of: Probe["of"];
  readonly name: string;
}

/** The tensor that leaves a port of a shown node; of a block, of the node inside that gives it. */
export function outputOf(
  tab: Tab,
  graph: NonNullable<ReturnType<typeof editing>>["graph"],
  id: string,
  port: string,
): Probed | null {
  const node = graph.nodes.find((n) => n.id === id);
  const ref = node && expandedOutput(node, port, blocksOf(tab.edited.document), expandedId(tab, ""));
  return ref ? { anchor: id, node: ref.node, of: "output", name: ref.port } : null;
}

/** The first output of a shown node. */
export function mainOutput(id: string): Probed | null {
  const now = editing();
  const port = scene.graph.views.get(id)?.outputs[0]?.name;
  return now && port ? outputOf(now.tab, now.graph, id, port) : null;
}

/** The tensor that runs through a wire. */
export function throughWire(edge: string): Probed | null {
  const now = editing();
  const wire = scene.graph.edges.find((e) => e.id === edge);
  return now && wire ? outputOf(now.tab, now.graph, wire.source, wire.sourceHandle ?? "out") : null;
}

/** The tensor that arrives at an input or leaves an output. */
export function atPort(port: {
  readonly side: "in" | "out";
  readonly node: string;
  readonly port: string;
  readonly slot: number;
}): Probed | null {
  const now = editing();
  if (!now) return null;
  if (port.side === "out") return outputOf(now.tab, now.graph, port.node, port.port);
  const edge = now.graph.edges.find(
    (e) => e.to.node === port.node && e.to.port === port.port && e.to.index === port.slot,
  );
  return edge ? outputOf(now.tab, now.graph, edge.from.node, edge.from.port) : null;
}

/** Parameters of a shown node that is no block. */
export function parametersOf(id: string): readonly Probed[] {
  const now = editing();
  const node = now?.tab.checked.graph.nodes.get(expandedId(now.tab, id));
  return (node?.parameters ?? []).map((p) => ({
    anchor: id,
    node: node?.node.id ?? id,
    of: "parameter",
    name: p.name,
  }));
}

/** Puts a probe beside its node; where it is already, its card gets the keyboard. */
export function probe({ anchor, node, of, name }: Probed): void {
  const now = editing();
  if (!now) return;
  const there = probesOf(probes.getState(), now.tab.id).find(
    (p) => !p.preview && p.node === node && p.of === of && p.name === name,
  );
  if (there) document.querySelector<HTMLElement>(`[data-probe="${there.id}"] button`)?.focus();
  else place(now.tab, anchor, { node, of, name, parts: ["value", "gradient"], preview: false });
}

/** Shows what a node gives, forward only, in place of what was shown so before; the same one again takes it away. */
export function preview(id: string): void {
  const now = editing();
  const found = mainOutput(id);
  if (!now || !found) return;
  const before = probesOf(probes.getState(), now.tab.id).find((p) => p.preview);
  if (before) removeProbe(now.tab.id, before.id);
  if (before?.node === found.node) return;
  const { anchor, node, of, name } = found;
  place(now.tab, anchor, { node, of, name, parts: ["value"], preview: true });
}

/** Probes what is selected: outputs of nodes, what runs through wires. */
export function probeSelected(): void {
  const now = editing();
  const found = [...(now?.nodes ?? []).map((n) => mainOutput(n.id)), ...(now?.edges ?? []).map(throughWire)];
  for (const f of found) if (f) probe(f);
}

export function previewSelected(): void {
  const [node] = editing()?.nodes ?? [];
  if (node) preview(node.id);
}

function place(tab: Tab, anchor: string, what: Pick<Probe, "node" | "of" | "name" | "parts" | "preview">): void {
  const box = boxOf(anchor);
  if (!box) return;
  const size = { width: what.parts.length === 1 ? cardWidth.one : cardWidth.two, height: cardHeight };
  const cards = probesOf(probes.getState(), tab.id).flatMap((p) => {
    const of = boxOf(anchorOf(tab, p) ?? "");
    return of ? [{ x: of.x + p.offset.x, y: of.y + p.offset.y, width: widthOf(p), height: cardHeight }] : [];
  });
  const at = freePlace(box, size, [...covered(), ...cards], inner(seen()));
  const offset = { x: at.x - box.x, y: at.y - box.y };
  addProbe(tab.id, { ...what, offset, source: "batch", sample: 0, view: null });
}

/** What stands on the canvas: a note may be covered rather than a node, and a frame is only a ground. */
const covered = (): Covered[] =>
  scene.graph.nodes
    .filter((n) => n.type !== "frame")
    .map((n) => ({
      ...n.position,
      width: n.width ?? 0,
      height: n.height ?? 0,
      weight: n.type === "note" ? 0.2 : 1,
    }));

/** Without the breadcrumbs and a small margin. */
const inner = ({ x, y, width, height }: Box): Box => {
  const unit = 1 / (scene.flow?.getZoom() ?? 1);
  return { x: x + 8 * unit, y: y + 40 * unit, width: width - 16 * unit, height: height - 48 * unit };
};

export const widthOf = ({ parts }: Pick<Probe, "parts">): number =>
  parts.length === 1 ? cardWidth.one : parts.length === 2 ? cardWidth.two : cardWidth.three;

/** The shown node that a probe's card is anchored to: its own, or the block that it lies in; null where neither is shown. */
export function anchorOf(tab: Tab, { node }: Pick<Probe, "node">): string | null {
  const prefix = expandedId(tab, "");
  if (!node.startsWith(prefix)) return null;
  const [id] = node.slice(prefix.length).split("/");
  return id && scene.graph.sizes.has(id) ? id : null;
}
