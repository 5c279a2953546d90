import { extentOf, niceLimit, type Values } from "./values.ts";

/** How often values lie where. */
export interface Bins {
  /** Ends of the axis. */
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
  /** Most of a bin. */
  readonly peak: number;
  /** Values that are no numbers, in no bin. */
  readonly bad: number;
  /** Values beyond the ends, in no bin. */
  readonly outside: number;
}

/**
 * Counts values in bins of equal width, each closed at its lower end, the last one at both. Without ends the axis goes
 * as far as the values, to both sides of 0 alike; of values that are nowhere below 0, from 0 on.
 */
export function binsOf(values: Values, count: number, ends?: { readonly low: number; readonly high: number }): Bins {
  const extent = extentOf(values);
  const limit = niceLimit(extent.largest);
  const { low, high } = ends ?? { low: extent.least < 0 ? -limit : 0, high: limit };
  const counts = new Array<number>(count).fill(0);
  let outside = 0;
  const factor = count / (high - low);
  // Limits are rounded: a value may lie beyond by its last bit.
  const slack = (high - low) * 1e-9;
  for (let i = 0; i < values.length; i++) {
    const v = values[i] as number;
    if (v - v !== 0) continue;
    if (v < low - slack || v > high + slack) {
      outside++;
      continue;
    }
    const at = Math.min(count - 1, Math.max(0, Math.floor((v - low) * factor)));
    counts[at] = (counts[at] as number) + 1;
  }
  return { low, high, counts, peak: Math.max(...counts, 1), bad: extent.bad, outside };
}
