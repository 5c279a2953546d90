import type { Value } from "../../src/ir/graph.ts";
import { Maths } from "../../src/ir/maths.ts";
import {
  batchNorm,
  batchNormGradients,
  conv,
  convInputGradient,
  convInputGradientByFlip,
  convWeightGradient,
  crossEntropy,
  linearGradients,
  reluGradient,
  sgd,
  stridedWeightGradient,
  type Window,
} from "./pieces.ts";
import type { Carried, HandwrittenStep } from "./step.ts";

const [epsilon, momentum] = [1e-5, 0.1];

interface ConvUnit {
  readonly name: string;
  readonly kernel: readonly [number, number, number, number];
  readonly window: Window;
}

const unit = (name: string, from: number, to: number, k: number, s: number): ConvUnit => ({
  name,
  kernel: [to, from, k, k],
  window: { k, s, p: (k - 1) / 2 },
});

/** Each convolution, without bias, is followed by batch normalisation. */
const units = {
  stem: unit("stem", 1, 16, 3, 1),
  a1: unit("a1", 16, 16, 3, 1),
  a2: unit("a2", 16, 16, 3, 1),
  b1: unit("b1", 16, 32, 3, 2),
  b2: unit("b2", 32, 32, 3, 1),
  skip: unit("skip", 16, 32, 1, 2),
};

const carried: readonly Carried[] = [
  ...Object.values(units).flatMap(({ name, kernel }) => [
    { name: `${name}.k`, shape: kernel, same: `${name}.weight` },
    { name: `${name}.gain`, shape: [kernel[0]], same: `${name}-norm.weight` },
    { name: `${name}.shift`, shape: [kernel[0]], same: `${name}-norm.bias` },
    { name: `${name}.mean`, shape: [kernel[0]], same: `${name}-norm.runningMean` },
    { name: `${name}.variance`, shape: [kernel[0]], same: `${name}-norm.runningVar` },
  ]),
  { name: "w", shape: [32, 10], same: "logits.weight", transposed: true },
  { name: "c", shape: [10], same: "logits.bias" },
];

type Tensors = { readonly [name: string]: Value };

/** Forward pass of one unit; what its backward pass needs is kept. */
function forward(m: Maths, u: ConvUnit, x: Value, t: Tensors) {
  const z = conv(m, x, t[`${u.name}.k`] as Value, u.window);
  const norm = batchNorm(m, z, t[`${u.name}.gain`] as Value, t[`${u.name}.shift`] as Value, epsilon);
  const dims = z.type.shape as number[];
  const n = dims.reduce((a, d) => a * d, 1) / (dims[1] as number);
  const moved = (name: string, batch: Value, factor: number): Value =>
    m.add(m.mul(t[`${u.name}.${name}`] as Value, 1 - momentum), m.mul(batch, momentum * factor));
  const running = {
    [`${u.name}.mean`]: moved("mean", norm.mean, 1),
    [`${u.name}.variance`]: moved("variance", norm.variance, n / (n - 1)),
  };
  return { x, norm, running, y: norm.y };
}

type Kept = ReturnType<typeof forward>;

/** Backward pass of one unit: gradients of its parameters, and of its input when it is asked for. */
function backward(m: Maths, u: ConvUnit, { x, norm }: Kept, dY: Value, t: Tensors) {
  const { dX: dZ, dGain, dShift } = batchNormGradients(m, dY, t[`${u.name}.gain`] as Value, norm);
  const kernel = t[`${u.name}.k`] as Value;
  const weightGradient = u.window.s === 1 ? convWeightGradient : stridedWeightGradient;
  const gradients = {
    [`${u.name}.k`]: weightGradient(m, x, dZ, u.window),
    [`${u.name}.gain`]: dGain,
    [`${u.name}.shift`]: dShift,
  };
  const dX = (): Value =>
    u.window.s === 1
      ? convInputGradientByFlip(m, dZ, kernel, u.window)
      : convInputGradient(m, dZ, kernel, u.window, x.type.shape[2] as number);
  return { gradients, dX };
}

/**
 * A stem, a residual block at 28 x 28 with 16 channels and one at 14 x 14 with 32 (He et al. 2016), global average,
 * one linear layer; cross-entropy, gradient descent, batch 32.
 */
export const residual: HandwrittenStep = {
  batch: 32,
  sample: [1, 28, 28],
  carried,
  emit(b, { x, y, learningRate, tensors: t }) {
    const m = new Maths(b);
    const relu = (v: Value): Value => b.emit("Relu", [v]);
    const stem = forward(m, units.stem, x, t);
    const r0 = relu(stem.y);
    const a1 = forward(m, units.a1, r0, t);
    const ra = relu(a1.y);
    const a2 = forward(m, units.a2, ra, t);
    const r1 = relu(m.add(a2.y, r0));
    const b1 = forward(m, units.b1, r1, t);
    const rb = relu(b1.y);
    const b2 = forward(m, units.b2, rb, t);
    const skip = forward(m, units.skip, r1, t);
    const r2 = relu(m.add(b2.y, skip.y));
    const pooled = m.reshape(b.emit("GlobalAveragePool", [r2]), [32, 32]);
    const { loss, dLogits } = crossEntropy(m, b.emit("Gemm", [pooled, t["w"] as Value, t["c"] as Value]), y);

    const last = linearGradients(m, dLogits, pooled, t["w"] as Value);
    const dPooled = m.reshape(m.mul(last.dX(), 1 / 14 ** 2), [32, 32, 1, 1]);
    // The gradient is the same at all places: it stretches in the product with the mask.
    const dS2 = reluGradient(m, dPooled, r2);
    const dB2 = backward(m, units.b2, b2, dS2, t);
    const dB1 = backward(m, units.b1, b1, reluGradient(m, dB2.dX(), rb), t);
    const dSkip = backward(m, units.skip, skip, dS2, t);
    const dS1 = reluGradient(m, m.add(dB1.dX(), dSkip.dX()), r1);
    const dA2 = backward(m, units.a2, a2, dS1, t);
    const dA1 = backward(m, units.a1, a1, reluGradient(m, dA2.dX(), ra), t);
    const dStem = backward(m, units.stem, stem, reluGradient(m, m.add(dA1.dX(), dS1), r0), t);
    const gradients = Object.assign(
      { w: last.dW, c: last.dC },
      ...[dB2, dB1, dSkip, dA2, dA1, dStem].map((d) => d.gradients),
    );
    const running = Object.assign({}, ...[stem, a1, a2, b1, b2, skip].map((u) => u.running));
    return { loss, next: { ...sgd(m, learningRate, t, gradients), ...running } };
  },
};
