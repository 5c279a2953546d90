import type { GraphBuilder } from "../ir/builder.ts";
import type { Value } from "../ir/graph.ts";
import { Maths } from "../ir/maths.ts";
import type { Bounds } from "../layers/define.ts";
import { elementCount, tensor } from "../shape/dtype.ts";
import { staticShape } from "../shape/type.ts";

/** A tensor that is measured. Its shape must be known. */
export interface Measured {
  readonly value: Value;
  /** Axis whose places are the units that can be dead; negative counts from the back. */
  readonly units: number;
  /** Of an activation that saturates. */
  readonly bounds: Bounds | null;
}

/** Part of the range between two bounds that counts as at a bound. */
const edge = 0.01;
/** Smallest scale: below it a float32 has no reciprocal, and its square no digits. */
const tiny = 1e-30;

/** What is reduced from one tensor; all float32[1]. */
interface Raw {
  readonly scale: Value;
  readonly mean: Value;
  /** Sum of the squared distances from the mean. */
  readonly squares: Value;
  readonly largest: Value;
  readonly zeros: Value;
  readonly dead: Value;
  readonly saturated: Value;
  readonly bad: Value;
}

/**
 * Statistics of tensors as one float32[rows, 8], in the order of `statNames`. Every tensor is reduced to a few scalars;
 * the rest is done for all rows together. Mean and variance are of the tensor divided by its largest magnitude, so that
 * squares of vanishing and exploding numbers neither underflow nor overflow.
 */
export function emitStatistics(b: GraphBuilder, rows: readonly Measured[]): Value {
  const raw = rows.map((row) => reduced(b, row));
  const all = (pick: (r: Raw) => Value): Value => b.emit("Concat", raw.map(pick), { axis: 0 });
  const m = new Maths(b);
  const sizes = rows.map((r) => elementCount(staticShape(r.value.type.shape) ?? []));
  const table = (values: readonly number[]): Value => b.constant(tensor("float32", [rows.length], values));
  const [scale, mean, bad] = [all((r) => r.scale), all((r) => r.mean), all((r) => r.bad)];
  const good = (v: Value): Value => m.where(m.gt(bad, 0), Number.NaN, v);
  const variance = m.div(
    all((r) => r.squares),
    table(sizes),
  );
  const second = m.sqrt(m.add(variance, m.square(mean)));
  const columns = [
    good(m.mul(mean, scale)),
    good(m.mul(m.sqrt(variance), scale)),
    good(m.mul(second, scale, table(sizes.map(Math.sqrt)))),
    good(all((r) => r.largest)),
    all((r) => r.zeros),
    all((r) => r.dead),
    all((r) => r.saturated),
    bad,
  ];
  const standing = columns.map((v) => b.reshape(v, [rows.length, 1]));
  return b.emit("Concat", standing, { axis: 1 });
}

function reduced(b: GraphBuilder, { value, units, bounds }: Measured): Raw {
  const m = new Maths(b);
  const shape = staticShape(value.type.shape) ?? [];
  const x = b.reshape(b.cast(value, "float32"), [elementCount(shape)]);
  const mean = (v: Value): Value => b.reduce("ReduceMean", v, [0]);
  const share = (condition: Value): Value => mean(b.cast(condition, "float32"));
  const size = m.abs(x);
  const ofUnits = largestOfUnits(b, size, shape, units < 0 ? units + shape.length : units);
  const largest = b.reduce("ReduceMax", ofUnits, [0]);
  const scale = m.max(largest, tiny);
  const scaled = m.mul(x, m.div(1, scale));
  const centre = mean(scaled);
  return {
    scale,
    mean: centre,
    squares: b.emit("ReduceSumSquare", [m.sub(scaled, centre), b.ints([0])], { keepdims: 1 }),
    largest,
    zeros: share(m.eq(x, 0)),
    dead: share(m.eq(ofUnits, 0)),
    saturated: bounds
      ? share(m.gt(m.abs(m.sub(x, (bounds[0] + bounds[1]) / 2)), (0.5 - edge) * (bounds[1] - bounds[0])))
      : b.constant(tensor("float32", [1], [Number.NaN])),
    // Counted, and not 1 - the share of good ones: that may be off by a rounding where all are good.
    bad: share(m.not(m.lt(size, Number.POSITIVE_INFINITY))),
  };
}

/** The largest of each unit. What lies together is reduced first: across memory it would take many times as long. */
function largestOfUnits(b: GraphBuilder, size: Value, shape: readonly number[], unit: number): Value {
  const places = elementCount(shape.slice(unit + 1));
  const units = shape[unit] ?? 1;
  const samples = elementCount(shape.slice(0, unit));
  const rows = places > 1 ? b.reduce("ReduceMax", b.reshape(size, [samples * units, places]), [1], false) : size;
  if (samples === 1) return b.reshape(rows, [units]);
  return b.reduce("ReduceMax", b.reshape(rows, [samples, units]), [0], false);
}
