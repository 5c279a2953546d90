import { activeTab, nothing, workspace } from "../../stores/workspace.ts";
import type { Point } from "../controller.ts";
import type { CanvasNode } from "../flow.ts";
import { type Stroke, scene, setView, view } from "../view.ts";
import { toCanvas } from "../viewport.ts";
import { crosses } from "../wirePath.ts";
import { wirePoints } from "../wirePoints.ts";
import { autoPan } from "./autoPan.ts";
import { disconnect } from "./wiring.ts";

/** Draws a box or a lasso that selects, or a knife that cuts wires, until the button is let go. `add` keeps what is selected. */
export function stroke(kind: Stroke["kind"], event: PointerEvent, add: boolean): void {
  const start = toCanvas({ x: event.clientX, y: event.clientY });
  const before = activeTab(workspace.getState())?.selection ?? nothing;
  let last: Point = { x: event.clientX, y: event.clientY };
  let begun = false;
  const draw = (): void => {
    const here = toCanvas(last);
    const now = view.getState().stroke;
    const points = kind === "box" ? [start, here] : [...(now?.points ?? [start]), here];
    setView({ stroke: { kind, points } });
    if (kind !== "knife") selectWithin(kind, points, add ? before : nothing);
  };
  const panning = autoPan(draw);
  const move = (e: PointerEvent): void => {
    last = { x: e.clientX, y: e.clientY };
    if (!begun && Math.hypot(e.clientX - event.clientX, e.clientY - event.clientY) < 4) return;
    begun = true;
    panning.at(last);
    draw();
  };
  const end = (e: Event): void => {
    panning.stop();
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", end);
    window.removeEventListener("pointercancel", end);
    const drawn = view.getState().stroke;
    setView({ stroke: null });
    if (e.type === "pointercancel") return;
    if (!begun && !add && kind !== "knife") workspace.getState().select(nothing);
    if (drawn?.kind === "knife") disconnect(wiresUnder(drawn.points));
  };
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", end);
  window.addEventListener("pointercancel", end);
}

export const wiresUnder = (knife: readonly Point[]): string[] =>
  scene.graph.edges.filter((e) => crosses(knife, wirePoints(e))).map((e) => e.id);

function selectWithin(kind: "box" | "lasso", points: readonly Point[], before: typeof nothing): void {
  const inside = kind === "box" ? inBox(points) : inLasso(points);
  const hit = scene.graph.nodes.filter((n) => n.type !== "port" && inside(n));
  const of = (types: readonly string[]): string[] => hit.filter((n) => types.includes(n.type)).map((n) => n.id);
  workspace.getState().select({
    nodes: new Set([...before.nodes, ...of(["layer", "loss"])]),
    notes: new Set([...before.notes, ...of(["note", "frame"])]),
    edges: before.edges,
  });
}

/** Nodes that the box touches; frames and notes only when they lie in it as a whole. */
function inBox([a, b]: readonly Point[]): (n: CanvasNode) => boolean {
  const [from, to] = [a as Point, b ?? (a as Point)];
  const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
  const [top, bottom] = [Math.min(from.y, to.y), Math.max(from.y, to.y)];
  return (n) => {
    const { x, y } = n.position;
    const [w, h] = [n.width ?? 0, n.height ?? 0];
    if (n.type === "frame") return x >= left && x + w <= right && y >= top && y + h <= bottom;
    return x < right && x + w > left && y < bottom && y + h > top;
  };
}

function inLasso(points: readonly Point[]): (n: CanvasNode) => boolean {
  return (n) => {
    const middle = { x: n.position.x + (n.width ?? 0) / 2, y: n.position.y + (n.height ?? 0) / 2 };
    return within(points, middle);
  };
}

/** Crossing number: a point is inside when a ray from it crosses the border an odd number of times. */
export function within(border: readonly Point[], p: Point): boolean {
  let inside = false;
  for (let i = 0, j = border.length - 1; i < border.length; j = i++) {
    const [a, b] = [border[i] as Point, border[j] as Point];
    if (a.y > p.y !== b.y > p.y && p.x < ((b.x - a.x) * (p.y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}
