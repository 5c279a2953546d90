import type { GradientContext } from "../../ir/gradient.ts";
import type { Value } from "../../ir/graph.ts";
import type { Maths } from "../../ir/maths.ts";
import { elementCount } from "../../shape/dtype.ts";
import { at, eachTap, type Geometry, swapBatch, windowAttrs } from "./conv-geometry.ts";

/** Bytes of copies of X above which the form that makes none is taken. */
const copyLimit = 256 * 2 ** 20;
/** Taps of a kernel up to which columns are faster than swapping (measured, CPU). */
const columnTaps = 32;
/** Rows from which a matrix product of its own is worth while (measured, CPU). */
const productRows = 16;

/**
 * dW[m, c, k] = Σ_{n, o} dY[n, m, o] X[n, c, s o + d k - p], in one of three forms:
 * - at stride 1, X is shifted along its last axis, once for each tap there; for each tap of the other axes whole
 *   lines are cut out of that, and multiplied with dY;
 * - with strides or groups, the windows of X become columns, which are multiplied with dY;
 * - batch and channels are swapped, and it is a convolution again: several times slower but for large kernels, and
 *   without copies.
 */
export function convWeightGradient(c: GradientContext, m: Maths, g: Geometry, x: Value, dy: Value): Value {
  const [n, channels] = c.size(x) as [number, number];
  const taps = elementCount(g.kernel);
  const shifts = g.group === 1 && g.strides.every((s) => s === 1);
  const copies = shifts ? (g.kernel.at(-1) as number) : taps;
  const bytes = 4 * n * channels * copies * elementCount(c.size(dy).slice(2));
  if (bytes > copyLimit || (!shifts && taps > columnTaps)) return bySwapping(c, m, g, x, dy);
  return shifts ? byShifting(c, m, g, x, dy) : byColumns(c, m, g, x, dy);
}

function byShifting(c: GradientContext, m: Maths, g: Geometry, x: Value, dy: Value): Value {
  const [n, channels] = c.size(x) as [number, number];
  const [, filters, ...out] = c.size(dy) as [number, number, ...number[]];
  const [last, places] = [g.kernel.at(-1) as number, elementCount(out)];
  const perImage = productPerImage(c, dy);
  const axis = perImage ? 1 : 0;
  const padded = m.pad(x, [0, 0, ...g.begin], [0, 0, ...g.end]);
  const laid = perImage ? padded : swapBatch(m, padded);
  /** What the taps `tap` of the axes from `first` on see. */
  const cut = (v: Value, tap: readonly number[], first: number): Value => {
    if (tap.every((_, i) => at(g.kernel, first + i) === 1)) return v;
    const starts = tap.map((k, i) => k * at(g.dilations, first + i));
    const ends = starts.map((s, i) => s + at(out, first + i));
    return c.b.emit("Slice", [v, c.b.ints(starts), c.b.ints(ends), c.b.ints(starts.map((_, i) => first + i + 2))]);
  };
  const shifted = m.concat(
    Array.from({ length: last }, (_, k) => cut(laid, [k], g.spatial - 1)),
    axis,
  );
  const lines = eachTap(g.kernel.slice(0, -1)).map((tap) => cut(shifted, tap, 0));
  const rows = channels * last;
  const together = rows < productRows && 4 * n * rows * lines.length * places <= copyLimit;
  const products = (together ? [m.concat(lines, axis)] : lines).map((v) => product(c, m, dy, v));
  // Ordered by tap and then channel; the kernel by channel and then tap.
  const byTap = m.reshape(m.concat(products, 1), [filters, last * lines.length, channels]);
  return m.reshape(m.transpose(byTap, [0, 2, 1]), [filters, channels, ...g.kernel]);
}

/**
 * One product for each image and then a sum uses all cores and moves nothing; but where places are few beside
 * filters the products are large, and one product over all images is faster.
 */
function productPerImage(c: GradientContext, dy: Value): boolean {
  const [, filters, ...out] = c.size(dy) as [number, number, ...number[]];
  return elementCount(out) >= 2 * filters;
}

/** Σ_{n, o} dY[n, m, o] v[n, r, o] as [M, R]; v is [N, R, ...], or [R, N, ...] for one product over all images. */
function product(c: GradientContext, m: Maths, dy: Value, v: Value): Value {
  const [n, filters, ...out] = c.size(dy) as [number, number, ...number[]];
  const places = elementCount(out);
  if (!productPerImage(c, dy)) {
    const right = m.reshape(v, [v.type.shape[0] as number, n * places]);
    return c.b.emit("Gemm", [m.reshape(swapBatch(m, dy), [filters, n * places]), right], { transB: 1 });
  }
  const right = m.transpose(m.reshape(v, [n, v.type.shape[1] as number, places]), [0, 2, 1]);
  return m.sum(m.matmul(m.reshape(dy, [n, filters, places]), right), [0], false);
}

function byColumns(c: GradientContext, m: Maths, g: Geometry, x: Value, dy: Value): Value {
  const [n, channels] = c.size(x) as [number, number];
  const [, filters, ...out] = c.size(dy) as [number, number, ...number[]];
  const columns = columnsOf(c, m, g, x);
  const shape = [filters, channels / g.group, ...g.kernel];
  if (g.group === 1)
    return m.reshape(product(c, m, dy, productPerImage(c, dy) ? columns : swapBatch(m, columns)), shape);
  const places = elementCount(out);
  const each = (v: Value): Value =>
    m.reshape(v, [n, g.group, elementCount(c.size(v).slice(1)) / (g.group * places), places]);
  const products = m.matmul(each(dy), m.transpose(each(columns), [0, 1, 3, 2]));
  return m.reshape(m.sum(products, [0], false), shape);
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
