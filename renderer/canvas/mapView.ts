import type { Size } from "../../src/graph/edit/arrange.ts";
import type { Box } from "./guides.ts";

/** How units of the canvas become pixels of the map: `left + x · scale`. */
export interface MapView {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** The box around boxes; an empty one at the origin around none. */
export function outline(boxes: readonly Box[]): Box {
  if (boxes.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const b of boxes) {
    left = Math.min(left, b.x);
    top = Math.min(top, b.y);
    right = Math.max(right, b.x + b.width);
    bottom = Math.max(bottom, b.y + b.height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

const margin = 5;

/** Fits a box into a map, centred. */
export function mapView(box: Box, map: Size): MapView {
  const scale = Math.min(
    (map.width - 2 * margin) / Math.max(1, box.width),
    (map.height - 2 * margin) / Math.max(1, box.height),
    0.2,
  );
  return {
    scale,
    left: (map.width - box.width * scale) / 2 - box.x * scale,
    top: (map.height - box.height * scale) / 2 - box.y * scale,
  };
}
