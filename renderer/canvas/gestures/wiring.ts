import { apply, batch, type Change } from "../../../src/graph/change.ts";
import { commit, editing } from "../../app/editing.ts";
import { currentText } from "../../app/text.ts";
import { settings } from "../../stores/settings.ts";
import { activeTab, workspace } from "../../stores/workspace.ts";
import type { Point } from "../controller.ts";
import type { WireEdge } from "../flow.ts";
import { lossOf } from "../losses.ts";
import { judgeWires, marksFor, portsOn, refOf } from "../marks.ts";
import { plug, unplug } from "../plug.ts";
import { openQuickAddFor } from "../quickAdd.ts";
import { announce, type HeldWire, type PortRef, scene, setView, view } from "../view.ts";
import { inElement, toCanvas, toElement } from "../viewport.ts";
import { refusalText } from "../words.ts";
import { autoPan } from "./autoPan.ts";

/** Distance in pixels of the screen at which a held wire snaps to a port. */
const snapDistance = 32;
/** Nearer than this the pointer is on the port, fitting or not. */
const onPort = 12;

/** Wires of the canvas at a port, in the order of their places. */
export const wiresAt = (port: PortRef): WireEdge[] =>
  scene.graph.edges.filter((e) =>
    port.side === "in"
      ? e.target === port.node && e.targetHandle === port.handle
      : e.source === port.node && e.sourceHandle === port.handle,
  );

const inletOf = (e: WireEdge) => {
  const p = scene.graph.views.get(e.target)?.inputs.find((x) => x.handle === e.targetHandle);
  return { node: e.target, port: p?.name ?? "port", slot: p?.slot ?? 0 };
};
const outletOf = (e: WireEdge) => ({ node: e.source, port: e.sourceHandle ?? "out" });

/** What a drag from a port takes into the hand: a new wire, the wire that ends there, or with `all` every wire there. */
export function heldFrom(port: PortRef, all: boolean): readonly HeldWire[] {
  const there = wiresAt(port);
  const own = { node: port.node, port: port.port };
  if (port.side === "out") {
    if (all && there.length > 0) return there.map((e) => ({ seeks: "out", to: inletOf(e), edge: e.id }));
    return [{ seeks: "in", from: own, edge: null }];
  }
  const inlet = { ...own, slot: port.slot };
  if (lossOf(port.node)) return [{ seeks: "out", to: inlet, edge: there[0]?.id ?? null }];
  if (there.length > 0) return there.map((e) => ({ seeks: "in", from: outletOf(e), edge: e.id }));
  return [{ seeks: "out", to: inlet, edge: null }];
}

/** Takes an end of a wire into the hand. */
export function heldEnd(wire: WireEdge, end: "from" | "to"): HeldWire {
  return end === "to" && wire.data?.kind !== "loss"
    ? { seeks: "in", from: outletOf(wire), edge: wire.id }
    : { seeks: "out", to: inletOf(wire), edge: wire.id };
}

export function begin(
  wires: readonly HeldWire[],
  origin: PortRef,
  mode: "drag" | "click" | "keys",
  pointer: Point,
): void {
  const tab = activeTab(workspace.getState());
  const [first] = wires;
  if (!tab || !first) return;
  const marks = marksFor(tab, scene.graph, first, origin.node, currentText().canvas);
  setView({
    wiring: { wires, origin, mode, pointer, target: null, verdict: null },
    marks,
    refused: null,
    hovered: null,
  });
}

/** Leads the held end to a point of the canvas and snaps it to what is near. */
export function lead(pointer: Point): void {
  const { wiring } = view.getState();
  if (!wiring) return;
  aim(targetAt(pointer), pointer);
}

/** Puts the held end before a port without letting go. */
export function aim(target: PortRef | null, pointer: Point): void {
  const { wiring } = view.getState();
  const tab = activeTab(workspace.getState());
  if (!wiring || !tab) return;
  const same = target && wiring.target && target.node === wiring.target.node && target.handle === wiring.target.handle;
  const verdict = same ? wiring.verdict : target && judgeWires(tab, wiring.wires, target);
  setView({ wiring: { ...wiring, pointer, target: same ? wiring.target : target, verdict } });
}

/** The port that the pointer means: one that fits within reach, one it stands on, or the best of the node it is over. */
export function targetAt(pointer: Point): PortRef | null {
  const { wiring, marks } = view.getState();
  if (!wiring || !marks) return null;
  const zoom = scene.flow?.getZoom() ?? 1;
  const side = wiring.wires[0]?.seeks ?? "in";
  let best: { readonly ref: PortRef; readonly at: number } | null = null;
  let body: PortRef | null = null;
  for (const node of scene.graph.nodes) {
    if (node.type === "note" || node.type === "frame") continue;
    const { x, y } = node.position;
    const [w, h] = [node.width ?? 0, node.height ?? 0];
    const ports = portsOn(node, scene.graph.views.get(node.id), side);
    const fits = marks.get(node.id)?.fits;
    for (const p of ports) {
      const at = Math.hypot(pointer.x - (side === "in" ? x : x + w), pointer.y - (y + p.y)) * zoom;
      const within = fits?.has(p.handle) ? snapDistance : onPort;
      if (at < within && (!best || at < best.at)) best = { ref: refOf(node.id, side, p), at };
    }
    const inside = pointer.x >= x && pointer.x <= x + w && pointer.y >= y && pointer.y <= y + h;
    if (inside && node.id !== wiring.origin.node) {
      const p =
        ports.find((q) => fits?.has(q.handle) && !q.wired) ?? ports.find((q) => fits?.has(q.handle)) ?? ports[0];
      if (p) body = refOf(node.id, side, p);
    }
  }
  return best?.ref ?? body;
}

export function cancel(): void {
  setView({ wiring: null, marks: null });
}

/**
 * Lets go: connects to the port that is aimed at, or says why not. On empty canvas a new wire asks which layer to add,
 * and one that was there is taken away.
 */
export function release(screen: Point | null): void {
  const { wiring } = view.getState();
  if (!wiring) return;
  cancel();
  const { wires, target, verdict, pointer } = wiring;
  if (target) {
    if (isBack(wires, target)) return;
    if (verdict?.refusal) {
      const text = currentText().canvas;
      announce(text.speech.refused(refusalText(verdict.refusal, text, settings.getState().locale)));
      setView({ refused: { wires, target, verdict, at: screen ? inElement(screen) : toElement(pointer) } });
    } else connectWires(wires, target);
    return;
  }
  const held = wires.filter((w) => w.edge !== null);
  if (held.length > 0) disconnect(held.flatMap((w) => w.edge ?? []));
  else if (wires[0] && screen) openQuickAddFor(wires[0], screen);
}

/** The wire was put back where it came from. */
function isBack(wires: readonly HeldWire[], target: PortRef): boolean {
  const [wire] = wires;
  const now = wire && scene.graph.edges.find((e) => e.id === wire.edge);
  if (!now) return false;
  return target.side === "in"
    ? now.target === target.node && now.targetHandle === target.handle
    : now.source === target.node && now.sourceHandle === target.handle;
}

const takesSeveral = (target: PortRef): boolean =>
  scene.graph.views.get(target.node)?.inputs.find((p) => p.handle === target.handle)?.several ?? false;

/** The change that puts all held wires onto a port, each on the document that the one before left. */
export function plugAll(wires: readonly HeldWire[], target: PortRef): Change | null {
  const now = editing();
  if (!now) return null;
  let { document } = now;
  const changes: Change[] = [];
  for (const wire of wires) {
    const several = wire.seeks === "in" ? takesSeveral(target) : inletTakesSeveral(wire.to.node, wire.to.port);
    const change = plug({ document, scope: now.scope }, wire, target, several);
    if (!change) continue;
    changes.push(change);
    document = apply(document, change).document;
  }
  return changes.length > 0 ? batch(changes) : null;
}

const inletTakesSeveral = (node: string, port: string): boolean =>
  scene.graph.views.get(node)?.inputs.some((p) => p.name === port && p.several) ?? false;

export function connectWires(wires: readonly HeldWire[], target: PortRef): void {
  const change = plugAll(wires, target);
  if (!change) return;
  const there = wires.some((w) => w.edge !== null);
  if (there) commit(change, "reconnect", { n: wires.length });
  else commit(change, "connect");
  const [first] = wires;
  const from = first?.seeks === "in" ? first.from.node : target.node;
  const to = first?.seeks === "out" ? first.to.node : target.node;
  announce(currentText().canvas.speech.connected(from, to));
}

/** Takes wires of the canvas away as one step. */
export function disconnect(ids: readonly string[]): void {
  const now = editing();
  if (!now) return;
  let { document } = now;
  const changes: Change[] = [];
  for (const id of ids) {
    const change = unplug({ document, scope: now.scope }, id);
    if (!change) continue;
    changes.push(change);
    document = apply(document, change).document;
  }
  if (changes.length > 0) commit(batch(changes), "disconnect", { n: changes.length });
}

/** Follows the pointer from a port until it is let go. A click without a drag leaves the wire in the hand. */
export function dragFromPort(port: PortRef, event: PointerEvent): void {
  const start = { x: event.clientX, y: event.clientY };
  if (event.altKey) {
    disconnect(wiresAt(port).map((e) => e.id));
    return;
  }
  const wires = heldFrom(port, event.ctrlKey || event.metaKey);
  follow(start, wires, port);
}

/** Follows the pointer with wires in the hand, once it has moved far enough to be a drag. */
export function follow(start: Point, wires: readonly HeldWire[], origin: PortRef): void {
  let last = start;
  const panning = autoPan(() => lead(toCanvas(last)));
  const move = (e: PointerEvent): void => {
    last = { x: e.clientX, y: e.clientY };
    if (!view.getState().wiring) {
      if (Math.hypot(last.x - start.x, last.y - start.y) < 5) return;
      begin(wires, origin, "drag", toCanvas(last));
    }
    panning.at(last);
    lead(toCanvas(last));
  };
  const stop = (): void => {
    panning.stop();
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", up);
    window.removeEventListener("pointercancel", abort);
    window.removeEventListener("keydown", key, true);
  };
  const up = (e: PointerEvent): void => {
    stop();
    const { wiring } = view.getState();
    if (wiring?.mode === "drag") release({ x: e.clientX, y: e.clientY });
    else if (!wiring && wires.every((w) => w.edge === null)) takeByClick(wires, origin, toCanvas(last));
  };
  const abort = (): void => {
    stop();
    cancel();
  };
  const key = (e: KeyboardEvent): void => {
    if (e.key !== "Escape") return;
    e.stopPropagation();
    abort();
  };
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", up);
  window.addEventListener("pointercancel", abort);
  window.addEventListener("keydown", key, true);
}

/** A click on a port takes a wire into the hand; the next click lets it go. */
function takeByClick(wires: readonly HeldWire[], origin: PortRef, at: Point): void {
  begin(wires, origin, "click", at);
  const move = (e: PointerEvent): void => lead(toCanvas({ x: e.clientX, y: e.clientY }));
  const stop = (): void => {
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerdown", down, true);
    window.removeEventListener("keydown", key, true);
  };
  const down = (e: PointerEvent): void => {
    stop();
    const inside = e.target instanceof Element && scene.element?.contains(e.target) && e.button === 0;
    if (!inside) {
      cancel();
      return;
    }
    e.stopPropagation();
    e.preventDefault();
    lead(toCanvas({ x: e.clientX, y: e.clientY }));
    release({ x: e.clientX, y: e.clientY });
  };
  const key = (e: KeyboardEvent): void => {
    if (e.key !== "Escape") return;
    e.stopPropagation();
    stop();
    cancel();
  };
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerdown", down, true);
  window.addEventListener("keydown", key, true);
}
