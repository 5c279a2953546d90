import type { CanvasNode, WireEdge } from "./flow.ts";
import type { Box } from "./guides.ts";

/** From this many nodes on, only those near the part that is seen are drawn, and from far away one picture of all. */
export const largeGraph = 250;
/** Below this zoom a large graph is one picture: its nodes could not be read anyway. */
export const farZoom = 0.4;

/** How much more than what is seen is kept ready on each side, as a part of it. */
const margin = 0.25;

export const withMargin = (b: Box): Box => ({
  x: b.x - b.width * margin,
  y: b.y - b.height * margin,
  width: b.width * (1 + 2 * margin),
  height: b.height * (1 + 2 * margin),
});

export const holds = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

/**
 * Nodes in a part of the canvas, those at the other ends of their wires, and those that must not go while a gesture
 * holds them; with the wires among all of these.
 */
export function partOf(
  nodes: readonly CanvasNode[],
  edges: readonly WireEdge[],
  part: Box,
  held: (id: string) => boolean,
): { nodes: CanvasNode[]; edges: WireEdge[] } {
  const inside = new Set<string>();
  for (const n of nodes) {
    const { x, y } = n.position;
    const touches =
      x < part.x + part.width &&
      x + (n.width ?? 0) > part.x &&
      y < part.y + part.height &&
      y + (n.height ?? 0) > part.y;
    if (touches || held(n.id)) inside.add(n.id);
  }
  const kept = new Set(inside);
  const wires = edges.filter((e) => {
    if (!inside.has(e.source) && !inside.has(e.target)) return false;
    kept.add(e.source);
    kept.add(e.target);
    return true;
  });
  return { nodes: nodes.filter((n) => kept.has(n.id)), edges: wires };
}
