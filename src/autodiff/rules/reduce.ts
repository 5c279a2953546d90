import { invariant } from "../../core/invariant.ts";
import type { GradientContext, GradientRule } from "../../ir/gradient.ts";
import type { Value } from "../../ir/graph.ts";
import { Maths } from "../../ir/maths.ts";
import { frontAxes, reducedShape } from "../../ir/ops/reduce.ts";
import { elementCount, toNumbers } from "../../shape/dtype.ts";
import { int } from "../attributes.ts";

/** A reduction seen from behind: values of the output with the reduced axes put back as ones. */
interface Reduction {
  readonly m: Maths;
  readonly x: Value;
  readonly y: Value;
  readonly dy: Value;
  readonly axes: readonly number[];
  /** Number of elements that each output element is made of. */
  readonly count: number;
}

/** y reduces x over axes; the rule gives dx, which may leave the reduced axes at 1 where it is constant. */
export const reduction =
  (rule: (r: Reduction) => Value): GradientRule =>
  (c) => {
    const m = new Maths(c.b);
    const dims = c.size(c.x(0));
    const axes = reducedAxes(c, dims.length);
    const kept = reducedShape(dims, axes, true) as number[];
    const whole = axes.length === 0 ? dims : kept;
    const count = elementCount(axes.map((a) => dims[a] as number));
    return [rule({ m, x: c.x(0), y: m.reshape(c.y(), whole), dy: m.reshape(c.dy(), whole), axes, count })];
  };

function reducedAxes(c: GradientContext, rank: number): number[] {
  const given = c.inputs[1];
  invariant(!given || given.constant, "axes of a reduction are constant");
  const axes = given?.constant ? frontAxes(Array.from(toNumbers(given.constant)), rank) : [];
  if (axes.length > 0) return axes;
  return int(c, "noop_with_empty_axes", 0) === 1 ? [] : Array.from({ length: rank }, (_, i) => i);
}

/** Ties share dy evenly, as torch.amax. */
export const extremum = reduction(({ m, x, y, dy, axes }) => {
  const ties = m.mask(m.eq(x, y), dy);
  return m.mul(ties, m.div(dy, m.sum(ties, axes)));
});

/**
 * y = Π x: dx = dy times the product of the others. That is y/x where no factor is 0; with one factor 0 it is the
 * product of the others there and 0 elsewhere; with more it is 0.
 */
export const product = reduction(({ m, x, dy, axes }) => {
  const isZero = m.eq(x, 0);
  const zeros = m.sum(m.mask(isZero, x), axes);
  const nonzero = m.where(isZero, 1, x);
  const others = m.b.emit("ReduceProd", [nonzero, m.b.ints(axes)], { keepdims: 1 });
  const wanted = m.eq(zeros, m.mask(isZero, x));
  return m.where(wanted, m.div(m.mul(dy, others), nonzero), 0);
});

/** y = sqrt(Σ x²): dx = dy x / y, and 0 where y is 0. */
export const norm2 = reduction(({ m, x, y, dy }) => {
  const isZero = m.eq(y, 0);
  return m.where(isZero, 0, m.div(m.mul(dy, x), m.where(isZero, 1, y)));
});
