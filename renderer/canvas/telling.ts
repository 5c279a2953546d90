import type { ParamValues } from "../../src/graph/params.ts";
import { dimText } from "../../src/shape/dim.ts";
import type { TensorType } from "../../src/shape/type.ts";
import { textWidth } from "./textWidth.ts";

/** Words between the numbers, from the texts `canvas.telling`. */
export interface TellingWords {
  readonly stride: string;
  readonly pad: string;
  readonly same: string;
  readonly dilation: string;
  readonly groups: string;
  readonly axis: string;
  readonly axes: string;
  readonly units: string;
  readonly parts: string;
  readonly noBias: string;
  readonly trained: string;
  readonly eachChannel: string;
  readonly ids: string;
}

/** What a layer says about itself: its parameters, and the type that arrives when it is known. */
export interface TellingContext {
  readonly params: ParamValues;
  readonly input: TensorType | null;
  readonly words: TellingWords;
}

type Teller = (c: TellingContext) => readonly string[];

/** Room of a line in the widest node, and the size of its letters. */
const lineRoom = 134;
const lineSize = 11;

/**
 * The one or two parameters that tell what a node does, such as `16 @ 5×5 · pad 2`, as lines of the node; empty for
 * layers without parameters or with the usual ones. Names of parameters are those of the layer's schema.
 */
export function telling(layer: string, c: TellingContext): readonly string[] {
  const teller = tellers[layer];
  return teller ? pack(teller(c).filter(Boolean)) : [];
}

/** Parts joined by dots on as few lines as hold them, at most two. */
function pack(parts: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const joined = last === undefined ? part : `${last} · ${part}`;
    if (last !== undefined && textWidth(joined, lineSize) <= lineRoom) lines[lines.length - 1] = joined;
    else lines.push(part);
  }
  return lines.slice(0, 2);
}

type Value = ParamValues[string];
const list = (v: Value | undefined): readonly number[] => (Array.isArray(v) ? (v as readonly number[]) : []);
const text = (v: Value | undefined): string => (typeof v === "object" ? "" : String(v ?? ""));
/** `5×5`, or one number for one axis. */
const times = (v: Value | undefined): string => list(v).join("×");
/** One number when all axes have the same. */
const brief = (v: Value | undefined): string => {
  const [first, ...rest] = list(v);
  return rest.every((x) => x === first) ? String(first ?? "") : times(v);
};
const only = (v: Value | undefined, usual: number): boolean => list(v).every((x) => x === usual);

function padding({ params, words }: TellingContext): string {
  if (params["padding"] === "same") return words.same;
  return params["padding"] === "explicit" && !only(params["pads"], 0) ? `${words.pad} ${brief(params["pads"])}` : "";
}

const convolution: Teller = (c) => {
  const { params, words } = c;
  return [
    `${text(params["filters"])} @ ${times(params["kernel"])}`,
    only(params["stride"], 1) ? "" : `${words.stride} ${brief(params["stride"])}`,
    padding(c),
    only(params["dilation"], 1) ? "" : `${words.dilation} ${brief(params["dilation"])}`,
    params["groups"] === 1 ? "" : `${words.groups} ${text(params["groups"])}`,
  ];
};

const pooling: Teller = (c) => {
  const { params, words } = c;
  // A stride of 0 stands for the size of the window.
  const stride = only(params["stride"], 0) ? params["kernel"] : params["stride"];
  return [times(params["kernel"]), `${words.stride} ${brief(stride)}`, padding(c)];
};

const dense: Teller = ({ params, input, words }) => {
  const last = input?.shape.at(-1);
  const units = text(params["units"]);
  const size = last === undefined ? `${units} ${words.units}` : `${dimText(last)} → ${units}`;
  return [size, params["bias"] === false ? words.noBias : ""];
};

const onAxis: Teller = ({ params, words }) => [`${words.axis} ${text(params["axis"])}`];
const onAxes: Teller = ({ params, words }) => [`${words.axes} ${list(params["axes"]).join(", ")}`];
const named =
  (symbol: string, param: string): Teller =>
  ({ params }) => [`${symbol} ${text(params[param])}`];

const spatial = (id: string, teller: Teller): { readonly [layer: string]: Teller } =>
  Object.fromEntries([1, 2, 3].map((d) => [`${id}${d}d`, teller]));

const tellers: { readonly [layer: string]: Teller } = {
  ...spatial("conv", convolution),
  ...spatial("conv-transpose", convolution),
  ...spatial("max-pool", pooling),
  ...spatial("average-pool", pooling),
  "adaptive-average-pool": ({ params }) => [`→ ${times(params["size"])}`],
  dense,
  embedding: ({ params, words }) => [`${text(params["vocabulary"])} ${words.ids} → ${text(params["dimensions"])}`],
  "positional-encoding": ({ params, words }) => [
    params["kind"] === "learned" ? words.trained : "sin · cos",
    `≤ ${text(params["maxLength"])}`,
  ],
  matmul: ({ params }) => [params["transposeB"] === true ? "A·Bᵀ" : "A·B"],
  dropout: named("p", "rate"),
  "spatial-dropout": named("p", "rate"),
  "gaussian-noise": named("σ", "deviation"),
  "leaky-relu": named("α", "slope"),
  elu: named("α", "alpha"),
  celu: named("α", "alpha"),
  softplus: named("β", "beta"),
  prelu: ({ params, words }) => [params["slopes"] === "per-channel" ? words.eachChannel : words.trained],
  gelu: ({ params }) => [params["approximate"] === "tanh" ? "tanh" : ""],
  "hard-tanh": ({ params }) => [`${text(params["low"])} … ${text(params["high"])}`],
  threshold: ({ params }) => [`> ${text(params["threshold"])}`],
  scale: ({ params }) => [`× ${text(params["factor"])}`, params["offset"] === 0 ? "" : `+ ${text(params["offset"])}`],
  "group-norm": ({ params, words }) => [`${text(params["groups"])} ${words.groups}`],
  "layer-norm": ({ params, words }) => [params["axes"] === 1 ? "" : `${text(params["axes"])} ${words.axes}`],
  "rms-norm": ({ params, words }) => [params["axes"] === 1 ? "" : `${text(params["axes"])} ${words.axes}`],
  "reduce-sum": onAxes,
  "reduce-mean": onAxes,
  "reduce-max": onAxes,
  softmax: onAxis,
  "log-softmax": onAxis,
  squeeze: onAxis,
  unsqueeze: onAxis,
  concat: onAxis,
  split: ({ params, words }) => [
    `${words.axis} ${text(params["axis"])}`,
    params["by"] === "sizes" ? list(params["sizes"]).join(" + ") : `${text(params["parts"])} ${words.parts}`,
  ],
  slice: ({ params, words }) => [
    `${words.axis} ${text(params["axis"])}`,
    `${text(params["start"])} : ${params["toEnd"] === true ? "" : text(params["end"])}${params["step"] === 1 ? "" : ` : ${text(params["step"])}`}`,
  ],
  flatten: ({ params, words }) => [params["startAxis"] === 1 ? "" : `${words.axis} ${text(params["startAxis"])}`],
  reshape: ({ params }) => [
    `→ ${list(params["target"])
      .map((d) => (d === -1 ? "?" : d))
      .join("×")}`,
  ],
  transpose: ({ params }) => [list(params["permutation"]).join(", ")],
  pad: ({ params }) => [`${times(params["before"])} | ${times(params["after"])}`, text(params["mode"])],
  upsample: ({ params }) => [`× ${brief(params["scale"])}`, text(params["mode"])],
};
