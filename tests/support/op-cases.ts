import { onnxType } from "../../src/ir/graph.ts";
import type { OpName } from "../../src/ir/ops.ts";
import { tensor } from "../../src/shape/dtype.ts";
import { type Fixed, fixed, fixedScalar, Inputs, ints, type OpCase } from "./cases.ts";
import { controlCases } from "./control-cases.ts";

/** Operators (or what their rules are made of) that onnxruntime has no double kernel for. */
const single = new Set<OpName>([
  "Acos",
  "Acosh",
  "Asin",
  "Asinh",
  "Atan",
  "Atanh",
  "Cosh",
  "Sinh",
  "Tan",
  "Erf",
  "Mish",
  "HardSwish",
  "HardSigmoid",
  "Softplus",
  "Softsign",
  "Celu",
  "Elu",
  "Selu",
  "ThresholdedRelu",
  "InstanceNormalization",
  "LRN",
  "Conv",
  "ConvTranspose",
  "AveragePool",
  "GlobalAveragePool",
  "GlobalMaxPool",
  "MaxPool",
  "Resize",
  "OneHot",
]);

type Make = (t: Inputs) => readonly OpCase[];

/** y = f(x) element by element, on inputs from a range without corners. */
const pointwise =
  (f: (x: number) => number, low = -1.5, high = 1.5, attrs?: OpCase["attrs"]): Make =>
  (t) => {
    const x = t.uniform([2, 3], low, high);
    return [{ inputs: [x], expect: [Array.from(x.data as Float64Array, f)], ...(attrs ? { attrs } : {}) }];
  };

/** Pieces that meet in a corner: inputs keep away from `corner`. */
const bent =
  (f: (x: number) => number, corner = 0, attrs?: OpCase["attrs"]): Make =>
  (t) => {
    const away = t.awayFromZero([3, 4]);
    const x = t.of(
      [3, 4],
      Array.from(away.data as Float64Array, (v) => v + corner),
    );
    return [{ inputs: [x], expect: [Array.from(x.data as Float64Array, f)], ...(attrs ? { attrs } : {}) }];
  };

/** Shapes that meet in every way broadcasting knows: equal, scalar, row, column, both stretched, other rank, ones. */
const broadcastPairs: readonly (readonly [readonly number[], readonly number[]])[] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], []],
  [[], [2, 3]],
  [[2, 3], [3]],
  [
    [2, 1],
    [1, 3],
  ],
  [[3], [2, 1, 1]],
  [[1], [2, 2]],
  [
    [2, 1, 2],
    [1, 3, 1],
  ],
];

const binary =
  (
    f: (a: number, b: number) => number,
    make: (t: Inputs, dims: readonly number[], side: 0 | 1) => ReturnType<Inputs["of"]>,
  ): Make =>
  (t) =>
    broadcastPairs.map(([left, right], i) => {
      const [a, b] = [make(t, left, 0), make(t, right, 1)];
      if (i > 0) return { note: `[${left}] with [${right}]`, inputs: [a, b] };
      const [x, y] = [a.data as Float64Array, b.data as Float64Array];
      return { inputs: [a, b], expect: [Array.from(x, (v, k) => f(v, y[k] as number))] };
    });

const any = (t: Inputs, dims: readonly number[]) => t.uniform(dims, -2, 2);

const comparison =
  (f: (a: number, b: number) => boolean): Make =>
  (t) => [{ inputs: [t.of([3], [1, 2, 3]), t.of([3], [2, 2, 2])], expect: [[1, 2, 3].map((v) => Number(f(v, 2)))] }];

const logical =
  (f: (a: boolean, b: boolean) => boolean): Make =>
  () => {
    const [a, b] = [
      [0, 0, 1, 1],
      [0, 1, 0, 1],
    ];
    return [
      {
        inputs: [ints([4], a, "bool"), ints([4], b, "bool")],
        expect: [a.map((v, i) => Number(f(v === 1, b[i] === 1)))],
      },
    ];
  };

const bitwise =
  (f: (a: number, b: number) => number): Make =>
  () => [{ inputs: [ints([2], [12, 10], "int32"), ints([2], [10, 6], "int32")], expect: [[f(12, 10), f(10, 6)]] }];

const reduction =
  (
    f: (x: readonly number[]) => number,
    make: (t: Inputs, dims: readonly number[]) => ReturnType<Inputs["of"]> = any,
  ): Make =>
  (t) => {
    const x = make(t, [2, 3]);
    const v = Array.from(x.data as Float64Array);
    const rows = [f(v.slice(0, 3)), f(v.slice(3))];
    return [
      { inputs: [x, fixed([1])], attrs: { keepdims: 0 }, expect: [rows] },
      { inputs: [make(t, [2, 3]), fixed([-1])] },
      { note: "all axes", inputs: [x], attrs: { keepdims: 0 }, expect: [[f(v)]] },
      { note: "outer and inner", inputs: [make(t, [2, 3, 2]), fixed([0, 2])], attrs: { keepdims: 0 } },
    ];
  };

const sum = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0);

const matrixSquare = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

const distinct = (t: Inputs, dims: readonly number[]) => t.apart(dims, 0.2);

const resizes: Make = (t) => {
  const cases: OpCase[] = [];
  const scales = (...s: number[]): Fixed => fixed(s, "float32");
  for (const coordinate_transformation_mode of ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"]) {
    for (const mode of ["nearest", "linear", "cubic"]) {
      const attrs = { mode, coordinate_transformation_mode };
      cases.push(
        {
          note: `${mode} ${coordinate_transformation_mode} up`,
          inputs: [t.uniform([1, 1, 3, 4]), null, null, fixed([1, 1, 5, 7])],
          attrs,
        },
        {
          note: `${mode} ${coordinate_transformation_mode} down`,
          inputs: [t.uniform([1, 2, 5, 4]), null, null, fixed([1, 2, 3, 3])],
          attrs,
        },
      );
    }
  }
  for (const nearest_mode of ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]) {
    cases.push({
      note: nearest_mode,
      inputs: [t.uniform([1, 1, 4, 3]), null, scales(1, 1, 1.5, 2.5)],
      attrs: { mode: "nearest", nearest_mode },
    });
  }
  return [
    {
      note: "twice as large",
      inputs: [t.of([1, 1, 1, 2], [1, 2]), null, scales(1, 1, 2, 2)],
      attrs: { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" },
      expect: [[1, 1, 2, 2, 1, 1, 2, 2]],
    },
    { note: "1-d", inputs: [t.uniform([2, 2, 3]), null, scales(1, 1, 1.7)], attrs: { mode: "linear" } },
    {
      note: "3-d",
      inputs: [t.uniform([1, 1, 2, 3, 2]), null, null, fixed([1, 1, 3, 4, 5])],
      attrs: { mode: "linear" },
    },
    { note: "scales", inputs: [t.uniform([1, 1, 3, 4]), null, scales(1, 1, 1.7, 0.6)], attrs: { mode: "linear" } },
    {
      note: "one place",
      inputs: [t.uniform([1, 1, 3, 4]), null, null, fixed([1, 1, 1, 1])],
      attrs: { mode: "linear" },
    },
    {
      note: "sharper cubic",
      inputs: [t.uniform([1, 1, 3, 4]), null, null, fixed([1, 1, 4, 5])],
      attrs: { mode: "cubic", cubic_coeff_a: -0.5 },
    },
    {
      note: "axes",
      inputs: [t.uniform([1, 1, 3, 4]), null, null, fixed([5, 6])],
      attrs: { mode: "linear", axes: [2, 3] },
    },
    ...cases,
  ];
};

const convs: Make = (t) => [
  {
    inputs: [t.of([1, 1, 3, 3], matrixSquare(9)), t.of([1, 1, 2, 2], [1, 0, 0, 1]), t.of([1], [10])],
    expect: [[16, 18, 22, 24]],
  },
  {
    note: "few channels",
    inputs: [t.uniform([2, 2, 5, 4]), t.uniform([3, 2, 3, 2]), t.uniform([3])],
    attrs: { pads: [1, 0, 1, 1] },
  },
  {
    note: "many channels",
    inputs: [t.uniform([2, 24, 3, 4]), t.uniform([2, 24, 3, 3])],
    attrs: { pads: [1, 1, 1, 1] },
  },
  {
    note: "many, strided",
    inputs: [t.uniform([1, 24, 5, 6]), t.uniform([2, 24, 3, 3])],
    attrs: { pads: [1, 0, 0, 1], strides: [2, 3] },
  },
  {
    note: "stride with a rest",
    inputs: [t.uniform([2, 2, 6, 7]), t.uniform([2, 2, 3, 3])],
    attrs: { strides: [2, 3] },
  },
  {
    note: "dilation",
    inputs: [t.uniform([1, 2, 6, 7]), t.uniform([2, 2, 2, 3])],
    attrs: { dilations: [3, 2], pads: [1, 2, 0, 1] },
  },
  {
    note: "groups",
    inputs: [t.uniform([2, 4, 4, 4]), t.uniform([6, 2, 3, 3]), t.uniform([6])],
    attrs: { group: 2, pads: [1, 1, 1, 1], strides: [2, 1] },
  },
  { note: "depthwise", inputs: [t.uniform([1, 3, 4, 4]), t.uniform([3, 1, 3, 3])], attrs: { group: 3 } },
  {
    note: "1-d",
    inputs: [t.uniform([2, 2, 7]), t.uniform([3, 2, 3]), t.uniform([3])],
    attrs: { strides: [2], pads: [1, 1] },
  },
  {
    note: "3-d",
    inputs: [t.uniform([1, 2, 3, 4, 3]), t.uniform([2, 2, 2, 2, 2])],
    attrs: { pads: [0, 1, 0, 0, 1, 1] },
  },
  {
    note: "large kernel, strided with a rest",
    inputs: [t.uniform([2, 2, 9, 7]), t.uniform([2, 2, 6, 6])],
    attrs: { strides: [2, 1], pads: [1, 2, 0, 1] },
  },
  {
    note: "large kernel, groups, dilation",
    inputs: [t.uniform([2, 2, 9, 10]), t.uniform([2, 1, 4, 9])],
    attrs: { dilations: [2, 1], group: 2 },
  },
  { note: "few places", inputs: [t.uniform([2, 3, 3, 3]), t.uniform([8, 3, 2, 2])] },
  {
    note: "turned kernels, dilation",
    inputs: [t.uniform([1, 12, 5, 6]), t.uniform([2, 12, 2, 3])],
    attrs: { dilations: [2, 1], pads: [1, 1, 1, 1] },
  },
  { note: "1x1", inputs: [t.uniform([2, 3, 3, 3]), t.uniform([2, 3, 1, 1])] },
  {
    note: "a product for each line of taps",
    inputs: [t.uniform([2, 8, 4, 4]), t.uniform([2, 8, 3, 2])],
    attrs: { pads: [1, 0, 1, 1] },
  },
  {
    note: "1-d, stride 1",
    inputs: [t.uniform([2, 2, 7]), t.uniform([3, 2, 3])],
    attrs: { pads: [2, 1], dilations: [2] },
  },
  { note: "3-d, a product for each line of taps", inputs: [t.uniform([1, 8, 3, 3, 3]), t.uniform([2, 8, 2, 1, 2])] },
  { note: "1x1, strided", inputs: [t.uniform([2, 3, 3, 4]), t.uniform([2, 3, 1, 1])], attrs: { strides: [2, 3] } },
  {
    note: "many channels, dilated",
    inputs: [t.uniform([1, 12, 4, 5]), t.uniform([2, 12, 2, 3])],
    attrs: { dilations: [1, 2], pads: [1, 1, 0, 3] },
  },
  { note: "many channels, wide border", inputs: [t.uniform([1, 12, 4, 4]), t.uniform([2, 12, 3, 3])] },
  {
    note: "many channels, DirectML",
    inputs: [t.uniform([1, 12, 3, 3]), t.uniform([2, 12, 3, 3])],
    attrs: { pads: [1, 1, 1, 1] },
    provider: "dml",
  },
  {
    note: "large kernel",
    inputs: [t.uniform([2, 2, 7, 8]), t.uniform([2, 2, 6, 6])],
    attrs: { pads: [2, 1, 0, 1], strides: [2, 3] },
  },
  {
    note: "large kernel, groups",
    inputs: [t.uniform([1, 4, 7, 7]), t.uniform([4, 2, 6, 6])],
    attrs: { group: 2, pads: [1, 1, 1, 1] },
  },
];

const transposedConvs: Make = (t) => [
  {
    inputs: [t.of([1, 1, 1, 2], [1, 2]), t.of([1, 1, 1, 2], [3, 4])],
    attrs: { strides: [1, 2] },
    expect: [[3, 4, 6, 8]],
  },
  {
    note: "stride",
    inputs: [t.uniform([2, 3, 3, 2]), t.uniform([3, 2, 3, 3]), t.uniform([2])],
    attrs: { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 0] },
  },
  {
    note: "dilation",
    inputs: [t.uniform([1, 1, 3, 4]), t.uniform([1, 2, 2, 3])],
    attrs: { dilations: [2, 3], pads: [1, 0, 0, 2] },
  },
  {
    note: "groups",
    inputs: [t.uniform([2, 4, 3, 3]), t.uniform([4, 2, 2, 2]), t.uniform([4])],
    attrs: { group: 2, strides: [2, 2] },
  },
  { note: "many channels", inputs: [t.uniform([1, 2, 2, 3]), t.uniform([2, 24, 3, 3])], attrs: { strides: [2, 1] } },
  { note: "1-d", inputs: [t.uniform([2, 2, 4]), t.uniform([2, 2, 3])], attrs: { strides: [3], pads: [1, 0] } },
  { note: "3-d", inputs: [t.uniform([1, 2, 2, 2, 3]), t.uniform([2, 1, 2, 2, 2])], attrs: { strides: [2, 1, 1] } },
];

const maxPools: Make = (t) => {
  const cases: OpCase[] = [
    {
      inputs: [t.of([1, 1, 2, 4], [1, 5, 2, 0, 3, 4, 7, 6])],
      attrs: { kernel_shape: [2, 2], strides: [2, 2] },
      expect: [[5, 7]],
    },
    { note: "tiles", inputs: [distinct(t, [2, 2, 4, 6])], attrs: { kernel_shape: [2, 3], strides: [2, 3] } },
    {
      note: "tiles with a rest",
      inputs: [distinct(t, [1, 2, 5, 7])],
      attrs: { kernel_shape: [2, 2], strides: [2, 2] },
    },
    { note: "tiles, 1-d", inputs: [distinct(t, [2, 2, 7])], attrs: { kernel_shape: [3], strides: [3] } },
    {
      note: "tiles, 3-d",
      inputs: [distinct(t, [1, 1, 4, 2, 4])],
      attrs: { kernel_shape: [2, 2, 2], strides: [2, 2, 2] },
    },
    {
      note: "overlap",
      inputs: [distinct(t, [1, 2, 5, 6])],
      attrs: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
    },
    { note: "gaps", inputs: [distinct(t, [1, 1, 7, 7])], attrs: { kernel_shape: [2, 2], strides: [3, 3] } },
    { note: "dilation", inputs: [distinct(t, [1, 2, 6, 5])], attrs: { kernel_shape: [2, 3], dilations: [3, 2] } },
    {
      note: "ceil",
      inputs: [distinct(t, [1, 1, 6, 5])],
      attrs: { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 },
    },
    {
      note: "ceil of tiles",
      inputs: [distinct(t, [1, 1, 5, 5])],
      attrs: { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 },
    },
    {
      note: "overlap, 1-d",
      inputs: [distinct(t, [2, 2, 6])],
      attrs: { kernel_shape: [3], strides: [2], pads: [1, 1] },
    },
    {
      note: "overlap, 3-d",
      inputs: [distinct(t, [1, 1, 3, 4, 4])],
      attrs: { kernel_shape: [2, 3, 2], strides: [1, 2, 1] },
    },
    { note: "identity", inputs: [distinct(t, [1, 1, 3, 3])], attrs: { kernel_shape: [1, 1] } },
    { note: "subsampling", inputs: [distinct(t, [1, 1, 5, 4])], attrs: { kernel_shape: [1, 1], strides: [2, 2] } },
    { note: "with places", inputs: [distinct(t, [1, 1, 4, 4])], attrs: { kernel_shape: [2, 2] }, outputs: 2 },
  ];
  return [...cases, ...cases.map((c): OpCase => ({ ...c, note: `${c.note}, DirectML`, provider: "dml" }))];
};

const averagePools: Make = (t) => {
  const of = (note: string, dims: readonly number[], attrs: NonNullable<OpCase["attrs"]>): OpCase => ({
    note,
    inputs: [t.uniform(dims)],
    attrs,
  });
  return [
    {
      inputs: [t.of([1, 1, 2, 4], [1, 5, 2, 0, 3, 4, 7, 6])],
      attrs: { kernel_shape: [2, 2], strides: [2, 2] },
      expect: [[13 / 4, 15 / 4]],
    },
    of("tiles with a rest", [2, 2, 5, 7], { kernel_shape: [2, 3], strides: [2, 3] }),
    of("tiles, 1-d", [1, 2, 6], { kernel_shape: [3], strides: [3] }),
    of("padded tiles", [1, 1, 4, 4], { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 1, 1] }),
    of("overlap", [1, 2, 5, 6], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
    of("overlap counting padding", [1, 2, 5, 6], {
      kernel_shape: [3, 3],
      strides: [2, 2],
      pads: [1, 1, 1, 1],
      count_include_pad: 1,
    }),
    of("ceil", [1, 1, 6, 5], { kernel_shape: [3, 2], strides: [2, 2], ceil_mode: 1 }),
    of("ceil counting padding", [1, 1, 9], {
      kernel_shape: [6],
      strides: [3],
      pads: [2, 2],
      ceil_mode: 1,
      count_include_pad: 1,
    }),
    of("ceil, padded", [1, 2, 9], { kernel_shape: [7], strides: [3], pads: [3, 3], ceil_mode: 1 }),
    of("gaps", [1, 1, 8, 7], { kernel_shape: [2, 2], strides: [3, 3] }),
    of("wide gaps", [1, 1, 9, 9], { kernel_shape: [1, 1], strides: [4, 4] }),
    of("3-d", [1, 2, 3, 4, 3], { kernel_shape: [2, 2, 2], pads: [0, 1, 0, 0, 1, 0], count_include_pad: 1 }),
  ];
};

const pads: Make = (t) => [
  { inputs: [t.of([2], [1, 2]), fixed([1, 2]), t.of([], [9])], expect: [[9, 1, 2, 9, 9]] },
  { note: "2-d", inputs: [t.uniform([2, 3]), fixed([1, 0, 2, 1])] },
  { note: "crop", inputs: [t.uniform([3, 4]), fixed([-1, 1, 0, -2])] },
  { inputs: [t.of([3], [1, 2, 3]), fixed([2, 1])], attrs: { mode: "reflect" }, expect: [[3, 2, 1, 2, 3, 2]] },
  { inputs: [t.of([3], [1, 2, 3]), fixed([2, 1])], attrs: { mode: "edge" }, expect: [[1, 1, 1, 2, 3, 3]] },
  { note: "reflect 2-d", inputs: [t.uniform([2, 3, 4]), fixed([0, 1, 2, 0, 2, 3])], attrs: { mode: "reflect" } },
  { note: "edge 2-d", inputs: [t.uniform([2, 3, 4]), fixed([0, 1, 2, 0, 2, 3])], attrs: { mode: "edge" } },
  {
    note: "reflect, DirectML",
    inputs: [t.uniform([3, 4]), fixed([1, 2, 2, 3])],
    attrs: { mode: "reflect" },
    provider: "dml",
    single: true,
  },
];

const slices: Make = (t) => [
  { inputs: [t.of([5], [0, 1, 2, 3, 4]), fixed([3]), fixed([0]), fixed([0]), fixed([-1])], expect: [[3, 2, 1]] },
  { note: "inner part", inputs: [t.uniform([3, 4]), fixed([1, 0]), fixed([3, 2])] },
  { note: "from the end", inputs: [t.uniform([3, 5]), fixed([-3]), fixed([-1]), fixed([1])] },
  { note: "steps", inputs: [t.uniform([2, 8]), fixed([1]), fixed([8]), fixed([-1]), fixed([3])] },
  { note: "backwards in steps", inputs: [t.uniform([8, 2]), fixed([-2]), fixed([-100]), fixed([0]), fixed([-3])] },
  { note: "reversed", inputs: [t.uniform([2, 4]), fixed([-1]), fixed([-(2 ** 31)]), fixed([1]), fixed([-1])] },
  { note: "one element", inputs: [t.uniform([4]), fixed([2]), fixed([3])] },
  { note: "nothing", inputs: [t.uniform([4]), fixed([3]), fixed([3])] },
  { note: "two axes", inputs: [t.uniform([4, 5]), fixed([3, 0]), fixed([-9, 5]), fixed([0, 1]), fixed([-2, 2])] },
];

const scatters = (
  indices: (reduction: string) => readonly OpCase["inputs"][],
  expected: { [reduction: string]: number[] },
  attrs: OpCase["attrs"] = {},
): readonly OpCase[] =>
  ["none", "add", "mul", "max", "min"].flatMap((reduction) =>
    indices(reduction).map((inputs, i): OpCase => {
      const expect = i === 0 ? expected[reduction] : undefined;
      return {
        note: reduction,
        inputs,
        attrs: i === 0 ? { reduction } : { ...attrs, reduction },
        ...(expect ? { expect: [expect] } : {}),
      };
    }),
  );

const table: { readonly [O in OpName]: Make } = {
  Abs: bent(Math.abs),
  Acos: pointwise(Math.acos, -0.7, 0.7),
  Acosh: pointwise(Math.acosh, 1.5, 3),
  Asin: pointwise(Math.asin, -0.7, 0.7),
  Asinh: pointwise(Math.asinh),
  Atan: pointwise(Math.atan),
  Atanh: pointwise(Math.atanh, -0.7, 0.7),
  BitwiseNot: () => [{ inputs: [ints([2], [0, 5], "int32")], expect: [[-1, -6]] }],
  Ceil: (t) => [{ inputs: [t.of([3], [-1.5, 0.2, 2])], expect: [[-1, 1, 2]] }],
  Cos: pointwise(Math.cos),
  Cosh: pointwise(Math.cosh),
  Erf: (t) => [{ inputs: [t.of([3], [0, 0.5, -1])], expect: [[0, 0.5204998778, -0.8427007929]] }],
  Exp: pointwise(Math.exp),
  Floor: (t) => [{ inputs: [t.of([3], [-1.5, 0.2, 2])], expect: [[-2, 0, 2]] }],
  HardSwish: (t) => [
    {
      inputs: [t.of([5], [-4, -1, 0.5, 2, 4])],
      expect: [[-4, -1, 0.5, 2, 4].map((x) => x * Math.min(1, Math.max(0, x / 6 + 0.5)))],
    },
  ],
  Identity: pointwise((x) => x),
  Log: pointwise(Math.log, 0.5, 2),
  Mish: pointwise((x) => x * Math.tanh(Math.log1p(Math.exp(x)))),
  Neg: pointwise((x) => -x),
  Not: () => [{ inputs: [ints([2], [0, 1], "bool")], expect: [[1, 0]] }],
  Reciprocal: pointwise((x) => 1 / x, 0.5, 2),
  Relu: bent((x) => Math.max(x, 0)),
  Round: (t) => [{ note: "half to even", inputs: [t.of([5], [-1.5, 0.2, 2.5, 0.5, 1.7])], expect: [[-2, 0, 2, 0, 2]] }],
  Sigmoid: pointwise((x) => 1 / (1 + Math.exp(-x))),
  Sign: (t) => [{ inputs: [t.of([3], [-1.5, 0, 2])], expect: [[-1, 0, 1]] }],
  Sin: pointwise(Math.sin),
  Sinh: pointwise(Math.sinh),
  Softplus: pointwise((x) => Math.log1p(Math.exp(x))),
  Softsign: bent((x) => x / (1 + Math.abs(x))),
  Sqrt: pointwise(Math.sqrt, 0.5, 2),
  Tan: pointwise(Math.tan, -1, 1),
  Tanh: pointwise(Math.tanh),
  Celu: bent((x) => (x > 0 ? x : 1.5 * Math.expm1(x / 1.5)), 0, { alpha: 1.5 }),
  Elu: bent((x) => (x > 0 ? x : 0.5 * Math.expm1(x)), 0, { alpha: 0.5 }),
  LeakyRelu: bent((x) => (x > 0 ? x : 0.25 * x), 0, { alpha: 0.25 }),
  ThresholdedRelu: bent((x) => (x > 0.5 ? x : 0), 0.5, { alpha: 0.5 }),
  Selu: bent((x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))),
  HardSigmoid: (t) => [
    { inputs: [t.of([4], [-3, -1, 1, 3])], attrs: { alpha: 0.25, beta: 0.5 }, expect: [[0, 0.25, 0.75, 1]] },
  ],
  PRelu: (t) => [
    { inputs: [t.of([2], [-2, 3]), t.of([1], [0.5])], expect: [[-1, 3]] },
    { note: "per channel", inputs: [t.awayFromZero([2, 3, 2]), t.uniform([3, 1])] },
    { note: "scalar", inputs: [t.awayFromZero([2, 2]), t.uniform([])] },
  ],
  Clip: (t) => [
    { inputs: [t.of([3], [-2, 0.5, 3]), t.of([], [-1]), t.of([], [1])], expect: [[-1, 0.5, 1]] },
    { note: "below only", inputs: [t.awayFromZero([5]), t.of([], [0])] },
    { note: "above only", inputs: [t.awayFromZero([5]), null, t.of([], [0])] },
    {
      note: "bounds crossed",
      inputs: [t.of([3], [-2, 0.5, 3]), t.of([], [1]), t.of([], [-1])],
      expect: [[-1, -1, -1]],
    },
    { note: "no bounds", inputs: [t.uniform([3])] },
  ],
  Dropout: pointwise((x) => x),

  Add: binary((a, b) => a + b, any),
  Sub: binary((a, b) => a - b, any),
  Mul: binary((a, b) => a * b, any),
  Div: binary(
    (a, b) => a / b,
    (t, dims, side) => (side ? t.uniform(dims, 0.5, 2) : any(t, dims)),
  ),
  Mod: (t) => [
    { note: "of integers", inputs: [ints([2], [5, -5]), ints([2], [3, 3])], expect: [[2, 1]] },
    {
      note: "of floats",
      inputs: [t.of([4], [5, -5, 5, -5]), t.of([4], [3, 3, -3, -3])],
      attrs: { fmod: 1 },
      expect: [[2, -2, 2, -2]],
    },
    { note: "stretched", inputs: [t.of([2, 1], [5.3, -7.2]), t.of([3], [2, 1.5, -4])], attrs: { fmod: 1 } },
  ],
  Pow: (t) => [
    ...binary(
      (a, b) => a ** b,
      (u, dims) => u.uniform(dims, 0.5, 2),
    )(t),
    { note: "negative base", inputs: [t.awayFromZero([4], 0.5), t.fixed([], [3])] },
    { note: "square", inputs: [t.uniform([4]), t.fixed([], [2])] },
    { note: "whole exponent", inputs: [t.awayFromZero([4], 0.5), fixed([2, 3, 0, 1])] },
  ],
  And: logical((a, b) => a && b),
  Or: logical((a, b) => a || b),
  Xor: logical((a, b) => a !== b),
  BitwiseAnd: bitwise((a, b) => a & b),
  BitwiseOr: bitwise((a, b) => a | b),
  BitwiseXor: bitwise((a, b) => a ^ b),
  BitShift: () => [
    {
      inputs: [ints([2], [1, 4], "uint32"), ints([2], [3, 1], "uint32")],
      attrs: { direction: "LEFT" },
      expect: [[8, 8]],
    },
    {
      inputs: [ints([2], [16, 4], "uint32"), ints([2], [3, 1], "uint32")],
      attrs: { direction: "RIGHT" },
      expect: [[2, 2]],
    },
  ],
  Max: (t) => [
    ...binary(Math.max, (u, dims, side) => (side ? u.awayFromZero(dims, 1, 2) : u.uniform(dims, -0.9, 0.9)))(t),
    { note: "three", inputs: [t.of([3], [1, 5, 3]), t.of([3], [4, 2, 6]), t.of([1], [3.5])], expect: [[4, 5, 6]] },
    { note: "one", inputs: [t.uniform([3])] },
  ],
  Min: (t) => [
    ...binary(Math.min, (u, dims, side) => (side ? u.awayFromZero(dims, 1, 2) : u.uniform(dims, -0.9, 0.9)))(t),
    { note: "three", inputs: [t.of([3], [1, 5, 3]), t.of([3], [4, 2, 6]), t.of([1], [3.5])], expect: [[1, 2, 3]] },
  ],
  Sum: (t) => [
    { inputs: [t.of([2], [1, 2]), t.of([2], [3, 4]), t.of([1], [5])], expect: [[9, 11]] },
    { note: "stretched", inputs: [t.uniform([2, 1]), t.uniform([3]), t.uniform([])] },
  ],
  Equal: comparison((a, b) => a === b),
  Greater: comparison((a, b) => a > b),
  GreaterOrEqual: comparison((a, b) => a >= b),
  Less: comparison((a, b) => a < b),
  LessOrEqual: comparison((a, b) => a <= b),
  IsNaN: (t) => [{ inputs: [t.of([3], [Number.NaN, 1, Number.POSITIVE_INFINITY])], expect: [[1, 0, 0]] }],
  IsInf: (t) => [{ inputs: [t.of([3], [Number.NaN, 1, Number.NEGATIVE_INFINITY])], expect: [[0, 0, 1]] }],
  Where: (t) => [
    { inputs: [ints([2], [1, 0], "bool"), t.of([2], [1, 2]), t.of([2], [3, 4])], expect: [[1, 4]] },
    { note: "stretched", inputs: [ints([2, 1], [1, 0], "bool"), t.uniform([3]), t.uniform([])] },
  ],
  Cast: (t) => [
    { inputs: [t.of([2], [1.7, -1.7])], attrs: { to: onnxType.int64 }, expect: [[1, -1]], through: [] },
    {
      note: "to float32 and back",
      inputs: [t.of([2], [1.5, -0.25])],
      attrs: { to: onnxType.float32 },
      expect: [[1.5, -0.25]],
      single: true,
    },
  ],

  ReduceSum: (t) => [
    ...reduction(sum)(t),
    { note: "no axes, no operation", inputs: [t.uniform([2, 2])], attrs: { noop_with_empty_axes: 1 } },
  ],
  ReduceMean: reduction((x) => sum(x) / x.length),
  ReduceMax: reduction((x) => Math.max(...x), distinct),
  ReduceMin: reduction((x) => Math.min(...x), distinct),
  ReduceProd: (t) => [
    ...reduction((x) => x.reduce((a, b) => a * b, 1))(t),
    { note: "zeros", inputs: [t.of([3, 3], [1, 0, 2, 0, 3, 0, 1, 2, 3]), fixed([1])], expect: [[0, 0, 6]] },
  ],
  ReduceL1: reduction(
    (x) => sum(x.map(Math.abs)),
    (t, dims) => t.awayFromZero(dims),
  ),
  ReduceL2: reduction((x) => Math.hypot(...x)),
  ReduceLogSumExp: reduction((x) => Math.log(sum(x.map(Math.exp)))),
  ReduceSumSquare: reduction((x) => sum(x.map((v) => v * v))),
  ArgMax: (t) => [{ inputs: [t.of([2, 3], [1, 3, 2, 5, 4, 5])], attrs: { axis: 1, keepdims: 0 }, expect: [[1, 0]] }],
  ArgMin: (t) => [
    { inputs: [t.of([2, 3], [1, 3, 2, 5, 4, 4])], attrs: { axis: -1, select_last_index: 1 }, expect: [[0, 2]] },
  ],
  Softmax: (t) => [
    { inputs: [t.of([2], [0, Math.log(3)])], expect: [[0.25, 0.75]] },
    { note: "inner axis", inputs: [t.uniform([2, 3, 2])], attrs: { axis: 1 } },
  ],
  LogSoftmax: (t) => [
    { inputs: [t.of([2], [0, Math.log(3)])], expect: [[Math.log(0.25), Math.log(0.75)]] },
    { note: "first axis", inputs: [t.uniform([3, 2])], attrs: { axis: 0 } },
  ],
  CumSum: (t) => {
    const x = t.of([3], [1, 2, 3]);
    return [
      { inputs: [x, fixedScalar(0, "int64")], expect: [[1, 3, 6]] },
      { inputs: [x, fixedScalar(0, "int64")], attrs: { exclusive: 1 }, expect: [[0, 1, 3]] },
      { inputs: [x, fixedScalar(0, "int64")], attrs: { reverse: 1 }, expect: [[6, 5, 3]] },
      {
        note: "both, inner axis",
        inputs: [t.uniform([2, 3, 2]), fixedScalar(-2, "int64")],
        attrs: { reverse: 1, exclusive: 1 },
      },
    ];
  },
  TopK: (t) => [
    {
      inputs: [t.of([4], [1, 4, 2, 3]), fixed([2])],
      expect: [
        [4, 3],
        [1, 3],
      ],
    },
    { note: "smallest", inputs: [distinct(t, [3, 4, 2]), fixed([2])], attrs: { axis: 1, largest: 0 } },
    {
      note: "DirectML",
      inputs: [distinct(t, [3, 4, 2]), fixed([2])],
      attrs: { axis: 1 },
      provider: "dml",
      single: true,
    },
  ],
  LayerNormalization: (t) => [
    { inputs: [t.of([1, 2], [-1, 1]), t.of([2], [2, 2]), t.of([2], [0, 1])], attrs: { epsilon: 0 }, expect: [[-2, 3]] },
    { note: "last axis", inputs: [t.uniform([2, 3, 4]), t.uniform([4]), t.uniform([4])] },
    { note: "two axes", inputs: [t.uniform([2, 3, 2]), t.uniform([3, 2])], attrs: { axis: 1, epsilon: 0.1 } },
    {
      note: "statistics kept",
      inputs: [t.uniform([2, 4], -2, 2), t.uniform([4]), t.uniform([4])],
      outputs: 3,
      through: [0],
      attrs: { epsilon: 0.1 },
      single: true,
    },
    {
      note: "through statistics",
      inputs: [t.uniform([2, 4], -2, 2), t.uniform([4])],
      outputs: 3,
      attrs: { epsilon: 0.1 },
      single: true,
    },
  ],
  BatchNormalization: (t) => [
    {
      inputs: [t.of([1, 1, 2], [1, 3]), t.of([1], [2]), t.of([1], [1]), t.of([1], [1]), t.of([1], [4])],
      attrs: { epsilon: 0 },
      expect: [[1, 3]],
    },
    {
      note: "images",
      inputs: [t.uniform([2, 3, 2, 2]), t.uniform([3]), t.uniform([3]), t.uniform([3]), t.uniform([3], 0.5, 2)],
    },
    {
      note: "vectors",
      inputs: [t.uniform([4, 3]), t.uniform([3]), t.uniform([3]), t.uniform([3]), t.uniform([3], 0.5, 2)],
    },
  ],
  InstanceNormalization: (t) => [
    { inputs: [t.of([1, 1, 2], [-1, 1]), t.of([1], [2]), t.of([1], [1])], attrs: { epsilon: 0 }, expect: [[-1, 3]] },
    {
      note: "images",
      inputs: [t.uniform([2, 2, 2, 3], -2, 2), t.uniform([2]), t.uniform([2])],
      attrs: { epsilon: 0.1 },
    },
  ],
  LRN: (t) => [
    { inputs: [t.of([1, 2, 1, 1], [1, 2])], attrs: { size: 3, alpha: 3, beta: 1, bias: 1 }, expect: [[1 / 6, 2 / 6]] },
    { note: "odd size", inputs: [t.uniform([1, 5, 3, 1])], attrs: { size: 3, alpha: 0.5 } },
  ],

  MatMul: (t) => {
    const shapes = [
      [
        [2, 3],
        [3, 4],
      ],
      [[3], [3]],
      [[3], [3, 2]],
      [[2, 3], [3]],
      [
        [2, 2, 3],
        [3, 2],
      ],
      [
        [2, 2, 3],
        [2, 3, 2],
      ],
      [
        [2, 3],
        [2, 3, 2],
      ],
      [
        [2, 1, 2, 3],
        [3, 3, 2],
      ],
      [[2, 2, 3], [3]],
      [[3], [2, 3, 2]],
    ] as const;
    return [
      { inputs: [t.of([1, 2], [1, 2]), t.of([2, 1], [3, 4])], expect: [[11]] },
      ...shapes.map(([a, b]): OpCase => ({ note: `[${a}] with [${b}]`, inputs: [t.uniform(a), t.uniform(b)] })),
    ];
  },
  Gemm: (t) => [
    {
      inputs: [t.of([1, 2], [1, 2]), t.of([2, 1], [3, 4]), t.of([1], [5])],
      attrs: { alpha: 2, beta: 3 },
      expect: [[37]],
    },
    ...[0, 1, 2, 3].map((bits): OpCase => {
      const [transA, transB] = [bits & 1, bits >> 1];
      const inputs = [t.uniform(transA ? [3, 2] : [2, 3]), t.uniform(transB ? [4, 3] : [3, 4]), t.uniform([4])];
      return { note: `transA ${transA} transB ${transB}`, inputs, attrs: { transA, transB, alpha: 0.5, beta: 2 } };
    }),
    { note: "without C", inputs: [t.uniform([2, 3]), t.uniform([3, 4])] },
    { note: "C a column", inputs: [t.uniform([2, 3]), t.uniform([3, 4]), t.uniform([2, 1])] },
  ],
  Einsum: (t) => {
    const of = (equation: string, ...shapes: number[][]): OpCase => ({
      note: equation,
      inputs: shapes.map((s) => t.uniform(s)),
      attrs: { equation },
    });
    return [
      { inputs: [t.of([2], [1, 2]), t.of([2], [3, 4])], attrs: { equation: "i,i->" }, expect: [[11]] },
      of("ij,jk->ik", [2, 3], [3, 2]),
      of("bij,bjk->bik", [2, 2, 3], [2, 3, 2]),
      of("ij->ji", [2, 3]),
      of("ij->i", [2, 3]),
      of("ij->", [2, 3]),
      of("ij,kl->ijkl", [2, 2], [2, 3]),
      of("ijk,ik->j", [1, 2, 3], [1, 3]),
      of("ii->i", [3, 3]),
      of("ii", [3, 3]),
      of("ij,jk", [2, 3], [3, 2]),
      of("...ij,...jk->...ik", [2, 2, 3], [2, 3, 2]),
      of("...i,i->...", [2, 2, 3], [3]),
      of("i,j,k->ijk", [2], [3], [2]),
      of("iij,j->i", [2, 2, 3], [3]),
    ];
  },
  Conv: convs,
  ConvTranspose: transposedConvs,
  MaxPool: maxPools,
  AveragePool: averagePools,
  GlobalAveragePool: (t) => [
    { inputs: [t.of([1, 1, 2, 2], [1, 2, 3, 6])], expect: [[3]] },
    { note: "1-d", inputs: [t.uniform([2, 3, 4])] },
  ],
  GlobalMaxPool: (t) => [
    { inputs: [t.of([1, 1, 2, 2], [1, 2, 6, 3])], expect: [[6]] },
    { note: "channels", inputs: [distinct(t, [2, 3, 2, 2])] },
  ],

  Reshape: (t) => [
    { inputs: [t.of([2, 2], [1, 2, 3, 4]), fixed([4])], expect: [[1, 2, 3, 4]] },
    { note: "copy and rest", inputs: [t.uniform([2, 3, 2]), fixed([0, -1])] },
    { note: "empty", inputs: [t.uniform([0, 3]), fixed([3, 0])], attrs: { allowzero: 1 } },
  ],
  Flatten: (t) => [
    { inputs: [t.uniform([2, 3, 2])], attrs: { axis: 1 } },
    { note: "axis 0", inputs: [t.uniform([2, 3])], attrs: { axis: 0 } },
  ],
  Transpose: (t) => [
    { inputs: [t.of([2, 2], [1, 2, 3, 4])], expect: [[1, 3, 2, 4]] },
    { note: "cycle", inputs: [t.uniform([2, 3, 4])], attrs: { perm: [1, 2, 0] } },
  ],
  Squeeze: (t) => [{ inputs: [t.uniform([1, 2, 1]), fixed([0])] }, { note: "every 1", inputs: [t.uniform([1, 2, 1])] }],
  Unsqueeze: (t) => [{ inputs: [t.uniform([2, 3]), fixed([0, -1])] }],
  Concat: (t) => [
    { inputs: [t.of([1, 2], [1, 2]), t.of([1, 1], [3])], attrs: { axis: 1 }, expect: [[1, 2, 3]] },
    { note: "three", inputs: [t.uniform([2, 2]), t.uniform([1, 2]), t.uniform([3, 2])], attrs: { axis: 0 } },
    { note: "one empty", inputs: [t.uniform([0, 2]), t.uniform([3, 2])], attrs: { axis: 0 } },
  ],
  Split: (t) => [
    { inputs: [t.of([3], [1, 2, 3]), fixed([1, 2])], expect: [[1], [2, 3]] },
    { note: "equal parts", inputs: [t.uniform([2, 5])], attrs: { axis: 1, num_outputs: 3 } },
    { note: "one part unused", inputs: [t.uniform([4, 2]), fixed([1, 3])], through: [1] },
  ],
  Slice: slices,
  Pad: pads,
  Expand: (t) => [
    { inputs: [t.of([2, 1], [1, 2]), fixed([2, 2])], expect: [[1, 1, 2, 2]] },
    { note: "more axes", inputs: [t.uniform([3, 1]), fixed([2, 1, 4])] },
    { note: "shorter target", inputs: [t.uniform([2, 3]), fixed([1])] },
  ],
  Tile: (t) => [
    { inputs: [t.of([1, 2], [1, 2]), fixed([2, 2])], expect: [[1, 2, 1, 2, 1, 2, 1, 2]] },
    { note: "one axis", inputs: [t.uniform([2, 3]), fixed([1, 3])] },
    { note: "to nothing", inputs: [t.uniform([2, 3]), fixed([0, 2])] },
  ],
  Resize: resizes,
  DepthToSpace: (t) => [
    { inputs: [t.of([1, 4, 1, 1], [1, 2, 3, 4])], attrs: { blocksize: 2 }, expect: [[1, 2, 3, 4]] },
    { note: "DCR", inputs: [t.uniform([1, 8, 2, 3])], attrs: { blocksize: 2 } },
    { note: "CRD", inputs: [t.uniform([2, 8, 2, 3])], attrs: { blocksize: 2, mode: "CRD" } },
  ],
  SpaceToDepth: (t) => [
    { inputs: [t.of([1, 1, 2, 2], [1, 2, 3, 4])], attrs: { blocksize: 2 }, expect: [[1, 2, 3, 4]] },
    { note: "channels", inputs: [t.uniform([1, 2, 4, 6])], attrs: { blocksize: 2 } },
  ],
  Trilu: (t) => [
    { inputs: [t.of([2, 2], [1, 2, 3, 4])], expect: [[1, 2, 0, 4]] },
    { note: "lower, shifted", inputs: [t.uniform([2, 3, 4]), fixedScalar(-1, "int64")], attrs: { upper: 0 } },
  ],
  Shape: (t) => [{ inputs: [t.uniform([2, 3, 4])], attrs: { start: 1 }, expect: [[3, 4]] }],
  ConstantOfShape: () => [{ inputs: [fixed([2])], attrs: { value: tensor("float32", [1], [7]) }, expect: [[7, 7]] }],
  Range: (t) => [
    { inputs: [t.fixed([], [1]), t.fixed([], [4]), t.fixed([], [1.5])], expect: [[1, 2.5]] },
    {
      note: "start and step fed",
      inputs: [t.of([], [1]), t.fixed([], [4]), t.of([], [0.7])],
      types: [{ dtype: t.dtype, shape: [5] }],
    },
  ],

  Gather: (t) => [
    { inputs: [t.of([3, 1], [1, 2, 3]), ints([2], [2, 0])], expect: [[3, 1]] },
    { note: "repeated", inputs: [t.uniform([4, 2]), ints([2, 2], [1, 1, -1, 0])] },
    { note: "inner axis", inputs: [t.uniform([2, 3, 2]), ints([2, 2], [2, 0, 2, 1])], attrs: { axis: 1 } },
    { note: "scalar", inputs: [t.uniform([2, 3]), ints([], [1])], attrs: { axis: 1 } },
    { note: "int32", inputs: [t.uniform([4, 2]), ints([3], [1, 3, 1], "int32")] },
    {
      note: "DirectML",
      inputs: [t.uniform([2, 3, 2]), ints([2, 2], [2, 0, 2, 1])],
      attrs: { axis: 1 },
      provider: "dml",
      single: true,
    },
  ],
  GatherElements: (t) => [
    { inputs: [t.of([2, 2], [1, 2, 3, 4]), ints([2, 2], [0, 0, 1, 0])], attrs: { axis: 1 }, expect: [[1, 1, 4, 3]] },
    { note: "shorter", inputs: [t.uniform([3, 3]), ints([2, 2], [0, 0, 2, 0])], attrs: { axis: 0 } },
    {
      note: "DirectML",
      inputs: [t.uniform([3, 3]), ints([2, 2], [0, -1, 2, 0])],
      attrs: { axis: 0 },
      provider: "dml",
      single: true,
    },
  ],
  GatherND: (t) => [
    { inputs: [t.of([2, 2], [1, 2, 3, 4]), ints([2, 2], [0, 0, 1, 0])], expect: [[1, 3]] },
    { note: "rows", inputs: [t.uniform([3, 2]), ints([2, 2, 1], [0, 2, 2, -1])] },
    { note: "batch", inputs: [t.uniform([2, 3, 2]), ints([2, 2, 1], [0, 2, 1, 1])], attrs: { batch_dims: 1 } },
  ],
  ScatterElements: (t) =>
    scatters(
      (reduction) => [
        [t.of([3], [1, 2, 3]), ints([2], reduction === "none" ? [0, 2] : [2, 2]), t.of([2], [5, 7])],
        [distinct(t, [3, 3]), ints([2, 3], [0, 1, 2, 1, 2, 0]), distinct(t, [2, 3])],
        ...(reduction === "mul" ? [[t.of([3], [0, 2, 3]), ints([4], [0, 1, 1, 2]), t.of([4], [4, 0, 5, 6])]] : []),
      ],
      { none: [5, 2, 7], add: [1, 2, 15], mul: [1, 2, 105], max: [1, 2, 7], min: [1, 2, 3] },
      { axis: 0 },
    ),
  ScatterND: (t) =>
    scatters(
      (reduction) => [
        [t.of([3], [1, 2, 3]), ints([2, 1], reduction === "none" ? [0, 2] : [2, 2]), t.of([2], [5, 7])],
        [distinct(t, [3, 2]), ints([2, 1], [0, 2]), distinct(t, [2, 2])],
      ],
      { none: [5, 2, 7], add: [1, 2, 15], mul: [1, 2, 105], max: [1, 2, 7], min: [1, 2, 3] },
    ),
  OneHot: (t) => [
    { inputs: [ints([2], [2, 0]), fixed([3]), t.of([2], [0, 5])], expect: [[0, 0, 5, 5, 0, 0]] },
    { note: "first axis", inputs: [ints([2], [1, 5]), fixed([3]), t.of([2], [1, 2])], attrs: { axis: 0 } },
  ],
  ...controlCases,
};

/** Cases of one operator, in double where onnxruntime has the kernels. */
export function opCases(op: OpName): readonly OpCase[] {
  const double = table[op](new Inputs(op, "float64"));
  const float = table[op](new Inputs(op, "float32"));
  return double.map((c, i) => (single.has(op) || c.single ? (float[i] as OpCase) : c));
}

/** Cases of one operator in single precision. */
export const singleCases = (op: OpName): readonly OpCase[] => table[op](new Inputs(op, "float32"));
