/** A real minus. */
const minus = (text: string): string => text.replaceAll("-", "−");

/**
 * A number as an overlay prints it, in two significant digits: `1.1e−2`, `0.38`, `8.4`, `120`, `3.1e4`. Exactly zero
 * is `0`.
 */
export function overlayNumber(v: number): string {
  if (Number.isNaN(v)) return "NaN";
  if (!Number.isFinite(v)) return v > 0 ? "∞" : "−∞";
  if (v === 0) return "0";
  const rounded = Number(v.toPrecision(2));
  const size = Math.abs(rounded);
  if (size >= 0.1 && size < 1000) return minus(plain(rounded));
  return minus(rounded.toExponential(1).replace("e+", "e"));
}

/** Without an exponent, and with the second digit even where it is a zero: `0.30`, `2.0`, `13`. */
function plain(v: number): string {
  const size = Math.abs(v);
  return v.toFixed(size >= 10 ? 0 : size >= 1 ? 1 : 2);
}

/** A share in percent: `88.7 %`, `100 %`; what is not nothing is never printed as nothing. */
export function percent(share: number, digits = 0): string {
  const value = share * 100;
  const least = 10 ** -digits;
  if (value > 0 && value < least / 2) return `< ${least} %`;
  return `${Number(value.toFixed(digits))} %`;
}

/** How many times as much: `×120`, `1/410,000`. */
export function times(factor: number): string {
  if (!(factor > 0) || !Number.isFinite(factor)) return factor === 0 ? "0" : "∞";
  return factor >= 1 ? `×${counted(factor)}` : `1/${counted(1 / factor)}`;
}

const counted = (v: number): string => (v < 1e9 ? Number(v.toPrecision(2)).toLocaleString("en-US") : overlayNumber(v));

/** A time that an operator took: `21 µs`, `1.38 ms`, `2.1 s`. */
export function timeText(microseconds: number): string {
  const three = (v: number): string => String(Number(v.toPrecision(3)));
  if (microseconds < 1000) return `${three(microseconds)} µs`;
  return microseconds < 1e6 ? `${three(microseconds / 1000)} ms` : `${three(microseconds / 1e6)} s`;
}
