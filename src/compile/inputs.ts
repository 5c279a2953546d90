import type { Value } from "../ir/graph.ts";
import type { Dim } from "../shape/dim.ts";
import { substituteShape, type TensorType } from "../shape/type.ts";
import { dataInputs, parameterInputs, symbolsOf, targetFields, targetInputs } from "./inference.ts";
import { type ModelPort, roleKey } from "./manifest.ts";
import { ModelBuilder } from "./model.ts";
import { type Network, trainedNodes } from "./network.ts";
import { stateSlots } from "./update.ts";

/** All that a training step reads, as values. */
export interface StepValues {
  /** Batch of each input node, and of each field that is a target. */
  readonly data: ReadonlyMap<string, Value>;
  readonly targets: ReadonlyMap<string, Value>;
  /** Parameters, buffers and optimizer state by role key. */
  readonly tensors: ReadonlyMap<string, Value>;
  readonly learningRates: ReadonlyMap<string, Value>;
  readonly step: Value;
  readonly seed: Value;
}

export interface OpenOptions {
  /** Samples a (micro-)batch. */
  readonly batch: number;
  readonly title: string;
  /** Axes in front of those of one step. */
  readonly leading?: readonly Dim[];
  /** Nodes whose inputs and parameters are needed; those of the objectives when left out. */
  readonly wanted?: ReadonlySet<string>;
  /** Fields that are compared with; those of the objectives when left out. */
  readonly fields?: readonly string[];
}

/** Makes a model with the inputs of a training step. */
export function openStep(
  network: Network,
  options: OpenOptions,
): { model: ModelBuilder; values: StepValues; roles: ReadonlyMap<string, ModelPort> } {
  const { document } = network;
  const { leading = [], wanted = trainedNodes(network), fields = targetFields(network) } = options;
  const model = new ModelBuilder(`${document.name} ${options.title}`);
  const { accumulate } = document.training;
  const micro = accumulate > 1 ? [accumulate] : [];
  const symbols = symbolsOf(network, options.batch);
  const batched = (t: TensorType): TensorType => {
    return { dtype: t.dtype, shape: [...leading, ...micro, ...substituteShape(t.shape, symbols)] };
  };
  const data = dataInputs(model, network, wanted, batched);
  const targets = targetInputs(model, network, fields, batched);
  const tensors = new Map<string, Value>(parameterInputs(model, network, wanted));
  for (const { role, type, name } of stateSlots(network)) tensors.set(roleKey(role), model.input(name, type, role));
  const several = document.objectives.length > 1;
  const learningRates = new Map(
    document.objectives.map(({ id }) => {
      const name = several ? `learning_rate.${id}` : "learning_rate";
      return [id, model.input(name, { dtype: "float32", shape: leading }, { kind: "learning-rate", objective: id })];
    }),
  );
  const step = model.input("step", { dtype: "int64", shape: [] }, { kind: "step" });
  const seed = model.input("seed", { dtype: "uint32", shape: [] }, { kind: "seed" });
  const roles = new Map(model.inputs.map((port) => [roleKey(port.role), port]));
  return { model, values: { data, targets, tensors, learningRates, step, seed }, roles };
}
