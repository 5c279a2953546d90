import type { Point } from "../controller.ts";
import { scene } from "../view.ts";

/** Pixels from the border of the canvas at which it begins to move, and how fast at the border itself. */
const margin = 40;
const fastest = 16;

/** Moves the canvas while the pointer of a gesture stands near its border. `moved` is called after every step. */
export function autoPan(moved: () => void): { at(screen: Point): void; stop(): void } {
  let pointer: Point | null = null;
  let frame = 0;
  const step = (): void => {
    frame = 0;
    const by = pointer && speed(pointer);
    if (!by || !scene.flow) return;
    const { x, y, zoom } = scene.flow.getViewport();
    void scene.flow.setViewport({ x: x + by.x, y: y + by.y, zoom });
    moved();
    frame = requestAnimationFrame(step);
  };
  return {
    at(screen) {
      pointer = screen;
      if (frame === 0 && speed(screen)) frame = requestAnimationFrame(step);
    },
    stop() {
      if (frame !== 0) cancelAnimationFrame(frame);
      pointer = null;
    },
  };
}

function speed(p: Point): Point | null {
  const box = scene.element?.getBoundingClientRect();
  if (!box) return null;
  const along = (v: number, low: number, high: number): number => {
    if (v < low + margin) return fastest * Math.min(1, (low + margin - v) / margin);
    if (v > high - margin) return -fastest * Math.min(1, (v - high + margin) / margin);
    return 0;
  };
  const [x, y] = [along(p.x, box.left, box.right), along(p.y, box.top, box.bottom)];
  return x === 0 && y === 0 ? null : { x, y };
}
