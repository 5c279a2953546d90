import type { Value } from "../../src/ir/graph.ts";
import type { Maths } from "../../src/ir/maths.ts";

/** Mean cross-entropy of logits [N, C] with class numbers [N], and its gradient with respect to the logits. */
export function crossEntropy(m: Maths, logits: Value, y: Value): { loss: Value; dLogits: Value } {
  const { b } = m;
  const batch = logits.type.shape[0] as number;
  const logP = b.emit("LogSoftmax", [logits], { axis: 1 });
  const index = m.reshape(y, [batch, 1]);
  const picked = b.emit("GatherElements", [logP, index], { axis: 1 });
  const loss = m.neg(b.emit("ReduceMean", [picked], { keepdims: 0 }));
  const minusTarget = m.sub(m.exp(picked), 1);
  const difference = b.emit("ScatterElements", [m.exp(logP), index, minusTarget], { axis: 1 });
  return { loss, dLogits: m.mul(difference, 1 / batch) };
}

/** dL/dz for a = max(z, 0). Only a is read, so that onnxruntime can put the ReLU into the operator before it. */
export const reluGradient = (m: Maths, dA: Value, a: Value): Value => m.mul(dA, m.mask(m.gt(a, 0), a));

/** Gradients of h = x W + c with W [in, out]; `dX` is made only when asked for. */
export const linearGradients = (m: Maths, dH: Value, x: Value, w: Value) => ({
  dW: m.b.emit("Gemm", [x, dH], { transA: 1 }),
  dC: m.sum(dH, [0], false),
  dX: (): Value => m.b.emit("Gemm", [dH, w], { transB: 1 }),
});

/** A square window of a convolution: kernel k, stride s, p zeros on every side. */
export interface Window {
  readonly k: number;
  readonly s: number;
  readonly p: number;
}

const attrs = ({ k, s, p }: Window) => ({ kernel_shape: [k, k], strides: [s, s], pads: [p, p, p, p] });

export const conv = (m: Maths, x: Value, w: Value, window: Window, c?: Value): Value =>
  m.b.emit("Conv", c ? [x, w, c] : [x, w], attrs(window));

/**
 * dL/dW of a convolution with stride 1: x shifted along its rows once for each column of the kernel, and for each row
 * of the kernel one product of dY [N, M, L] with what that row of taps sees, summed over the batch.
 */
export function convWeightGradient(m: Maths, x: Value, dY: Value, { k, p }: Window): Value {
  const { b } = m;
  const channels = x.type.shape[1] as number;
  const [n, filters, height, width] = dY.type.shape as [number, number, number, number];
  const places = height * width;
  const taps = Array.from({ length: k }, (_, i) => i);
  const cut = (v: Value, axis: number, from: number, size: number): Value =>
    k === 1 ? v : b.emit("Slice", [v, b.ints([from]), b.ints([from + size]), b.ints([axis])]);
  const padded = m.pad(x, [0, 0, p, p], [0, 0, p, p]);
  const shifted = m.concat(
    taps.map((j) => cut(padded, 3, j, width)),
    1,
  );
  const seen = taps.map((i) => cut(shifted, 2, i, height));
  // With few channels one product over all taps beats several small ones.
  const parts = channels * k < 16 ? [m.concat(seen, 1)] : seen;
  const products = parts.map((v) => {
    const right = m.transpose(m.reshape(v, [n, v.type.shape[1] as number, places]), [0, 2, 1]);
    return m.sum(m.matmul(m.reshape(dY, [n, filters, places]), right), [0], false);
  });
  const byTap = m.reshape(m.concat(products, 1), [filters, k * k, channels]);
  return m.reshape(m.transpose(byTap, [0, 2, 1]), [filters, channels, k, k]);
}

/**
 * The same for any stride: the windows of x as columns [N, C k², L], made by one depthwise convolution with one-hot
 * kernels; then dY [N, M, L] times their transpose, summed over the batch.
 */
export function stridedWeightGradient(m: Maths, x: Value, dY: Value, window: Window): Value {
  const [n, channels] = x.type.shape as [number, number];
  const [, filters, ...out] = dY.type.shape as [number, number, number, number];
  const taps = window.k ** 2;
  const places = (out[0] as number) * (out[1] as number);
  const oneHot = new Float32Array(channels * taps * taps);
  for (let i = 0; i < channels * taps; i++) oneHot[i * taps + (i % taps)] = 1;
  const kernels = m.table(oneHot, [channels * taps, 1, window.k, window.k], x);
  const columns = m.reshape(m.b.emit("Conv", [x, kernels], { ...attrs(window), group: channels }), [
    n,
    channels * taps,
    places,
  ]);
  const each = m.matmul(m.reshape(dY, [n, filters, places]), m.transpose(columns, [0, 2, 1]));
  return m.reshape(m.sum(each, [0], false), [filters, channels, window.k, window.k]);
}

/** dL/dx of a convolution as a transposed convolution; x has `size` rows and columns. */
export function convInputGradient(m: Maths, dY: Value, w: Value, window: Window, size: number): Value {
  const { k, s, p } = window;
  const rest = size - (((dY.type.shape[2] as number) - 1) * s + k - 2 * p);
  return m.b.emit("ConvTranspose", [dY, w], { ...attrs(window), output_padding: [rest, rest] });
}

/** The same for stride 1, as a convolution with the kernels turned round: faster from about 16 channels. */
export function convInputGradientByFlip(m: Maths, dY: Value, w: Value, { k, p }: Window): Value {
  const { b } = m;
  const back = b.ints([-1, -1]);
  const flipped = b.emit("Slice", [w, back, b.ints([-(2 ** 31), -(2 ** 31)]), b.ints([2, 3]), back]);
  return conv(m, dY, m.transpose(flipped, [1, 0, 2, 3]), { k, s: 1, p: k - 1 - p });
}

export const channelSum = (m: Maths, dY: Value): Value => m.sum(dY, [0, 2, 3], false);

/** Largest of each 2 x 2 tile. */
export const maxPool = (m: Maths, x: Value): Value =>
  m.b.emit("MaxPool", [x], { kernel_shape: [2, 2], strides: [2, 2] });

/**
 * dL/dx of {@link maxPool}: dY where x equals the maximum. Equal places of a tile all get it, which is not exact,
 * but what the fastest known form gives.
 */
export function maxPoolGradient(m: Maths, x: Value, y: Value, dY: Value): Value {
  const { b } = m;
  const spread = (v: Value): Value =>
    b.emit("Resize", [v, null, null, b.ints(x.type.shape as number[])], {
      mode: "nearest",
      nearest_mode: "floor",
      coordinate_transformation_mode: "asymmetric",
    });
  return m.mul(m.mask(m.eq(x, spread(y)), x), spread(dY));
}

/** Batch normalisation of [N, C, H, W] with gain and shift [C]; what its gradient needs comes along. */
export function batchNorm(m: Maths, x: Value, gain: Value, shift: Value, epsilon: number) {
  const axes = [0, 2, 3];
  const mean = m.mean(x, axes);
  const centred = m.sub(x, mean);
  const variance = m.mean(m.square(centred), axes);
  const inverse = m.div(1, m.sqrt(m.add(variance, epsilon)));
  const [mu, v] = [asVector(m, mean), asVector(m, variance)];
  const y = m.b.emit("BatchNormalization", [x, gain, shift, mu, v], { epsilon });
  return { y, mean: mu, variance: v, centred, inverse };
}

const asVector = (m: Maths, v: Value): Value => m.reshape(v, [v.type.shape[1] as number]);

/** a x + c by channel in one pass: the inference form of batch normalisation with mean 0 and variance 1. */
function affine(m: Maths, x: Value, a: Value, c: Value): Value {
  const channels = x.type.shape[1] as number;
  const constant = (value: number): Value => m.table(new Float32Array(channels).fill(value), [channels], x);
  const inputs = [x, asVector(m, a), asVector(m, c), constant(0), constant(1)];
  return m.b.emit("BatchNormalization", inputs, { epsilon: 0 });
}

/** Gradients of {@link batchNorm}: dX = A dY + B centred + C by channel. */
export function batchNormGradients(
  m: Maths,
  dY: Value,
  gain: Value,
  { centred, inverse }: { readonly centred: Value; readonly inverse: Value },
) {
  const axes = [0, 2, 3];
  const [n, channels, height, width] = dY.type.shape as [number, number, number, number];
  const count = n * height * width;
  const dShift = m.sum(dY, axes);
  const dGain = m.mul(m.sum(m.mul(dY, centred), axes), inverse);
  const a = m.mul(m.reshape(gain, [1, channels, 1, 1]), inverse);
  const perElement = m.mul(a, -1 / count);
  const rest = affine(m, centred, m.mul(perElement, inverse, dGain), m.mul(perElement, dShift));
  return { dX: m.add(m.mul(dY, a), rest), dGain: asVector(m, dGain), dShift: asVector(m, dShift) };
}

/** Parameters after plain gradient descent. */
export function sgd(
  m: Maths,
  learningRate: Value,
  tensors: { readonly [name: string]: Value },
  gradients: { readonly [name: string]: Value },
): { [name: string]: Value } {
  return Object.fromEntries(
    Object.entries(gradients).map(([name, g]) => [name, m.sub(tensors[name] as Value, m.mul(g, learningRate))]),
  );
}
