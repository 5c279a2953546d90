import { partWidth } from "./evenly.ts";

/** A curve that grows while it is drawn: x and y of every point, thinned once it is long. */
export interface Series {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export const emptySeries: Series = { x: [], y: [] };

/** Points kept; one more halves the curve, so that a run of any length stays drawable. */
const most = 40_000;

/**
 * The series with points added: in place, since a copy of thousands of points for every message would be the main work
 * of the window. Whoever draws is told by the new object around the same lists.
 */
export function extended({ x, y }: Series, xs: readonly number[], ys: readonly number[]): Series {
  const [mx, my] = [x as number[], y as number[]];
  for (const [i, v] of xs.entries()) {
    mx.push(v);
    my.push(ys[i] as number);
  }
  return mx.length > most ? thinned(mx, my) : { x: mx, y: my };
}

/** Parts of a curve of which the least and the greatest point stay. */
const parts = most / 4;

/**
 * Half the points or fewer, evenly over the run: of every part of it the least and the greatest value, in their order, so
 * that peaks stay, and the first one that is no number.
 */
function thinned(x: readonly number[], y: readonly number[]): Series {
  const first = x[0] as number;
  const width = partWidth((x.at(-1) as number) - first + 1, parts);
  const part = (i: number): number => Math.floor(((x[i] as number) - first) / width);
  const kept: number[] = [];
  for (let i = 0; i < x.length; ) {
    let [low, high, bad] = [-1, -1, -1];
    for (const here = part(i); i < x.length && part(i) === here; i++) {
      const value = y[i] as number;
      if (!Number.isFinite(value)) {
        if (bad < 0) bad = i;
        continue;
      }
      if (low < 0 || value < (y[low] as number)) low = i;
      if (high < 0 || value > (y[high] as number)) high = i;
    }
    kept.push(...[...new Set([low, high, bad])].filter((k) => k >= 0).sort((a, b) => a - b));
  }
  return { x: kept.map((k) => x[k] as number), y: kept.map((k) => y[k] as number) };
}

/** The part of a series up to x. */
export function until({ x, y }: Series, limit: number): Series {
  let end = x.length;
  while (end > 0 && (x[end - 1] as number) > limit) end--;
  return end === x.length ? { x, y } : { x: x.slice(0, end), y: y.slice(0, end) };
}
