import { type AxisWindow, type WindowParams, windowsOf } from "../../layers/shared/window.ts";
import { constant, numberTex } from "../expression.ts";
import { inputFactor, numberFactor, outputLetters } from "../letters.ts";
import { multilinear, partial, term } from "../multilinear.ts";
import { coordinates, flatIndex, indicesAlong, inputPlace, product } from "../place.ts";
import { type Factor, type Form, type NodeNumbers, withSlopes } from "../worked.ts";

type Indices = (numbers: NodeNumbers, index: number) => readonly number[];

const x = (numbers: NodeNumbers): readonly number[] => numbers.inputs[0]?.dims ?? [];
const y = (numbers: NodeNumbers): readonly number[] => numbers.outputs[0]?.dims ?? [];

/** The greatest of the elements that `seen` names: all of the gradient goes where it came from. */
export function maximum(seen: Indices): Form {
  const best = (factors: readonly Factor[]): Factor =>
    factors.reduce((a, b) => (b.value > a.value || Number.isNaN(b.value) ? b : a));
  return withSlopes({
    reads: (numbers, _, index) => seen(numbers, index).map((i) => inputPlace(0, i)),
    worked(numbers, output, index) {
      const all = seen(numbers, index).map((i) => inputFactor(numbers, 0, i));
      const top = best(all);
      const shown = [...all].sort((a, b) => b.value - a.value).slice(0, 4);
      const list = `${shown.map((f) => numberTex(f.value)).join(",\\, ")}${all.length > 4 ? ",\\, \\dots" : ""}`;
      return {
        lines: [
          `${outputLetters(numbers, output, index)} = \\max\\{${list}\\} = ${top.letters} = ${numberTex(top.value)}`,
        ],
        value: top.value,
        terms: all.map((f) => term(f)),
      };
    },
    local(numbers, output, index, by) {
      const top = best(seen(numbers, index).map((i) => inputFactor(numbers, 0, i)));
      return { letters: partial(numbers, output, index, by), expression: constant(top.at?.index === by.index ? 1 : 0) };
    },
    backward: () => ({
      input: String.raw`\frac{\partial L}{\partial x_i} = \sum_{o\,:\,i = \arg\max} \frac{\partial L}{\partial y_o}`,
      parameters: {},
    }),
  });
}

/** The elements that `seen` names, each times 1 / n. */
export const mean = (
  seen: Indices,
  count: (numbers: NodeNumbers, index: number) => number = (n, i) => seen(n, i).length,
): Form =>
  multilinear(
    (numbers, _, index) => {
      const n = count(numbers, index);
      const share = numberFactor(`\\tfrac{1}{${n}}`, 1 / n);
      const terms = seen(numbers, index).map((i) => term(share, inputFactor(numbers, 0, i)));
      return { terms, letters: `\\tfrac{1}{${n}} \\sum x`, common: share };
    },
    {
      input: String.raw`\frac{\partial L}{\partial x_i} = \sum_{o\,:\,i \in K_o} \frac{1}{|K_o|}\, \frac{\partial L}{\partial y_o}`,
      parameters: {},
    },
  );

/** The elements that `seen` names, added up. */
export const total = (seen: Indices): Form =>
  multilinear(
    (numbers, _, index) => ({
      terms: seen(numbers, index).map((i) => term(inputFactor(numbers, 0, i))),
      letters: "\\sum_i x_i",
    }),
    { input: String.raw`\frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial y}`, parameters: {} },
  );

/** Elements of the input under the window of an output; padding left out. */
export const underWindow: Indices = (numbers, index) => {
  const dims = x(numbers);
  const [sample, channel, ...at] = coordinates(y(numbers), index) as [number, number, ...number[]];
  const windows = windowsOf(dims, numbers.params as unknown as WindowParams);
  const lists = windows.map((w, i) => tapsInside(w, at[i] as number, dims[i + 2] as number));
  return product(lists).map((place) => flatIndex(dims, [sample, channel, ...place]));
};

const tapsInside = (w: AxisWindow, o: number, size: number): number[] =>
  Array.from({ length: w.kernel }, (_, k) => o * w.stride - w.padBegin + k * w.dilation).filter(
    (at) => at >= 0 && at < size,
  );

/** Elements that a window of average pooling divides by: with or without the padding that was asked for. */
export function countedUnderWindow(numbers: NodeNumbers, index: number): number {
  const dims = x(numbers);
  const at = coordinates(y(numbers), index).slice(2);
  const includePad = numbers.params["countIncludePad"] === true;
  return windowsOf(dims, numbers.params as unknown as WindowParams).reduce((n, w, i) => {
    const size = dims[i + 2] as number;
    const start = (at[i] as number) * w.stride - w.padBegin;
    const [low, high] = includePad ? [-w.padBegin, size + w.padEnd - w.extra] : [0, size];
    return n * (Math.min(start + w.kernel, high) - Math.max(start, low));
  }, 1);
}

/** All places of the channel. */
export const wholeChannel: Indices = (numbers, index) => {
  const dims = x(numbers);
  const [sample, channel] = coordinates(y(numbers), index) as [number, number];
  const axes = dims.map((_, i) => i).slice(2);
  return indicesAlong(dims, [sample, channel, ...axes.map(() => 0)], axes);
};

/** Window i of m over n elements: from floor(i n / m) to ceil((i + 1) n / m). */
export const adaptiveWindow: Indices = (numbers, index) => {
  const [dims, out] = [x(numbers), y(numbers)];
  const [sample, channel, ...at] = coordinates(out, index) as [number, number, ...number[]];
  const lists = at.map((o, i) => {
    const [n, m] = [dims[i + 2] as number, out[i + 2] as number];
    const [start, end] = [Math.floor((o * n) / m), Math.ceil(((o + 1) * n) / m)];
    return Array.from({ length: end - start }, (_, k) => start + k);
  });
  return product(lists).map((place) => flatIndex(dims, [sample, channel, ...place]));
};

/** Elements along the axes that a reduction takes away. */
export const alongAxes: Indices = (numbers, index) => {
  const dims = x(numbers);
  const rank = dims.length;
  const axes = (numbers.params["axes"] as readonly number[]).map((a) => (a < 0 ? a + rank : a));
  const reduced = [...new Set(axes)].sort((a, b) => a - b);
  const at = coordinates(y(numbers), index);
  const kept = numbers.params["keepDims"] === true;
  let next = 0;
  const place = dims.map((_, axis) =>
    kept ? (at[axis] as number) : reduced.includes(axis) ? 0 : (at[next++] as number),
  );
  return indicesAlong(dims, place, reduced);
};
