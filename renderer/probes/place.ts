import type { Point } from "../canvas/controller.ts";
import type { Box } from "../canvas/guides.ts";

/** Room between a node and its card. */
const gap = 16;

/** Where a card of a size stands best beside its node: where it covers least of what is there, below it first. */
export function freePlace(
  anchor: Box,
  size: { readonly width: number; readonly height: number },
  others: readonly Box[],
): Point {
  const { x, y, width, height } = anchor;
  const places: readonly Point[] = [
    { x, y: y + height + gap },
    { x, y: y - size.height - gap },
    { x: x + width + gap, y: y + height + gap },
    { x: x - size.width - gap, y: y + height + gap },
    { x: x + width + gap, y: y - size.height - gap },
    { x: x - size.width - gap, y: y - size.height - gap },
  ];
  const covered = places.map((p) => others.reduce((n, o) => n + common({ ...p, ...size }, o), 0));
  return places[covered.indexOf(Math.min(...covered))] as Point;
}

/** Area that two boxes have in common. */
function common(a: Box, b: Box): number {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, across) * Math.max(0, down);
}
