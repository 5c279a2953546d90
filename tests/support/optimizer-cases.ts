import { type OptimizerSpec, optimizerSchema } from "../../src/graph/objective.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph } from "../../src/ir/graph.ts";
import { optimizerState, prepareOptimizer } from "../../src/optim/optimizer.ts";
import { elementCount, type Tensor, tensor } from "../../src/shape/dtype.ts";

/** Weights of a parameter that is updated. */
export const size = 6;

/** Optimizers with every option at work in one of them. */
export const variants = [
  { kind: "sgd" },
  { kind: "sgd", weightDecay: 0.1, maximize: true },
  { kind: "sgd", momentum: 0.9 },
  { kind: "sgd", momentum: 0.9, dampening: 0.5 },
  { kind: "sgd", momentum: 0.9, nesterov: true, weightDecay: 0.01 },
  { kind: "adam" },
  { kind: "adam", betas: [0.5, 0.9], eps: 0.1, weightDecay: 0.1, maximize: true },
  { kind: "adam", amsgrad: true, betas: [0.9, 0.5] },
  { kind: "adamw", weightDecay: 0.1 },
  { kind: "adamw", amsgrad: true, maximize: true, betas: [0.9, 0.5] },
  { kind: "adamw", weightDecay: 0 },
  { kind: "adamax", eps: 0.01 },
  { kind: "adamax", weightDecay: 0.1, maximize: true },
  { kind: "nadam", eps: 0.01 },
  { kind: "nadam", momentumDecay: 0.5, weightDecay: 0.1 },
  { kind: "radam" },
  { kind: "radam", betas: [0.9, 0.99], eps: 0.01, weightDecay: 0.1, maximize: true },
  { kind: "radam", betas: [0.9, 0.6] },
  { kind: "rmsprop" },
  { kind: "rmsprop", alpha: 0.5, eps: 0.1, momentum: 0.9 },
  { kind: "rmsprop", centered: true, momentum: 0.5, weightDecay: 0.1, eps: 0.01 },
  { kind: "adagrad" },
  { kind: "adagrad", learningRateDecay: 0.1, initialAccumulator: 0.5, eps: 0.1 },
  { kind: "adadelta" },
  { kind: "adadelta", rho: 0.5, eps: 0.1, weightDecay: 0.1, maximize: true },
  { kind: "rprop" },
  { kind: "rprop", etas: [0.3, 3], stepSizes: [0.005, 0.05], maximize: true },
] as const;
export const specs: OptimizerSpec[] = variants.map((v) => optimizerSchema.parse(v));

/** A model of one update of `count` parameters: w, g, rate, step and state in; w and state out. */
export function updateModel(
  spec: OptimizerSpec,
  count = 1,
): { graph: Graph; state: { name: string; initial: Tensor }[] } {
  const b = new GraphBuilder("update");
  const like = { dtype: "float32", shape: [size] } as const;
  const scalar = { dtype: "float32", shape: [] } as const;
  const learningRate = b.input("rate", scalar);
  const step = b.input("step", { dtype: "int64", shape: [] });
  const slots = optimizerState(spec);
  const state: { name: string; initial: Tensor }[] = [];
  const outputs = [];
  const take = (name: string, initial: number, dims: readonly number[]) => {
    state.push({ name, initial: tensor("float32", dims, new Array(elementCount(dims)).fill(initial)) });
    return b.input(name, { dtype: "float32", shape: dims });
  };
  const shared = Object.fromEntries(slots.shared.map((s) => [s.name, take(`shared.${s.name}`, s.initial, [])]));
  const prepared = prepareOptimizer(b, spec, { learningRate, step, shared });
  outputs.push(...slots.shared.map((s) => prepared.shared[s.name]));
  for (let i = 0; i < count; i++) {
    const own = Object.fromEntries(slots.parameter.map((s) => [s.name, take(`${i}.${s.name}`, s.initial, [size])]));
    const next = prepared.update({ parameter: b.input(`w${i}`, like), gradient: b.input(`g${i}`, like), state: own });
    outputs.push(...slots.parameter.map((s) => next.state[s.name]), next.parameter);
  }
  const graph = b.finish(outputs.map((v) => b.emit("Identity", [v as NonNullable<typeof v>])));
  return { graph, state };
}
