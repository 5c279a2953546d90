import type { Objective } from "../graph/objective.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import type { Value } from "../ir/graph.ts";
import { optimizerState, prepareOptimizer, type StateSlot } from "../optim/optimizer.ts";
import { emitClip, emitMaxNorm, emitPenalty } from "../optim/regularize.ts";
import { elementCount, type Tensor, tensor } from "../shape/dtype.ts";
import type { TensorType } from "../shape/type.ts";
import { type Role, roleKey } from "./manifest.ts";
import { type Network, type NetworkParameter, parameterName, trainedBy } from "./network.ts";
import type { BackwardResult } from "./step.ts";

type StateRole = Extract<Role, { kind: "state" }>;

/** One tensor of optimizer state. */
export interface StateTensor {
  readonly role: StateRole;
  readonly name: string;
  readonly type: TensorType;
  readonly initial: Tensor;
}

/** Optimizer state of every objective: per trained parameter, and per objective. */
export function stateSlots(network: Network): StateTensor[] {
  const several = network.document.objectives.length > 1;
  return network.document.objectives.flatMap((objective) => {
    const { parameter, shared } = optimizerState(objective.optimizer);
    const prefix = several ? `${objective.id}.` : "";
    const own = trainedBy(network, objective).flatMap((p) =>
      parameter.map((slot) =>
        stateTensor(stateRole(objective, p, slot), `${prefix}${parameterName(p)}.${slot.name}`, slot, p),
      ),
    );
    const common = shared.map((slot) =>
      stateTensor(stateRole(objective, null, slot), `${objective.id}.optimizer.${slot.name}`, slot, null),
    );
    return [...own, ...common];
  });
}

const stateRole = (objective: Objective, p: NetworkParameter | null, slot: StateSlot): StateRole => ({
  kind: "state",
  objective: objective.id,
  node: p?.node ?? null,
  parameter: p?.spec.name ?? null,
  slot: slot.name,
});

function stateTensor(role: StateRole, name: string, slot: StateSlot, p: NetworkParameter | null): StateTensor {
  const shape = p && slot.shape === "like" ? p.spec.shape : [];
  const initial = tensor("float32", shape, new Float32Array(elementCount(shape)).fill(slot.initial));
  return { role, name, type: { dtype: "float32", shape }, initial };
}

export interface UpdateValues {
  readonly losses: BackwardResult["losses"];
  readonly gradients: BackwardResult["gradients"];
  /** Parameters, buffers and state by role key. */
  readonly tensors: ReadonlyMap<string, Value>;
  readonly learningRates: ReadonlyMap<string, Value>;
  readonly step: Value;
}

export interface UpdateResult {
  /** Losses with penalties. */
  readonly losses: ReadonlyMap<string, Value>;
  /** Gradients of the losses with penalties. */
  readonly gradients: BackwardResult["gradients"];
  /** Gradients after clipping, where an objective clips. */
  readonly applied: BackwardResult["gradients"] | null;
  /** New parameters and state by role key. */
  readonly updated: ReadonlyMap<string, Value>;
}

/** Emits penalties, clipping, the optimizers and max-norm constraints of all objectives. */
export function emitUpdates(b: GraphBuilder, network: Network, values: UpdateValues): UpdateResult {
  const losses = new Map(values.losses);
  const gradients = new Map<string, ReadonlyMap<string, Value>>();
  const applied = new Map<string, ReadonlyMap<string, Value>>();
  const updated = new Map<string, Value>();
  for (const objective of network.document.objectives) {
    const trained = trainedBy(network, objective);
    const parameters = trained.map((p) => values.tensors.get(parameterName(p)) as Value);
    let own = trained.map((p) => values.gradients.get(objective.id)?.get(parameterName(p)) as Value);
    const named = (list: readonly Value[]) => new Map(trained.map((p, i) => [parameterName(p), list[i] as Value]));
    b.at({ node: null, pass: "loss" }, () => {
      if (!objective.penalty) return;
      const penalty = emitPenalty(b, objective.penalty, parameters);
      const loss = losses.get(objective.id) as Value;
      if (penalty.value) losses.set(objective.id, b.emit("Add", [loss, penalty.value]));
      own = own.map((g, i) => (penalty.gradients[i] ? b.emit("Add", [g, penalty.gradients[i] as Value]) : g));
    });
    gradients.set(objective.id, named(own));
    const used = objective.clip
      ? b.at({ node: null, pass: "optimizer" }, () => emitClip(b, clipOf(objective), own))
      : own;
    applied.set(objective.id, named(used));
    // A parameter that two objectives train is updated by one after the other.
    const tensors = new Map([...values.tensors, ...updated]);
    for (const [key, value] of emitOptimizer(b, objective, trained, used, { ...values, tensors }))
      updated.set(key, value);
  }
  const clips = network.document.objectives.some((o) => o.clip);
  return { losses, gradients, applied: clips ? applied : null, updated };
}

const clipOf = (objective: Objective): NonNullable<Objective["clip"]> =>
  objective.clip as NonNullable<Objective["clip"]>;

function emitOptimizer(
  b: GraphBuilder,
  objective: Objective,
  trained: readonly NetworkParameter[],
  gradients: readonly Value[],
  { tensors, learningRates, step }: UpdateValues,
): Map<string, Value> {
  const slots = optimizerState(objective.optimizer);
  const stateOf = (p: NetworkParameter | null, list: readonly StateSlot[]) =>
    Object.fromEntries(list.map((slot) => [slot.name, tensors.get(roleKey(stateRole(objective, p, slot))) as Value]));
  const turn = turnOf(b, objective, step);
  const result = new Map<string, Value>();
  const keep = (key: string, next: Value) => {
    const before = tensors.get(key) as Value;
    result.set(key, turn.due ? b.emit("Where", [turn.due, next, before]) : next);
  };
  const prepared = b.at({ node: null, pass: "optimizer" }, () => {
    const learningRate = learningRates.get(objective.id) as Value;
    return prepareOptimizer(b, objective.optimizer, {
      learningRate,
      step: turn.count,
      shared: stateOf(null, slots.shared),
    });
  });
  trained.forEach((p, i) => {
    b.at({ node: p.node, pass: "optimizer" }, () => {
      const parameter = tensors.get(parameterName(p)) as Value;
      const state = stateOf(p, slots.parameter);
      const next = prepared.update({ parameter, gradient: gradients[i] as Value, state });
      keep(parameterName(p), objective.maxNorm ? emitMaxNorm(b, objective.maxNorm, next.parameter) : next.parameter);
      for (const slot of slots.parameter) keep(roleKey(stateRole(objective, p, slot)), next.state[slot.name] as Value);
    });
  });
  b.at({ node: null, pass: "optimizer" }, () => {
    for (const slot of slots.shared)
      keep(roleKey(stateRole(objective, null, slot)), prepared.shared[slot.name] as Value);
  });
  return result;
}

/** Which update of the objective this step is, and for `every` > 1 whether it is one at all. */
function turnOf(b: GraphBuilder, objective: Objective, step: Value): { count: Value; due: Value | null } {
  if (objective.every === 1) return { count: step, due: null };
  return b.at({ node: null, pass: "optimizer" }, () => {
    const every = b.scalar(objective.every, "int64");
    const due = b.emit("Equal", [b.emit("Mod", [step, every]), b.scalar(0, "int64")]);
    // Before the first turn the count would be 0, and a bias correction would divide by it.
    const count = b.emit("Max", [b.emit("Div", [step, every]), b.scalar(1, "int64")]);
    return { count, due };
  });
}
