/** Ends of an axis. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Exponent of the power of ten at or below a positive number; sums of logarithms must not lose a whole one. */
const decade = (v: number): number => Math.floor(Math.log10(v) + 1e-12);

/** The least of 1, 2, 5 times a power of ten that is not below `v`. */
export function niceAbove(v: number): number {
  const unit = 10 ** decade(v);
  const factor = [1, 2, 5, 10].find((f) => f * unit >= v * (1 - 1e-12)) ?? 10;
  return Number((factor * unit).toPrecision(12));
}

/** The least height of a logarithmic axis, as a ratio of its ends. */
const leastRatio = 5;

/**
 * A logarithmic axis for values from `low` to `high` (both positive). While a run goes on an axis only grows, and by
 * whole decades, so that the picture stays comparable with itself.
 */
export function logRange(low: number, high: number, before: Range | null): Range {
  const bottom = exact(10 ** decade(low));
  if (!before) {
    const to = niceAbove(high);
    // A curve that has only begun needs some height too.
    return { from: to / bottom < leastRatio ? exact(bottom / 10) : bottom, to };
  }
  return {
    from: Math.min(before.from, bottom),
    to: high > before.to ? exact(10 ** (decade(high * (1 - 1e-12)) + 1)) : before.to,
  };
}

/** A linear axis that holds zero; grows to the next of 1, 2, 5 times a power of ten. */
export function linearRange(low: number, high: number, before: Range | null): Range {
  const to = high > 0 ? niceAbove(high) : low < 0 ? 0 : 1;
  const from = low < 0 ? -niceAbove(-low) : 0;
  return { from: Math.min(from, before?.from ?? from), to: Math.max(to, before?.to ?? to) };
}

/** Steps that are shown while nobody knows how many there will be, and at the least. */
const leastSteps = 100;

/** The axis of steps: doubles as the run goes on, up to its whole length. */
export function stepRange(step: number, planned: number | null): Range {
  let to = leastSteps;
  while (to < step * 1.02) to *= 2;
  return { from: 0, to: planned === null ? to : Math.max(step, Math.min(to, planned)) };
}

/** Round numbers along a linear axis, about `count` of them. */
export function linearTicks({ from, to }: Range, count: number): readonly number[] {
  const raw = (to - from) / Math.max(1, count);
  const unit = 10 ** decade(raw);
  const step = ([1, 2, 4, 5, 10].find((f) => f * unit >= raw * (1 - 1e-9)) ?? 10) * unit;
  const ticks: number[] = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k++) ticks.push(exact(k * step));
  return ticks;
}

/** Powers of ten along a logarithmic axis, about `count` of them; where there are few, twice and five times them too. */
export function logTicks({ from, to }: Range, count: number): readonly number[] {
  const [first, last] = [Math.ceil(Math.log10(from) - 1e-9), decade(to)];
  const by = Math.max(1, Math.ceil((last - first + 1) / Math.max(1, count)));
  const factors = (last - first + 1) * 3 <= count + 2 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let k = first - (factors.length > 1 ? 1 : 0); k <= last; k += by) {
    for (const f of factors) {
      const v = exact(f * 10 ** k);
      if (v >= from * (1 - 1e-9) && v <= to * (1 + 1e-9)) ticks.push(v);
    }
  }
  return ticks;
}

/** Without the digits that sums of binary fractions leave. */
const exact = (v: number): number => Number(v.toPrecision(12));

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A number beside an axis: `0.01`, `1,600`, `10⁻⁵`. */
export function tickText(v: number): string {
  const size = Math.abs(v);
  const sign = v < 0 ? "−" : "";
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    const power = decade(size);
    const factor = exact(size / 10 ** power);
    const digits = [...String(Math.abs(power))].map((d) => superscripts[Number(d)]).join("");
    return `${sign}${factor === 1 ? "" : `${factor}·`}10${power < 0 ? "⁻" : ""}${digits}`;
  }
  return `${sign}${exact(size).toLocaleString("en-US", { maximumFractionDigits: 6 })}`;
}
