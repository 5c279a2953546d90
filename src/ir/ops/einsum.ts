/** An einsum equation with its ellipses written out and its output said. */
export interface EinsumTerms {
  /** Letters of each input, one per axis. */
  readonly terms: readonly string[];
  readonly output: string;
}

const spare = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * Reads an equation such as `bij,bjk->bik` or `...i,...i` for inputs of the given ranks. An ellipsis stands for the
 * axes that have no letter, aligned at the right; without `->` the output is the ellipsis and then every letter
 * that occurs once, in order (ONNX Einsum). Null when the equation does not fit.
 */
export function einsumTerms(equation: string, ranks: readonly number[]): EinsumTerms | null {
  const [left, right] = equation.replaceAll(" ", "").split("->");
  const given = (left as string).split(",");
  if (given.length !== ranks.length) return null;
  const free = [...spare].filter((letter) => !equation.includes(letter));
  const widths = given.map((t, i) => (t.includes("...") ? (ranks[i] as number) - (t.length - 3) : 0));
  const width = Math.max(0, ...widths);
  if (widths.some((w) => w < 0) || width > free.length) return null;
  const batch = free.slice(0, width).join("");
  const spell = (t: string, count: number): string => t.replace("...", batch.slice(width - count));
  const terms = given.map((t, i) => spell(t, widths[i] as number));
  if (terms.some((t, i) => t.length !== ranks[i])) return null;
  const letters = given.join("").replaceAll(".", "");
  const once = [...new Set(letters)].filter((l) => letters.indexOf(l) === letters.lastIndexOf(l)).sort();
  return { terms, output: right === undefined ? batch + once.join("") : spell(right, width) };
}
