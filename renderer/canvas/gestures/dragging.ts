import type { NodeChange, OnNodeDrag } from "@xyflow/react";
import { apply, batch, type Change, graphOf } from "../../../src/graph/change.ts";
import { copy, paste } from "../../../src/graph/edit/clipboard.ts";
import { moveNodes, removeNodes } from "../../../src/graph/edit/nodes.ts";
import { insertIntoEdge, portsOf, replaceEdge } from "../../../src/graph/edit/wires.ts";
import { commit, type Editing, editing, selectItems } from "../../app/editing.ts";
import { settings } from "../../stores/settings.ts";
import { activeTab, workspace } from "../../stores/workspace.ts";
import { makeRoom } from "../addItem.ts";
import { accepts, gives } from "../compatibility.ts";
import type { Point } from "../controller.ts";
import type { CanvasNode } from "../flow.ts";
import { type Box, type GuideLine, snapToGuides, toGrid } from "../guides.ts";
import { lossOf, updateTerms } from "../losses.ts";
import { outputType } from "../outputs.ts";
import { contains, wireGap } from "../room.ts";
import { scene, setView, view } from "../view.ts";
import { nearest } from "../wirePath.ts";
import { portEnd, wirePoints } from "../wirePoints.ts";

/** Pixels of the screen within which edges and gaps snap. */
const guideDistance = 6;
/** Pixels of the screen within which a dragged node means a wire. */
const wireDistance = 14;

/** What a drag began with. */
interface Drag {
  /** Id of the node that the pointer holds. */
  readonly held: string;
  readonly start: ReadonlyMap<string, Point>;
  readonly reroutes: ReadonlyMap<string, readonly Point[]>;
  readonly others: readonly Box[];
  /** Alt: the nodes leave their chain. Shift+Alt: copies are left where they were. */
  readonly detach: boolean;
  readonly duplicate: boolean;
}

let drag: Drag | null = null;
/** Keys held during the drag, which decide how it moves and what the drop does. */
const held = { shift: false, ctrl: false, alt: false };

const boxOf = (n: CanvasNode): Box => ({ ...n.position, width: n.width ?? 0, height: n.height ?? 0 });

/** With a frame goes what lies in it, other frames included. */
function withContent(ids: ReadonlySet<string>): Set<string> {
  const all = new Set(ids);
  for (const frame of scene.graph.nodes) {
    if (frame.type !== "frame" || !ids.has(frame.id)) continue;
    for (const n of scene.graph.nodes)
      if (n.id !== frame.id && n.type !== "port" && contains(boxOf(frame), boxOf(n))) all.add(n.id);
  }
  return all;
}

export const onDragStart: OnNodeDrag<CanvasNode> = (event, node, nodes) => {
  const keys = "altKey" in event ? event : { altKey: false, shiftKey: false };
  beginDrag(node.id, new Set(nodes.map((n) => n.id)), keys);
};

/** Begins to move nodes, and what lies in frames among them, by the one that the pointer holds. */
export function beginDrag(
  heldNode: string,
  chosen: ReadonlySet<string>,
  keys: { readonly altKey: boolean; readonly shiftKey: boolean },
): void {
  const movable = (n: CanvasNode): boolean => n.draggable !== false && n.type !== "port";
  const ids = withContent(chosen);
  const moving = scene.graph.nodes.filter((n) => ids.has(n.id) && movable(n));
  const inner = scene.graph.edges.filter(
    (e) => ids.has(e.source) && ids.has(e.target) && (e.data?.reroutes.length ?? 0) > 0,
  );
  drag = {
    held: heldNode,
    start: new Map(moving.map((n) => [n.id, n.position])),
    reroutes: new Map(inner.map((e) => [e.id, e.data?.reroutes ?? []])),
    others: scene.graph.nodes.filter((n) => !ids.has(n.id) && (n.type === "layer" || n.type === "loss")).map(boxOf),
    detach: keys.altKey && !keys.shiftKey,
    duplicate: keys.altKey && keys.shiftKey,
  };
  if (drag.detach) detachNow([...ids]);
  if (drag.duplicate) leaveCopies(ids);
}

const gesture = (): string => "drag";

/** Wires of the dragged nodes are taken off and their neighbours joined; the move that follows is part of the step. */
function detachNow(ids: readonly string[]): void {
  const now = editing();
  const nodes = now?.graph.nodes.filter((n) => ids.includes(n.id)) ?? [];
  if (!now || nodes.length === 0) return;
  const inside = new Set(ids);
  // Removing and putting back is what joins the neighbours; wires among the detached nodes stay.
  const without = removeNodes(now.document, now.scope, ids, true, now.layers);
  const after = graphOf(apply(now.document, without).document, now.scope);
  const kept = now.graph.edges.filter((e) => inside.has(e.from.node) && inside.has(e.to.node));
  const healed = after.edges.filter((e) => now.graph.edges.every((o) => o !== e));
  const cut = now.graph.edges.filter((e) => inside.has(e.from.node) !== inside.has(e.to.node));
  if (cut.length === 0) return;
  const replaced = new Set(healed.map((e) => e.id));
  const changes: Change[] = [
    ...healed.map((e) => replaceEdge(now.scope, e)),
    ...cut
      .filter((e) => !replaced.has(e.id))
      .map((e): Change => ({ kind: "remove", scope: now.scope, list: "edges", id: e.id })),
  ];
  if (kept.length + changes.length > 0) commit(batch(changes), "detach", { n: nodes.length }, gesture());
}

/** The originals stay with their wires; copies are what moves. */
function leaveCopies(ids: ReadonlySet<string>): void {
  const now = editing();
  if (!now) return;
  const { change, ids: fresh } = paste(now.document, now.scope, copy(now.document, now.scope, ids), { x: 0, y: 0 });
  if (fresh.length === 0 || !drag) return;
  commit(change, "duplicate", { n: fresh.length }, gesture());
  // Copies are pasted in the order of nodes, then notes, which is that of the originals.
  const originals = [...now.graph.nodes, ...now.graph.notes].filter((x) => ids.has(x.id)).map((x) => x.id);
  copies = new Map(originals.map((id, i) => [id, fresh[i] as string]));
}

let copies: ReadonlyMap<string, string> | null = null;

/** React Flow says where the node in the hand would be. */
export function onPositions(changes: readonly NodeChange<CanvasNode>[]): void {
  if (!drag) return;
  const mine = changes.find((c) => c.type === "position" && c.id === drag?.held && c.dragging === true);
  if (mine?.type !== "position" || !mine.position) return;
  const from = drag.start.get(drag.held);
  if (from) dragBy({ x: mine.position.x - from.x, y: mine.position.y - from.y });
}

/** Moves what is dragged so far from where it was, as far as guides, grid and axis lock let it. */
export function dragBy(raw: Point): void {
  const from = drag?.start.get(drag.held);
  if (!drag || !from) return;
  const { by: free, guides } = settle(raw, drag);
  // Whole units: a document that says 352.96 was drawn by nobody.
  const by = { x: Math.round(from.x + free.x) - from.x, y: Math.round(from.y + free.y) - from.y };
  const shift = (p: Point): Point => ({ x: p.x + by.x, y: p.y + by.y });
  const moving = new Map([...drag.start].map(([id, p]) => [copies?.get(id) ?? id, shift(p)]));
  const reroutes = new Map([...drag.reroutes].map(([id, points]) => [id, points.map(shift)]));
  setView({ moving, guides, reroutes: reroutes.size > 0 ? reroutes : null, ...dropTargets(moving) });
}

function settle(raw: Point, d: Drag): { readonly by: Point; readonly guides: readonly GuideLine[] } {
  const by = held.shift ? (Math.abs(raw.x) >= Math.abs(raw.y) ? { x: raw.x, y: 0 } : { x: 0, y: raw.y }) : raw;
  const { snap, guides } = settings.getState();
  const from = d.start.get(d.held) as Point;
  if (snap && !held.ctrl) {
    const to = toGrid({ x: from.x + by.x, y: from.y + by.y });
    return {
      by: { x: held.shift && by.x === 0 ? 0 : to.x - from.x, y: held.shift && by.y === 0 ? 0 : to.y - from.y },
      guides: [],
    };
  }
  const node = scene.graph.nodes.find((n) => n.id === d.held);
  if (!guides || held.ctrl || !node || node.type === "frame" || node.type === "note") return { by, guides: [] };
  const zoom = scene.flow?.getZoom() ?? 1;
  const near = nearby(d.others, { ...boxOf(node), x: from.x + by.x, y: from.y + by.y });
  const found = snapToGuides({ ...boxOf(node), x: from.x + by.x, y: from.y + by.y }, near, guideDistance / zoom);
  const dx = held.shift && by.x === 0 ? 0 : found.dx;
  const dy = held.shift && by.y === 0 ? 0 : found.dy;
  return { by: { x: by.x + dx, y: by.y + dy }, guides: found.lines };
}

/** Guides reach as far as a screen; beyond that agreement is chance. */
function nearby(others: readonly Box[], box: Box): readonly Box[] {
  const reach = 1200;
  return others.filter((o) => Math.abs(o.x - box.x) < reach && Math.abs(o.y - box.y) < reach);
}

/** The wire that a single dragged node would go into, and the frame that it would join. */
function dropTargets(moving: ReadonlyMap<string, Point>): { dropEdge: string | null; dropFrame: string | null } {
  const [first] = moving;
  const node = first && scene.graph.nodes.find((n) => n.id === first[0]);
  if (!first || !node || node.type === "frame") return { dropEdge: null, dropFrame: null };
  const box = { ...boxOf(node), ...first[1] };
  const frame = scene.graph.nodes.find((n) => n.type === "frame" && !moving.has(n.id) && contains(boxOf(n), box));
  const single = moving.size === 1 && node.type === "layer" && !held.alt && !drag?.detach;
  return { dropEdge: single ? wireUnder(node.id, box) : null, dropFrame: frame?.id ?? null };
}

/** The wire under the middle of a box that the node could go into. */
export function wireUnder(id: string, box: Box): string | null {
  const middle = { x: box.x + box.width / 2, y: box.y + Math.min(14, box.height / 2) };
  const zoom = scene.flow?.getZoom() ?? 1;
  let best: { readonly id: string; readonly distance: number } | null = null;
  for (const e of scene.graph.edges) {
    if (e.data?.kind !== "wire" || e.source === id || e.target === id) continue;
    const { distance } = nearest(wirePoints(e), middle);
    const within = Math.max(wireDistance / zoom, box.height / 2);
    if (distance < within && (!best || distance < best.distance)) best = { id: e.id, distance };
  }
  return best && fitsInto(id, best.id) ? best.id : null;
}

/** Only a node that is not wired yet goes into a wire by being dropped, and only where it takes what runs there. */
function fitsInto(id: string, edge: string): boolean {
  const now = editing();
  const node = now?.graph.nodes.find((n) => n.id === id);
  const wire = now?.graph.edges.find((e) => e.id === edge);
  if (!now || !node || !wire) return false;
  if (now.graph.edges.some((e) => e.to.node === id || e.from.node === id)) return false;
  const { inputs, outputs } = portsOf(node, now.layers);
  return inputs.length > 0 && outputs.length > 0;
}

/** Whether a new node of a layer may be dropped into a wire. */
export function layerFitsInto(now: Editing, layer: string, edge: string): boolean {
  const facts = now.layers.get(layer);
  const wire = now.graph.edges.find((e) => e.id === edge);
  const from = wire && now.graph.nodes.find((n) => n.id === wire.from.node);
  if (!facts || !wire || !from) return false;
  return gives(facts) && accepts(facts, outputType(now.tab, from, wire.from.port));
}

/** What was dragged becomes one step, with the wire it was dropped on. */
export function onDragStop(): void {
  const [done, copied] = [drag, copies];
  const { moving, reroutes, dropEdge } = view.getState();
  drag = null;
  copies = null;
  const now = editing();
  if (done && now && moving) {
    const change = moveChange(now, moving, reroutes);
    const into =
      dropEdge !== null && !held.alt ? insertion(now, change, [...moving.keys()][0] as string, dropEdge, moving) : null;
    const label = scene.graph.views.get([...moving.keys()][0] as string)?.kind ?? "";
    if (into) commit(into, "insertOnWire", { layer: label }, gesture());
    else commit(change, "move", { n: moving.size }, gesture());
  }
  workspace.getState().endGesture();
  if (copied) selectItems([...copied.values()]);
  setView({ moving: null, guides: [], reroutes: null, dropEdge: null, dropFrame: null });
}

function insertion(
  now: Editing,
  moved: Change,
  id: string,
  edge: string,
  moving: ReadonlyMap<string, Point>,
): Change | null {
  const document = apply(now.document, moved).document;
  const node = graphOf(document, now.scope).nodes.find((n) => n.id === id);
  const size = scene.graph.sizes.get(id);
  const at = moving.get(id);
  if (!node || !size || !at) return null;
  const place = levelWith(edge, at);
  const set = moveNodes(document, now.scope, new Map([[id, place]]));
  const placed = apply(document, set).document;
  const wired = insertIntoEdge(placed, now.scope, edge, { ...node, position: place }, now.layers);
  const aside = makeRoom(now, apply(placed, wired).document, { id, ...place, ...size });
  return batch([moved, set, wired, aside]);
}

/** A node that goes into a level wire stands level with it, and not on top of the node before. */
function levelWith(edge: string, at: Point): Point {
  const wire = scene.graph.edges.find((e) => e.id === edge);
  const from = wire && portEnd(wire.source, wire.sourceHandle ?? "", "out");
  const to = wire && portEnd(wire.target, wire.targetHandle ?? "", "in");
  if (!from || !to || Math.abs(from.y - to.y) > 1 || to.x < from.x) return at;
  return { x: Math.max(at.x, from.x + wireGap), y: from.y - 14 };
}

/** Places of nodes, notes, losses and points of wires, as one change. */
export function moveChange(
  now: Editing,
  to: ReadonlyMap<string, Point>,
  reroutes: ReadonlyMap<string, readonly Point[]> | null,
): Change {
  const notes = now.graph.notes.flatMap((n): Change[] => {
    const position = to.get(n.id);
    if (!position || (position.x === n.position.x && position.y === n.position.y)) return [];
    return [{ kind: "replace", scope: now.scope, list: "notes", item: { ...n, position } }];
  });
  const losses = new Map([...to].filter(([id]) => lossOf(id) !== null).map(([id, position]) => [id, { position }]));
  const terms = updateTerms(now.document, losses);
  const wires = now.graph.edges.flatMap((e) => {
    const points = reroutes?.get(e.id);
    return points ? [replaceEdge(now.scope, { ...e, reroutes: [...points] })] : [];
  });
  return batch([moveNodes(now.document, now.scope, to), ...notes, ...(terms ? [terms] : []), ...wires]);
}

/** Moves what is selected by so much, as the arrow keys do: presses after each other are one step. */
export function nudge(by: Point): boolean {
  const now = editing();
  const tab = activeTab(workspace.getState());
  if (!now || !tab) return false;
  const chosen = new Set([...tab.selection.nodes, ...tab.selection.notes]);
  const to = new Map(
    scene.graph.nodes
      .filter((n) => chosen.has(n.id) && n.type !== "port")
      .map((n) => [n.id, { x: n.position.x + by.x, y: n.position.y + by.y }]),
  );
  if (to.size === 0) return false;
  commit(moveChange(now, to, null), "nudge", { n: to.size }, "nudge");
  return true;
}

/** Follows the keys that change what a drag does. */
export function trackKeys(): () => void {
  const track = (e: KeyboardEvent | PointerEvent): void => {
    held.shift = e.shiftKey;
    held.ctrl = e.ctrlKey || e.metaKey;
    held.alt = e.altKey;
  };
  const options = { capture: true };
  window.addEventListener("keydown", track, options);
  window.addEventListener("keyup", track, options);
  window.addEventListener("pointermove", track, options);
  return () => {
    window.removeEventListener("keydown", track, options);
    window.removeEventListener("keyup", track, options);
    window.removeEventListener("pointermove", track, options);
  };
}
