import type { Point } from "./controller.ts";
import type { Box } from "./guides.ts";

export interface NamedBox extends Box {
  readonly id: string;
}

/** Least gap beside a node that was put between others: room for the label of a wire. */
export const wireGap = 44;

const sameRow = (a: Box, b: Box): boolean => a.y < b.y + b.height && b.y < a.y + a.height;

/**
 * Pushes nodes right of a new one aside as far as needed, along its row; gaps between them stay. Gives only those that
 * move.
 */
export function pushAside(inserted: NamedBox, others: readonly NamedBox[]): Map<string, Point> {
  const moves = new Map<string, Point>();
  const row = others.filter((o) => o.id !== inserted.id && sameRow(o, inserted) && o.x + o.width / 2 > inserted.x);
  row.sort((a, b) => a.x - b.x);
  let reach = inserted.x + inserted.width + wireGap;
  for (const [i, box] of row.entries()) {
    if (box.x >= reach) break;
    moves.set(box.id, { x: reach, y: box.y });
    const next = row[i + 1];
    const gap = next ? Math.min(wireGap, Math.max(0, next.x - box.x - box.width)) : 0;
    reach += box.width + gap;
  }
  return moves;
}

const overlap = (a: Box, b: Box, margin: number): boolean =>
  a.x < b.x + b.width + margin &&
  b.x < a.x + a.width + margin &&
  a.y < b.y + b.height + margin &&
  b.y < a.y + a.height + margin;

/** The place nearest below `box` where it lies on no other. */
export function freePlace(box: Box, others: readonly Box[]): Point {
  const margin = 16;
  let y = box.y;
  for (let turn = 0; turn <= others.length; turn++) {
    const hit = others.find((o) => overlap({ ...box, y }, o, margin));
    if (!hit) break;
    y = hit.y + hit.height + margin * 2;
  }
  return { x: box.x, y };
}

/** True when the middle of a box lies in a frame. */
export const contains = (frame: Box, box: Box): boolean => {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  return x >= frame.x && x <= frame.x + frame.width && y >= frame.y && y <= frame.y + frame.height;
};
