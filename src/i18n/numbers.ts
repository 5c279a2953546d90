/** Numbers in sentences about a run: short, and readable over many decades. */

/** In two significant digits: `0.31`, `12,000`, `3.1e-7`. */
export function short(v: number): string {
  if (!Number.isFinite(v)) return Number.isNaN(v) ? "NaN" : v > 0 ? "∞" : "−∞";
  const rounded = Number(v.toPrecision(2));
  const size = Math.abs(rounded);
  if (size !== 0 && (size < 1e-3 || size >= 1e6))
    return rounded.toExponential().replace("e+", "e").replaceAll("-", "−");
  return rounded.toLocaleString("en-US", { maximumFractionDigits: 6 }).replace("-", "−");
}

/** A loss in three digits. */
export const lossText = (v: number): string => {
  const size = Math.abs(v);
  return Number.isFinite(v) && size >= 1e-3 && size < 1e4 ? String(Number(v.toPrecision(3))) : short(v);
};

/** A small share as a fraction: `1/410,000`; none as `0`. */
export const fraction = (share: number): string => (share > 0 ? `1/${short(1 / share)}` : "0");

export const percentText = (share: number): string => `${Number((share * 100).toPrecision(2))} %`;
