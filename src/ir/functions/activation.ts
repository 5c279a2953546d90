import type { GraphBuilder } from "../builder.ts";
import type { GradientRule } from "../gradient.ts";
import type { Value } from "../graph.ts";
import { Maths } from "../maths.ts";

/** min(max(x, low), high). ONNX: Clip. */
export const clip = (m: Maths, x: Value, low: number, high: number): Value =>
  m.b.emit("Clip", [x, m.b.scalar(low, x.type.dtype), m.b.scalar(high, x.type.dtype)]);

/**
 * Gaussian error linear unit (Hendrycks & Gimpel 2016).
 * "none": y = x P, P = (1 + erf(x / sqrt 2)) / 2, the normal distribution function; dy/dx = P + x p(x), p the density.
 * "tanh": y = x P, P = (1 + tanh u) / 2, u = sqrt(2 / pi) (x + 0.044715 x^3); dy/dx = P + x u' (1 - tanh^2 u) / 2.
 */
export function gelu(b: GraphBuilder, x: Value, approximate: "none" | "tanh"): Value {
  return approximate === "tanh" ? geluTanh(b, x) : geluErf(b, x);
}

function geluErf(b: GraphBuilder, x: Value): Value {
  const m = new Maths(b);
  const make = (): Value[] => {
    // In this order onnxruntime knows it and runs it as one operator in inference.
    const twice = m.add(m.erf(m.div(x, Math.SQRT2)), 1);
    return [m.mul(m.mul(x, twice), 0.5), twice];
  };
  const rule: GradientRule = (c) => {
    const g = new Maths(c.b);
    // y(1) = 2 P, so the density is doubled too and the sum halved.
    const density = g.mul(g.exp(g.mul(g.square(c.x(0)), -0.5)), Math.sqrt(2 / Math.PI));
    return [g.mul(c.dy(), g.mul(g.add(c.y(1), g.mul(c.x(0), density)), 0.5))];
  };
  return b.composite("Gelu", [x], make, rule)[0] as Value;
}

const slope = Math.sqrt(2 / Math.PI);
const cubic = 0.044715;

function geluTanh(b: GraphBuilder, x: Value): Value {
  const m = new Maths(b);
  const make = (): Value[] => {
    const u = m.mul(x, m.add(m.mul(m.square(x), slope * cubic), slope));
    const t = m.tanh(u);
    return [m.mul(x, m.mul(m.add(t, 1), 0.5)), t];
  };
  const rule: GradientRule = (c) => {
    const g = new Maths(c.b);
    const [v, t] = [c.x(0), c.y(1)];
    // Half of x u' (1 - t^2), u' = sqrt(2 / pi) (1 + 3 * 0.044715 x^2).
    const inner = g.mul(v, g.add(g.mul(g.square(v), 1.5 * slope * cubic), 0.5 * slope));
    const p = g.mul(g.add(t, 1), 0.5);
    return [g.mul(c.dy(), g.add(p, g.mul(inner, g.sub(1, g.square(t)))))];
  };
  return b.composite("GeluTanh", [x], make, rule)[0] as Value;
}

/** y = x s, s = sigmoid(x) (Elfwing et al. 2018); dy/dx = s + y (1 - s). */
export function silu(b: GraphBuilder, x: Value): Value {
  const m = new Maths(b);
  const make = (): Value[] => {
    const s = m.sigmoid(x);
    return [m.mul(x, s), s];
  };
  const rule: GradientRule = (c) => {
    const g = new Maths(c.b);
    return [g.mul(c.dy(), g.add(c.y(1), g.mul(c.y(0), g.sub(1, c.y(1)))))];
  };
  return b.composite("Silu", [x], make, rule)[0] as Value;
}

/** y = x t, t = tanh(softplus(x)) (Misra 2019); dy/dx = t + x (1 - t^2) sigmoid(x). */
export function mish(b: GraphBuilder, x: Value): Value {
  const m = new Maths(b);
  const make = (): Value[] => {
    const t = m.tanh(m.softplus(x));
    return [m.mul(x, t), t];
  };
  const rule: GradientRule = (c) => {
    const g = new Maths(c.b);
    const [v, t] = [c.x(0), c.y(1)];
    return [g.mul(c.dy(), g.add(t, g.mul(v, g.sub(1, g.square(t)), g.sigmoid(v))))];
  };
  return b.composite("Mish", [x], make, rule)[0] as Value;
}
