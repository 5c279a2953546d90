import type { GradientContext, GradientRule } from "../../ir/gradient.ts";
import type { Value } from "../../ir/graph.ts";
import { Maths } from "../../ir/maths.ts";
import { elementCount } from "../../shape/dtype.ts";
import { int, ints } from "../attributes.ts";
import { at, eachTap } from "./conv-geometry.ts";

/** Geometry of a pooling; lists have one entry per spatial axis. */
interface Geometry {
  readonly kernel: number[];
  readonly strides: number[];
  readonly dilations: number[];
  readonly begin: number[];
  readonly end: number[];
  /** Sizes of the input and of the output. */
  readonly size: number[];
  readonly out: number[];
}

function geometry(c: GradientContext): Geometry {
  const kernel = ints(c, "kernel_shape", 0, 1);
  const spatial = kernel.length;
  const pads = ints(c, "pads", 2 * spatial, 0);
  return {
    kernel,
    strides: ints(c, "strides", spatial, 1),
    dilations: ints(c, "dilations", spatial, 1),
    begin: pads.slice(0, spatial),
    end: pads.slice(spatial),
    size: c.size(c.x(0)).slice(2),
    out: c.size(c.y(0)).slice(2),
  };
}

/** Windows lie side by side without padding, so that each place is in at most one window and the last is whole. */
const isTiling = (g: Geometry): boolean =>
  g.kernel.every(
    (k, i) =>
      k === at(g.strides, i) &&
      (at(g.dilations, i) === 1 || k === 1) &&
      at(g.begin, i) === 0 &&
      at(g.out, i) * k <= at(g.size, i),
  );

/** Each place of a window gets the value of its window: nearest Resize, 4 to 20 times as fast as Expand or Tile. */
function spread(m: Maths, g: Geometry, v: Value): Value {
  if (g.kernel.every((k) => k === 1)) return v;
  const { b } = m;
  const [n, channels] = v.type.shape as [number, number];
  const sizes = g.kernel.map((k, i) => k * at(g.out, i));
  return b.emit("Resize", [v, null, null, b.ints([n, channels, ...sizes])], {
    mode: "nearest",
    nearest_mode: "floor",
    coordinate_transformation_mode: "asymmetric",
  });
}

/** The part of x that tiling windows cover. */
const covered = (m: Maths, g: Geometry, x: Value): Value =>
  g.kernel.reduce((v, k, i) => (at(g.size, i) === k * at(g.out, i) ? v : m.slice(v, i + 2, 0, k * at(g.out, i))), x);

/** Zeros where no window came. */
function uncover(m: Maths, g: Geometry, v: Value): Value {
  const after = g.kernel.map((k, i) => at(g.size, i) - k * at(g.out, i));
  return m.pad(v, [0, 0, ...after.map(() => 0)], [0, 0, ...after]);
}

/** dX is dY at the first place of each window that holds its maximum, as in PyTorch. */
export const maxPool: GradientRule = (c) => {
  const m = new Maths(c.b);
  const g = geometry(c);
  if (isTiling(g)) return [maxOfTiles(c, m, g)];
  return [c.provider === "dml" ? maxByTaps(c, m, g) : maxByIndices(c, m, g)];
};

/** The gradient of a pooling over tiles in terms of what it came from. */
interface TiledGradient {
  /** Pooled values and their gradient. */
  readonly y: Value;
  readonly dy: Value;
  /** Gives each value of the pooled shape to the winner of its window. */
  spread(pooled: Value): Value;
}

const tiledGradients = new WeakMap<Value, TiledGradient>();

/**
 * How `gradient` came from a max-pooling over tiles, or null if it did not. An activation just before the pooling can
 * then multiply its derivative with the pooled gradient, which is smaller: winners have the value of their window.
 */
export const tiledGradient = (gradient: Value): TiledGradient | null => tiledGradients.get(gradient) ?? null;

/**
 * A place wins when it holds the maximum and no place before it does. Every place has a rank that falls
 * along its window; the largest rank among the places that hold the maximum is the winner's. Products with masks
 * take a seventh less time than Where.
 */
function maxOfTiles(c: GradientContext, m: Maths, g: Geometry): Value {
  const x = covered(m, g, c.x(0));
  if (g.kernel.every((k) => k === 1)) return uncover(m, g, c.dy());
  // A product with the mask takes three quarters of the time of Where with ranks that broadcast.
  const ranked = m.mul(m.mask(m.eq(x, spread(m, g, c.y())), c.dy()), ranks(m, g, c.dy()));
  const best = c.b.emit("MaxPool", [ranked], { kernel_shape: g.kernel, strides: g.strides });
  const wins = m.mask(m.eq(ranked, spread(m, g, best)), x);
  const give = (pooled: Value): Value => uncover(m, g, m.mul(wins, spread(m, g, pooled)));
  const gradient = give(c.dy());
  tiledGradients.set(gradient, { y: c.y(), dy: c.dy(), spread: give });
  return gradient;
}

/** k², ..., 2, 1 in each window, for one image of one channel. */
function ranks(m: Maths, g: Geometry, like: Value): Value {
  const tile = elementCount(g.kernel);
  const column = m.table(
    Array.from({ length: tile }, (_, i) => tile - i),
    [1, 1, ...g.kernel],
    like,
  );
  const repeats = [1, 1, ...g.out];
  return m.b.emit("Tile", [column, m.b.ints(repeats)]);
}

/**
 * Windows that overlap: the second output of MaxPool has the place of each maximum, counted through the whole
 * input, and dY is added there. The pooling is computed again, because with this output it takes ten times as
 * long, and evaluation does not need it.
 */
function maxByIndices(c: GradientContext, m: Maths, g: Geometry): Value {
  const { b } = c;
  const given = c.outputs.length > 1 && int(c, "storage_order", 0) === 0;
  const pooled = given ? c.outputs : b.emitAll("MaxPool", [c.x(0)], { ...windowAttrs(g), ...ceil(c) }, { outputs: 2 });
  const x = c.size(c.x(0));
  const windows = [elementCount(c.size(c.y()))];
  const zeros = m.full(0, c.dy().type.dtype, [elementCount(x)]);
  const [places, dy] = [m.reshape(pooled[1] as Value, windows), m.reshape(c.dy(), windows)];
  return m.reshape(b.emit("ScatterElements", [zeros, places, dy], { axis: 0, reduction: "add" }), x);
}

const windowAttrs = (g: Geometry) => ({
  kernel_shape: g.kernel,
  strides: g.strides,
  dilations: g.dilations,
  pads: [...g.begin, ...g.end],
});
const ceil = (c: GradientContext) => (int(c, "ceil_mode", 0) === 1 ? { ceil_mode: 1 } : {});

/** The same without adding scatter: for each tap of the window, where it is the first maximum, dY goes back. */
function maxByTaps(c: GradientContext, m: Maths, g: Geometry): Value {
  const { b } = c;
  const [n, channels] = c.size(c.x(0)) as [number, number];
  const lowest = -3.4e38;
  const after = lastReach(g).map((reach, i) => Math.max(0, reach - at(g.begin, i) - at(g.size, i)));
  const padded = m.pad(c.x(0), [0, 0, ...g.begin], [0, 0, ...after], lowest);
  const hits: Value[] = [];
  let free: Value | null = null;
  for (const tap of eachTap(g.kernel)) {
    const starts = tap.map((k, i) => k * at(g.dilations, i));
    const ends = starts.map((s, i) => s + (at(g.out, i) - 1) * at(g.strides, i) + 1);
    const part = b.emit("Slice", [
      padded,
      b.ints(starts),
      b.ints(ends),
      b.ints(starts.map((_, i) => i + 2)),
      b.ints(g.strides),
    ]);
    const equal = m.eq(part, c.y());
    const hit: Value = free ? m.and(equal, free) : equal;
    free = free ? m.and(free, m.not(equal)) : m.not(equal);
    const value = m.where(hit, c.dy(), 0);
    hits.push(m.reshape(value, [n * channels, 1, ...g.out]));
  }
  const count = hits.length;
  const kernel = m.table(
    Array.from({ length: count * count }, (_, i) => (i % (count + 1) === 0 ? 1 : 0)),
    [count, 1, ...g.kernel],
    c.dy(),
  );
  return m.reshape(transposedWindows(c, g, m.concat(hits, 1), kernel, 1), [n, channels, ...g.size]);
}

/** Elements of the padded input that the windows cover, per axis. */
const lastReach = (g: Geometry): number[] =>
  g.kernel.map((k, i) => (at(g.out, i) - 1) * at(g.strides, i) + at(g.dilations, i) * (k - 1) + 1);

/** Adds each window of `dy`, weighted by `kernel`, at its place in an input of the size of g. */
function transposedWindows(c: GradientContext, g: Geometry, dy: Value, kernel: Value, group: number): Value {
  const reach = lastReach(g);
  const end = reach.map((r, i) => Math.max(0, r - at(g.begin, i) - at(g.size, i)));
  const missing = reach.map((r, i) => Math.max(0, at(g.size, i) + at(g.begin, i) - r));
  // Places that no window reached can be more than output_padding may add (less than the stride).
  const padding = missing.map((v, i) => Math.min(v, at(g.strides, i) - 1));
  const full = c.b.emit("ConvTranspose", [dy, kernel], {
    kernel_shape: g.kernel,
    strides: g.strides,
    dilations: g.dilations,
    pads: [...g.begin, ...end],
    output_padding: padding,
    group,
  });
  return new Maths(c.b).pad(
    full,
    [0, 0, ...missing.map(() => 0)],
    [0, 0, ...missing.map((v, i) => v - at(padding, i))],
  );
}

/** Y = mean over each window: dX is dY over the number of places, at each of them. */
export const averagePool: GradientRule = (c) => {
  const m = new Maths(c.b);
  const g = geometry(c);
  if (isTiling(g) && g.end.every((p) => p === 0)) {
    return [uncover(m, g, m.div(spread(m, g, c.dy()), elementCount(g.kernel)))];
  }
  const channels = at(c.size(c.x(0)), 1);
  const kernel = m.full(1, c.dy().type.dtype, [channels, 1, ...g.kernel]);
  return [transposedWindows(c, g, perPlace(c, m, g), kernel, channels)];
};

/** dY over the places that each window counts; the count is a product of one factor per axis. */
function perPlace(c: GradientContext, m: Maths, g: Geometry): Value {
  const padded = int(c, "count_include_pad", 0) === 1;
  let whole = 1;
  let dy = c.dy();
  g.kernel.forEach((k, axis) => {
    const counts = Array.from({ length: at(g.out, axis) }, (_, o) => {
      const start = o * at(g.strides, axis) - at(g.begin, axis);
      const [low, high] = padded ? [-at(g.begin, axis), at(g.size, axis) + at(g.end, axis)] : [0, at(g.size, axis)];
      return Math.min(start + k, high) - Math.max(start, low);
    });
    if (counts.every((v) => v === counts[0])) whole *= counts[0] ?? 1;
    else dy = m.div(dy, m.table(counts, [counts.length, ...g.kernel.slice(axis + 1).map(() => 1)], dy));
  });
  return m.div(dy, whole);
}

/** Y = mean over all places: dX = dY / places everywhere. */
export const globalAveragePool: GradientRule = (c) => {
  const m = new Maths(c.b);
  return [m.div(c.dy(), elementCount(c.size(c.x(0)).slice(2)))];
};

/** dX is dY at the first place of each channel that holds its maximum. */
export const globalMaxPool: GradientRule = (c) => {
  const m = new Maths(c.b);
  const dims = c.size(c.x(0));
  const [n, channels] = dims as [number, number];
  const places = elementCount(dims.slice(2));
  const flat = m.reshape(c.x(0), [n, channels, places]);
  const first = c.b.emit("ArgMax", [flat], { axis: 2, keepdims: 1 });
  const wins = m.eq(c.b.ints(Array.from({ length: places }, (_, i) => i)), first);
  const dy = m.reshape(c.dy(), [n, channels, 1]);
  return [m.reshape(m.where(wins, dy, 0), dims)];
};
