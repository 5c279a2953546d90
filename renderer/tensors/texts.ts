/** Numbers as the window writes them: a real minus, tabular figures, exponents where they are shorter. */

const dressed = (text: string): string => text.replaceAll("-", "−").replace("e+", "e");

function special(v: number): string | null {
  if (Number.isNaN(v)) return "NaN";
  if (v === Infinity) return "∞";
  if (v === -Infinity) return "−∞";
  return v === 0 ? "0" : null;
}

/** A value in so many significant digits: `0.4012`, `12.35`, `1.204e−5`, `−∞`. */
export function valueText(v: number, digits = 4): string {
  const own = special(v);
  if (own !== null) return own;
  const size = Math.abs(v);
  if (Number.isInteger(v) && size < 1e7) return dressed(String(v));
  if (size < 1e-3 || size >= 10 ** Math.max(5, digits)) return dressed(v.toExponential(digits - 1));
  return dressed(v.toPrecision(digits));
}

/** A limit of a scale, which has few digits anyway: `0.4`, `0`, `1.5e−4`. */
export function limitText(v: number): string {
  const own = special(v);
  if (own !== null) return own;
  const size = Math.abs(v);
  const value = Number(v.toPrecision(3));
  return dressed(size < 1e-3 || size >= 1e5 ? value.toExponential() : String(value));
}

/** A value for a cell of a picture: two digits after the point where they say something, at most five letters. */
export function cellText(v: number): string {
  const own = special(v);
  if (own !== null) return own;
  const size = Math.abs(v);
  if (Number.isInteger(v) && size < 1e4) return dressed(String(v));
  if (size < 0.005 || size >= 1e4) return dressed(v.toExponential(0));
  if (size < 10) return dressed(v.toFixed(2));
  return dressed(size < 100 ? v.toFixed(1) : v.toFixed(0));
}

/** `[3, 5, 7]` */
export const indexText = (index: readonly number[]): string => `[${index.join(", ")}]`;
