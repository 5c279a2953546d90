import type { GradientRule } from "../../ir/gradient.ts";
import type { Value } from "../../ir/graph.ts";
import { Maths } from "../../ir/maths.ts";
import { elementCount } from "../../shape/dtype.ts";
import { normalAxis } from "../../shape/type.ts";
import { float, int } from "../attributes.ts";
import { channelSum } from "./conv.ts";

/** 1 / sqrt(variance + epsilon). */
const inverseDeviation = (m: Maths, variance: Value, epsilon: number): Value =>
  m.div(1, m.sqrt(m.add(variance, epsilon)));

/**
 * x̂ = (x - mean x) / sqrt(var x + ε) over `axes`, from statistics that are there already or computed again:
 * given w = dL/dx̂, dx = inv (w - mean w - x̂ mean(w x̂)).
 */
class Standardized {
  readonly #m: Maths;
  readonly #axes: readonly number[];
  readonly inverse: Value;
  /** x̂. */
  readonly value: Value;

  constructor(m: Maths, x: Value, axes: readonly number[], epsilon: number, stats?: { mean: Value; inverse: Value }) {
    this.#m = m;
    this.#axes = axes;
    const centred = m.sub(x, stats?.mean ?? m.mean(x, axes));
    this.inverse = stats?.inverse ?? inverseDeviation(m, m.mean(m.square(centred), axes), epsilon);
    this.value = m.mul(centred, this.inverse);
  }

  back(w: Value): Value {
    const m = this.#m;
    const along = m.mul(this.value, m.mean(m.mul(w, this.value), this.#axes));
    return m.mul(this.inverse, m.sub(m.sub(w, m.mean(w, this.#axes)), along));
  }
}

/**
 * y = γ x̂ + β with statistics over the axes from `axis` on: dγ = Σ dy x̂, dβ = Σ dy. The op is twice as fast as
 * its parts, and its second and third output spare the backward pass the statistics (there is no double kernel
 * for them, and DirectML does not have them).
 */
export const layerNormalization: GradientRule = (c) => {
  const m = new Maths(c.b);
  const [x, dy] = [c.x(0), c.dy()];
  const dims = c.size(x);
  const axis = normalAxis(int(c, "axis", -1), dims.length) ?? 0;
  const axes = dims.map((_, i) => i).slice(axis);
  const stats = c.outputs.length === 3 ? { mean: c.y(1), inverse: c.y(2) } : undefined;
  const hat = new Standardized(m, x, axes, float(c, "epsilon", 1e-5), stats);
  const parts = [hat.back(m.mul(dy, c.x(1)))];
  const count = elementCount(dims.slice(axis));
  if (c.hasDy(1)) parts.push(m.div(c.dy(1), count));
  // d inv = -inv³ (x - mean) dx / n = -inv² x̂ dx / n
  if (c.hasDy(2)) parts.push(m.neg(m.mul(m.div(c.dy(2), count), m.square(hat.inverse), hat.value)));
  return [parts.reduce((sum, p) => m.add(sum, p)), c.needs(1) ? m.mul(dy, hat.value) : null, c.needs(2) ? dy : null];
};

/** A vector per channel in the shape that broadcasts over [N, C, ...]. */
const perChannel = (m: Maths, v: Value, rank: number): Value =>
  m.reshape(v, [v.type.shape[0] as number, ...new Array<number>(rank - 2).fill(1)]);

/** y = γ (x - μ) / sqrt(σ² + ε) + β per channel, all of them inputs. */
export const batchNormalization: GradientRule = (c) => {
  const m = new Maths(c.b);
  const [x, dy] = [c.x(0), c.dy()];
  const rank = x.type.shape.length;
  const [scale, mean, variance] = [c.x(1), c.x(3), c.x(4)];
  const inverse = inverseDeviation(m, variance, float(c, "epsilon", 1e-5));
  const slope = m.mul(scale, inverse);
  const total = channelSum(m, dy);
  const weighted = (): Value => channelSum(m, m.mul(dy, m.sub(x, perChannel(m, mean, rank))));
  return [
    c.needs(0) ? m.mul(dy, perChannel(m, slope, rank)) : null,
    c.needs(1) ? m.mul(weighted(), inverse) : null,
    total,
    m.neg(m.mul(slope, total)),
    c.needs(4) ? m.mul(-0.5, weighted(), slope, m.square(inverse)) : null,
  ];
};

/** Statistics per image and channel over all places; γ and β per channel. */
export const instanceNormalization: GradientRule = (c) => {
  const m = new Maths(c.b);
  const [x, dy] = [c.x(0), c.dy()];
  const rank = x.type.shape.length;
  const axes = x.type.shape.map((_, i) => i).slice(2);
  const hat = new Standardized(m, x, axes, float(c, "epsilon", 1e-5));
  return [
    hat.back(m.mul(dy, perChannel(m, c.x(1), rank))),
    c.needs(1) ? channelSum(m, m.mul(dy, hat.value)) : null,
    c.needs(2) ? channelSum(m, dy) : null,
  ];
};

/**
 * y = x S^-β with S = bias + α mean over a window of channels of x² (zeros count):
 * dx = dy S^-β - 2αβ/size x Σ (dy y / S), the sum over the windows that see x.
 */
export const lrn: GradientRule = (c) => {
  const m = new Maths(c.b);
  const [x, dy] = [c.x(0), c.dy()];
  const size = int(c, "size", 1);
  const [alpha, beta, bias] = [float(c, "alpha", 1e-4), float(c, "beta", 0.75), float(c, "bias", 1)];
  const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
  const base = m.add(m.mul(channelMean(m, m.square(x), before, after), alpha), bias);
  const back = channelMean(m, m.div(m.mul(dy, c.y()), base), after, before);
  return [m.sub(m.mul(dy, m.pow(base, -beta)), m.mul(2 * alpha * beta, x, back))];
};

/** Mean over the channels c - before ... c + after, those outside counting as zeros. */
function channelMean(m: Maths, v: Value, before: number, after: number): Value {
  const dims = v.type.shape as number[];
  const [n, channels] = dims as [number, number];
  const flat = m.reshape(v, [n, 1, channels, elementCount(dims.slice(2))]);
  const mean = m.b.emit("AveragePool", [flat], {
    kernel_shape: [before + after + 1, 1],
    pads: [before, 0, after, 0],
    count_include_pad: 1,
  });
  return m.reshape(mean, dims);
}
