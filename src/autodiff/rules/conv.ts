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
    c.needs(0) ? convInputGradient(c, g, c.dy()) : null,
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

/**
 * dX = ConvTranspose(dY, W). Elements at the end of X that no window reached come back through output_padding.
 */
function convInputGradient(c: GradientContext, g: Geometry, dy: Value): Value {
  const [x, out] = [c.size(c.x(0)).slice(2), c.size(dy).slice(2)];
  const outputPadding = x.map((size, i) => size - (reach(g, out[i] as number, i) - at(g.begin, i) - at(g.end, i)));
  return c.b.emit("ConvTranspose", [dy, c.x(1)], { ...windowAttrs(g), output_padding: outputPadding });
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

/** im2col memory (bytes) above which the form that needs none is taken. */
const columnLimit = 256 * 2 ** 20;
/** Inputs per output channel from which one large matrix product beats a grouped convolution (measured, CPU). */
const columnsFrom = 200;

/**
 * dW[m, c, k] = Σ_{n, o} dY[n, m, o] X[n, c, s o + d k - p], in one of three forms:
 * - im2col and one matrix product: best from about 16 channels up, takes the memory of the columns;
 * - one grouped convolution per image, summed: best for few channels, stride and dilation 1;
 * - a convolution with batch and channels swapped: any geometry, little memory.
 */
function convWeightGradient(c: GradientContext, m: Maths, g: Geometry, x: Value, dy: Value): Value {
  const perOutput = elementCount(c.size(c.x(1)).slice(1));
  const columns = perOutput * elementCount(c.size(dy).slice(2)) * (c.size(x)[0] as number) * 4;
  if (g.group === 1 && perOutput >= columnsFrom && columns <= columnLimit) return byColumns(c, m, g, x, dy);
  const plain = [...g.strides, ...g.dilations].every((v) => v === 1) && g.group === 1;
  return plain ? byImage(c, m, g, x, dy) : bySwapping(c, m, g, x, dy);
}

function byColumns(c: GradientContext, m: Maths, g: Geometry, x: Value, dy: Value): Value {
  const [, channels] = c.size(x) as [number, number];
  const [n, filters, ...out] = c.size(dy) as [number, number, ...number[]];
  const swapped = swapBatch(m, m.pad(x, [0, 0, ...g.begin], [0, 0, ...g.end]));
  const places = n * elementCount(out);
  const taps = eachTap(g.kernel).map((tap) => {
    const starts = tap.map((k, i) => k * at(g.dilations, i));
    const ends = starts.map((s, i) => s + (at(out, i) - 1) * at(g.strides, i) + 1);
    const axes = starts.map((_, i) => i + 2);
    const { b } = c;
    const part = b.emit("Slice", [swapped, b.ints(starts), b.ints(ends), b.ints(axes), b.ints(g.strides)]);
    return m.reshape(part, [channels, places]);
  });
  const product = c.b.emit("Gemm", [m.reshape(swapBatch(m, dy), [filters, places]), m.concat(taps, 0)], { transB: 1 });
  // The rows of the columns are ordered (tap, channel), those of the kernel (channel, tap).
  const byTap = m.reshape(product, [filters, taps.length, channels]);
  return m.reshape(m.transpose(byTap, [0, 2, 1]), [filters, channels, ...g.kernel]);
}

/** All index tuples below `kernel`, the last index fastest. */
export const eachTap = (kernel: readonly number[]): number[][] =>
  kernel.reduce<number[][]>(
    (taps, size) => taps.flatMap((tap) => Array.from({ length: size }, (_, k) => [...tap, k])),
    [[]],
  );

/** Image n is group n of one convolution over [1, N C, ...] with the rows of dY as kernels. */
function byImage(c: GradientContext, m: Maths, g: Geometry, x: Value, dy: Value): Value {
  const [n, channels, ...size] = c.size(x) as [number, number, ...number[]];
  const [, filters, ...out] = c.size(dy) as [number, number, ...number[]];
  // Groups of one channel of X with one filter need every pair: channels go to the batch.
  const images = m.reshape(m.transpose(x, swapPerm(size.length)), [channels, n, ...size]);
  const kernels = m.reshape(dy, [n * filters, 1, ...out]);
  const each = c.b.emit("Conv", [images, kernels], {
    kernel_shape: out,
    pads: [...g.begin, ...g.end],
    group: n,
  });
  const summed = m.sum(m.reshape(each, [channels, n, filters, ...g.kernel]), [1], false);
  return swapBatch(m, summed);
}

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
