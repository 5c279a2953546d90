import { describe, expect, it } from "vitest";
import type { Json } from "../../src/core/issue.ts";
import type { Layer } from "../../src/layers/define.ts";
import { layerRegistry } from "../../src/layers/registry.ts";
import { type DType, type Tensor, tensor, toNumbers } from "../../src/shape/dtype.ts";
import { caseOf, forwardGraph, lowerCase, only } from "../support/layer.ts";
import { runGraph } from "../support/run.ts";

type Nested = number | readonly Nested[];
type Params = { readonly [name: string]: Json };

const dimsOf = (v: Nested): number[] => (Array.isArray(v) ? [v.length, ...dimsOf(v[0] as Nested)] : []);
const flat = (v: Nested): number[] => (Array.isArray(v) ? v.flatMap(flat) : [v as number]);
const toTensor = (v: Nested, dtype: DType = "float32"): Tensor => tensor(dtype, dimsOf(v), flat(v));

interface Options {
  readonly parameters?: { readonly [name: string]: Nested };
  readonly dtype?: DType;
  readonly training?: boolean;
}

/** Runs a layer on numbers; outputs and buffers as [dims, elements]. */
async function run(id: string, params: Params, inputs: readonly Nested[], options: Options = {}) {
  const layer = layerRegistry.get(id) as Layer;
  const tensors = inputs.map((v) => toTensor(v, options.dtype));
  const c = caseOf(layer, { params, inputs: tensors.map((t) => ({ dtype: t.dtype, shape: t.dims })) });
  const lowered = lowerCase(c, options.training ?? false);
  const graph = forwardGraph(lowered);
  const feeds: { [name: string]: Tensor } = Object.fromEntries(tensors.map((t, i) => [`x${i}`, t]));
  for (const [name, v] of Object.entries(options.parameters ?? {})) feeds[name] = toTensor(v);
  const results = await runGraph(graph, only(graph, feeds));
  return results.map((t) => ({ dims: [...t.dims], data: Array.from(toNumbers(t)) }));
}

/** Small numbers whose float32 results are exact or off by a few roundings: five decimals are safe. */
async function expectValues(
  id: string,
  params: Params,
  inputs: readonly Nested[],
  want: readonly Nested[],
  options?: Options,
) {
  const found = await run(id, params, inputs, options);
  expect(found.map((f) => f.dims)).toEqual(want.map(dimsOf));
  found.forEach((f, i) => {
    const expected = flat(want[i] as Nested);
    f.data.forEach((v, k) => {
      expect(v, `output ${i}, element ${k}`).toBeCloseTo(expected[k] as number, 5);
    });
  });
}

const row = [[1, 2, 3, 4]];
const two = [
  [
    [1, 2, 3],
    [4, 5, 6],
  ],
];

interface Row {
  readonly name: string;
  readonly layer: string;
  readonly params?: Params;
  readonly inputs: readonly Nested[];
  readonly want: readonly Nested[];
  readonly options?: Options;
}

const rows: Row[] = [
  { name: "keeps row-major order", layer: "flatten", inputs: [two], want: [[[1, 2, 3, 4, 5, 6]]] },
  {
    name: "keeps axes before the start",
    layer: "flatten",
    params: { startAxis: 2 },
    inputs: [
      [
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ],
    ],
    want: [[[[1, 2, 3, 4]]]],
  },
  {
    name: "fills in -1",
    layer: "reshape",
    params: { target: [3, -1] },
    inputs: [two],
    want: [
      [
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      ],
    ],
  },
  {
    name: "swaps the last axes",
    layer: "transpose",
    inputs: [two],
    want: [
      [
        [
          [1, 4],
          [2, 5],
          [3, 6],
        ],
      ],
    ],
  },
  {
    name: "with start, end and step",
    layer: "slice",
    params: { start: 0, toEnd: false, end: 3, step: 2 },
    inputs: [row],
    want: [[[1, 3]]],
  },
  {
    name: "backwards to the beginning",
    layer: "slice",
    params: { start: -2, step: -1 },
    inputs: [row],
    want: [[[3, 2, 1]]],
  },
  {
    name: "with a negative end",
    layer: "slice",
    params: { start: 1, toEnd: false, end: -1 },
    inputs: [row],
    want: [[[2, 3]]],
  },
  {
    name: "by the border",
    layer: "pad",
    params: { before: [1], after: [2], mode: "edge" },
    inputs: [row],
    want: [[[1, 1, 2, 3, 4, 4, 4]]],
  },
  {
    name: "by the mirror",
    layer: "pad",
    params: { before: [2], after: [1], mode: "reflect" },
    inputs: [row],
    want: [[[3, 2, 1, 2, 3, 4, 3]]],
  },
  { name: "repeats elements", layer: "upsample", inputs: [[row]], want: [[[[1, 1, 2, 2, 3, 3, 4, 4]]]] },
  // Half-pixel centres: output i lies at (i + 0.5) / 2 - 0.5.
  {
    name: "interpolates",
    layer: "upsample",
    params: { mode: "linear" },
    inputs: [[row]],
    want: [[[[1, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75, 4]]]],
  },
  {
    name: "interpolates by cubics",
    layer: "upsample",
    params: { mode: "cubic", scale: [1, 2] },
    inputs: [[[[[1, 2, 3, 5]]]]],
    want: [
      [
        [
          [
            [
              cubic(1, 1, 1, 2, 0.75),
              cubic(1, 1, 2, 3, 0.25),
              cubic(1, 1, 2, 3, 0.75),
              cubic(1, 2, 3, 5, 0.25),
              cubic(1, 2, 3, 5, 0.75),
              cubic(2, 3, 5, 5, 0.25),
              cubic(2, 3, 5, 5, 0.75),
              cubic(3, 5, 5, 5, 0.25),
            ],
          ],
        ],
      ],
    ],
  },
  {
    name: "along an axis",
    layer: "concat",
    params: { axis: -1 },
    inputs: [row, [[5, 6]]],
    want: [[[1, 2, 3, 4, 5, 6]]],
  },
  { name: "into equal parts", layer: "split", inputs: [row], want: [[[1, 2]], [[3, 4]]] },
  {
    name: "into given sizes",
    layer: "split",
    params: { by: "sizes", sizes: [1, 3] },
    inputs: [row],
    want: [[[1]], [[2, 3, 4]]],
  },
  { name: "takes an axis out", layer: "squeeze", inputs: [[[[1], [2]]]], want: [[[1, 2]]] },
  { name: "puts an axis in", layer: "unsqueeze", params: { axis: -1 }, inputs: [[[1, 2]]], want: [[[[1], [2]]]] },
  { name: "a b", layer: "matmul", inputs: [two, [[[1], [0], [2]]]], want: [[[[7], [16]]]] },
  {
    name: "a b transposed",
    layer: "matmul",
    params: { transposeB: true },
    inputs: [two, [[[1, 0, 2]]]],
    want: [[[[7], [16]]]],
  },
  {
    name: "sums broadcast inputs",
    layer: "add",
    inputs: [two, [[[10], [20]]], [[[100]]]],
    want: [
      [
        [
          [111, 112, 113],
          [124, 125, 126],
        ],
      ],
    ],
  },
  { name: "multiplies", layer: "multiply", inputs: [row, [[2, 3, 4, 5]]], want: [[[2, 6, 12, 20]]] },
  { name: "a - b", layer: "subtract", inputs: [row, [[4, 3, 2, 1]]], want: [[[-3, -1, 1, 3]]] },
  { name: "a / b", layer: "divide", inputs: [row, [[2, 4, 2, 1]]], want: [[[0.5, 0.5, 1.5, 4]]] },
  {
    name: "factor and offset",
    layer: "scale",
    params: { factor: 2, offset: -1 },
    inputs: [row],
    want: [[[1, 3, 5, 7]]],
  },
  { name: "of an axis", layer: "reduce-mean", params: { axes: [1] }, inputs: [two], want: [[[2.5, 3.5, 4.5]]] },
  { name: "of all axes of a sample", layer: "reduce-sum", params: { axes: [1, 2] }, inputs: [two], want: [[21]] },
  { name: "keeps axes", layer: "reduce-max", params: { keepDims: true }, inputs: [two], want: [[[[3], [6]]]] },
  { name: "means per channel", layer: "global-average-pool", inputs: [two], want: [[[2, 5]]] },
  {
    name: "maxima per channel",
    layer: "global-max-pool",
    params: { keepDims: true },
    inputs: [two],
    want: [[[[3], [6]]]],
  },
  {
    name: "along the channels",
    layer: "softmax",
    params: { axis: 1 },
    inputs: [
      [
        [
          [0, 1],
          [Math.log(3), 1],
        ],
      ],
    ],
    want: [
      [
        [
          [0.25, 0.5],
          [0.75, 0.5],
        ],
      ],
    ],
  },
  { name: "of large scores", layer: "log-softmax", inputs: [[[1000, 1000]]], want: [[[-Math.LN2, -Math.LN2]]] },
  {
    name: "sine and cosine of the position",
    layer: "positional-encoding",
    inputs: [
      [
        [
          [0, 0, 0, 0],
          [0, 0, 0, 0],
          [0, 0, 0, 0],
        ],
      ],
    ],
    want: [[[0, 1, 2].map((t) => [Math.sin(t), Math.cos(t), Math.sin(t / 100), Math.cos(t / 100)])]],
  },
  {
    name: "gives zeros for the padding id",
    layer: "embedding",
    params: { vocabulary: 3, dimensions: 2, padding: true, paddingIndex: 1 },
    inputs: [[[2, 1, 0]]],
    want: [
      [
        [
          [5, 6],
          [0, 0],
          [1, 2],
        ],
      ],
    ],
    options: {
      dtype: "int64",
      parameters: {
        weight: [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      },
    },
  },
  // An even kernel: one zero, and it is at the end.
  {
    name: "pads the end first",
    layer: "conv1d",
    params: { filters: 1, kernel: 2, padding: "same", bias: false },
    inputs: [[row]],
    want: [[[[12, 23, 34, 40]]]],
    options: { parameters: { weight: [[[10, 1]]] } },
  },
  // ceil(4 / 3) = 2 windows of 3 need 6 elements: one zero before, one after.
  {
    name: "keeps ceil(size / stride)",
    layer: "conv1d",
    params: { filters: 1, kernel: 3, stride: 3, padding: "same", bias: false },
    inputs: [[row]],
    want: [[[[3, 7]]]],
    options: { parameters: { weight: [[[1, 1, 1]]] } },
  },
  {
    name: "gives stride times the size",
    layer: "conv-transpose1d",
    params: { filters: 1, kernel: 3, stride: 2, padding: "same", bias: false },
    inputs: [[[[1, 2]]]],
    // Taps at 2 i + k: 1, 10, 100 + 2, 20, 200; the last of five is cut off.
    want: [[[[1, 10, 102, 20]]]],
    options: { parameters: { weight: [[[1, 10, 100]]] } },
  },
  {
    name: "takes ceil(size / stride) windows",
    layer: "max-pool1d",
    params: { padding: "same" },
    inputs: [[[[1, 3, 2]]]],
    want: [[[[3, 2]]]],
  },
  {
    name: "does not let padding win",
    layer: "max-pool1d",
    params: { kernel: 2, stride: 1, dilation: 4, padding: "same" },
    inputs: [[[[-5, -3, -4, -1, -2]]]],
    // Taps at i - 2 and i + 2.
    want: [[[[-4, -1, -2, -3, -4]]]],
  },
  {
    name: "counts padding",
    layer: "average-pool1d",
    params: { kernel: 3, stride: 1, padding: "same" },
    inputs: [[[[3, 3, 3]]]],
    want: [[[[2, 3, 2]]]],
  },
  {
    name: "leaves padding out",
    layer: "average-pool1d",
    params: { kernel: 3, stride: 1, padding: "same", countIncludePad: false },
    inputs: [[[[3, 3, 3]]]],
    want: [[[[3, 3, 3]]]],
  },
  {
    name: "divides by the root mean square",
    layer: "rms-norm",
    params: { epsilon: 0 },
    inputs: [[[3, 4, 5, Math.sqrt(14)]]],
    want: [[[3 / 4, 2, 15 / 4, Math.sqrt(14)]]],
    options: { parameters: { weight: [1, 2, 3, 4] } },
  },
  {
    name: "uses the running statistics at inference",
    layer: "batch-norm",
    params: { epsilon: 1 },
    inputs: [
      [
        [5, 1],
        [1, 2],
      ],
    ],
    want: [
      [
        [5, -1],
        [1, -0.5],
      ],
    ],
    options: { parameters: { weight: [2, 1], bias: [1, 0], runningMean: [1, 3], runningVar: [3, 3] } },
  },
];

/** Keys' cubic through four neighbours at `t` between the middle two, a = -0.75 (PyTorch, ONNX). */
function cubic(p: number, q: number, r: number, s: number, t: number): number {
  const a = -0.75;
  const near = (d: number) => ((a + 2) * d - (a + 3)) * d * d + 1;
  const far = (d: number) => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  return p * far(1 + t) + q * near(t) + r * near(1 - t) + s * far(2 - t);
}

describe("values", () => {
  it.each(rows)("$layer $name", async ({ layer, params = {}, inputs, want, options }) => {
    await expectValues(layer, params, inputs, want, options);
  });
});

describe("training steps", () => {
  it("batch-norm moves the running statistics by the momentum, with the unbiased variance", async () => {
    const parameters = { weight: [1], bias: [0], runningMean: [10], runningVar: [20] };
    const [y, mean, variance] = await run("batch-norm", { epsilon: 0 }, [[[1], [2], [6]]], {
      training: true,
      parameters,
    });
    // Mean 3, population variance 14/3, unbiased 7.
    [1, 2, 6].forEach((v, i) => {
      expect(y?.data[i]).toBeCloseTo((v - 3) / Math.sqrt(14 / 3), 5);
    });
    expect(mean?.data[0]).toBeCloseTo(0.9 * 10 + 0.1 * 3, 5);
    expect(variance?.data[0]).toBeCloseTo(0.9 * 20 + 0.1 * 7, 5);
  });

  const trained = async (id: string, params: Params, x: Nested): Promise<number[]> => {
    const [y] = await run(id, params, [x], { training: true });
    return y?.data ?? [];
  };
  const large = [Array.from({ length: 20_000 }, (_, i) => 1 + (i % 7))];

  it.each([0.1, 0.5, 0.9])(
    "dropout of %d keeps its share, scaled, and the same for the same counters",
    async (rate) => {
      const [inferred] = await run("dropout", { rate }, [large]);
      expect(inferred?.data).toEqual(large[0]);
      const values = await trained("dropout", { rate }, large);
      const kept = values.filter((v) => v !== 0).length / values.length;
      // Standard deviation sqrt(p (1 - p) / 20000) is at most 0.0036; four of them.
      expect(Math.abs(kept - (1 - rate))).toBeLessThan(0.0145);
      values.forEach((v, i) => {
        if (v !== 0) expect(v / (large[0]?.[i] as number)).toBeCloseTo(1 / (1 - rate), 4);
      });
      expect(await trained("dropout", { rate }, large)).toEqual(values);
    },
  );

  it("spatial-dropout drops whole channels", async () => {
    const x = [Array.from({ length: 200 }, () => [1, 1, 1])];
    const values = await trained("spatial-dropout", {}, x);
    const channels = Array.from({ length: 200 }, (_, c) => values.slice(3 * c, 3 * c + 3));
    for (const channel of channels) expect(new Set(channel).size).toBe(1);
    const kept = channels.filter((c) => c[0] !== 0).length;
    expect(kept).toBeGreaterThan(70);
    expect(kept).toBeLessThan(130);
  });

  it("gaussian-noise is normal with its deviation", async () => {
    const x = [new Array<number>(20_000).fill(5)];
    const values = await trained("gaussian-noise", { deviation: 0.3 }, x);
    const noise = values.map((v) => (v - 5) / 0.3);
    const mean = noise.reduce((a, v) => a + v, 0) / noise.length;
    const variance = noise.reduce((a, v) => a + (v - mean) ** 2, 0) / noise.length;
    const tails = noise.filter((v) => Math.abs(v) > 1.96).length / noise.length;
    // Four standard errors: 1/sqrt(n), sqrt(2/n), sqrt(0.05 * 0.95 / n).
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(20_000));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / 20_000));
    expect(Math.abs(tails - 0.05)).toBeLessThan(4 * Math.sqrt(0.0475 / 20_000));
  });
});
