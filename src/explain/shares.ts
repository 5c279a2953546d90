import type { Tensor } from "../shape/dtype.ts";
import { elementOf, type Place } from "./place.ts";
import type { Form, NodeNumbers } from "./worked.ts";

/** What one element of an output contributes to the gradient of an element that it was made from. */
export interface Share {
  readonly output: number;
  readonly index: number;
  /** Gradient of the loss by that output. */
  readonly gradient: number;
  /** Derivative of that output by the element. */
  readonly local: number;
  readonly value: number;
}

/** Elements looked at above which the sum is left to the engine: a few tenths of a second. */
const looksAtMost = 200_000;

/**
 * The gradient of one element of an input or parameter, as what every output that it reaches contributes; zero
 * contributions are left out. Null where that are too many to go through here.
 */
export function sharesOf(
  form: Form,
  numbers: NodeNumbers,
  gradients: readonly (Tensor | null)[],
  by: Place,
): Share[] | null {
  const [first] = numbers.outputs;
  if (!first) return [];
  const ranges = numbers.outputs.map((t) => rangeOf(form, numbers, t, by));
  const total = ranges.reduce((sum, [from, to]) => sum + to - from, 0);
  // At the border an element may see less than elsewhere.
  const places = [0, Math.floor(first.data.length / 2), first.data.length - 1];
  const looks = Math.max(...places.map((index) => form.reads(numbers, 0, index).length));
  if (total * looks > looksAtMost) return null;
  const shares: Share[] = [];
  numbers.outputs.forEach((_, output) => {
    const gradient = gradients[output];
    if (!gradient) return;
    const [from, to] = ranges[output] as readonly [number, number];
    for (let index = from; index < to; index++) {
      const g = elementOf(gradient, index);
      if (g === 0) continue;
      const local = form.slope(numbers, output, index, by);
      if (local !== 0) shares.push({ output, index, gradient: g, local, value: g * local });
    }
  });
  return shares;
}

/** Outputs that may have read an element: of an input, those of its sample. */
function rangeOf(form: Form, numbers: NodeNumbers, t: Tensor, { tensor, index }: Place): readonly [number, number] {
  const source = tensor.of === "input" ? numbers.inputs[tensor.input] : undefined;
  const samples = t.dims[0] ?? 1;
  if (!source || form.acrossSamples || source.dims[0] !== samples) return [0, t.data.length];
  const sample = Math.floor(index / (source.data.length / samples));
  const size = t.data.length / samples;
  return [sample * size, (sample + 1) * size];
}

/** The same from the column of the Jacobian that the engine gives: the derivative of every output by the element. */
export function sharesFrom(columns: readonly (Tensor | null)[], gradients: readonly (Tensor | null)[]): Share[] {
  const shares: Share[] = [];
  columns.forEach((column, output) => {
    const gradient = gradients[output];
    if (!column || !gradient) return;
    for (let index = 0; index < column.data.length; index++) {
      const [g, local] = [elementOf(gradient, index), elementOf(column, index)];
      if (g !== 0 && local !== 0) shares.push({ output, index, gradient: g, local, value: g * local });
    }
  });
  return shares;
}

/** The largest shares, and what the others add. */
export interface Summed {
  readonly shown: readonly Share[];
  readonly rest: number;
  readonly restCount: number;
  readonly total: number;
}

/** The largest shares first, `first` before all others where it is one of them. */
export function summed(shares: readonly Share[], most: number, first?: Pick<Share, "output" | "index">): Summed {
  const isFirst = (s: Share): boolean => s.output === first?.output && s.index === first.index;
  const sorted = [...shares].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const ordered = [...sorted.filter(isFirst), ...sorted.filter((s) => !isFirst(s))];
  const shown = ordered.slice(0, most);
  const rest = ordered.slice(most).reduce((sum, s) => sum + s.value, 0);
  const total = shares.reduce((sum, s) => sum + s.value, 0);
  return { shown, rest, restCount: ordered.length - shown.length, total };
}
