import type { Range } from "./axis.ts";
import type { Line, Scene } from "./scene.ts";

/** The rectangle that curves are drawn in. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Places of steps and values in a rectangle. */
export interface Projection {
  readonly x: (step: number) => number;
  readonly y: (value: number) => number;
}

export function projection({ x, y, log }: Pick<Scene, "x" | "y" | "log">, box: Box): Projection {
  const along = ({ from, to }: Range, v: number): number => (v - from) / (to - from);
  const logs = log ? { from: Math.log(y.from), to: Math.log(y.to) } : y;
  return {
    x: (step) => box.left + along(x, step) * box.width,
    // What is zero or less has no place on a logarithmic axis and lies below its end.
    y: (value) => {
      const part = along(logs, log ? Math.log(Math.max(value, Number.MIN_VALUE)) : value);
      return box.top + box.height - Math.min(3, Math.max(-3, part)) * box.height;
    },
  };
}

/** Points of the polyline of a curve. */
export function pointsOf({ series }: Line, { x, y }: Projection): readonly (readonly [number, number])[] {
  return series.x.map((step, i) => [x(step), y(series.y[i] as number)] as const);
}

/** Most marks of one line: more would run into each other. */
const marksAtMost = 40;

/** Places of the squares of a line: all while they are few, else every n-th and the last. */
export function squaresOf(line: Line, project: Projection): readonly (readonly [number, number])[] {
  if (!line.squares) return [];
  const points = pointsOf(line, project);
  const by = Math.ceil(points.length / marksAtMost);
  return points.filter((_, i) => (points.length - 1 - i) % by === 0);
}

/** Labels moved apart so that none covers another, in the order they came; each is `height` high. */
export function apart(places: readonly number[], height: number, top: number, bottom: number): readonly number[] {
  const order = [...places.keys()].sort((a, b) => (places[a] as number) - (places[b] as number));
  const result = [...places];
  let free = top;
  for (const i of order) {
    result[i] = Math.max(free, result[i] as number);
    free = (result[i] as number) + height;
  }
  let limit = bottom;
  for (const i of order.reverse()) {
    result[i] = Math.min(limit, result[i] as number);
    limit = (result[i] as number) - height;
  }
  return result;
}
