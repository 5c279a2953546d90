import type { Value } from "../../ir/graph.ts";
import type { Maths } from "../../ir/maths.ts";
import { checkAlike, countOf, type LossDefinition, laidOn, reduced, type SpecOf, scaled } from "./define.ts";

type Kind = "mse" | "l1" | "huber" | "smooth-l1" | "log-cosh";

/** A loss f(d) of the difference d = prediction - target, averaged over all elements. */
interface Difference<K extends Kind> {
  readonly formula: string;
  value(m: Maths, d: Value, spec: SpecOf<K>): Value;
  /** f'(d) as a value and a constant factor, which joins the factor of the mean. */
  derivative(m: Maths, d: Value, spec: SpecOf<K>): { readonly value: Value; readonly factor: number };
}

/**
 * The backward pass starts at d, from where it reaches the prediction and, when that is computed too (a
 * reconstruction, a second branch), the target.
 */
function ofDifference<K extends Kind>(f: Difference<K>): LossDefinition<K> {
  return {
    formula: f.formula,
    check: checkAlike,
    emit({ m, spec, prediction, target }) {
      const d = m.sub(prediction, laidOn(m, target, prediction));
      const weight = countOf(m, d);
      const { reduction } = spec as SpecOf<Kind>;
      const { value, factor } = f.derivative(m, d, spec);
      const seed = { value: d, gradient: scaled(m, value, reduction, weight, factor) };
      return { ...reduced(m, f.value(m, d, spec), reduction, weight), seeds: [seed] };
    },
  };
}

const clip = (m: Maths, x: Value, limit: number): Value =>
  m.b.emit("Clip", [x, m.b.scalar(-limit, x.type.dtype), m.b.scalar(limit, x.type.dtype)]);

/** c(d - c/2) with c = d held in ±delta: d²/2 inside, delta (|d| - delta/2) outside. */
function huberValue(m: Maths, d: Value, delta: number): Value {
  const c = clip(m, d, delta);
  return m.mul(c, m.sub(d, m.mul(c, 0.5)));
}

/** Squared error d², as `torch.nn.MSELoss`. */
export const mse = ofDifference<"mse">({
  formula: "L=(x-t)^2",
  value: (m, d) => m.square(d),
  derivative: (_, d) => ({ value: d, factor: 2 }),
});

/** Absolute error |d|, as `torch.nn.L1Loss`; its derivative is 0 at 0. */
export const l1 = ofDifference<"l1">({
  formula: String.raw`L=\lvert x-t\rvert`,
  value: (m, d) => m.abs(d),
  derivative: (m, d) => ({ value: m.b.emit("Sign", [d]), factor: 1 }),
});

/** Huber (1964), as `torch.nn.HuberLoss`: d²/2 up to delta, delta (|d| - delta/2) beyond. */
export const huber = ofDifference<"huber">({
  formula: String.raw`L=\begin{cases}\tfrac12(x-t)^2&\lvert x-t\rvert\le\delta\\\delta(\lvert x-t\rvert-\tfrac12\delta)&\text{else}\end{cases}`,
  value: (m, d, { delta }) => huberValue(m, d, delta),
  derivative: (m, d, { delta }) => ({ value: clip(m, d, delta), factor: 1 }),
});

/** Smooth L1 (Girshick 2015), as `torch.nn.SmoothL1Loss`: Huber with delta = beta, divided by beta. */
export const smoothL1 = ofDifference<"smooth-l1">({
  formula: String.raw`L=\begin{cases}\tfrac1{2\beta}(x-t)^2&\lvert x-t\rvert<\beta\\\lvert x-t\rvert-\tfrac12\beta&\text{else}\end{cases}`,
  value: (m, d, { beta }) => m.div(huberValue(m, d, beta), beta),
  derivative: (m, d, { beta }) => ({ value: clip(m, d, beta), factor: 1 / beta }),
});

/** ln cosh d, written |d| + ln(1 + e^(-2|d|)) - ln 2, which does not overflow. */
export const logCosh = ofDifference<"log-cosh">({
  formula: String.raw`L=\log\cosh(x-t)`,
  value(m, d) {
    const size = m.abs(d);
    return m.sub(m.add(size, m.softplus(m.mul(size, -2))), Math.LN2);
  },
  derivative: (m, d) => ({ value: m.tanh(d), factor: 1 }),
});
