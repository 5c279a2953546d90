import { training } from "../stores/training.ts";
import type { Point } from "./controller.ts";
import type { Box } from "./guides.ts";
import { scene, setView } from "./view.ts";

/** Pixels around what is fitted into view: above it stand the breadcrumbs and the toolbar of a selection. */
const fitPadding = { top: 64, side: 36, bottom: 36 } as const;
/** Below it stands the legend of an overlay. */
const legendRoom = 62;

export const zoomRange = { min: 0.03, max: 2.5 } as const;

/** From pixels of the window to units of the canvas. */
export const toCanvas = (screen: Point): Point =>
  scene.flow?.screenToFlowPosition(screen, { snapToGrid: false }) ?? screen;

/** From units of the canvas to pixels of the canvas element, where what floats is placed. */
export function toElement(p: Point): Point {
  const { x, y, zoom } = scene.flow?.getViewport() ?? { x: 0, y: 0, zoom: 1 };
  return { x: p.x * zoom + x, y: p.y * zoom + y };
}

/** From pixels of the window to pixels of the canvas element. */
export function inElement(screen: Point): Point {
  const box = scene.element?.getBoundingClientRect();
  return { x: screen.x - (box?.left ?? 0), y: screen.y - (box?.top ?? 0) };
}

/** The part of the canvas that is seen, in its units. */
export function seen(): Box {
  const box = scene.element?.getBoundingClientRect();
  const { x, y, zoom } = scene.flow?.getViewport() ?? { x: 0, y: 0, zoom: 1 };
  return { x: -x / zoom, y: -y / zoom, width: (box?.width ?? 0) / zoom, height: (box?.height ?? 0) / zoom };
}

const reduced = (): boolean =>
  document.documentElement.dataset["motion"] === "reduced" || matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Length of a move of the canvas that the user asked for. */
export const moveTime = (): number => (reduced() ? 0 : 280);

export function boxOf(id: string): Box | null {
  const node = scene.graph.nodes.find((n) => n.id === id);
  return node ? { ...node.position, width: node.width ?? 0, height: node.height ?? 0 } : null;
}

/** Brings a node into view when it is not, without changing the zoom. */
export function bringIntoView(id: string): void {
  const [box, window] = [boxOf(id), seen()];
  if (!box || !scene.flow) return;
  const margin = 40;
  const need = (at: number, size: number, low: number, room: number): number => {
    if (at < low + margin) return at - low - margin;
    if (at + size > low + room - margin) return at + size - low - room + margin;
    return 0;
  };
  const dx = need(box.x, box.width, window.x, window.width);
  const dy = need(box.y, box.height, window.y, window.height);
  if (dx === 0 && dy === 0) return;
  const { x, y, zoom } = scene.flow.getViewport();
  void scene.flow.setViewport({ x: x - dx * zoom, y: y - dy * zoom, zoom }, { duration: moveTime() });
}

let fading: ReturnType<typeof setTimeout> | undefined;

/** Lights a node up for a moment. */
export function lightUp(id: string): void {
  clearTimeout(fading);
  setView({ lit: id });
  fading = setTimeout(() => setView({ lit: null }), 1500);
}

/** Brings a part of the canvas into view as a whole, never larger than life. */
export function fitBox(box: Box, duration: number): void {
  const window = scene.element?.getBoundingClientRect();
  if (!window || !scene.flow || window.width === 0) return;
  const { top, side } = fitPadding;
  const bottom = training.getState().overlay === "shapes" ? fitPadding.bottom : legendRoom;
  const room = { width: Math.max(1, window.width - 2 * side), height: Math.max(1, window.height - top - bottom) };
  const fitting = Math.min(room.width / Math.max(1, box.width), room.height / Math.max(1, box.height), 1);
  const zoom = Math.max(zoomRange.min, fitting);
  const x = window.width / 2 - (box.x + box.width / 2) * zoom;
  const y = top + room.height / 2 - (box.y + box.height / 2) * zoom;
  void scene.flow.setViewport({ x, y, zoom }, { duration });
}

/** The boxes of nodes and notes of the shown graph, or of these. */
export const boxesOf = (ids: readonly string[] | null): Box[] =>
  scene.graph.nodes
    .filter((n) => ids === null || ids.includes(n.id))
    .map((n) => ({ ...n.position, width: n.width ?? 0, height: n.height ?? 0 }));

/** Where something of a width (pixels) floats beside a node: at its right, or below it where there is no room. */
export function placeBeside(box: Box, width: number): { readonly left: number; readonly top: number } {
  const right = toElement({ x: box.x + box.width, y: box.y });
  const below = toElement({ x: box.x, y: box.y + box.height });
  const all = scene.element?.clientWidth ?? 0;
  return all - right.x - 20 > width
    ? { left: right.x + 14, top: Math.max(8, right.y + 8) }
    : { left: Math.max(8, Math.min(below.x, all - width - 16)), top: below.y + 8 };
}
