import type { ParamValues } from "../../graph/params.ts";
import { sinusoids } from "../../layers/positional-encoding.ts";
import { transposedAxis } from "../../layers/shared/conv.ts";
import { type AxisWindow, type WindowParams, windowsOf } from "../../layers/shared/window.ts";
import { inputFactor, numberFactor, parameterFactor } from "../letters.ts";
import { multilinear, type Sum, term } from "../multilinear.ts";
import { broadcastIndex, coordinates, elementOf, flatIndex, product } from "../place.ts";
import type { Factor, Form, NodeNumbers, Term } from "../worked.ts";

const biasTerm = (numbers: NodeNumbers, index: number): Pick<Sum, "apart"> =>
  numbers.parameters["bias"] ? { apart: term(parameterFactor(numbers, "bias", index)) } : {};

const dimsOf = (numbers: NodeNumbers, tensor: "input" | "output" | "weight"): readonly number[] => {
  const t = tensor === "weight" ? numbers.parameters["weight"] : numbers[`${tensor}s`][0];
  return t?.dims ?? [];
};

/** y = x W^T + b over the last axis. */
export const dense: Form = multilinear(
  (numbers, _, index) => {
    const [units, width] = dimsOf(numbers, "weight") as [number, number];
    const [row, unit] = [Math.floor(index / units), index % units];
    const terms = Array.from({ length: width }, (_, i) =>
      term(parameterFactor(numbers, "weight", unit * width + i), inputFactor(numbers, 0, row * width + i)),
    );
    return { terms, letters: String.raw`\sum_i w_{o,i}\,x_i`, ...biasTerm(numbers, unit) };
  },
  {
    input: String.raw`\frac{\partial L}{\partial x_i} = \sum_o \frac{\partial L}{\partial y_o}\, w_{o,i}`,
    parameters: {
      weight: String.raw`\frac{\partial L}{\partial w_{o,i}} = \sum_n \frac{\partial L}{\partial y_{n,o}}\, x_{n,i}`,
      bias: String.raw`\frac{\partial L}{\partial b_o} = \sum_n \frac{\partial L}{\partial y_{n,o}}`,
    },
  },
);

/** Letters of places and of taps, by number of axes. */
const places = [["i"], ["i", "j"], ["h", "i", "j"]] as const;
const taps = [["u"], ["u", "v"], ["t", "u", "v"]] as const;
type Axes = 0 | 1 | 2;

const one = (letters: readonly string[]): string => letters.join(",");

/** Where tap `u` of window `i` looks: `i+u-1`, `2i+u-1`; both counted from 1. */
function lookup(w: Pick<AxisWindow, "stride" | "dilation" | "padBegin">, place: string, tap: string): string {
  const times = (factor: number, letter: string): string => (factor === 1 ? letter : `${factor}${letter}`);
  const shift = 1 - w.stride - w.dilation - w.padBegin;
  const constant = shift === 0 ? "" : shift > 0 ? `+${shift}` : `${shift}`;
  return `${times(w.stride, place)}+${times(w.dilation, tap)}${constant}`;
}

/** How windows of a layer look at its input, for formulas that hold whatever the size of the input is. */
function lookups(params: ParamValues, d: Axes): string {
  const p = params as unknown as WindowParams;
  return places[d]
    .map((place, k) => {
      const kernel = p.kernel[k] as number;
      const stride = (p.stride[k] as number) || kernel;
      const dilation = p.dilation?.[k] ?? 1;
      if (p.padding === "same" && stride > 1) return `${place}\\cdot ${stride}+${taps[d][k]}-\\dots`;
      const same = Math.floor((dilation * (kernel - 1)) / 2);
      const padBegin = p.padding === "same" ? same : p.padding === "explicit" ? (p.pads[k] as number) : 0;
      return lookup({ stride, dilation, padBegin }, place, taps[d][k] as string);
    })
    .join(",\\,");
}

/** Cross-correlation: every window times the filter of its group. */
export const convolution = (spatial: 1 | 2 | 3): Form => {
  const d = (spatial - 1) as Axes;
  const [place, tap] = [one(places[d]), one(taps[d])];
  return multilinear(
    (numbers, _, index) => {
      const [dims, output, weight] = [dimsOf(numbers, "input"), dimsOf(numbers, "output"), dimsOf(numbers, "weight")];
      const [sample, filter, ...at] = coordinates(output, index) as [number, number, ...number[]];
      const windows = windowsOf(dims, numbers.params as unknown as WindowParams);
      const kernels = product(windows.map((w) => Array.from({ length: w.kernel }, (_, k) => k)));
      const channels = weight[1] as number;
      const groups = numbers.params["groups"] as number;
      const first = Math.floor(filter / ((output[1] as number) / groups)) * channels;
      const terms: Term[] = [];
      for (let c = 0; c < channels; c++) {
        for (const k of kernels) {
          const from = windows.map((w, i) => (at[i] as number) * w.stride - w.padBegin + (k[i] as number) * w.dilation);
          if (from.some((v, i) => v < 0 || v >= (dims[i + 2] as number))) continue;
          terms.push(
            term(
              parameterFactor(numbers, "weight", flatIndex(weight, [filter, c, ...k])),
              inputFactor(numbers, 0, flatIndex(dims, [sample, first + c, ...from])),
            ),
          );
        }
      }
      return { terms, letters: `\\sum_{c,${tap}} w_{o,c,${tap}}\\,x_c`, ...biasTerm(numbers, filter) };
    },
    (params) => ({
      input: String.raw`\frac{\partial L}{\partial x_c} = \sum_{o,${tap}} \frac{\partial L}{\partial y_o}\, w_{o,c,${tap}}`,
      parameters: {
        weight: String.raw`\frac{\partial L}{\partial w_{o,c,${tap}}} = \sum_{n,${place}} \frac{\partial L}{\partial y_{n,o,${place}}}\; x_{n,c,\,${lookups(params, d)}}`,
        bias: String.raw`\frac{\partial L}{\partial b_o} = \sum_{n,${place}} \frac{\partial L}{\partial y_{n,o,${place}}}`,
      },
    }),
  );
};

/** The other way round: every input is laid out with the kernel, and what meets is added up. */
export const transposedConvolution = (spatial: 1 | 2 | 3): Form => {
  const d = (spatial - 1) as Axes;
  const [place, tap] = [one(places[d]), one(taps[d])];
  return multilinear(
    (numbers, _, index) => {
      const [dims, output, weight] = [dimsOf(numbers, "input"), dimsOf(numbers, "output"), dimsOf(numbers, "weight")];
      const [sample, filter, ...at] = coordinates(output, index) as [number, number, ...number[]];
      const { kernel, groups } = numbers.params as unknown as { kernel: readonly number[]; groups: number };
      const axes = kernel.map((_, i) => transposedAxis(numbers.params as never, i));
      const perGroup = weight[1] as number;
      const channels = (dims[1] as number) / groups;
      const first = Math.floor(filter / perGroup) * channels;
      const terms: Term[] = [];
      for (const k of product(axes.map((a) => Array.from({ length: a.kernel }, (_, i) => i)))) {
        const from = axes.map((a, i) => ((at[i] as number) + a.padBegin - a.dilation * (k[i] as number)) / a.stride);
        if (from.some((v, i) => !Number.isInteger(v) || v < 0 || v >= (dims[i + 2] as number))) continue;
        for (let c = first; c < first + channels; c++) {
          terms.push(
            term(
              parameterFactor(numbers, "weight", flatIndex(weight, [c, filter % perGroup, ...k])),
              inputFactor(numbers, 0, flatIndex(dims, [sample, c, ...from])),
            ),
          );
        }
      }
      return { terms, letters: `\\sum_{c,${tap}} w_{c,o,${tap}}\\,x_c`, ...biasTerm(numbers, filter) };
    },
    {
      input: String.raw`\frac{\partial L}{\partial x_{c,${place}}} = \sum_{o,${tap}} \frac{\partial L}{\partial y_o}\, w_{c,o,${tap}}`,
      parameters: {
        weight: String.raw`\frac{\partial L}{\partial w_{c,o,${tap}}} = \sum_{n,${place}} \frac{\partial L}{\partial y_{n,o}}\; x_{n,c,${place}}`,
        bias: String.raw`\frac{\partial L}{\partial b_o} = \sum_{n,${place}} \frac{\partial L}{\partial y_{n,o,${place}}}`,
      },
    },
  );
};

/** a b or a b^T over the last two axes: in attention, the products of queries and keys, then of weights and values. */
export const matmul: Form = multilinear(
  (numbers, _, index) => {
    const [a, b] = numbers.inputs.map((t) => t.dims) as [readonly number[], readonly number[]];
    const at = coordinates(dimsOf(numbers, "output"), index);
    const [batch, row, column] = [at.slice(0, -2), at.at(-2) as number, at.at(-1) as number];
    const transposed = numbers.params["transposeB"] === true;
    const terms = Array.from({ length: a.at(-1) as number }, (_, k) =>
      term(
        inputFactor(numbers, 0, broadcastIndex(a, [...batch, row, k]), { named: true }),
        inputFactor(numbers, 1, broadcastIndex(b, [...batch, ...(transposed ? [column, k] : [k, column])]), {
          named: true,
        }),
      ),
    );
    return { terms, letters: transposed ? String.raw`\sum_k a_{i,k}\,b_{j,k}` : String.raw`\sum_k a_{i,k}\,b_{k,j}` };
  },
  (params) => ({
    input:
      params["transposeB"] === true
        ? String.raw`\frac{\partial L}{\partial a} = \frac{\partial L}{\partial y}\, b,\quad \frac{\partial L}{\partial b} = \Bigl(\frac{\partial L}{\partial y}\Bigr)^{\!\top} a`
        : String.raw`\frac{\partial L}{\partial a} = \frac{\partial L}{\partial y}\, b^{\top},\quad \frac{\partial L}{\partial b} = a^{\top}\, \frac{\partial L}{\partial y}`,
    parameters: {},
  }),
  { named: true },
);

/** A row of the table for each id. */
export const embedding: Form = multilinear(
  (numbers, _, index) => {
    const width = numbers.params["dimensions"] as number;
    const at = Math.floor(index / width);
    const id = elementOf(numbers.inputs[0] as NodeNumbers["inputs"][number], at);
    const vector = parameterFactor(numbers, "weight", id * width + (index % width));
    const masked = numbers.params["padding"] === true && id === numbers.params["paddingIndex"];
    return { terms: [masked ? term(numberFactor("0", 0), vector) : term(vector)], letters: "w_x" };
  },
  {
    input: String.raw`\frac{\partial L}{\partial x}\ \text{--}`,
    parameters: {
      weight: String.raw`\frac{\partial L}{\partial w_{k}} = \sum_{n,t\,:\,x_{n,t} = k} \frac{\partial L}{\partial y_{n,t}}`,
    },
  },
);

/** A vector per position, of sines or trained. */
export const positionalEncoding: Form = multilinear(
  (numbers, _, index) => {
    const [, length, width] = dimsOf(numbers, "output") as [number, number, number];
    const at = index % (length * width);
    const learned = numbers.params["kind"] === "learned";
    const position: Factor = learned
      ? parameterFactor(numbers, "weight", at)
      : numberFactor("P", sinusoids(length, width)[at] as number);
    const wave = learned ? position : { ...position, letters: sineTex(Math.floor(at / width), at % width, width) };
    return { terms: [term(inputFactor(numbers, 0, index)), term(wave)], letters: "x + P" };
  },
  {
    input: String.raw`\frac{\partial L}{\partial x_t} = \frac{\partial L}{\partial y_t}`,
    parameters: { weight: String.raw`\frac{\partial L}{\partial w_t} = \sum_n \frac{\partial L}{\partial y_{n,t}}` },
  },
);

const sineTex = (t: number, column: number, width: number): string =>
  `\\${column % 2 === 0 ? "sin" : "cos"}\\frac{${t}}{10000^{${column - (column % 2)}/${width}}}`;
