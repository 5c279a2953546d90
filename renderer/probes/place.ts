import type { Point } from "../canvas/controller.ts";
import type { Box } from "../canvas/guides.ts";

/** Room between a node and its card; places are tried in such steps. */
const gap = 16;
const step = 24;
/** Places are tried this far around the node. */
const reach = 720;
/** What one unit away from the node is worth, in units of covered area: a hidden node is worth a long thread. */
const far = 8;

/** What a card would cover, and how bad that were. */
export type Covered = Box & { readonly weight?: number };

/**
 * Where a card of a size stands best: near its node, below it rather than above, covering little of what is there, and
 * inside of what is seen.
 */
export function freePlace(
  anchor: Box,
  size: { readonly width: number; readonly height: number },
  others: readonly Covered[],
  seen: Box | null = null,
): Point {
  const start = { x: anchor.x, y: anchor.y + anchor.height + gap };
  const near = others.filter((o) => common(o, around(anchor, size)) > 0);
  let best: { readonly at: Point; readonly cost: number } | null = null;
  for (let dy = -reach; dy <= reach; dy += step) {
    for (let dx = -reach; dx <= reach; dx += step) {
      const at = { x: start.x + dx, y: start.y + dy };
      const box = { ...at, ...size };
      const covered = near.reduce((n, o) => n + (o.weight ?? 1) * common(box, o), 0) + 4 * common(box, withGap(anchor));
      const outside = seen ? size.width * size.height - common(box, seen) : 0;
      const cost = covered + 2 * outside + far * apart(box, anchor) + Math.abs(dx);
      if (best === null || cost < best.cost) best = { at, cost };
    }
  }
  return (best as { readonly at: Point }).at;
}

const around = ({ x, y, width, height }: Box, size: { readonly width: number; readonly height: number }): Box => ({
  x: x - reach - gap,
  y: y - reach - gap,
  width: width + 2 * (reach + gap) + size.width,
  height: height + 2 * (reach + gap) + size.height,
});

const withGap = ({ x, y, width, height }: Box): Box => ({
  x: x - gap + 1,
  y: y - gap + 1,
  width: width + 2 * gap - 2,
  height: height + 2 * gap - 2,
});

/** Area that two boxes have in common. */
function common(a: Box, b: Box): number {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return across > 0 && down > 0 ? across * down : 0;
}

/** Distance between the edges of two boxes; above counts a little more. */
function apart(card: Box, node: Box): number {
  const dx = Math.max(node.x - card.x - card.width, card.x - node.x - node.width, 0);
  const above = Math.max(0, node.y - card.y - card.height);
  const below = Math.max(0, card.y - node.y - node.height);
  return Math.hypot(dx, below + 1.5 * above);
}
