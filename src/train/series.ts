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

/** Of every four points the least and the greatest value, in their order: peaks and the NaN that ends a run stay. */
function thinned(x: readonly number[], y: readonly number[]): Series {
  const kept: number[] = [];
  for (let i = 0; i < x.length; i += 4) {
    const group = [0, 1, 2, 3].map((d) => i + d).filter((k) => k < x.length);
    const bad = group.filter((k) => !Number.isFinite(y[k]));
    const ordered = [...group].sort((a, b) => (y[a] as number) - (y[b] as number));
    const chosen = bad.length > 0 ? bad : [ordered[0] as number, ordered.at(-1) as number];
    kept.push(...[...new Set(chosen)].sort((a, b) => a - b));
  }
  return { x: kept.map((k) => x[k] as number), y: kept.map((k) => y[k] as number) };
}

/** The part of a series up to x. */
export function until({ x, y }: Series, limit: number): Series {
  let end = x.length;
  while (end > 0 && (x[end - 1] as number) > limit) end--;
  return end === x.length ? { x, y } : { x: x.slice(0, end), y: y.slice(0, end) };
}
