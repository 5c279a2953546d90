import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { Value } from "../../src/ir/graph.ts";
import { Maths } from "../../src/ir/maths.ts";
import { crossEntropy, linearGradients, reluGradient, sgd } from "./pieces.ts";
import type { Carried, HandwrittenStep, StepInputs } from "./step.ts";

const weights: readonly Carried[] = [
  { name: "w1", shape: [784, 128], same: "hidden.weight", transposed: true },
  { name: "c1", shape: [128], same: "hidden.bias" },
  { name: "w2", shape: [128, 10], same: "logits.weight", transposed: true },
  { name: "c2", shape: [10], same: "logits.bias" },
];

function backward(m: Maths, { x, y, tensors }: StepInputs): { loss: Value; gradients: { [name: string]: Value } } {
  const [w1, c1, w2, c2] = weights.map((c) => tensors[c.name] as Value) as [Value, Value, Value, Value];
  const a = m.b.emit("Relu", [m.b.emit("Gemm", [x, w1, c1])]);
  const { loss, dLogits } = crossEntropy(m, m.b.emit("Gemm", [a, w2, c2]), y);
  const second = linearGradients(m, dLogits, a, w2);
  const first = linearGradients(m, reluGradient(m, second.dX(), a), x, w1);
  return { loss, gradients: { w1: first.dW, c1: first.dC, w2: second.dW, c2: second.dC } };
}

/** 784-128-10 with ReLU, cross-entropy, gradient descent; batch 64. */
export const mlpSgd: HandwrittenStep = {
  batch: 64,
  sample: [784],
  carried: weights,
  emit(b, inputs) {
    const m = new Maths(b);
    const { loss, gradients } = backward(m, inputs);
    return { loss, next: sgd(m, inputs.learningRate, inputs.tensors, gradients) };
  },
};

const [beta1, beta2, eps] = [0.9, 0.999, 1e-8];

/** The same with Adam (Kingma & Ba 2015), in PyTorch's form: eps is added after the bias correction. */
export const mlpAdam: HandwrittenStep = {
  ...mlpSgd,
  carried: weights.flatMap((c) => [
    c,
    { ...c, name: `m.${c.name}`, same: null },
    { ...c, name: `v.${c.name}`, same: null },
  ]),
  emit(b, inputs) {
    const m = new Maths(b);
    const { loss, gradients } = backward(m, inputs);
    const scale = corrections(m, b, inputs);
    const next = Object.entries(gradients).flatMap(([name, g]) => adam(m, inputs, scale, name, g));
    return { loss, next: Object.fromEntries(next) };
  },
};

/** lr / (1 - beta1^t) and sqrt(1 - beta2^t); 1 - 0.999 loses half of float32's digits, so in float64. */
function corrections(m: Maths, b: GraphBuilder, { step, learningRate }: StepInputs): { rate: Value; root: Value } {
  const t = b.cast(step, "float64");
  return {
    rate: m.div(learningRate, b.cast(m.sub(1, m.pow(beta1, t)), "float32")),
    root: b.cast(m.sqrt(m.sub(1, m.pow(beta2, t))), "float32"),
  };
}

function adam(
  m: Maths,
  { tensors }: StepInputs,
  { rate, root }: { rate: Value; root: Value },
  name: string,
  g: Value,
): [string, Value][] {
  const held = (key: string): Value => tensors[key] as Value;
  const first = m.add(m.mul(held(`m.${name}`), beta1), m.mul(g, 1 - beta1));
  const second = m.add(m.mul(held(`v.${name}`), beta2), m.mul(m.square(g), 1 - beta2));
  const change = m.div(m.mul(first, rate), m.add(m.div(m.sqrt(second), root), eps));
  return [
    [name, m.sub(held(name), change)],
    [`m.${name}`, first],
    [`v.${name}`, second],
  ];
}
