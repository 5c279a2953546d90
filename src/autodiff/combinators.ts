import type { GradientContext, GradientRule } from "../ir/gradient.ts";
import type { Value } from "../ir/graph.ts";
import { Maths } from "../ir/maths.ts";
import { tiledGradient } from "./rules/pool.ts";

/** y = f(x) element by element, given f': dx = dy f'(x). */
export const pointwise =
  (derivative: (m: Maths, x: Value, y: Value, c: GradientContext) => Value): GradientRule =>
  (c) => {
    const m = new Maths(c.b);
    return [m.mul(c.dy(), derivative(m, c.x(0), c.y(), c))];
  };

/** The same where f' can be had from y alone. Straight after it a max-pooling over tiles makes it cheaper. */
export const pointwiseOfOutput =
  (derivative: (m: Maths, y: Value) => Value): GradientRule =>
  (c) => {
    const m = new Maths(c.b);
    const pooled = tiledGradient(c.dy());
    if (pooled) return [pooled.spread(m.mul(pooled.dy, derivative(m, pooled.y)))];
    return [m.mul(c.dy(), derivative(m, c.y()))];
  };

/** y is x where the condition holds and a constant elsewhere: dx = dy there, else 0. */
export const gate =
  (passes: (m: Maths, x: Value, y: Value, c: GradientContext) => Value): GradientRule =>
  (c) => {
    const m = new Maths(c.b);
    return [m.where(passes(m, c.x(0), c.y(), c), c.dy(), 0)];
  };

/** y = A x with A fixed: dx is the transpose of A applied to dy. */
export const linear =
  (transposed: (dy: Value, m: Maths, c: GradientContext) => Value): GradientRule =>
  (c) => [transposed(c.dy(), new Maths(c.b), c)];

/** Several inputs, one function for each that gives its gradient; called only where it is wanted. */
export const partials =
  (...wrt: ((m: Maths, dy: Value, c: GradientContext) => Value)[]): GradientRule =>
  (c) => {
    const m = new Maths(c.b);
    return wrt.slice(0, c.inputs.length).map((f, i) => (c.needs(i) ? f(m, c.dy(), c) : null));
  };
