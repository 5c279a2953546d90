import { reroute } from "../../../src/graph/edit/wires.ts";
import { commit, editing } from "../../app/editing.ts";
import { preview } from "../../probes/actions.ts";
import { settings } from "../../stores/settings.ts";
import { nothing, workspace } from "../../stores/workspace.ts";
import { blockPortOf } from "../blockPorts.ts";
import { canvas, type Point } from "../controller.ts";
import { hit, isWire } from "../farPicture.ts";
import type { CanvasNode, WireEdge } from "../flow.ts";
import { openQuickAdd, openQuickAddInto } from "../quickAdd.ts";
import { type PortRef, scene, setView, view } from "../view.ts";
import { toCanvas } from "../viewport.ts";
import { reroutePlace } from "../wirePath.ts";
import { portEnd } from "../wirePoints.ts";
import { autoPan } from "./autoPan.ts";
import { beginDrag, dragBy, onDragStop } from "./dragging.ts";
import { stroke } from "./strokes.ts";
import { dragFromPort, follow, heldEnd } from "./wiring.ts";

/** Pixels of the screen from its end at which a wire is taken by the end. */
const endReach = 26;

let lastScreen: Point | null = null;

/** Where the pointer was last over the canvas, in its units. Worked out when asked: it moves far more often. */
export const lastPointer = (): Point | null => lastScreen && toCanvas(lastScreen);

/** Keys that turn a drag on the empty canvas into something else. */
export const heldKeys = { lasso: false, space: false };

/** What lies under an event: the element that says so in its data. */
const under = (e: Event, what: string): HTMLElement | SVGElement | null =>
  e.target instanceof Element ? e.target.closest<HTMLElement | SVGElement>(what) : null;

/** On the empty canvas: nodes and wires lie inside of the same element. */
const onPane = (e: Event): boolean => e.target instanceof Element && e.target.classList.contains("react-flow__pane");

export function portUnder(e: Event): PortRef | null {
  const element = under(e, "[data-port]");
  const node = element?.closest<HTMLElement>(".react-flow__node")?.dataset["id"];
  const handle = element?.dataset["port"];
  const side = element?.dataset["side"];
  if (!node || !handle || (side !== "in" && side !== "out")) return null;
  const ports = scene.graph.views.get(node);
  const port = (side === "in" ? ports?.inputs : ports?.outputs)?.find((p) => p.handle === handle);
  return { side, node, port: port?.name ?? handle, handle, slot: port?.slot ?? 0 };
}

/** Handles presses anywhere on the canvas before React Flow sees them: ports, wires, and the empty canvas. */
export function onPointerDown(e: PointerEvent): void {
  // The reason stays while one of its remedies is pressed.
  if (!under(e, "[data-refused]")) setView({ refused: null });
  setView({ picked: null });
  const port = portUnder(e);
  if (port && e.button === 0) {
    e.stopPropagation();
    e.preventDefault();
    dragFromPort(port, e);
    return;
  }
  if (under(e, "[data-plus]") && e.button === 0) {
    e.stopPropagation();
    const edge = under(e, "[data-wire]")?.dataset["wire"];
    if (edge) openQuickAddInto(edge, { x: e.clientX, y: e.clientY });
    return;
  }
  const wire = under(e, "[data-wire]")?.dataset["wire"];
  if (e.button === 2 && (e.ctrlKey || e.metaKey) && !under(e, ".react-flow__node")) {
    stroke("knife", e, false);
    return;
  }
  if (wire && e.button === 0) {
    onWireDown(wire, e);
    return;
  }
  if (onPane(e) && e.button === 0 && !heldKeys.space) {
    if (pressFar(e)) return;
    scene.element?.focus({ preventScroll: true });
    stroke(heldKeys.lasso ? "lasso" : "box", e, e.shiftKey || e.ctrlKey || e.metaKey);
  }
}

function onWireDown(id: string, e: PointerEvent): void {
  const point = under(e, "[data-reroute]")?.dataset["reroute"];
  if (point !== undefined) {
    e.stopPropagation();
    dragReroute(id, Number(point), e);
    return;
  }
  if (e.altKey) {
    e.stopPropagation();
    addReroute(id, toCanvas({ x: e.clientX, y: e.clientY }));
    return;
  }
  const edge = scene.graph.edges.find((x) => x.id === id);
  const from = edge && portEnd(edge.source, edge.sourceHandle ?? "", "out");
  const to = edge && portEnd(edge.target, edge.targetHandle ?? "", "in");
  if (!edge || !from || !to) return;
  const here = toCanvas({ x: e.clientX, y: e.clientY });
  const reach = endReach / (scene.flow?.getZoom() ?? 1);
  const [a, b] = [Math.hypot(here.x - from.x, here.y - from.y), Math.hypot(here.x - to.x, here.y - to.y)];
  if (Math.min(a, b) > reach) return;
  const end = b <= a ? "to" : "from";
  const origin: PortRef =
    end === "to"
      ? { side: "out", node: edge.source, port: edge.sourceHandle ?? "", handle: edge.sourceHandle ?? "", slot: 0 }
      : { side: "in", node: edge.target, port: edge.targetHandle ?? "", handle: edge.targetHandle ?? "", slot: 0 };
  follow({ x: e.clientX, y: e.clientY }, [heldEnd(edge, end)], origin);
}

/** Adds a point that a wire is led through. */
export function addReroute(id: string, p: Point): void {
  const now = editing();
  const edge = scene.graph.edges.find((x) => x.id === id);
  const from = edge && portEnd(edge.source, edge.sourceHandle ?? "", "out");
  const to = edge && portEnd(edge.target, edge.targetHandle ?? "", "in");
  if (!now || edge?.data?.kind !== "wire" || !from || !to) return;
  const points = [...edge.data.reroutes];
  points.splice(reroutePlace(from, to, points, p), 0, { x: Math.round(p.x), y: Math.round(p.y) });
  commit(reroute(now.document, now.scope, id, points), "reroute");
}

export function removeReroute(id: string, at: number | null): void {
  const now = editing();
  const edge = now?.graph.edges.find((x) => x.id === id);
  if (!now || !edge) return;
  const points = at === null ? [] : edge.reroutes.filter((_, i) => i !== at);
  commit(reroute(now.document, now.scope, id, points), "reroute");
}

function dragReroute(id: string, at: number, e: PointerEvent): void {
  const edge = editing()?.graph.edges.find((x) => x.id === id);
  if (!edge) return;
  const start = { x: e.clientX, y: e.clientY };
  let moved = false;
  const move = (m: PointerEvent): void => {
    if (!moved && Math.hypot(m.clientX - start.x, m.clientY - start.y) < 3) return;
    moved = true;
    const p = toCanvas({ x: m.clientX, y: m.clientY });
    const points = edge.reroutes.map((r, i) => (i === at ? { x: Math.round(p.x), y: Math.round(p.y) } : r));
    setView({ reroutes: new Map([[id, points]]) });
  };
  const up = (): void => {
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", up);
    const points = view.getState().reroutes?.get(id);
    const now = editing();
    setView({ reroutes: null });
    if (moved && points && now) commit(reroute(now.document, now.scope, id, points), "reroute");
    else workspace.getState().select({ edges: new Set([id]) });
    setView({ picked: { edge: id, at } });
  };
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", up);
}

/** Pressing a node that is not selected selects it before a drag begins; with Shift or Ctrl it is added. */
export function pressNode(e: PointerEvent): void {
  const id = under(e, ".react-flow__node")?.dataset["id"];
  if (id === undefined || e.button !== 0 || blockPortOf(id) || under(e, "[data-port], [data-badge], input, textarea"))
    return;
  press(id, e);
}

function press(id: string, e: PointerEvent): void {
  setView({ focus: id });
  if (isSelected(id)) return;
  // Both keys together preview a node.
  const add = e.shiftKey !== (e.ctrlKey || e.metaKey);
  selectOne(id, add && !e.altKey);
}

/** A click without a drag: alone on one of many selected it leaves only that, with Shift or Ctrl it takes it out. */
export function clickNode(
  id: string,
  e: { readonly shiftKey: boolean; readonly ctrlKey: boolean; readonly metaKey: boolean },
): void {
  if (blockPortOf(id)) return;
  if (e.shiftKey && (e.ctrlKey || e.metaKey)) {
    preview(id);
    return;
  }
  const add = e.shiftKey || e.ctrlKey || e.metaKey;
  if (add && pressedSelected === id) deselect(id);
  else if (!add) selectOne(id, false);
}

export function clickEdge(
  id: string,
  e: { readonly shiftKey: boolean; readonly ctrlKey: boolean; readonly metaKey: boolean },
): void {
  const { selection } = editing()?.tab ?? {};
  const add = selection && (e.shiftKey || e.ctrlKey || e.metaKey);
  if (!add) {
    workspace.getState().select({ edges: new Set([id]) });
    return;
  }
  const edges = new Set(selection.edges);
  if (!edges.delete(id)) edges.add(id);
  workspace.getState().select({ ...selection, edges });
}

/** Node that was selected before it was pressed. */
let pressedSelected: string | null = null;

function isSelected(id: string): boolean {
  const { selection } = editing()?.tab ?? {};
  const selected = selection !== undefined && (selection.nodes.has(id) || selection.notes.has(id));
  pressedSelected = selected ? id : null;
  return selected;
}

const isNote = (id: string): boolean => editing()?.graph.notes.some((n) => n.id === id) ?? false;

function selectOne(id: string, add: boolean): void {
  const before = add ? (editing()?.tab.selection ?? nothing) : nothing;
  const key = isNote(id) ? "notes" : "nodes";
  workspace.getState().select({ ...before, [key]: new Set([...before[key], id]) });
}

function deselect(id: string): void {
  const { selection } = editing()?.tab ?? {};
  if (!selection) return;
  const without = (ids: ReadonlySet<string>): Set<string> => new Set([...ids].filter((x) => x !== id));
  workspace.getState().select({ ...selection, nodes: without(selection.nodes), notes: without(selection.notes) });
}

/** A double click on the empty canvas adds a layer there, on a wire a point that it is led through; on the point, it goes. */
export function onDoubleClick(e: MouseEvent): void {
  const wire = under(e, "[data-wire]")?.dataset["wire"];
  const point = under(e, "[data-reroute]")?.dataset["reroute"];
  const place = toCanvas({ x: e.clientX, y: e.clientY });
  const far = farUnder(e);
  if (far && !isWire(far)) canvas()?.flyTo(far.id);
  if (far) return;
  if (wire && point !== undefined) removeReroute(wire, Number(point));
  else if (wire && !under(e, "[data-plus]")) addReroute(wire, place);
  else if (onPane(e)) openQuickAdd(place, place);
}

export function onPointerMove(e: PointerEvent): void {
  lastScreen = { x: e.clientX, y: e.clientY };
}

/** What is under the pointer in the picture of a large graph seen from far away; null when its nodes are elements. */
export function farUnder(e: MouseEvent): CanvasNode | WireEdge | null {
  if (!scene.far || !onPane(e)) return null;
  const reach = 8 / (scene.flow?.getZoom() ?? 1);
  return hit(scene.graph, toCanvas({ x: e.clientX, y: e.clientY }), reach, settings.getState().wireStyle);
}

/** Selecting and dragging in the picture, as elsewhere; false where nothing is hit. */
function pressFar(e: PointerEvent): boolean {
  const found = farUnder(e);
  if (!found) return false;
  scene.element?.focus({ preventScroll: true });
  if (isWire(found)) {
    clickEdge(found.id, e);
    return true;
  }
  press(found.id, e);
  dragFar(found.id, e);
  return true;
}

function dragFar(id: string, start: PointerEvent): void {
  const from = toCanvas({ x: start.clientX, y: start.clientY });
  let last = { x: start.clientX, y: start.clientY };
  let begun = false;
  const go = (): void => {
    const p = toCanvas(last);
    dragBy({ x: p.x - from.x, y: p.y - from.y });
  };
  const panning = autoPan(go);
  const move = (e: PointerEvent): void => {
    last = { x: e.clientX, y: e.clientY };
    if (!begun) {
      if (Math.hypot(last.x - start.clientX, last.y - start.clientY) < 4) return;
      begun = true;
      const { selection } = editing()?.tab ?? {};
      beginDrag(id, new Set([...(selection?.nodes ?? []), ...(selection?.notes ?? []), id]), start);
    }
    panning.at(last);
    go();
  };
  const up = (): void => {
    panning.stop();
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", up);
    window.removeEventListener("pointercancel", up);
    if (begun) onDragStop();
    else clickNode(id, start);
  };
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", up);
  window.addEventListener("pointercancel", up);
}
