import type { GradientContext, GradientRule } from "../../ir/gradient.ts";
import type { Value } from "../../ir/graph.ts";
import { Maths } from "../../ir/maths.ts";
import { elementCount } from "../../shape/dtype.ts";
import { int, ints } from "../attributes.ts";

/** Geometry of a convolution: lists have one entry per spatial axis. */
interface Geometry {
  readonly spatial: number;
  readonly kernel: number[];
  readonly strides: number[];
  readonly dilations: number[];
  readonly begin: number[];
  readonly end: number[];
  readonly group: number;
}

function geometry(c: GradientContext): Geometry {
  const kernel = c.size(c.x(1)).slice(2);
  const spatial = kernel.length;
  const pads = ints(c, "pads", 2 * spatial, 0);
  return {
    spatial,
    kernel,
    strides: ints(c, "strides", spatial, 1),
    dilations: ints(c, "dilations", spatial, 1),
    begin: pads.slice(0, spatial),
    end: pads.slice(spatial),
    group: int(c, "group", 1),
  };
}

const windowAttrs = (g: Geometry) => ({
  kernel_shape: g.kernel,
  strides: g.strides,
  dilations: g.dilations,
  pads: [...g.begin, ...g.end],
  group: g.group,
});

/** Y = W * X + b: dX is the transposed convolution of dY with W, dW correlates X with dY, db sums dY. */
export const conv: GradientRule = (c) => {
  const m = new Maths(c.b);
  const g = geometry(c);
  return [
    c.needs(0) ? convInputGradient(c, m, g, c.dy()) : null,
    c.needs(1) ? convWeightGradient(c, m, g, c.x(0), c.dy()) : null,
    c.needs(2) ? channelSum(m, c.dy()) : null,
  ];
};

/** The transpose of a convolution that maps Y to X: dX = Conv(dY, W), and dW is that of the convolution. */
export const convTranspose: GradientRule = (c) => {
  const m = new Maths(c.b);
  const g = geometry(c);
  return [
    c.needs(0) ? c.b.emit("Conv", [c.dy(), c.x(1)], windowAttrs(g)) : null,
    c.needs(1) ? convWeightGradient(c, m, g, c.dy(), c.x(0)) : null,
    c.needs(2) ? channelSum(m, c.dy()) : null,
  ];
};

/** Input channels from which a convolution with turned kernels beats ConvTranspose (measured, CPU). */
const turnFrom = 12;

/**
 * dX = ConvTranspose(dY, W). Elements at the end of X that no window reached come back through output_padding.
 * At stride 1 it is also a convolution of dY with the kernels turned round, which onnxruntime's CPU kernels do up to
 * twice as fast, unless there are few channels or the border that is computed for nothing is large.
 */
function convInputGradient(c: GradientContext, m: Maths, g: Geometry, dy: Value): Value {
  const [[, channels, ...x], [, , ...out]] = [c.size(c.x(0)), c.size(dy)] as [number[], number[]];
  const border = g.kernel.map((k, i) => at(g.dilations, i) * (k - 1));
  const begin = border.map((size, i) => size - at(g.begin, i));
  const end = border.map((size, i) => size - at(g.end, i));
  const turns =
    c.provider === "cpu" &&
    g.group === 1 &&
    g.strides.every((s) => s === 1) &&
    [...begin, ...end].every((p) => p >= 0) &&
    (channels as number) >= turnFrom &&
    elementCount(x) <= 1.5 * elementCount(out);
  if (turns) return c.b.emit("Conv", [dy, turned(m, c.x(1), g)], { ...windowAttrs(g), pads: [...begin, ...end] });
  const outputPadding = x.map((size, i) => size - (reach(g, out[i] as number, i) - at(g.begin, i) - at(g.end, i)));
  return c.b.emit("ConvTranspose", [dy, c.x(1)], { ...windowAttrs(g), output_padding: outputPadding });
}

/** [M, C, taps] as [C, M, taps] with the taps in reverse order along every axis. */
function turned(m: Maths, w: Value, g: Geometry): Value {
  const axes = g.kernel.flatMap((k, i) => (k > 1 ? [i + 2] : []));
  if (axes.length === 0) return swapBatch(m, w);
  const [back, all] = [axes.map(() => -1), axes.map(() => -(2 ** 31))].map((v) => m.b.ints(v)) as [Value, Value];
  return swapBatch(m, m.b.emit("Slice", [w, back, all, m.b.ints(axes), back]));
}

/** Elements of the padded input that `windows` windows cover along axis i. */
const reach = (g: Geometry, windows: number, i: number): number =>
  (windows - 1) * at(g.strides, i) + at(g.dilations, i) * (at(g.kernel, i) - 1) + 1;

const at = (list: readonly number[], i: number): number => list[i] as number;

/** Sum over the batch and all places: the gradient of a bias per channel. */
export const channelSum = (m: Maths, dy: Value): Value =>
  m.sum(
    dy,
    dy.type.shape.map((_, i) => i).filter((i) => i !== 1),
    false,
  );

/** Memory (bytes) of the columns and the products above which the form that needs neither is taken. */
const columnLimit = 256 * 2 ** 20;
/** Taps of a kernel up to which columns are faster (measured, CPU). */
const columnTaps = 32;

/**
 * dW[m, c, k] = Σ_{n, o} dY[n, m, o] X[n, c, s o + d k - p], in one of two forms:
 * - windows of X as columns, and matrix products: 1.2 to 10 times as fast for the kernels that networks use;
 * - a convolution with batch and channels swapped: no memory, fast for large kernels.
 */
function convWeightGradient(c: GradientContext, m: Maths, g: Geometry, x: Value, dy: Value): Value {
  const [n, channels] = c.size(x) as [number, number];
  const [, filters, ...out] = c.size(dy) as [number, number, ...number[]];
  const taps = elementCount(g.kernel);
  const bytes = 4 * n * channels * taps * (elementCount(out) + filters / g.group);
  return taps <= columnTaps && bytes <= columnLimit ? byColumns(c, m, g, x, dy) : bySwapping(c, m, g, x, dy);
}

/**
 * The columns are [N, group, C/group taps, L] with L output places. One product per image and group, then a sum over
 * the batch; where the products would be large beside the places, one product over all images instead, for which
 * the batch moves to the places.
 */
function byColumns(c: GradientContext, m: Maths, g: Geometry, x: Value, dy: Value): Value {
  const [n, channels] = c.size(x) as [number, number];
  const [, filters, ...out] = c.size(dy) as [number, number, ...number[]];
  const places = elementCount(out);
  const [rows, each] = [filters / g.group, (channels / g.group) * elementCount(g.kernel)];
  const columns = columnsOf(c, m, g, x);
  const shape = [filters, channels / g.group, ...g.kernel];
  if (g.group === 1 && places < 2 * filters) {
    const left = m.reshape(swapBatch(m, dy), [filters, n * places]);
    const right = m.reshape(swapBatch(m, columns), [each, n * places]);
    return m.reshape(c.b.emit("Gemm", [left, right], { transB: 1 }), shape);
  }
  const lead = g.group === 1 ? [n] : [n, g.group];
  const right = m.transpose(m.reshape(columns, [...lead, each, places]), [
    ...lead.keys(),
    lead.length + 1,
    lead.length,
  ]);
  return m.reshape(m.sum(m.matmul(m.reshape(dy, [...lead, rows, places]), right), [0], false), shape);
}

/** What each tap sees of X: [N, C taps, out], one depthwise convolution with kernels that pick one tap each. */
function columnsOf(c: GradientContext, m: Maths, g: Geometry, x: Value): Value {
  const channels = c.size(x)[1] as number;
  const taps = elementCount(g.kernel);
  const still = g.strides.every((s) => s === 1) && [...g.begin, ...g.end].every((p) => p === 0);
  if (taps === 1 && still) return x;
  const one = Array.from({ length: taps * taps }, (_, i) => (i % (taps + 1) === 0 ? 1 : 0));
  const pick = m.table(one, [taps, 1, ...g.kernel], x);
  const kernels = channels === 1 ? pick : c.b.emit("Tile", [pick, c.b.ints([channels, 1, ...g.kernel.map(() => 1)])]);
  return c.b.emit("Conv", [x, kernels], { ...windowAttrs(g), group: channels });
}

/** All index tuples below `kernel`, the last index fastest. */
export const eachTap = (kernel: readonly number[]): number[][] =>
  kernel.reduce<number[][]>(
    (taps, size) => taps.flatMap((tap) => Array.from({ length: size }, (_, k) => [...tap, k])),
    [[]],
  );

/** The strides of the forward pass are the dilations of this one and the other way round. */
function bySwapping(c: GradientContext, m: Maths, g: Geometry, x: Value, dy: Value): Value {
  const [n, channels, ...size] = c.size(x) as [number, number, ...number[]];
  const each = channels / g.group;
  const grouped = m.reshape(x, [n, g.group, each, ...size]);
  const images = m.reshape(m.transpose(grouped, [2, 1, 0, ...size.map((_, i) => i + 3)]), [each, g.group * n, ...size]);
  const kernels = swapBatch(m, dy);
  const out = c.size(dy).slice(2);
  const full = c.b.emit("Conv", [images, kernels], {
    kernel_shape: out,
    strides: g.dilations,
    dilations: g.strides,
    pads: [...g.begin, ...g.end],
    group: g.group,
  });
  // Elements of X that no window reached give taps beyond the kernel.
  const taps = g.kernel.reduce<Value>((v, k, i) => (v.type.shape[i + 2] === k ? v : m.slice(v, i + 2, 0, k)), full);
  return swapBatch(m, taps);
}

const swapPerm = (spatial: number): number[] => [1, 0, ...Array.from({ length: spatial }, (_, i) => i + 2)];
const swapBatch = (m: Maths, v: Value): Value => m.transpose(v, swapPerm(v.type.shape.length - 2));
