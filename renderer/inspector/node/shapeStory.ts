import type { CheckedNode } from "../../../src/graph/check.ts";
import type { ParamValues } from "../../../src/graph/params.ts";
import { axisWindow, reach, type WindowParams } from "../../../src/layers/shared/window.ts";
import { type Dim, equal } from "../../../src/shape/dim.ts";
import { normalAxis, type Shape, sameShape } from "../../../src/shape/type.ts";
import { dimTex, factorTex } from "./tex.ts";

/** Name of an axis: a key of the texts `shape.axes`, or its number. */
export type AxisName = "channels" | "length" | "depth" | "height" | "width" | "features" | number;

export type ShapeNote =
  | "stays"
  | "filters"
  | "units"
  | "parameter"
  | "product"
  | "sum"
  | "stretched"
  | "rest"
  | "gone"
  | "one"
  | "vector"
  | "new"
  | { readonly moved: number };

/** How the size of one axis, or of several alike, came about. */
export interface AxisStory {
  readonly axes: readonly AxisName[];
  /** A calculation with its result, or only the size; LaTeX. */
  readonly tex: string;
  readonly note: ShapeNote | null;
}

export interface ShapeStory {
  /** Said instead of a calculation. A key of the texts `shape`. */
  readonly summary: "unknown" | "unchanged" | "given" | "normalized" | "muted" | "bypassed" | null;
  /** Axes behind the batch, of the first output. */
  readonly axes: readonly AxisStory[];
}

interface Context {
  readonly params: ParamValues;
  readonly inputs: readonly Shape[];
  readonly input: Shape;
  readonly output: Shape;
}

/** How the shape of a node's first output follows from its inputs and parameters, with the numbers put in. */
export function shapeStory(checked: CheckedNode): ShapeStory {
  const { node, layer, params, inputTypes, outputTypes } = checked;
  const told = (summary: ShapeStory["summary"]): ShapeStory => ({ summary, axes: [] });
  if (node.state === "muted") return told("muted");
  const output = outputTypes?.[0]?.shape;
  if (!layer || !params || !inputTypes || !output) return told("unknown");
  if (node.state === "bypassed") return told("bypassed");
  const [input] = inputTypes;
  if (!input) return told("given");
  const inputs = inputTypes.map((t) => t.shape);
  const family = families[layer.id];
  if ((!family || family === broadcast) && inputs.every((s) => sameShape(s, output))) {
    return told(normalizations.includes(layer.id) ? "normalized" : "unchanged");
  }
  const stories = (family ?? byAxis)({ params, inputs, input: input.shape, output });
  return { summary: null, axes: joined(stories) };
}

const normalizations: readonly string[] = ["batch-norm", "layer-norm", "group-norm", "instance-norm", "rms-norm"];

type Family = (c: Context) => readonly AxisStory[];

/** Neighbouring axes with the same calculation are one line. */
function joined(stories: readonly AxisStory[]): AxisStory[] {
  const lines: AxisStory[] = [];
  for (const story of stories) {
    const last = lines.at(-1);
    if (last && last.tex === story.tex && JSON.stringify(last.note) === JSON.stringify(story.note)) {
      lines[lines.length - 1] = { ...last, axes: [...last.axes, ...story.axes] };
    } else lines.push(story);
  }
  return lines;
}

/** Name of axis `i` of a shape whose axes behind the channels are places. */
function placeName(i: number, rank: number): AxisName {
  if (i === 1) return "channels";
  const names = { 3: ["length"], 4: ["height", "width"], 5: ["depth", "height", "width"] } as const;
  return (names as { readonly [rank: number]: readonly AxisName[] })[rank]?.[i - 2] ?? i;
}

/** Name of axis `i` where nothing says that axes are places: those of pictures, and the features at the end. */
function axisName(i: number, rank: number): AxisName {
  if (rank >= 4) return placeName(i, rank);
  return i === rank - 1 ? "features" : i;
}

const line = (name: AxisName, tex: string, note: ShapeNote | null = null): AxisStory => ({ axes: [name], tex, note });
const equation = (left: string, size: Dim): string => `${left} = ${dimTex(size)}`;

/** Axes behind the batch, each by what `tell` says of it. */
const eachAxis = (shape: Shape, tell: (size: Dim, i: number) => AxisStory): AxisStory[] =>
  shape.slice(1).map((size, k) => tell(size, k + 1));

/** Without a rule of its own: what stays, and what is new. */
function byAxis({ input, output }: Context): readonly AxisStory[] {
  return eachAxis(output, (size, i) => {
    const stays = input.length === output.length && equal(size, input[i] as Dim);
    return line(axisName(i, output.length), dimTex(size), stays ? "stays" : "parameter");
  });
}

/** The window formula floor((n + p - k) / s) + 1, or ceil(n / s) where the padding keeps the size. */
function windowTex(size: Dim, params: WindowParams, i: number, out: Dim): string {
  const w = axisWindow(size, params, i);
  if (!w) return dimTex(out);
  const { kernel, stride, dilation, padBegin, padEnd } = w;
  if (params.padding === "same") {
    return equation(
      stride === 1 ? dimTex(size) : `\\left\\lceil \\frac{${dimTex(size)}}{${stride}} \\right\\rceil`,
      out,
    );
  }
  const taps = dilation === 1 ? `${kernel}` : `(${dilation} \\cdot (${kernel} - 1) + 1)`;
  const inside = `${dimTex(size)}${padsTex(padBegin, padEnd, "+")} - ${reach(w) === kernel ? kernel : taps}`;
  return equation(`\\left\\lfloor \\frac{${inside}}{${stride}} \\right\\rfloor + 1`, out);
}

function padsTex(begin: number, end: number, sign: "+" | "-"): string {
  if (begin === 0 && end === 0) return "";
  if (begin === end) return ` ${sign} 2 \\cdot ${begin}`;
  return [begin, end].map((p) => (p === 0 ? "" : ` ${sign} ${p}`)).join("");
}

const windows =
  (channels: ShapeNote): Family =>
  ({ params, input, output }) =>
    eachAxis(output, (size, i) => {
      const name = placeName(i, output.length);
      if (i === 1) return line(name, dimTex(size), channels);
      return line(name, windowTex(input[i] as Dim, params as unknown as WindowParams, i - 2, size));
    });

/** (n - 1) s - p + k + o, or n s where the padding makes it so. */
const transposed: Family = ({ params, input, output }) =>
  eachAxis(output, (size, i) => {
    const name = placeName(i, output.length);
    if (i === 1) return line(name, dimTex(size), "filters");
    const at = (key: string): number => (params[key] as readonly number[])[i - 2] as number;
    const [from, stride] = [input[i] as Dim, at("stride")];
    if (params["padding"] === "same") return line(name, equation(`${factorTex(from)} \\cdot ${stride}`, size));
    const pad = params["padding"] === "explicit" ? at("pads") : 0;
    const taps = at("dilation") === 1 ? `${at("kernel")}` : `${at("dilation")} \\cdot (${at("kernel")} - 1) + 1`;
    const extra = at("outputPadding") === 0 ? "" : ` + ${at("outputPadding")}`;
    const left = `(${dimTex(from)} - 1) \\cdot ${stride} + ${taps}${extra}${padsTex(pad, pad, "-")}`;
    return line(name, equation(left, size));
  });

const lastIs =
  (note: ShapeNote): Family =>
  ({ output }) =>
    eachAxis(output, (size, i) =>
      line(axisName(i, output.length), dimTex(size), i === output.length - 1 ? note : "stays"),
    );

const flatten: Family = ({ params, input, output }) => {
  const start = params["startAxis"] as number;
  return eachAxis(output, (size, i) => {
    const name = i === start ? "features" : axisName(i, input.length);
    if (i < start) return line(name, dimTex(size), "stays");
    const parts = input.slice(start).map(factorTex).join(" \\cdot ");
    return line(name, equation(parts, size), "product");
  });
};

const reshape: Family = ({ params, input, output }) => {
  const target = params["target"] as readonly number[];
  return eachAxis(output, (size, i) => {
    const name = axisName(i, output.length);
    if (target[i - 1] !== -1) return line(name, dimTex(size), "parameter");
    const all = input.slice(1).map(factorTex).join(" \\cdot ");
    const others = target.filter((d) => d !== -1 && d !== 1);
    return line(name, equation(others.length === 0 ? all : `\\frac{${all}}{${others.join(" \\cdot ")}}`, size), "rest");
  });
};

/** Axis of a parameter counted from the front. */
const axisOf = (params: ParamValues, rank: number): number => normalAxis(params["axis"] as number, rank) ?? 1;

const concat: Family = ({ params, inputs, output }) => {
  const at = axisOf(params, output.length);
  return eachAxis(output, (size, i) => {
    const name = axisName(i, output.length);
    if (i !== at) return line(name, dimTex(size), "stays");
    return line(name, equation(inputs.map((s) => dimTex(s[i] as Dim)).join(" + "), size), "sum");
  });
};

const split: Family = ({ params, input, output }) => {
  const at = axisOf(params, output.length);
  return eachAxis(output, (size, i) => {
    const name = axisName(i, output.length);
    if (i !== at) return line(name, dimTex(size), "stays");
    if (params["by"] === "sizes") return line(name, dimTex(size), "parameter");
    return line(name, equation(`\\frac{${dimTex(input[i] as Dim)}}{${params["parts"]}}`, size));
  });
};

/** Operations of tensors that broadcast: what differs is stretched. */
const broadcast: Family = ({ inputs, output }) =>
  eachAxis(output, (size, i) => {
    const sizes = inputs.map((s) => s[i - output.length + s.length] ?? 1);
    const name = axisName(i, output.length);
    if (sizes.every((d) => equal(d, size))) return line(name, dimTex(size), "stays");
    return line(name, `${sizes.map(dimTex).join(",\\ ")} \\to ${dimTex(size)}`, "stretched");
  });

/** Axes that are reduced are gone, or stay with size 1. */
const reduction: Family = ({ params, input }) => {
  const list = params["axes"] as readonly number[];
  const axes = new Set(list.map((a) => normalAxis(a, input.length)));
  const note: ShapeNote = params["keepDims"] === true ? "one" : "gone";
  const size = params["keepDims"] === true ? "1" : "\\cdot";
  return eachAxis(input, (from, i) => {
    const name = axisName(i, input.length);
    return axes.has(i) ? line(name, `${dimTex(from)} \\to ${size}`, note) : line(name, dimTex(from), "stays");
  });
};

const globalPool: Family = ({ input, output }) =>
  eachAxis(input, (from, i) => {
    const name = placeName(i, input.length);
    if (i === 1) return line(name, dimTex(from), "stays");
    const one = output.length === input.length;
    return line(name, `${dimTex(from)} \\to ${one ? "1" : "\\cdot"}`, one ? "one" : "gone");
  });

const chosenPlaces: Family = ({ output }) =>
  eachAxis(output, (size, i) => line(placeName(i, output.length), dimTex(size), i === 1 ? "stays" : "parameter"));

const upsample: Family = ({ params, input, output }) => {
  const scales = params["scale"] as readonly number[];
  return eachAxis(output, (size, i) => {
    const name = placeName(i, output.length);
    if (i === 1) return line(name, dimTex(size), "stays");
    const scale = scales.length === 1 ? scales[0] : scales[i - 2];
    return line(name, equation(`${factorTex(input[i] as Dim)} \\cdot ${scale}`, size));
  });
};

const pad: Family = ({ params, input, output }) => {
  const [before, after] = [params["before"], params["after"]] as unknown as [readonly number[], readonly number[]];
  return eachAxis(output, (size, i) => {
    const name = axisName(i, output.length);
    const k = i - output.length + before.length;
    if (k < 0) return line(name, dimTex(size), "stays");
    return line(name, equation(`${before[k]} + ${dimTex(input[i] as Dim)} + ${after[k]}`, size));
  });
};

const slice: Family = ({ params, input, output }) => {
  const at = axisOf(params, output.length);
  const { start, end, step } = params as unknown as { start: number; end: number; step: number };
  return eachAxis(output, (size, i) => {
    const name = axisName(i, output.length);
    const from = input[i] as Dim;
    if (i !== at) return line(name, dimTex(size), "stays");
    const forward = step > 0 && typeof from === "number" && typeof size === "number" && size > 0;
    if (!forward) return line(name, `${dimTex(from)} \\to ${dimTex(size)}`);
    const place = (v: number): number => Math.min(Math.max(v < 0 ? v + from : v, 0), from);
    const last = params["toEnd"] === true ? from : place(end);
    const span = `${last} - ${place(start)}`;
    return line(name, equation(step === 1 ? span : `\\left\\lceil \\frac{${span}}{${step}} \\right\\rceil`, size));
  });
};

const transpose: Family = ({ params, output }) => {
  const given = params["permutation"] as readonly number[];
  const all = given[0] === 0 ? given : [0, ...given];
  return eachAxis(output, (size, i) => {
    const from = all[i] as number;
    return line(i, dimTex(size), from === i ? "stays" : { moved: from });
  });
};

const unsqueeze: Family = ({ params, output }) => {
  const at = axisOf(params, output.length);
  return eachAxis(output, (size, i) => line(i, dimTex(size), i === at ? "new" : "stays"));
};

const squeeze: Family = ({ params, input }) => {
  const at = axisOf(params, input.length);
  return eachAxis(input, (from, i) =>
    i === at ? line(i, `${dimTex(from)} \\to \\cdot`, "gone") : line(i, dimTex(from), "stays"),
  );
};

/** Rows of the left matrix by columns of the right one; what is summed over is gone. */
const matmul: Family = ({ params, inputs, output }) => {
  const [a, b] = inputs as [Shape, Shape];
  const columns = params["transposeB"] === true ? b.at(-2) : b.at(-1);
  const [rows, inner, wide] = [a.at(-2), a.at(-1), columns].map((d) => factorTex(d as Dim));
  const last = output.length - 2;
  const front = eachAxis(output.slice(0, last), (size, i) => line(i, dimTex(size), "stays"));
  const tex = `(${rows} \\times ${inner})\\,(${inner} \\times ${wide}) \\to ${rows} \\times ${wide}`;
  return [...front, { axes: last === 0 ? [1] : [last, last + 1], tex, note: null }];
};

const spatial = (id: string, family: Family): { readonly [layer: string]: Family } =>
  Object.fromEntries([1, 2, 3].map((d) => [`${id}${d}d`, family]));

/** Layers whose shapes are worked out; all others keep or set them. */
const families: { readonly [layer: string]: Family } = {
  ...spatial("conv", windows("filters")),
  ...spatial("conv-transpose", transposed),
  ...spatial("max-pool", windows("stays")),
  ...spatial("average-pool", windows("stays")),
  "adaptive-average-pool": chosenPlaces,
  "global-average-pool": globalPool,
  "global-max-pool": globalPool,
  dense: lastIs("units"),
  embedding: lastIs("vector"),
  matmul,
  flatten,
  reshape,
  transpose,
  squeeze,
  unsqueeze,
  pad,
  slice,
  upsample,
  concat,
  split,
  "reduce-sum": reduction,
  "reduce-mean": reduction,
  "reduce-max": reduction,
  add: broadcast,
  subtract: broadcast,
  multiply: broadcast,
  divide: broadcast,
};
