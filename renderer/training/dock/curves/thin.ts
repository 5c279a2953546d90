import type { Series } from "../../series.ts";

/**
 * The points of a curve that can be seen: of those that fall into one column of the picture the first, the least, the
 * greatest and the last. Drawn, it looks as the whole does. Points that are not finite are left out.
 */
export function thinned({ x, y }: Series, from: number, to: number, columns: number): Series {
  const first = lowerBound(x, from);
  const end = lowerBound(x, to + 1e-9);
  if (end - first <= columns * 2) return finite(x.slice(first, end), y.slice(first, end));
  const outX: number[] = [];
  const outY: number[] = [];
  const scale = columns / (to - from);
  let i = first;
  while (i < end) {
    const column = Math.floor(((x[i] as number) - from) * scale);
    let [low, high, start, last] = [-1, -1, -1, -1];
    for (; i < end && Math.floor(((x[i] as number) - from) * scale) === column; i++) {
      const value = y[i] as number;
      if (!Number.isFinite(value)) continue;
      if (start < 0) start = i;
      if (low < 0 || value < (y[low] as number)) low = i;
      if (high < 0 || value > (y[high] as number)) high = i;
      last = i;
    }
    let before = -1;
    for (const k of [start, Math.min(low, high), Math.max(low, high), last]) {
      if (k <= before) continue;
      outX.push(x[k] as number);
      outY.push(y[k] as number);
      before = k;
    }
  }
  return { x: outX, y: outY };
}

/** The first place whose value is not below `v`. */
export function lowerBound(x: readonly number[], v: number): number {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((x[middle] as number) < v) low = middle + 1;
    else high = middle;
  }
  return low;
}

function finite(x: readonly number[], y: readonly number[]): Series {
  if (y.every((v) => Number.isFinite(v))) return { x, y };
  const kept = [...y.keys()].filter((i) => Number.isFinite(y[i]));
  return { x: kept.map((i) => x[i] as number), y: kept.map((i) => y[i] as number) };
}

/** The value of a curve at a step: that of the last point not after it; null before the first. */
export function valueAt({ x, y }: Series, step: number): number | null {
  const at = lowerBound(x, step + 0.5) - 1;
  return at < 0 ? null : (y[at] as number);
}
