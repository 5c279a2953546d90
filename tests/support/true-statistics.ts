import { type StatName, statNames } from "../../src/protocol/index.ts";
import { type Tensor, toNumbers } from "../../src/shape/dtype.ts";

export type Statistics = { readonly [S in StatName]: number };

/** The statistics of a tensor as their definition says, in double precision. */
export function trueStatistics(t: Tensor, units: number, bounds: readonly [number, number] | null): Statistics {
  const values = Array.from(toNumbers(t));
  const n = values.length;
  const share = (match: (v: number, i: number) => boolean): number => values.filter(match).length / n;
  const bad = share((v) => !Number.isFinite(v));
  const mean = values.reduce((sum, v) => sum + v, 0) / n;
  const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n);
  const norm = Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
  const largest = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const inner = t.dims.slice(units + 1).reduce((a, d) => a * d, 1);
  const count = t.dims[units] as number;
  const alive = new Set(values.flatMap((v, i) => (v === 0 ? [] : [Math.floor(i / inner) % count])));
  const range = bounds ? bounds[1] - bounds[0] : 0;
  return {
    mean: bad > 0 ? Number.NaN : mean,
    deviation: bad > 0 ? Number.NaN : deviation,
    norm: bad > 0 ? Number.NaN : norm,
    largest: bad > 0 ? Number.NaN : largest,
    zeros: share((v) => v === 0),
    dead: 1 - alive.size / count,
    saturated: bounds ? share((v) => v < bounds[0] + range / 100 || v > bounds[1] - range / 100) : Number.NaN,
    bad,
  };
}

/** The row of an event by name. */
export function rowAt(values: Float32Array, row: number): Statistics {
  const entries = statNames.map((name, i) => [name, values[row * statNames.length + i] as number]);
  return Object.fromEntries(entries) as Statistics;
}

/**
 * What differs by more than the rounding of float32 sums: the mean against the largest element, the rest relatively;
 * shares are counts and differ by nothing but their own rounding.
 */
export function differences(found: Statistics, truth: Statistics): string[] {
  const scale = truth.largest;
  const allowed: { readonly [S in StatName]: number } = {
    mean: 2e-6 * scale,
    deviation: 1e-5 * truth.deviation + 2e-7 * scale,
    norm: 1e-5 * truth.norm,
    largest: 1e-5 * scale,
    zeros: 1e-6,
    dead: 1e-6,
    saturated: 1e-6,
    bad: 1e-6,
  };
  return statNames.flatMap((name) => {
    const [a, b] = [found[name], truth[name]];
    const same = Number.isNaN(b) ? Number.isNaN(a) : Math.abs(a - b) <= allowed[name];
    return same ? [] : [`${name}: ${a}, in truth ${b}`];
  });
}
