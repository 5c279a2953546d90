import { evaluate } from "../../ui/arithmetic.ts";

interface Limits {
  readonly min?: number;
  readonly max?: number;
}

const within = (v: number, { min = -Infinity, max = Infinity }: Limits): boolean => v >= min && v <= max;

/** `5 × 5` or `5`: numbers per axis as text; one where all are the same. */
export function axesText(value: number | readonly number[]): string {
  if (typeof value === "number") return String(value);
  const [first, ...rest] = value;
  return first !== undefined && rest.every((v) => v === first) ? String(first) : value.join(" × ");
}

/**
 * Numbers per axis from text such as `5`, `3 x 5`, `3, 5`, `2+1 × 5`. One number stands for all axes and comes back as
 * one; null where it is none of these.
 */
export function parseAxes(text: string, length: number, limits: Limits): number | readonly number[] | null {
  const list = parseList(text, limits, true);
  if (list === null || (list.length !== 1 && list.length !== length)) return null;
  const [first, ...rest] = list as [number, ...number[]];
  return rest.every((v) => v === first) ? first : list;
}

/** Numbers with commas, spaces or crosses between them; each may be a sum. An empty text is an empty list. */
export function parseList(text: string, limits: Limits, integer: boolean): readonly number[] | null {
  const values = parts(text).map(evaluate);
  const fit = values.every((v): v is number => v !== null && within(v, limits) && (!integer || Number.isInteger(v)));
  return fit ? (values as number[]) : null;
}

/** A shape from `1 × 28 × 28` or `T, 64`: sizes from 1 on, and letters for sizes that may vary. */
export function parseShape(text: string): readonly (number | string)[] | null {
  const dims = parts(text).map((part) => {
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(part)) return part;
    const value = evaluate(part);
    return value !== null && Number.isInteger(value) && value >= 1 ? value : null;
  });
  return dims.every((d): d is number | string => d !== null) ? dims : null;
}

/** Words with commas between them. */
export const parseWords = (text: string): readonly string[] =>
  text
    .split(/[,，、;；]/)
    .map((w) => w.trim())
    .filter(Boolean);

/** Sums are written without spaces, since a space may part two entries: `1 -1` is a list of two. */
const parts = (text: string): string[] =>
  text
    .trim()
    .replace(/^\[|\]$/g, "")
    .split(/[\s,，;；×]+|(?<=[\d)])x(?=[\d(])/i)
    .filter(Boolean);
