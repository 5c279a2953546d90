import type { Dim } from "../../shape/dim.ts";
import { product } from "../../shape/dim.ts";
import type { GraphBuilder } from "../builder.ts";
import type { GradientContext, GradientRule } from "../gradient.ts";
import type { Value } from "../graph.ts";
import { Maths } from "../maths.ts";

/** Learned factor and offset of a normalisation. */
export interface Affine {
  readonly scale: Value;
  readonly bias: Value;
}

const operands = (x: Value, affine: Affine | null): Value[] => (affine ? [x, affine.scale, affine.bias] : [x]);

/** A vector with one entry per channel as [C, 1, ...], which stretches over [N, C, ...]. */
export const perChannel = (m: Maths, v: Value, rank: number): Value =>
  m.reshape(v, [v.type.shape[0] as Dim, ...Array<number>(rank - 2).fill(1)]);

/** All axes of a value but the channel axis 1. */
const besideChannels = (x: Value): number[] => x.type.shape.map((_, i) => i).filter((i) => i !== 1);

/**
 * Batch normalisation with the statistics of the batch (Ioffe & Szegedy 2015).
 * x: [N, C, ...]; scale and bias [C]; y = scale (x - mean) / sqrt(variance + epsilon) + bias, where mean and variance
 * (the population's, divided by the number of elements) are over all axes but C; both have shape [C].
 *
 * Gradient: with n elements per channel, s = 1/sqrt(variance + epsilon), xc = x - mean,
 *   dbias = sum dy,  dscale = s sum(dy xc),  dx = A dy + B xc + C,
 *   A = scale s,  B = -A s dscale / n,  C = -A dbias / n.
 * Two reductions and one affine form are faster than the textbook's three; xc instead of x keeps the digits where
 * the mean is far from 0.
 */
export function batchNorm(
  b: GraphBuilder,
  x: Value,
  affine: Affine | null,
  epsilon: number,
): { readonly y: Value; readonly mean: Value; readonly variance: Value } {
  const m = new Maths(b);
  const rank = x.type.shape.length;
  const axes = besideChannels(x);
  const make = (): Value[] => {
    const mean = m.mean(x, axes);
    const centred = m.sub(x, mean);
    const variance = m.mean(m.square(centred), axes);
    const inverse = m.div(1, m.sqrt(m.add(variance, epsilon)));
    if (!affine) return [m.mul(centred, inverse), mean, variance, centred, inverse];
    const factor = m.mul(perChannel(m, affine.scale, rank), inverse);
    const y = affineByChannel(m, centred, factor, perChannel(m, affine.bias, rank));
    return [y, mean, variance, centred, inverse];
  };
  const [y, mean, variance] = b.composite("BatchNorm", operands(x, affine), make, batchNormRule);
  const channels = [x.type.shape[1] as Dim];
  const vector = (v: Value | undefined): Value => m.reshape(v as Value, channels);
  return { y: y as Value, mean: vector(mean), variance: vector(variance) };
}

const batchNormRule: GradientRule = (c) => {
  const m = new Maths(c.b);
  const [dy, centred, inverse] = [c.dy(), c.y(3), c.y(4)];
  const axes = besideChannels(dy);
  const dBias = m.sum(dy, axes);
  const dScale = m.mul(m.sum(m.mul(dy, centred), axes), inverse);
  return [
    c.needs(0) ? batchNormInput(c, m, { dy, centred, inverse, dBias, dScale }) : null,
    ...vectors(c, m, dScale, dBias),
  ];
};

function batchNormInput(
  c: GradientContext,
  m: Maths,
  v: { dy: Value; centred: Value; inverse: Value; dBias: Value; dScale: Value },
): Value {
  const dims = c.size(v.dy);
  const n = dims.reduce((a, d) => a * d, 1) / (dims[1] as number);
  const a = c.inputs.length > 1 ? m.mul(perChannel(m, c.x(1), dims.length), v.inverse) : v.inverse;
  const perElement = m.mul(a, -1 / n);
  const slope = m.mul(perElement, v.inverse, v.dScale);
  return m.add(m.mul(v.dy, a), affineByChannel(m, v.centred, slope, m.mul(perElement, v.dBias)));
}

/**
 * factor x + offset, both [1, C, 1, ...]. With places to share a channel's factor, the inference form of batch normalisation
 * (mean 0, variance 1) does it in one pass over x.
 */
function affineByChannel(m: Maths, x: Value, factor: Value, offset: Value): Value {
  const [, channels, ...places] = x.type.shape as readonly number[];
  if (places.length === 0) return m.add(m.mul(x, factor), offset);
  const vector = (v: Value): Value => m.reshape(v, [channels as number]);
  const all = (value: number): Value =>
    m.table(new Array<number>(channels as number).fill(value), [channels as number], x);
  const inputs = [x, vector(factor), vector(offset), all(0), all(1)];
  return m.b.emit("BatchNormalization", inputs, { epsilon: 0 });
}

/** Gradients of scale and bias in their own shape, where they are wanted. */
const vectors = (c: GradientContext, m: Maths, dScale: Value, dBias: Value): (Value | null)[] =>
  [dScale, dBias].map((v, i) => (c.needs(i + 1) ? m.reshape(v, c.x(i + 1).type.shape) : null));

/** y = (x - mean(x)) / sqrt(var(x) + epsilon) over the last axis; also gives y itself as x-hat, and 1/sqrt(...). */
function standardize(m: Maths, x: Value, epsilon: number): { normalized: Value; inverse: Value } {
  const last = [x.type.shape.length - 1];
  const centred = m.sub(x, m.mean(x, last));
  const inverse = m.div(1, m.sqrt(m.add(m.mean(m.square(centred), last), epsilon)));
  return { normalized: m.mul(centred, inverse), inverse };
}

/** dx for x-hat = standardize(x): s (w - mean(w) - x-hat mean(w x-hat)) over `axes`, w = dL/dx-hat. */
function standardizeGradient(m: Maths, w: Value, normalized: Value, inverse: Value, axes: readonly number[]): Value {
  const along = m.mul(normalized, m.mean(m.mul(w, normalized), axes));
  return m.mul(m.sub(m.sub(w, m.mean(w, axes)), along), inverse);
}

/**
 * Layer normalisation over the last `count` axes (Ba, Kiros & Hinton 2016), scale and bias of their shape.
 * Gradient: w = scale dy, x-hat = (x - mean) s, dx = s (w - mean(w) - x-hat mean(w x-hat)). ONNX: LayerNormalization,
 * whose mean and s = 1/sqrt(variance + epsilon) the rule uses; inference does not ask for them.
 */
export function layerNorm(
  b: GraphBuilder,
  x: Value,
  affine: { readonly scale: Value; readonly bias: Value | null },
  count: number,
  epsilon: number,
  training: boolean,
): Value {
  const attrs = { axis: -count, epsilon };
  const inputs = affine.bias ? [x, affine.scale, affine.bias] : [x, affine.scale];
  if (!training) return b.emit("LayerNormalization", inputs, attrs);
  const make = () => b.emitAll("LayerNormalization", inputs, attrs, { outputs: 3 });
  return b.composite("LayerNorm", inputs, make, layerNormRule)[0] as Value;
}

const layerNormRule: GradientRule = (c) => {
  const m = new Maths(c.b);
  const [x, scale, dy] = [c.x(0), c.x(1), c.dy()];
  const { leading, trailing } = splitAxes(x, scale.type.shape.length);
  const normalized = m.mul(m.sub(x, c.y(1)), c.y(2));
  const dx = () => standardizeGradient(m, m.mul(dy, scale), normalized, c.y(2), trailing);
  return [
    c.needs(0) ? dx() : null,
    c.needs(1) ? m.sum(m.mul(dy, normalized), leading, false) : null,
    c.needs(2) ? m.sum(dy, leading, false) : null,
  ];
};

function splitAxes(x: Value, count: number): { leading: number[]; trailing: number[] } {
  const axes = x.type.shape.map((_, i) => i);
  return { leading: axes.slice(0, axes.length - count), trailing: axes.slice(axes.length - count) };
}

/**
 * Root-mean-square normalisation over the last `count` axes (Zhang & Sennrich 2019): y = scale x / sqrt(mean(x^2) + epsilon).
 * Gradient: r = 1/sqrt(...), x-hat = x r, w = scale dy, dx = r (w - x-hat mean(w x-hat)).
 */
export function rmsNorm(b: GraphBuilder, x: Value, scale: Value | null, count: number, epsilon: number): Value {
  const m = new Maths(b);
  const { trailing } = splitAxes(x, count);
  const make = (): Value[] => {
    const inverse = m.div(1, m.sqrt(m.add(m.mean(m.square(x), trailing), epsilon)));
    const normalized = m.mul(x, inverse);
    return [scale ? m.mul(normalized, scale) : normalized, normalized, inverse];
  };
  const rule: GradientRule = (c) => {
    const mg = new Maths(c.b);
    const { leading } = splitAxes(c.x(0), count);
    const [dy, normalized, inverse] = [c.dy(), c.y(1), c.y(2)];
    const w = scale ? mg.mul(dy, c.x(1)) : dy;
    const dx = () => mg.mul(mg.sub(w, mg.mul(normalized, mg.mean(mg.mul(w, normalized), trailing))), inverse);
    return [c.needs(0) ? dx() : null, c.needs(1) ? mg.sum(mg.mul(dy, normalized), leading, false) : null];
  };
  return b.composite("RmsNorm", scale ? [x, scale] : [x], make, rule)[0] as Value;
}

/**
 * Group normalisation (Wu & He 2018): the channels of [N, C, ...] in `groups` groups, each standardised over its
 * channels and all places; scale and bias [C]. As many groups as channels is instance normalisation.
 * Gradient: that of {@link layerNorm} over each group. ONNX for inference: InstanceNormalization.
 */
export function groupNorm(
  b: GraphBuilder,
  x: Value,
  affine: Affine | null,
  groups: number,
  epsilon: number,
  training: boolean,
): Value {
  const m = new Maths(b);
  const scaled = (normalized: Value): Value => {
    const back = b.reshape(normalized, x.type.shape, x);
    if (!affine) return back;
    const rank = x.type.shape.length;
    return m.add(m.mul(back, perChannel(m, affine.scale, rank)), perChannel(m, affine.bias, rank));
  };
  if (!training) return scaled(inferredGroups(m, x, groups, epsilon));
  const make = (): Value[] => {
    const { normalized, inverse } = standardize(m, toGroups(m, x, groups), epsilon);
    return [scaled(normalized), normalized, inverse];
  };
  return b.composite("GroupNorm", operands(x, affine), make, groupNormRule, { groups })[0] as Value;
}

/** Groups standardised by one operator, which takes a group for a channel. */
function inferredGroups(m: Maths, x: Value, groups: number, epsilon: number): Value {
  const vector = (v: number): Value => m.table(new Array<number>(groups).fill(v), [groups], x);
  const single = groups === x.type.shape[1] && x.type.shape.length > 2;
  const grouped = single ? x : toGroups(m, x, groups);
  return m.b.emit("InstanceNormalization", [grouped, vector(1), vector(0)], { epsilon });
}

const groupNormRule: GradientRule = (c) => {
  const m = new Maths(c.b);
  const [dy, normalized, inverse] = [c.dy(), c.y(1), c.y(2)];
  const axes = besideChannels(dy);
  const w = c.inputs.length > 1 ? m.mul(dy, perChannel(m, c.x(1), dy.type.shape.length)) : dy;
  const dx = () => {
    const grouped = toGroups(m, w, c.attrs["groups"] as number);
    return m.reshape(standardizeGradient(m, grouped, normalized, inverse, [2]), c.x(0).type.shape);
  };
  const dScale = () => m.sum(m.mul(dy, m.reshape(normalized, dy.type.shape)), axes, false);
  return [c.needs(0) ? dx() : null, c.needs(1) ? dScale() : null, c.needs(2) ? m.sum(dy, axes, false) : null];
};

/** [N, C, ...] as [N, groups, elements of a group]. */
function toGroups(m: Maths, x: Value, groups: number): Value {
  const [n, channels, ...places] = x.type.shape as [Dim, number, ...Dim[]];
  return m.reshape(x, [n, groups, product([channels / groups, ...places])]);
}
