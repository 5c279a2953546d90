import { learningRateSlot } from "../../src/compile/tensor-ref.ts";
import { forms } from "../../src/explain/forms.ts";
import type { LossNumbers } from "../../src/explain/loss.ts";
import { type UpdateNumbers, workedUpdate } from "../../src/explain/update.ts";
import type { Form, NodeNumbers } from "../../src/explain/worked.ts";
import type { CheckedGraph, CheckedNode } from "../../src/graph/check.ts";
import type { GraphDocument } from "../../src/graph/document.ts";
import type { Objective } from "../../src/graph/objective.ts";
import type { LayerId } from "../../src/layers/registry.gen.ts";
import { layerRegistry } from "../../src/layers/registry.ts";
import { ownerOf } from "../../src/lower/lower.ts";
import { optimizerState } from "../../src/optim/optimizer.ts";
import type { TensorRefInput } from "../../src/protocol/index.ts";
import { elementCount, isFloat, type Tensor } from "../../src/shape/dtype.ts";
import type { Chain, ChainEnd } from "./chain.ts";

/** Everything about a node at one step, in numbers. */
export interface NodeLook {
  readonly kind: "node";
  readonly checked: CheckedNode;
  readonly form: Form;
  readonly numbers: NodeNumbers;
  /** Gradients of the loss; null where there is none. */
  readonly inputs: readonly (Tensor | null)[];
  readonly outputs: readonly (Tensor | null)[];
  readonly parameters: { readonly [name: string]: ParameterLook };
  readonly objective: Objective | null;
  readonly shared: { readonly [slot: string]: number };
  readonly learningRate: number;
  readonly loss: number;
}

/** What becomes of a trained parameter. */
export interface ParameterLook {
  readonly gradient: Tensor;
  readonly applied: Tensor;
  readonly update: Tensor;
  readonly state: { readonly [slot: string]: Tensor };
}

/** A loss at one step, in numbers. */
export interface LossLook {
  readonly kind: "loss";
  readonly end: ChainEnd;
  readonly numbers: LossNumbers;
  readonly gradient: Tensor;
  /** Of the whole objective. */
  readonly loss: number;
}

export type Look = NodeLook | LossLook;

/** The tensors that are wanted, and what is made of them when they are there. */
export interface LookPlan {
  readonly refs: readonly TensorRefInput[];
  make(tensors: readonly Tensor[]): Look;
}

/** Parameters above this are told without the states of their optimizer, which would be as large again each. */
const largeParameter = 2_000_000;

/** Collects references, and later finds the tensor of each. */
class Wanted {
  readonly refs: TensorRefInput[] = [];

  add(ref: TensorRefInput): (tensors: readonly Tensor[]) => Tensor {
    const at = this.refs.push(ref) - 1;
    return (tensors) => tensors[at] as Tensor;
  }
}

type Found<T> = (tensors: readonly Tensor[]) => T;
const none: Found<null> = () => null;

/** What to ask of the engine to tell about a node of a chain. */
export function planNode(graph: CheckedGraph, document: GraphDocument, chain: Chain, id: string): LookPlan | null {
  const checked = graph.nodes.get(id);
  if (!checked?.outputTypes || !checked.params) return null;
  const objective = document.objectives.find((o) => o.id === chain.end?.objective) ?? null;
  const wanted = new Wanted();
  const port = (node: string, name: string, what: "value" | "gradient"): Found<Tensor> =>
    wanted.add({ of: "output", node, port: name, what, objective: objective?.id ?? null });
  const gradientOf = (node: string, name: string, float: boolean): Found<Tensor | null> =>
    objective && float ? port(node, name, "gradient") : none;
  const inputTypes = checked.inputTypes ?? [];
  const inputs = checked.sources.map((s) => port(s.node, s.port, "value"));
  const dInputs = checked.sources.map((s, i) => gradientOf(s.node, s.port, isFloat(inputTypes[i]?.dtype ?? "bool")));
  const outputs = checked.outputPorts.map((p) => port(id, p.name, "value"));
  const dOutputs = checked.outputPorts.map((p, i) =>
    gradientOf(id, p.name, isFloat(checked.outputTypes?.[i]?.dtype ?? "bool")),
  );
  const owner = ownerOf(checked);
  const values = checked.parameters.map((p) => {
    const value = wanted.add({ of: "parameter", node: owner, parameter: p.name, what: "value" });
    return [p.name, value] as const;
  });
  const trains = objective && (objective.parameters === "all" || objective.parameters.includes(owner));
  const trained = checked.parameters.filter((p) => trains && p.kind === "parameter" && !isFrozen(graph, owner));
  const changes = trained.map((p) => [p.name, planParameter(wanted, objective as Objective, owner, p)] as const);
  const shared = objective && trained.length > 0 ? planShared(wanted, objective) : null;
  const loss = objective ? wanted.add({ of: "loss", objective: objective.id }) : none;
  const { params } = checked;
  return {
    refs: wanted.refs,
    make: (tensors) => ({
      kind: "node",
      checked,
      form: formOf(checked),
      numbers: {
        params,
        training: true,
        inputs: inputs.map((f) => f(tensors)),
        outputs: outputs.map((f) => f(tensors)),
        parameters: Object.fromEntries(values.map(([name, f]) => [name, f(tensors)])),
      },
      inputs: dInputs.map((f) => f(tensors)),
      outputs: dOutputs.map((f) => f(tensors)),
      parameters: Object.fromEntries(changes.map(([name, f]) => [name, f(tensors)])),
      objective,
      shared: shared?.slots(tensors) ?? {},
      learningRate: shared?.rate(tensors) ?? 0,
      loss: first(loss(tensors)),
    }),
  };
}

/** A node that is passed by hands its input on. */
export const formOf = ({ node }: CheckedNode): Form =>
  forms[node.state === "bypassed" ? "identity" : (node.layer as LayerId)];

const isFrozen = (graph: CheckedGraph, owner: string): boolean => graph.nodes.get(owner)?.node.frozen === true;

function planParameter(
  wanted: Wanted,
  objective: Objective,
  node: string,
  { name, shape }: { readonly name: string; readonly shape: readonly number[] },
): Found<ParameterLook> {
  const look = (what: "gradient" | "applied" | "update"): Found<Tensor> =>
    wanted.add({ of: "parameter", node, parameter: name, what, objective: objective.id });
  const [gradient, applied, update] = [look("gradient"), look("applied"), look("update")];
  const slots = elementCount(shape) > largeParameter ? [] : optimizerState(objective.optimizer).parameter;
  const state = slots.map(({ name: slot }) => {
    const owner = { node, parameter: name };
    return [slot, wanted.add({ of: "optimizer", owner, slot, objective: objective.id })] as const;
  });
  return (tensors) => ({
    gradient: gradient(tensors),
    applied: applied(tensors),
    update: update(tensors),
    state: Object.fromEntries(state.map(([slot, f]) => [slot, f(tensors)])),
  });
}

function planShared(wanted: Wanted, { id, optimizer }: Objective) {
  const rate = wanted.add({ of: "optimizer", slot: learningRateSlot, objective: id });
  const slots = optimizerState(optimizer).shared.map(
    ({ name: slot }) => [slot, wanted.add({ of: "optimizer", slot, objective: id })] as const,
  );
  return {
    rate: (tensors: readonly Tensor[]) => first(rate(tensors)),
    slots: (tensors: readonly Tensor[]) => Object.fromEntries(slots.map(([slot, f]) => [slot, first(f(tensors))])),
  };
}

const first = (t: Tensor | null): number => Number(t?.data[0] ?? Number.NaN);

/** What to ask of the engine to tell about a loss. */
export function planLoss(end: ChainEnd): LookPlan | null {
  const { term, objective } = end;
  if (!term.target) return null;
  const wanted = new Wanted();
  const of = { of: "output", ...term.prediction, objective } as const;
  const prediction = wanted.add({ ...of, what: "value" });
  const gradient = wanted.add({ ...of, what: "gradient" });
  const target =
    "field" in term.target
      ? wanted.add({ of: "target", field: term.target.field })
      : wanted.add({ of: "output", ...term.target, what: "value" });
  const loss = wanted.add({ of: "loss", objective });
  return {
    refs: wanted.refs,
    make: (tensors) => ({
      kind: "loss",
      end,
      numbers: {
        spec: term.loss,
        prediction: prediction(tensors),
        target: target(tensors),
        weight: term.weight,
      },
      gradient: gradient(tensors),
      loss: first(loss(tensors)),
    }),
  };
}

/** The update of one weight, as the optimizer makes it at `step`, from 1; null where it is not trained. */
export function updateOf(look: NodeLook, parameter: string, index: number, step: number): UpdateNumbers | null {
  const own = look.parameters[parameter];
  const value = look.numbers.parameters[parameter];
  const { objective } = look;
  if (!own || !value || !objective || Object.keys(own.state).length < slotCount(objective)) return null;
  const number = (t: Tensor): number => Number(t.data[index]);
  const numbers: UpdateNumbers = {
    objective,
    weight: number(value),
    gradient: number(own.gradient),
    rank: value.dims.length,
    state: Object.fromEntries(Object.entries(own.state).map(([slot, t]) => [slot, number(t)])),
    shared: look.shared,
    learningRate: look.learningRate,
    step,
    clipped: objective.clip?.kind === "norm" ? clipFactor(objective, value, own) : 1,
    limited: 1,
  };
  if (objective.maxNorm === null || value.dims.length < 2) return numbers;
  const before = workedUpdate(numbers).value;
  const after = number(value) + number(own.update);
  return { ...numbers, limited: before === 0 ? 1 : after / before };
}

const slotCount = ({ optimizer }: Objective): number => optimizerState(optimizer).parameter.length;

/** The factor that one norm over all gradients gives each of them, read where it is told best. */
function clipFactor({ penalty }: Objective, value: Tensor, { gradient, applied }: ParameterLook): number {
  const counts = penalty !== null && (penalty.biases || value.dims.length > 1);
  let [best, factor] = [0, 1];
  for (let i = 0; i < gradient.data.length; i++) {
    const w = Number(value.data[i]);
    const shrink = counts ? 2 * penalty.l2 * w + penalty.l1 * Math.sign(w) : 0;
    const whole = Number(gradient.data[i]) + shrink;
    if (Math.abs(whole) <= best) continue;
    best = Math.abs(whole);
    factor = Number(applied.data[i]) / whole;
  }
  return factor;
}

/** Name of a layer's kind for texts. */
export const isLayer = (layer: string): layer is LayerId => layerRegistry.get(layer) !== null;
