import type { CategoryColor } from "../../src/codegen/glyphs.ts";
import type { WireStyle } from "../stores/settings.ts";
import type { Selection } from "../stores/workspace.ts";
import type { Point } from "./controller.ts";
import type { CanvasNode, FlowGraph, WireEdge } from "./flow.ts";
import type { Box } from "./guides.ts";
import { nearest, type WireShape, wireShape } from "./wirePath.ts";

/** Where things stand: nodes by id, those that are being dragged where they are now. */
export type Places = ReadonlyMap<string, Box>;

export function placesOf(graph: FlowGraph, moving: ReadonlyMap<string, Point> | null): Map<string, Box> {
  return new Map(
    graph.nodes.map((n) => {
      const at = moving?.get(n.id) ?? n.position;
      return [n.id, { x: at.x, y: at.y, width: n.width ?? 0, height: n.height ?? 0 }];
    }),
  );
}

const shapes = new WeakMap<WireEdge, { readonly key: string; readonly shape: WireShape | null }>();

/** Way of a wire between places; worked out once while its ends stay. */
export function shapeOfWire(e: WireEdge, graph: FlowGraph, places: Places, style: WireStyle): WireShape | null {
  const [a, b] = [places.get(e.source), places.get(e.target)];
  if (!a || !b || !e.data) return null;
  const key = `${a.x} ${a.y} ${b.x} ${b.y} ${style}`;
  const held = shapes.get(e);
  if (held?.key === key) return held.shape;
  const [from, to] = [portY(graph, e.source, e.sourceHandle, "out"), portY(graph, e.target, e.targetHandle, "in")];
  const start = { x: a.x + a.width, y: a.y + from, top: a.y, bottom: a.y + a.height };
  const end = { x: b.x, y: b.y + to, top: b.y, bottom: b.y + b.height };
  const shape = wireShape(start, end, e.data.reroutes, style === "hidden" ? "curved" : style);
  shapes.set(e, { key, shape });
  return shape;
}

function portY(graph: FlowGraph, node: string, handle: string | null | undefined, side: "in" | "out"): number {
  const view = graph.views.get(node);
  const ports = side === "in" ? view?.inputs : view?.outputs;
  return ports?.find((p) => p.handle === handle)?.y ?? 14;
}

/** What is drawn: everything but what is being dragged, as few shapes of many pieces. */
export interface Picture {
  readonly wires: Path2D;
  readonly faulty: Path2D;
  readonly boxes: Path2D;
  readonly spines: ReadonlyMap<CategoryColor, Path2D>;
  readonly frames: Path2D;
  readonly notes: Path2D;
  readonly errors: Path2D;
}

const spine = 9;

/** The picture of nodes and wires that `shown` lets through. */
export function picture(graph: FlowGraph, places: Places, style: WireStyle, shown: (id: string) => boolean): Picture {
  const [wires, faulty, boxes, frames, notes, errors] = [
    new Path2D(),
    new Path2D(),
    new Path2D(),
    new Path2D(),
    new Path2D(),
    new Path2D(),
  ];
  const spines = new Map<CategoryColor, Path2D>();
  for (const e of graph.edges) {
    if (!shown(e.source) && !shown(e.target)) continue;
    const shape = style === "hidden" && !e.data?.faulty ? null : shapeOfWire(e, graph, places, style);
    if (shape) trace(e.data?.faulty ? faulty : wires, shape.points);
  }
  for (const n of graph.nodes) {
    const box = places.get(n.id);
    if (!box || !shown(n.id)) continue;
    const { x, y, width, height } = box;
    if (n.type === "frame") frames.rect(x, y, width, height);
    else if (n.type === "note") notes.rect(x, y, width, height);
    else boxes.rect(x, y, width, height);
    if (n.type !== "layer" && n.type !== "loss") continue;
    const { color, severity } = n.data.view;
    const path = spines.get(color) ?? new Path2D();
    spines.set(color, path);
    path.rect(x, y, spine, height);
    if (severity === "error") errors.rect(x, y, width, height);
  }
  return { wires, faulty, boxes, spines, frames, notes, errors };
}

/** Points are enough from far away, and far cheaper than curves. */
function trace(path: Path2D, points: readonly Point[]): void {
  const [first, ...rest] = points;
  if (!first) return;
  path.moveTo(first.x, first.y);
  for (const p of rest) path.lineTo(p.x, p.y);
}

/** Colours of a theme, read once. */
export type Ink = (token: string) => string;

/** Draws a picture in units of the canvas; `zoom` keeps lines at their thickness on the screen. */
export function draw(pen: CanvasRenderingContext2D, p: Picture, zoom: number, ink: Ink): void {
  const px = 1 / zoom;
  pen.lineWidth = px;
  pen.fillStyle = ink("--bg-sunken");
  pen.fill(p.frames);
  pen.strokeStyle = ink("--line-strong");
  pen.stroke(p.frames);
  pen.fillStyle = ink("--sev-warn-soft");
  pen.fill(p.notes);
  pen.strokeStyle = ink("--edge-ink");
  pen.lineWidth = 2.5;
  pen.stroke(p.wires);
  pen.strokeStyle = ink("--sev-error");
  pen.lineWidth = Math.max(2.5, 1.5 * px);
  pen.stroke(p.faulty);
  pen.fillStyle = ink("--bg-node");
  pen.fill(p.boxes);
  pen.strokeStyle = ink("--line-strong");
  pen.lineWidth = px;
  pen.stroke(p.boxes);
  for (const [color, path] of p.spines) {
    pen.fillStyle = ink(`--cat-${color}`);
    pen.fill(path);
  }
  pen.strokeStyle = ink("--sev-error");
  pen.lineWidth = Math.max(4, 2 * px);
  pen.stroke(p.errors);
}

/** How a node is painted from far away: its box filled with a colour. */
export type Paint = (id: string) => string | null;

/** Fills nodes with the colours of an overlay, few strokes for many nodes of one colour. Spines stay free. */
export function drawValues(pen: CanvasRenderingContext2D, graph: FlowGraph, places: Places, paint: Paint): void {
  const fills = new Map<string, Path2D>();
  for (const n of graph.nodes) {
    const box = places.get(n.id);
    const color = box ? paint(n.id) : null;
    if (!box || color === null) continue;
    const path = fills.get(color) ?? new Path2D();
    fills.set(color, path);
    path.rect(box.x + spine, box.y, box.width - spine, box.height);
  }
  for (const [color, path] of fills) {
    pen.fillStyle = color;
    pen.fill(path);
  }
}

/** Rings around what is selected, over everything. */
export function drawSelection(
  pen: CanvasRenderingContext2D,
  graph: FlowGraph,
  places: Places,
  selection: Selection,
  style: WireStyle,
  zoom: number,
  ink: Ink,
): void {
  pen.strokeStyle = ink("--accent");
  pen.lineWidth = Math.max(3, 2 / zoom);
  for (const id of [...selection.nodes, ...selection.notes]) {
    const box = places.get(id);
    if (box) pen.strokeRect(box.x, box.y, box.width, box.height);
  }
  for (const e of graph.edges) {
    const shape = selection.edges.has(e.id) ? shapeOfWire(e, graph, places, style) : null;
    if (!shape) continue;
    const path = new Path2D();
    trace(path, shape.points);
    pen.stroke(path);
  }
}

/** What lies at a point: a node, the topmost first, else a wire within reach. */
export function hit(graph: FlowGraph, p: Point, reach: number, style: WireStyle): CanvasNode | WireEdge | null {
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const n = graph.nodes[i] as CanvasNode;
    const inside =
      p.x >= n.position.x &&
      p.y >= n.position.y &&
      p.x <= n.position.x + (n.width ?? 0) &&
      p.y <= n.position.y + (n.height ?? 0);
    if (inside && n.type !== "port") return n;
  }
  const places = placesOf(graph, null);
  let best: { readonly edge: WireEdge; readonly distance: number } | null = null;
  for (const edge of graph.edges) {
    const shape = shapeOfWire(edge, graph, places, style);
    const distance = shape ? nearest(shape.points, p).distance : reach;
    if (distance < (best?.distance ?? reach)) best = { edge, distance };
  }
  return best?.edge ?? null;
}

export const isWire = (found: CanvasNode | WireEdge): found is WireEdge => "source" in found;
