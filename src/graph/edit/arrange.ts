import { type Change, graphOf, type Scope } from "../change.ts";
import type { GraphDocument } from "../document.ts";
import { moveNodes } from "./nodes.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}
export type Alignment = "left" | "center" | "right" | "top" | "middle" | "bottom";
export type Axis = "horizontal" | "vertical";

interface Box extends Size {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

function boxes(document: GraphDocument, scope: Scope, ids: readonly string[], sizes: ReadonlyMap<string, Size>): Box[] {
  const wanted = new Set(ids);
  const nodes = graphOf(document, scope).nodes.filter((n) => wanted.has(n.id));
  return nodes.map((n) => ({ id: n.id, ...n.position, ...(sizes.get(n.id) ?? { width: 112, height: 60 }) }));
}

/** Lines up nodes at an edge or a middle of the box around them; sizes are those on the screen, collapsed ones included. */
export function align(
  document: GraphDocument,
  scope: Scope,
  ids: readonly string[],
  how: Alignment,
  sizes: ReadonlyMap<string, Size>,
): Change {
  const list = boxes(document, scope, ids, sizes);
  const left = Math.min(...list.map((b) => b.x));
  const right = Math.max(...list.map((b) => b.x + b.width));
  const top = Math.min(...list.map((b) => b.y));
  const bottom = Math.max(...list.map((b) => b.y + b.height));
  const place: { readonly [A in Alignment]: (b: Box) => { x: number; y: number } } = {
    left: (b) => ({ x: left, y: b.y }),
    center: (b) => ({ x: (left + right - b.width) / 2, y: b.y }),
    right: (b) => ({ x: right - b.width, y: b.y }),
    top: (b) => ({ x: b.x, y: top }),
    middle: (b) => ({ x: b.x, y: (top + bottom - b.height) / 2 }),
    bottom: (b) => ({ x: b.x, y: bottom - b.height }),
  };
  return moveNodes(document, scope, new Map(list.map((b) => [b.id, place[how](b)])));
}

/** Makes the gaps between nodes equal along an axis; the outermost two stay. */
export function distribute(
  document: GraphDocument,
  scope: Scope,
  ids: readonly string[],
  axis: Axis,
  sizes: ReadonlyMap<string, Size>,
): Change {
  const along = axis === "horizontal" ? ("x" as const) : ("y" as const);
  const extent = axis === "horizontal" ? ("width" as const) : ("height" as const);
  const list = boxes(document, scope, ids, sizes).sort((a, b) => a[along] - b[along]);
  const last = list.at(-1);
  if (!last || list.length < 3) return moveNodes(document, scope, new Map());
  const span = last[along] + last[extent] - (list[0] as Box)[along];
  const gap = (span - list.reduce((sum, b) => sum + b[extent], 0)) / (list.length - 1);
  let at = (list[0] as Box)[along];
  const positions = new Map<string, { x: number; y: number }>();
  for (const b of list) {
    positions.set(b.id, { x: b.x, y: b.y, [along]: at });
    at += b[extent] + gap;
  }
  return moveNodes(document, scope, positions);
}
