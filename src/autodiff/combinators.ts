import type { GradientContext, GradientRule } from "../ir/gradient.ts";
import type { Value } from "../ir/graph.ts";
import { Maths } from "../ir/maths.ts";

/** y = f(x) element by element, given f': dx = dy f'(x). */
export const pointwise =
  (derivative: (m: Maths, x: Value, y: Value, c: GradientContext) => Value): GradientRule =>
  (c) => {
    const m = new Maths(c.b);
    return [m.mul(c.dy(), derivative(m, c.x(0), c.y(), c))];
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
