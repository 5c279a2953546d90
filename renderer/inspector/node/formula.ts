import type { CheckedNode } from "../../../src/graph/check.ts";
import type { ParamValues } from "../../../src/graph/params.ts";
import type { Layer } from "../../../src/layers/define.ts";
import { axisWindow, type WindowParams } from "../../../src/layers/shared/window.ts";
import type { Dim } from "../../../src/shape/dim.ts";
import type { Shape } from "../../../src/shape/type.ts";
import { dimTex, factorTex, numberTex } from "./tex.ts";

interface Context {
  readonly params: ParamValues;
  readonly input: Shape;
  readonly output: Shape;
}

/** The formula of a node with its own sizes and settings put in; that of its layer where those are not known. */
export function nodeFormula(checked: CheckedNode): string {
  const { layer, params, inputTypes, outputTypes } = checked;
  if (!layer) return "";
  const [input, output] = [inputTypes?.[0]?.shape, outputTypes?.[0]?.shape];
  const sized = params && input && output ? formulas[layer.id]?.({ params, input, output }) : undefined;
  return sized ?? (layer as Layer).formula;
}

type Sized = (c: Context) => string | undefined;

const list = (params: ParamValues, key: string): readonly number[] => params[key] as readonly number[];
const number = (params: ParamValues, key: string): string => numberTex(params[key] as number);

/** Letters of places and of the taps of a window, by number of axes. */
const places = { 1: ["i"], 2: ["i", "j"], 3: ["h", "i", "j"] } as const;
const taps = { 1: ["u"], 2: ["u", "v"], 3: ["t", "u", "v"] } as const;
type Spatial = 1 | 2 | 3;

const sum = (letter: string, to: string): string => `\\sum_{${letter}=1}^{${to}}`;

/** Where tap `u` of window `i` looks: `i+u`, `2i+u-1`. */
function lookup({ params, input }: Context, k: number, place: string, tap: string): string {
  const w = axisWindow(input[k + 2] as Dim, params as unknown as WindowParams, k);
  if (!w) return `${place}+${tap}`;
  const times = (factor: number, letter: string): string => (factor === 1 ? letter : `${factor}${letter}`);
  return `${times(w.stride, place)}+${times(w.dilation, tap)}${w.padBegin === 0 ? "" : `-${w.padBegin}`}`;
}

const lookups = (c: Context, d: Spatial): string =>
  places[d].map((p, k) => lookup(c, k, p, taps[d][k] as string)).join(",\\,");

const convolution =
  (d: Spatial): Sized =>
  (c) => {
    const { params, input } = c;
    const kernel = list(params, "kernel");
    const groups = params["groups"] as number;
    const channels = groups === 1 ? dimTex(input[1] as Dim) : String((input[1] as number) / groups);
    const sums = [sum("c", channels), ...taps[d].map((t, k) => sum(t, String(kernel[k])))].join("");
    const bias = params["bias"] === true ? "b_o + " : "";
    const window = taps[d].join(",");
    return `y_{o,${places[d].join(",")}} = ${bias}${sums} w_{o,c,${window}}\\; x_{c,\\,${lookups(c, d)}}`;
  };

const maxPool =
  (d: Spatial): Sized =>
  (c) => {
    const kernel = list(c.params, "kernel");
    const limits = taps[d].map((t, k) => `1 \\le ${t} \\le ${kernel[k]}`);
    return `y_{c,${places[d].join(",")}} = \\max_{${limits.join(",\\ ")}} x_{c,\\,${lookups(c, d)}}`;
  };

const averagePool =
  (d: Spatial): Sized =>
  (c) => {
    const kernel = list(c.params, "kernel");
    const sums = taps[d].map((t, k) => sum(t, String(kernel[k]))).join("");
    const count = kernel.reduce((a, b) => a * b, 1);
    return `y_{c,${places[d].join(",")}} = \\frac{1}{${count}} ${sums} x_{c,\\,${lookups(c, d)}}`;
  };

const dense: Sized = ({ params, input, output }) => {
  const bias = params["bias"] === true ? "b_o + " : "";
  const [from, to] = [input.at(-1), output.at(-1)].map((d) => dimTex(d as Dim));
  return `y_o = ${bias}${sum("i", from as string)} w_{o,i}\\, x_i \\qquad o = 1 \\dots ${to}`;
};

const globalAverage: Sized = ({ input }) => {
  const sizes = input.slice(2);
  const letters = places[sizes.length as Spatial];
  if (!letters) return undefined;
  const sums = sizes.map((d, k) => sum(letters[k] as string, dimTex(d))).join("");
  return `y_c = \\frac{1}{${sizes.map(factorTex).join(" \\cdot ")}} ${sums} x_{c,${letters.join(",")}}`;
};

/** The softmax over one axis with its size; `log` for the logarithm of it. */
const softmax =
  (log: boolean): Sized =>
  ({ params, input }) => {
    const axis = params["axis"] as number;
    const size = dimTex(input.at(axis) as Dim);
    const total = `${sum("j", size)} e^{x_j}`;
    return log ? `y_i = x_i - \\ln ${total}` : `y_i = \\frac{e^{x_i}}{\\displaystyle ${total}}`;
  };

const batchNorm: Sized = ({ params, input }) => {
  const count = ["N", ...input.slice(2).map(factorTex)].join(" \\cdot ");
  const [scale, shift] = params["affine"] === true ? ["\\gamma_c\\,", " + \\beta_c"] : ["", ""];
  const normal = `\\frac{x - \\mu_c}{\\sqrt{\\sigma_c^2 + ${number(params, "epsilon")}}}`;
  return `y = ${scale}${normal}${shift},\\quad n_c = ${count}`;
};

const dropout: Sized = ({ params }) => {
  const keep = Number((1 - (params["rate"] as number)).toPrecision(6));
  if (keep === 0) return undefined;
  return `y = \\frac{m \\odot x}{${keep}},\\quad m_i \\sim \\operatorname{Bernoulli}(${keep})`;
};

const spatial = (id: string, make: (d: Spatial) => Sized): { readonly [layer: string]: Sized } =>
  Object.fromEntries(([1, 2, 3] as const).map((d) => [`${id}${d}d`, make(d)]));

/** Layers whose formula says more with its numbers. */
const formulas: { readonly [layer: string]: Sized } = {
  ...spatial("conv", convolution),
  ...spatial("max-pool", maxPool),
  ...spatial("average-pool", averagePool),
  dense,
  softmax: softmax(false),
  "log-softmax": softmax(true),
  "global-average-pool": globalAverage,
  "batch-norm": batchNorm,
  dropout,
  "leaky-relu": ({ params }) =>
    `y = \\begin{cases} x & x \\ge 0 \\\\ ${number(params, "slope")}\\, x & x < 0 \\end{cases}`,
  elu: ({ params }) =>
    `y = \\begin{cases} x & x > 0 \\\\ ${number(params, "alpha")}\\,(e^x - 1) & x \\le 0 \\end{cases}`,
  "gaussian-noise": ({ params }) =>
    `y = x + \\varepsilon,\\quad \\varepsilon \\sim \\mathcal{N}(0,\\, ${number(params, "deviation")}^2)`,
  scale: ({ params }) => `y = ${number(params, "factor")}\\, x + ${number(params, "offset")}`,
  "hard-tanh": ({ params }) => `y = \\min(\\max(x, ${number(params, "low")}), ${number(params, "high")})`,
  matmul: ({ params }) => (params["transposeB"] === true ? "y = a\\,b^{\\top}" : "y = a\\,b"),
};
