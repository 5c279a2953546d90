import type { EditableGraph } from "../../src/graph/change.ts";
import type { Box } from "./guides.ts";

/** A thing on the canvas that the keyboard goes through. */
export interface Stop extends Box {
  readonly id: string;
}

/** Nodes whose tops are no further apart than this stand in one row. */
const rowHeight = 40;

/** Reading order: rows from top to bottom, each from left to right. */
export function readingOrder<T extends Stop>(stops: readonly T[]): T[] {
  const byTop = [...stops].sort((a, b) => a.y - b.y || a.x - b.x);
  const rows: T[][] = [];
  for (const stop of byTop) {
    const row = rows.at(-1);
    const top = row?.[0]?.y;
    if (row && top !== undefined && stop.y - top < rowHeight) row.push(stop);
    else rows.push([stop]);
  }
  return rows.flatMap((row) => row.sort((a, b) => a.x - b.x));
}

/** The stop after or before one in reading order; null at the ends. */
export function nextStop(stops: readonly Stop[], from: string | null, by: 1 | -1): string | null {
  const order = readingOrder(stops);
  const at = order.findIndex((s) => s.id === from);
  if (at < 0) return (by === 1 ? order[0] : order.at(-1))?.id ?? null;
  return order[at + by]?.id ?? null;
}

export type Direction = "left" | "right" | "up" | "down";

/**
 * Where an arrow leads from a node: right and left along its wires, to the nearest of several; up and down to the nearest
 * node there. Null where nothing lies that way.
 */
export function neighbour(
  stops: readonly Stop[],
  wires: readonly Pick<EditableGraph["edges"][number], "from" | "to">[],
  from: string,
  direction: Direction,
): string | null {
  const here = stops.find((s) => s.id === from);
  if (!here) return null;
  const near = (list: readonly Stop[]): string | null =>
    [...list].sort((a, b) => away(here, a, direction) - away(here, b, direction))[0]?.id ?? null;
  if (direction === "left" || direction === "right") {
    const linked = new Set(
      wires.flatMap((e) => {
        if (direction === "right") return e.from.node === from ? [e.to.node] : [];
        return e.to.node === from ? [e.from.node] : [];
      }),
    );
    return near(stops.filter((s) => linked.has(s.id)));
  }
  const beyond = stops.filter((s) =>
    direction === "down" ? s.y > here.y + rowHeight / 2 : s.y < here.y - rowHeight / 2,
  );
  return near(beyond);
}

/** Distance between middles; across the direction it counts double. */
function away(a: Box, b: Box, direction: Direction): number {
  const dx = b.x + b.width / 2 - a.x - a.width / 2;
  const dy = b.y + b.height / 2 - a.y - a.height / 2;
  return direction === "up" || direction === "down" ? Math.hypot(dx * 2, dy) : Math.hypot(dx, dy * 2);
}
