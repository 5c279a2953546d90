import type { Value } from "../../src/ir/graph.ts";
import { Maths } from "../../src/ir/maths.ts";
import {
  channelSum,
  conv,
  convInputGradient,
  convWeightGradient,
  crossEntropy,
  linearGradients,
  maxPool,
  maxPoolGradient,
  reluGradient,
  sgd,
} from "./pieces.ts";
import type { Carried, HandwrittenStep } from "./step.ts";

const carried: readonly Carried[] = [
  { name: "k1", shape: [6, 1, 5, 5], same: "conv1.weight" },
  { name: "c1", shape: [6], same: "conv1.bias" },
  { name: "k2", shape: [16, 6, 5, 5], same: "conv2.weight" },
  { name: "c2", shape: [16], same: "conv2.bias" },
  { name: "w3", shape: [256, 120], same: "dense3.weight", transposed: true },
  { name: "c3", shape: [120], same: "dense3.bias" },
  { name: "w4", shape: [120, 84], same: "dense4.weight", transposed: true },
  { name: "c4", shape: [84], same: "dense4.bias" },
  { name: "w5", shape: [84, 10], same: "logits.weight", transposed: true },
  { name: "c5", shape: [10], same: "logits.bias" },
];

/** LeNet with ReLU and max-pooling on 28 x 28 pictures, cross-entropy, gradient descent; batch 64. */
export const lenet: HandwrittenStep = {
  batch: 64,
  sample: [1, 28, 28],
  carried,
  emit(b, { x, y, learningRate, tensors }) {
    const m = new Maths(b);
    const t = (name: string): Value => tensors[name] as Value;
    const window = { k: 5, s: 1, p: 0 };
    const relu = (v: Value): Value => b.emit("Relu", [v]);
    const a1 = relu(conv(m, x, t("k1"), window, t("c1")));
    const p1 = maxPool(m, a1);
    const a2 = relu(conv(m, p1, t("k2"), window, t("c2")));
    const p2 = maxPool(m, a2);
    const flat = m.reshape(p2, [64, 256]);
    const a3 = relu(b.emit("Gemm", [flat, t("w3"), t("c3")]));
    const a4 = relu(b.emit("Gemm", [a3, t("w4"), t("c4")]));
    const { loss, dLogits } = crossEntropy(m, b.emit("Gemm", [a4, t("w5"), t("c5")]), y);

    const fifth = linearGradients(m, dLogits, a4, t("w5"));
    const fourth = linearGradients(m, reluGradient(m, fifth.dX(), a4), a3, t("w4"));
    const third = linearGradients(m, reluGradient(m, fourth.dX(), a3), flat, t("w3"));
    const dP2 = m.reshape(third.dX(), [64, 16, 4, 4]);
    const dZ2 = reluGradient(m, maxPoolGradient(m, a2, p2, dP2), a2);
    const dP1 = convInputGradient(m, dZ2, t("k2"), window, 12);
    const dZ1 = reluGradient(m, maxPoolGradient(m, a1, p1, dP1), a1);
    const gradients = {
      k1: convWeightGradient(m, x, dZ1, window),
      c1: channelSum(m, dZ1),
      k2: convWeightGradient(m, p1, dZ2, window),
      c2: channelSum(m, dZ2),
      w3: third.dW,
      c3: third.dC,
      w4: fourth.dW,
      c4: fourth.dC,
      w5: fifth.dW,
      c5: fifth.dC,
    };
    return { loss, next: sgd(m, learningRate, tensors, gradients) };
  },
};
