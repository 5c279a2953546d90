import { numberTex } from "../expression.ts";
import { inputFactor, numberFactor } from "../letters.ts";
import { multilinear, term } from "../multilinear.ts";
import { coordinates, flatIndex, product } from "../place.ts";
import type { Form, NodeNumbers } from "../worked.ts";

const input = (numbers: NodeNumbers): readonly number[] => numbers.inputs[0]?.dims ?? [];
const outputAt = (numbers: NodeNumbers, index: number): number[] => coordinates(numbers.outputs[0]?.dims ?? [], index);

/** An element that comes from one place of the input; null where it is put in. */
const moved = (from: (numbers: NodeNumbers, index: number) => number | null): Form =>
  multilinear(
    (numbers, _, index) => {
      const at = from(numbers, index);
      if (at !== null) return { terms: [term(inputFactor(numbers, 0, at))], letters: "x" };
      const value = numbers.params["value"] as number;
      return { terms: [term(numberFactor(numberTex(value), value))], letters: "v" };
    },
    {
      input: String.raw`\frac{\partial L}{\partial x_{\text{from}}} = \sum \frac{\partial L}{\partial y_{\text{to}}}`,
      parameters: {},
    },
  );

/** The same elements in the same order: flatten, reshape, squeeze, unsqueeze, identity. */
export const inOrder: Form = moved((_, index) => index);

export const transpose: Form = moved((numbers, index) => {
  const given = numbers.params["permutation"] as readonly number[];
  const permutation = given[0] === 0 ? given : [0, ...given];
  const at = outputAt(numbers, index);
  const place = new Array<number>(at.length);
  permutation.forEach((axis, i) => {
    place[axis] = at[i] as number;
  });
  return flatIndex(input(numbers), place);
});

export const slice: Form = moved((numbers, index) => {
  const dims = input(numbers);
  const { axis, start, step } = numbers.params as unknown as { axis: number; start: number; step: number };
  const front = axis < 0 ? axis + dims.length : axis;
  const size = dims[front] as number;
  const counted = start < 0 ? start + size : start;
  // What ONNX does with a start outside: the nearest element that the step can begin at.
  const first = step > 0 ? Math.min(Math.max(counted, 0), size) : Math.min(Math.max(counted, -1), size - 1);
  return flatIndex(
    dims,
    outputAt(numbers, index).map((c, i) => (i === front ? first + c * step : c)),
  );
});

export const pad: Form = moved((numbers, index) => {
  const dims = input(numbers);
  const before = numbers.params["before"] as readonly number[];
  const shift = dims.length - before.length;
  const at = outputAt(numbers, index).map((c, i) => c - (i < shift ? 0 : (before[i - shift] as number)));
  const inside = at.map((c, i) => bounded(c, dims[i] as number, numbers.params["mode"] as string));
  return inside.includes(null) ? null : flatIndex(dims, inside as number[]);
});

function bounded(c: number, size: number, mode: string): number | null {
  if (c >= 0 && c < size) return c;
  if (mode === "constant") return null;
  if (mode === "edge") return c < 0 ? 0 : size - 1;
  return c < 0 ? -c : 2 * (size - 1) - c;
}

/** Repeats elements, or mixes neighbours with weights of their distance. */
export const upsample: Form = multilinear(
  (numbers, _, index) => {
    const dims = input(numbers);
    const at = outputAt(numbers, index);
    const given = numbers.params["scale"] as readonly number[];
    const mode = numbers.params["mode"] as string;
    const axes = at.slice(2).map((o, i) => taps(o, (given[i] ?? given[0]) as number, dims[i + 2] as number, mode));
    const terms = product(axes).map((choice) => {
      const place = [...at.slice(0, 2), ...choice.map((t) => t.at)];
      const weight = choice.reduce((w, t) => w * t.weight, 1);
      const element = inputFactor(numbers, 0, flatIndex(dims, place));
      return weight === 1 ? term(element) : term(numberFactor(numberTex(weight), weight), element);
    });
    return { terms: terms.filter((t) => t.factors.length === 1 || t.factors[0]?.value !== 0), letters: "\\sum c\\,x" };
  },
  {
    input: String.raw`\frac{\partial L}{\partial x_i} = \sum_o c_{o,i}\, \frac{\partial L}{\partial y_o}`,
    parameters: {},
  },
);

interface Tap {
  readonly at: number;
  readonly weight: number;
}

function taps(o: number, scale: number, size: number, mode: string): readonly Tap[] {
  if (mode === "nearest") return [{ at: Math.floor(o / scale), weight: 1 }];
  const centre = (o + 0.5) / scale - 0.5;
  const left = Math.floor(centre);
  const t = centre - left;
  const clamp = (i: number): number => Math.min(Math.max(i, 0), size - 1);
  if (mode === "linear") {
    return joined([
      { at: clamp(left), weight: 1 - t },
      { at: clamp(left + 1), weight: t },
    ]);
  }
  return joined([-1, 0, 1, 2].map((d) => ({ at: clamp(left + d), weight: cubic(Math.abs(t - d)) })));
}

/** Keys' cubic kernel (1981) with a = -0.75. */
function cubic(d: number): number {
  const a = -0.75;
  if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
  return d < 2 ? a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a : 0;
}

/** Taps that fell on one element at the border, as one. */
const joined = (all: readonly Tap[]): readonly Tap[] =>
  [...new Set(all.map((t) => t.at))].map((at) => ({
    at,
    weight: all.filter((t) => t.at === at).reduce((sum, t) => sum + t.weight, 0),
  }));
