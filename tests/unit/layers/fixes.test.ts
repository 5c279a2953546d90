import { describe, expect, it } from "vitest";
import type { Fix, IssueCode, Json } from "../../../src/core/issue.ts";
import { checkGraph } from "../../../src/graph/check.ts";
import { documentSchema, type GraphDocument } from "../../../src/graph/document.ts";
import { applyFix } from "../../../src/graph/fix.ts";
import { layerRegistry } from "../../../src/layers/registry.ts";

type Sizes = readonly (number | string)[];
type Params = { readonly [name: string]: Json };

/** Input nodes of the given sample shapes, all wired to one node of the layer under test. Ids are floats unless told. */
function network(layer: string, params: Params, inputs: readonly Sizes[], dtype = "float32"): GraphDocument {
  const ports = layerRegistry.get(layer)?.inputs(params as never) ?? [];
  const port = (i: number) => ports[Math.min(i, ports.length - 1)]?.name ?? "in";
  return documentSchema.parse({
    format: "gradloom",
    version: 1,
    nodes: [
      ...inputs.map((shape, i) => ({ id: `x${i}`, layer: "input", params: { shape, dtype } })),
      { id: "n", layer, params },
    ],
    edges: inputs.map((_, i) => ({ id: `e${i}`, from: { node: `x${i}` }, to: { node: "n", port: port(i), index: i } })),
  });
}

const issuesAt = (document: GraphDocument) => checkGraph(document, layerRegistry).issues;

interface Row {
  readonly name: string;
  readonly layer: string;
  readonly params?: Params;
  readonly inputs: readonly Sizes[];
  readonly code: IssueCode;
  /** What the fix says, without the node: [param, value] or [layer, params]. Null: no fix is offered. */
  readonly fix: readonly [string, Json] | null;
  readonly dtype?: "int64";
  /** Whether nothing is wrong any more afterwards; true unless said. */
  readonly sound?: false;
}

const rows: Row[] = [
  {
    name: "image into a layer of 2 axes",
    layer: "flatten",
    inputs: [[]],
    code: "shape.rank",
    fix: ["unsqueeze", { axis: 1 }],
  },
  {
    name: "vector of 784 into a 2-D convolution",
    layer: "conv2d",
    inputs: [[784]],
    code: "shape.rank",
    fix: ["reshape", { target: [1, 28, 28] }],
  },
  {
    name: "vector of 3072 into a 2-D convolution",
    layer: "conv2d",
    inputs: [[3072]],
    code: "shape.rank",
    fix: ["reshape", { target: [3, 32, 32] }],
  },
  {
    name: "vector of 7 into a 2-D convolution",
    layer: "conv2d",
    params: { padding: "same" },
    inputs: [[7]],
    code: "shape.rank",
    fix: ["reshape", { target: [7, 1, 1] }],
  },
  {
    name: "picture without channels",
    layer: "conv2d",
    inputs: [[28, 28]],
    code: "shape.rank",
    fix: ["unsqueeze", { axis: 1 }],
  },
  {
    name: "picture into a 1-D convolution",
    layer: "conv1d",
    inputs: [[3, 8, 8]],
    code: "shape.rank",
    fix: ["reshape", { target: [3, -1] }],
  },
  {
    name: "picture into a dense layer",
    layer: "dense",
    inputs: [[16, 5, 5]],
    code: "shape.flat",
    fix: ["flatten", {}],
  },
  {
    name: "scalar samples into a dense layer",
    layer: "dense",
    inputs: [[]],
    code: "shape.rank",
    fix: ["unsqueeze", { axis: 1 }],
  },
  {
    name: "ids into a dense layer",
    layer: "dense",
    inputs: [["T"]],
    dtype: "int64",
    code: "shape.dtype",
    fix: ["embedding", {}],
  },
  { name: "ids into a relu", layer: "relu", inputs: [[5, 5]], dtype: "int64", code: "shape.dtype", fix: null },
  { name: "floats into an embedding", layer: "embedding", inputs: [[5]], code: "shape.dtype", fix: null },
  {
    name: "kernel larger than the input",
    layer: "conv2d",
    params: { kernel: 5 },
    inputs: [[1, 3, 3]],
    code: "shape.empty",
    fix: ["padding", "same"],
  },
  {
    name: "kernel larger than the padded input",
    layer: "conv2d",
    params: { kernel: 9, padding: "explicit", pads: 1, dilation: 2 },
    inputs: [[1, 5, 4]],
    code: "shape.empty",
    fix: ["kernel", [4, 3]],
  },
  {
    name: "pool larger than the input",
    layer: "max-pool2d",
    params: { kernel: 4 },
    inputs: [[1, 3, 9]],
    code: "shape.empty",
    fix: ["padding", "same"],
  },
  {
    name: "pool larger than one axis, another unknown",
    layer: "max-pool2d",
    params: { kernel: 4 },
    inputs: [[1, 3, "W"]],
    code: "shape.empty",
    fix: ["kernel", [3, 4]],
  },
  {
    name: "stride and same padding on an unknown size",
    layer: "conv1d",
    params: { stride: 2, padding: "same" },
    inputs: [[3, "T"]],
    code: "shape.symbolic",
    fix: ["padding", "valid"],
  },
  {
    name: "ceil mode on an unknown size",
    layer: "average-pool1d",
    params: { ceilMode: true },
    inputs: [[3, "T"]],
    code: "shape.symbolic",
    fix: ["ceilMode", false],
  },
  { name: "unknown number of channels", layer: "conv1d", inputs: [["C", 8]], code: "shape.symbolic", fix: null },
  {
    name: "channels not divisible by groups",
    layer: "conv2d",
    params: { groups: 4, filters: 12 },
    inputs: [[6, 8, 8]],
    code: "shape.divisible",
    fix: ["groups", 2],
  },
  {
    name: "filters not divisible by groups",
    layer: "conv2d",
    params: { groups: 4, filters: 10 },
    inputs: [[8, 8, 8]],
    code: "shape.divisible",
    fix: ["filters", 12],
  },
  {
    name: "neither divisible by groups",
    layer: "conv-transpose2d",
    params: { groups: 4, filters: 9 },
    inputs: [[6, 8, 8]],
    code: "shape.divisible",
    fix: ["groups", 1],
  },
  {
    name: "group norm",
    layer: "group-norm",
    params: { groups: 8 },
    inputs: [[12, 4]],
    code: "shape.divisible",
    fix: ["groups", 4],
  },
  {
    name: "output padding of a whole stride",
    layer: "conv-transpose2d",
    params: { stride: 2, outputPadding: 2 },
    inputs: [[3, 4, 4]],
    code: "shape.range",
    fix: ["outputPadding", [1, 1]],
  },
  {
    name: "padding eats a transposed convolution",
    layer: "conv-transpose1d",
    params: { padding: "explicit", pads: 4 },
    inputs: [[3, 4]],
    code: "shape.empty",
    fix: ["padding", "valid"],
  },
  {
    name: "pool padding above half the kernel",
    layer: "max-pool2d",
    params: { padding: "explicit", pads: 2 },
    inputs: [[3, 6, 6]],
    code: "shape.range",
    fix: ["pads", [1, 1]],
  },
  {
    name: "dilated pool whose taps all miss",
    layer: "max-pool1d",
    params: { dilation: 2, padding: "same" },
    inputs: [[3, 1]],
    code: "shape.range",
    fix: ["dilation", [1]],
  },
  {
    name: "residual with other channels",
    layer: "add",
    inputs: [
      [16, 8, 8],
      [32, 8, 8],
    ],
    code: "shape.mismatch",
    fix: ["conv2d", { filters: 32, kernel: 1, stride: 1 }],
  },
  {
    name: "residual with other channels and half the size",
    layer: "add",
    inputs: [
      [64, 4, 4],
      [32, 7, 7],
    ],
    code: "shape.mismatch",
    fix: ["conv2d", { filters: 64, kernel: 1, stride: 2 }],
  },
  {
    name: "residual with sizes that differ by axis",
    layer: "add",
    inputs: [
      [8, 9, 4],
      [8, 3, 4],
    ],
    code: "shape.mismatch",
    fix: ["conv2d", { filters: 8, kernel: 1, stride: [3, 1] }],
  },
  {
    name: "residual of vectors",
    layer: "add",
    inputs: [[10], [20]],
    code: "shape.mismatch",
    fix: ["dense", { units: 20 }],
  },
  {
    name: "residual of sequences",
    layer: "multiply",
    inputs: [
      ["T", 10],
      ["T", 20],
    ],
    code: "shape.mismatch",
    fix: ["dense", { units: 20 }],
  },
  {
    name: "residual of signals",
    layer: "add",
    inputs: [
      [4, "T"],
      [8, "T"],
    ],
    code: "shape.mismatch",
    fix: ["conv1d", { filters: 8, kernel: 1, stride: 1 }],
  },
  {
    name: "the third of three",
    layer: "add",
    inputs: [
      [16, 8, 8],
      [16, 8, 8],
      [8, 8, 8],
    ],
    code: "shape.mismatch",
    fix: ["conv2d", { filters: 16, kernel: 1, stride: 1 }],
  },
  {
    name: "two ports",
    layer: "subtract",
    inputs: [
      [3, 4, 4],
      [2, 4, 4],
    ],
    code: "shape.mismatch",
    fix: ["conv2d", { filters: 3, kernel: 1, stride: 1 }],
  },
  {
    name: "sizes that no projection joins",
    layer: "add",
    inputs: [
      ["T", 4],
      ["S", 4],
    ],
    code: "shape.mismatch",
    fix: null,
  },
  {
    name: "concatenation along the wrong axis",
    layer: "concat",
    inputs: [
      [3, 8, 8],
      [3, 8, 4],
    ],
    code: "shape.mismatch",
    fix: ["axis", 3],
  },
  {
    name: "concatenation with a smaller map",
    layer: "concat",
    inputs: [
      [3, 8, 8],
      [6, 4, 4],
    ],
    code: "shape.mismatch",
    fix: ["upsample", { scale: [2, 2] }],
  },
  { name: "concatenation of other ranks", layer: "concat", inputs: [[3, 8], [3]], code: "shape.mismatch", fix: null },
  {
    name: "concatenation along the batch",
    layer: "concat",
    params: { axis: 0 },
    inputs: [[3], [4]],
    code: "shape.axis",
    fix: ["axis", -1],
  },
  {
    name: "softmax axis out of range",
    layer: "softmax",
    params: { axis: 4 },
    inputs: [[3, 8]],
    code: "shape.axis",
    fix: ["axis", -1],
  },
  {
    name: "softmax over the batch",
    layer: "log-softmax",
    params: { axis: 0 },
    inputs: [[3]],
    code: "shape.axis",
    fix: ["axis", -1],
  },
  {
    name: "reduction over the batch",
    layer: "reduce-mean",
    params: { axes: [0, 1] },
    inputs: [[3, 4]],
    code: "shape.axis",
    fix: ["axes", [-1]],
  },
  {
    name: "no axis to reduce",
    layer: "reduce-sum",
    params: { axes: [] },
    inputs: [[3, 4]],
    code: "shape.axis",
    fix: ["axes", [-1]],
  },
  {
    name: "flatten beyond the last axis",
    layer: "flatten",
    params: { startAxis: 5 },
    inputs: [[3, 4]],
    code: "shape.axis",
    fix: ["startAxis", 1],
  },
  {
    name: "matrices of which one must be transposed",
    layer: "matmul",
    inputs: [
      ["T", 8],
      ["T", 8],
    ],
    code: "shape.mismatch",
    fix: ["transposeB", true],
  },
  {
    name: "matrices that do not fit at all",
    layer: "matmul",
    inputs: [
      [3, 8],
      [5, 7],
    ],
    code: "shape.mismatch",
    fix: null,
  },
  {
    name: "reshape to another number of elements",
    layer: "reshape",
    params: { target: [4, 5] },
    inputs: [[24]],
    code: "shape.elements",
    fix: ["target", [4, -1]],
  },
  {
    name: "reshape by no common divisor",
    layer: "reshape",
    params: { target: [5, 7] },
    inputs: [[24]],
    code: "shape.elements",
    fix: ["target", [-1]],
  },
  {
    name: "reshape with two open sizes",
    layer: "reshape",
    params: { target: [-1, -1] },
    inputs: [[24]],
    code: "shape.range",
    fix: ["target", [-1]],
  },
  {
    name: "reshape to an empty axis",
    layer: "reshape",
    params: { target: [0, -1] },
    inputs: [[24]],
    code: "shape.range",
    fix: ["target", [-1]],
  },
  {
    name: "transpose with an axis twice",
    layer: "transpose",
    params: { permutation: [1, 1] },
    inputs: [[3, 4]],
    code: "shape.range",
    fix: ["permutation", [2, 1]],
  },
  {
    name: "transpose with too few axes",
    layer: "transpose",
    inputs: [[3, 4, 5]],
    code: "shape.range",
    fix: ["permutation", [1, 3, 2]],
  },
  {
    name: "slice of the batch",
    layer: "slice",
    params: { axis: 0 },
    inputs: [[3]],
    code: "shape.axis",
    fix: ["axis", -1],
  },
  {
    name: "slice with step 0",
    layer: "slice",
    params: { step: 0 },
    inputs: [[3]],
    code: "shape.range",
    fix: ["step", 1],
  },
  {
    name: "slice backwards from an unknown size",
    layer: "slice",
    params: { step: -2 },
    inputs: [["T"]],
    code: "shape.symbolic",
    fix: ["step", 1],
  },
  {
    name: "slice of nothing",
    layer: "slice",
    params: { start: 5 },
    inputs: [[3]],
    code: "shape.empty",
    fix: ["start", 0],
  },
  {
    name: "pads of different lengths",
    layer: "pad",
    params: { after: [1] },
    inputs: [[3, 4, 4]],
    code: "shape.range",
    fix: ["after", [1, 1]],
  },
  {
    name: "pads for more axes than there are",
    layer: "pad",
    inputs: [[3]],
    code: "shape.rank",
    fix: ["before", [1]],
    sound: false,
  },
  {
    name: "mirror larger than the picture",
    layer: "pad",
    params: { mode: "reflect" },
    inputs: [[3, 1, 4]],
    code: "shape.range",
    fix: ["mode", "edge"],
  },
  {
    name: "cubic interpolation of a signal",
    layer: "upsample",
    params: { mode: "cubic" },
    inputs: [[3, 4]],
    code: "shape.rank",
    fix: ["mode", "linear"],
  },
  {
    name: "scale for other axes",
    layer: "upsample",
    params: { scale: [2, 3] },
    inputs: [[3, 4]],
    code: "shape.range",
    fix: ["scale", [2]],
  },
  {
    name: "adaptive size for other axes",
    layer: "adaptive-average-pool",
    params: { size: [2, 3] },
    inputs: [[3, 4]],
    code: "shape.range",
    fix: ["size", [2]],
  },
  {
    name: "adaptive pool of an unknown size",
    layer: "adaptive-average-pool",
    params: { size: 2 },
    inputs: [[3, "T"]],
    code: "shape.symbolic",
    fix: ["size", [1]],
  },
  { name: "squeeze of a real axis", layer: "squeeze", inputs: [[1, 4]], code: "shape.range", fix: ["axis", 1] },
  { name: "squeeze of nothing", layer: "squeeze", inputs: [[3, 4]], code: "shape.range", fix: null },
  {
    name: "unsqueeze far away",
    layer: "unsqueeze",
    params: { axis: 9 },
    inputs: [[3]],
    code: "shape.axis",
    fix: ["axis", -1],
  },
  {
    name: "split that leaves a rest",
    layer: "split",
    params: { parts: 4 },
    inputs: [[6]],
    code: "shape.divisible",
    fix: ["parts", 3],
  },
  {
    name: "split with sizes that do not add up",
    layer: "split",
    params: { by: "sizes", sizes: [1, 2] },
    inputs: [[6]],
    code: "shape.elements",
    fix: ["sizes", [1, 5]],
  },
  { name: "split of an unknown size", layer: "split", inputs: [["T"]], code: "shape.symbolic", fix: null },
  {
    name: "layer norm over too many axes",
    layer: "layer-norm",
    params: { axes: 3 },
    inputs: [[3, 4]],
    code: "shape.range",
    fix: ["axes", 2],
  },
  {
    name: "layer norm over an unknown axis",
    layer: "layer-norm",
    params: { axes: 2 },
    inputs: [["T", 4]],
    code: "shape.symbolic",
    fix: ["axes", 1],
  },
  {
    name: "sequence longer than the table",
    layer: "positional-encoding",
    params: { maxLength: 4 },
    inputs: [[6, 8]],
    code: "shape.range",
    fix: ["maxLength", 6],
  },
  {
    name: "padding index outside the vocabulary",
    layer: "embedding",
    params: { vocabulary: 5, padding: true, paddingIndex: 5 },
    inputs: [[6]],
    dtype: "int64",
    code: "shape.range",
    fix: ["paddingIndex", 0],
  },
  {
    name: "instance norm of vectors",
    layer: "instance-norm",
    inputs: [[6]],
    code: "shape.rank",
    fix: ["unsqueeze", { axis: 1 }],
  },
  {
    name: "a layer too large for any machine",
    layer: "dense",
    params: { units: 1e9 },
    inputs: [[6]],
    code: "shape.too-large",
    fix: null,
  },
  {
    name: "the batch as a size of the sample",
    layer: "input",
    params: { shape: ["N", 3] },
    inputs: [],
    code: "shape.range",
    fix: ["shape", [1, 3]],
  },
];

const said = (fix: Fix | undefined): readonly [string, Json] | null => {
  if (!fix) return null;
  if (fix.kind === "set-param") return [fix.param, fix.value];
  return fix.kind === "insert-layer" ? [fix.layer, fix.params] : [fix.kind, null];
};

describe("issues of layers and their fixes", () => {
  it.each(rows)("$name", ({ layer, params = {}, inputs, code, fix, dtype, sound = true }) => {
    const document = network(layer, params, inputs, dtype);
    const found = issuesAt(document);
    const issue = found.find((i) => i.code === code && i.node === "n");
    expect(issue, JSON.stringify(found)).toBeDefined();
    expect(said(issue?.fix)).toEqual(fix);
    if (!issue?.fix) return;
    const fixed = applyFix(document, issue.fix, layerRegistry);
    const left = issuesAt(fixed);
    expect(left.filter((i) => i.code === code && i.node === "n")).toEqual([]);
    if (sound) expect(left).toEqual([]);
    expect(document).toEqual(network(layer, params, inputs, dtype));
  });
});
