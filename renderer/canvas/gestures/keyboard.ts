import { blockOf } from "../../../src/graph/blocks.ts";
import { editing, selectItems } from "../../app/editing.ts";
import { currentText } from "../../app/text.ts";
import { activeTab, workspace } from "../../stores/workspace.ts";
import { canvas } from "../controller.ts";
import { lossOf } from "../losses.ts";
import { portsOn, refOf } from "../marks.ts";
import { kindOf } from "../nodeView.ts";
import { blocksOf } from "../outputs.ts";
import { focusElement, openQuickAdd } from "../quickAdd.ts";
import { type Direction, neighbour, nextStop, readingOrder, type Stop } from "../reading.ts";
import { announce, type PortRef, scene, setView, view } from "../view.ts";
import { bringIntoView } from "../viewport.ts";
import { portEnd } from "../wirePoints.ts";
import { nudge } from "./dragging.ts";
import { heldKeys, lastPointer, removeReroute } from "./pointer.ts";
import { aim, begin, cancel, heldFrom, release } from "./wiring.ts";

const stops = (): Stop[] =>
  scene.graph.nodes
    .filter((n) => n.type !== "port")
    .map((n) => ({ id: n.id, ...n.position, width: n.width ?? 0, height: n.height ?? 0 }));

/** Whether the last thing the user did was pressing a key that moves the focus: decides what Tab means. */
let byKeyboard = false;

const directions: { readonly [key: string]: Direction } = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** Node that has the keyboard focus. */
function focused(): string | null {
  const node = document.activeElement?.closest<HTMLElement>(".react-flow__node");
  return node && scene.element?.contains(node) ? (node.dataset["id"] ?? null) : null;
}

/** Gives the keyboard to a node, wherever it is: it is brought into view first. */
export function focusNode(id: string): void {
  byKeyboard = true;
  setView({ focus: id });
  // From far away there is nothing to read, and no element to focus.
  if (scene.far) canvas()?.flyTo(id);
  else bringIntoView(id);
  // Drawn only once it is in view, when the graph is large.
  if (!focusElement(id)) setTimeout(() => focusElement(id), 320);
}

/** Keys that belong to the canvas. Those that are commands are left to the table of commands. */
export function onKeyDown(e: KeyboardEvent): void {
  if (e.defaultPrevented || e.isComposing || e.keyCode === 229 || !ours(e)) return;
  pressed = false;
  if (e.code === "KeyS" && !e.ctrlKey && !e.metaKey && !e.altKey && !e.shiftKey) heldKeys.lasso = true;
  if (e.code === "Space") heldKeys.space = true;
  const handled = view.getState().wiring?.mode === "keys" ? onWiringKey(e) : onCanvasKey(e);
  if (handled) e.preventDefault();
}

export function onKeyUp(e: KeyboardEvent): void {
  if (e.code === "KeyS") heldKeys.lasso = false;
  if (e.code === "Space") heldKeys.space = false;
}

export const forgetKeys = (): void => {
  heldKeys.lasso = false;
  heldKeys.space = false;
};

let pressed = false;

export const pointerUsed = (): void => {
  byKeyboard = false;
  pressed = true;
};

/** The focus came to the canvas: by a key, unless a button was pressed just before. */
export const focusCame = (): void => {
  if (!pressed) byKeyboard = true;
};

/** Whether a key press is meant for the canvas: something in it has the focus, or nothing at all. */
function ours(e: KeyboardEvent): boolean {
  const target = e.target instanceof Element ? e.target : null;
  if (target?.closest("input, textarea, select, [contenteditable=true], [role=dialog], [role=menu]")) return false;
  return target === document.body || (target !== null && scene.element?.contains(target) === true);
}

function onCanvasKey(e: KeyboardEvent): boolean {
  const id = focused();
  const plain = !e.ctrlKey && !e.metaKey && !e.altKey;
  if (e.key === "Tab" && plain) return onTab(id, e.shiftKey);
  if ((e.key === "Delete" || e.key === "Backspace") && plain && !e.shiftKey) return removePicked();
  const direction = directions[e.key];
  if (direction && !e.altKey) return onArrow(id, direction, e);
  if (id === null || !plain) return false;
  if (e.key === "Enter") return onEnter(id);
  if (e.code === "KeyW" && !view.getState().wiring) return startWire(id, e.shiftKey ? "in" : "out");
  return false;
}

/** A point of a wire in the hand goes before what is selected. */
function removePicked(): boolean {
  const { picked } = view.getState();
  setView({ picked: null });
  if (picked) removeReroute(picked.edge, picked.at);
  return picked !== null;
}

/** With the keyboard on a node, Tab goes on in reading order; after a click it adds a layer, as on the empty canvas. */
function onTab(id: string | null, back: boolean): boolean {
  if (id !== null && byKeyboard) {
    const next = nextStop(stops(), id, back ? -1 : 1);
    if (next === null) return false;
    focusNode(next);
    return true;
  }
  // With the focus nowhere yet, Tab goes through the window as in any page.
  if (back || (id === null && document.activeElement !== scene.element)) return false;
  openQuickAdd(null, lastPointer());
  return true;
}

/** Arrows move what is selected; with nothing selected, or with Ctrl, the focus. */
function onArrow(id: string | null, direction: Direction, e: KeyboardEvent): boolean {
  const selection = activeTab(workspace.getState())?.selection;
  const any = selection && selection.nodes.size + selection.notes.size > 0;
  if (any && !e.ctrlKey && !e.metaKey) {
    const step = e.shiftKey ? 20 : 1;
    const by = { left: { x: -step, y: 0 }, right: { x: step, y: 0 }, up: { x: 0, y: -step }, down: { x: 0, y: step } };
    return nudge(by[direction]);
  }
  if (id === null) return document.activeElement === scene.element && enterNodes();
  const next = neighbour(stops(), editing()?.graph.edges ?? [], id, direction);
  if (next !== null) focusNode(next);
  return true;
}

/** From the canvas to the first of its nodes. */
function enterNodes(): boolean {
  const first = nextStop(stops(), null, 1);
  if (first !== null) focusNode(first);
  return first !== null;
}

/** The first Enter selects, the next goes in: into a block, into the text of a note, to the form of a layer. */
function onEnter(id: string): boolean {
  const now = editing();
  if (!now) return false;
  const selection = now.tab.selection;
  if (!selection.nodes.has(id) && !selection.notes.has(id)) {
    if (lossOf(id)) workspace.getState().select({ nodes: new Set([id]) });
    else selectItems([id]);
    return true;
  }
  open(id);
  return true;
}

/** Goes into a block, opens a note for writing, or gives the keyboard to the form of a layer. */
export function open(id: string): void {
  const now = editing();
  const node = now?.graph.nodes.find((n) => n.id === id);
  if (now?.graph.notes.some((n) => n.id === id)) setView({ writing: id });
  else if (now && node && blockOf(node, blocksOf(now.document))) workspace.getState().enter(id);
  else document.querySelector<HTMLElement>('[data-panel-name="right"] :is(input, select, [role=combobox])')?.focus();
}

/** Starts a wire at the first port of a node; the same key again takes the next one. */
export function startWire(id: string, side: "in" | "out"): boolean {
  const port = portsOf(id, side)[0] ?? portsOf(id, side === "out" ? "in" : "out")[0];
  if (port) wireFrom(port);
  return port !== undefined;
}

function portsOf(id: string, side: "in" | "out"): PortRef[] {
  const node = scene.graph.nodes.find((n) => n.id === id);
  return node ? portsOn(node, scene.graph.views.get(id), side).map((p) => refOf(id, side, p)) : [];
}

function wireFrom(port: PortRef): void {
  const end = portEnd(port.node, port.handle, port.side);
  if (!end) return;
  begin(heldFrom(port, false), port, "keys", end);
  const { speech } = currentText().canvas;
  const first = targets()[0];
  const from = speech.wireFrom(nameOf(port.node));
  if (first) aimAt(first, from);
  else announce(`${from} ${speech.wireNone}`);
}

/** Ports that take the held wire, those right of its beginning first, then in reading order. */
function targets(): PortRef[] {
  const { wiring, marks } = view.getState();
  const side = wiring?.wires[0]?.seeks;
  if (!wiring || !side || !marks) return [];
  const order = readingOrder(stops());
  const from = order.findIndex((s) => s.id === wiring.origin.node);
  const turned =
    side === "in"
      ? [...order.slice(from + 1), ...order.slice(0, from)]
      : [...order.slice(0, from).reverse(), ...order.slice(from + 1).reverse()];
  const fitting = turned.flatMap((s) => portsOf(s.id, side).filter((p) => marks.get(s.id)?.fits.has(p.handle)));
  const free = (p: PortRef): boolean =>
    !scene.graph.views.get(p.node)?.inputs.some((v) => v.handle === p.handle && v.wired);
  return side === "in" ? [...fitting.filter(free), ...fitting.filter((p) => !free(p))] : fitting;
}

function aimAt(port: PortRef, before = ""): void {
  const end = portEnd(port.node, port.handle, port.side);
  if (!end) return;
  bringIntoView(port.node);
  aim(port, end);
  announce(`${before} ${currentText().canvas.speech.wireTarget(nameOf(port.node), port.port)}`.trim());
}

function nameOf(id: string): string {
  const now = editing();
  const node = now?.graph.nodes.find((n) => n.id === id);
  const block = node && now ? blockOf(node, blocksOf(now.document)) : null;
  return node
    ? `${kindOf(node, block, currentText().canvas)} ${node.label ?? node.id}`
    : (scene.graph.views.get(id)?.kind ?? id);
}

function onWiringKey(e: KeyboardEvent): boolean {
  const { wiring } = view.getState();
  if (!wiring) return false;
  if (e.key === "Escape") {
    cancel();
    return true;
  }
  if (e.key === "Enter") {
    const { target } = wiring;
    release(null);
    if (target) focusNode(wiring.wires[0]?.seeks === "in" ? target.node : wiring.origin.node);
    return true;
  }
  if (e.code === "KeyW") {
    const all = [...portsOf(wiring.origin.node, "out"), ...portsOf(wiring.origin.node, "in")];
    const at = all.findIndex((p) => p.side === wiring.origin.side && p.handle === wiring.origin.handle);
    const next = all[(at + 1) % all.length];
    cancel();
    if (next) wireFrom(next);
    return true;
  }
  const direction = directions[e.key];
  if (!direction && e.key !== "Tab") return false;
  const list = targets();
  const at = list.findIndex((p) => p.node === wiring.target?.node && p.handle === wiring.target.handle);
  const back = direction === "left" || direction === "up" || (e.key === "Tab" && e.shiftKey);
  const next = list[(at + (back ? -1 : 1) + list.length) % Math.max(1, list.length)];
  if (next) aimAt(next);
  return true;
}
