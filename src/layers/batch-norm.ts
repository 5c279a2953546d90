import { map } from "../core/result.ts";
import type { ParameterSpec } from "../graph/layer.ts";
import { bool, float } from "../graph/params.ts";
import { batchNorm } from "../ir/functions/normalization.ts";
import type { Value } from "../ir/graph.ts";
import { Maths } from "../ir/maths.ts";
import { symbol } from "../shape/dim.ts";
import { defineLayer, type LowerContext } from "./define.ts";
import { first, inputOfRankAtLeast, knownSize } from "./shared/check.ts";
import { affineOf, affineParameters, ones, zeros } from "./shared/norm.ts";

const params = { momentum: float(0.1, { min: 0, max: 1 }), epsilon: float(1e-5, { min: 0 }), affine: bool(true) };

/**
 * Batch normalisation (Ioffe & Szegedy 2015) of [N, C, ...] per channel. A training step uses the mean and variance of
 * the batch and moves the running ones: running = (1 - momentum) running + momentum batch, the variance unbiased
 * (n / (n - 1)), all as in PyTorch. Otherwise the running ones are used. ONNX for inference: BatchNormalization.
 */
export const layer = defineLayer({
  id: "batch-norm",
  version: 1,
  category: "normalization",
  icon: "align-center-horizontal",
  params,
  infer(c) {
    const x = inputOfRankAtLeast(c, 2);
    if (!x.ok) return x;
    return map(knownSize(c, x.value, 1, "channels"), () => [x.value]);
  },
  parameters(c) {
    const channels = [first(c.inputs).shape[1] as number];
    const buffers: ParameterSpec[] = [
      { name: "runningMean", shape: channels, init: { kind: "zeros" }, kind: "buffer" },
      { name: "runningVar", shape: channels, init: { kind: "ones" }, kind: "buffer" },
    ];
    return [...affineParameters(c.params.affine, channels), ...buffers];
  },
  lower(c) {
    return [c.training ? trained(c) : inferred(c)];
  },
  formula: String.raw`y = \gamma\,\frac{x - \mu_c}{\sqrt{\sigma_c^2 + \epsilon}} + \beta`,
  examples: [
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), 3, 4, 5] }] },
    { params: { affine: false, momentum: 0.3 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 4] }] },
    { params: { epsilon: 1e-3 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 2, symbol("T")] }] },
  ],
});

type Context = LowerContext<typeof params>;

function trained(c: Context): Value {
  const x = first(c.inputs);
  const m = new Maths(c.b);
  const { momentum, epsilon } = c.params;
  const { y, mean, variance } = batchNorm(c.b, x, affineOf(c), epsilon);
  const dims = x.type.shape as readonly number[];
  const n = dims.reduce((a, d) => a * d, 1) / (dims[1] as number);
  const moved = (name: string, batch: Value, factor: number): void => {
    const kept = m.mul(c.parameter(name), 1 - momentum);
    c.updateBuffer(name, m.add(kept, m.mul(batch, momentum * factor)));
  };
  moved("runningMean", mean, 1);
  moved("runningVar", variance, n / Math.max(1, n - 1));
  return y;
}

function inferred(c: Context): Value {
  const x = first(c.inputs);
  const channels = x.type.shape[1] as number;
  const affine = affineOf(c) ?? { scale: ones(c.b, [channels]), bias: zeros(c.b, [channels]) };
  const statistics = [c.parameter("runningMean"), c.parameter("runningVar")];
  return c.b.emit("BatchNormalization", [x, affine.scale, affine.bias, ...statistics], { epsilon: c.params.epsilon });
}
