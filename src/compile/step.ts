import { differentiate, type Gradients, type Seed } from "../autodiff/differentiate.ts";
import { invariant } from "../core/invariant.ts";
import { ok, type Result } from "../core/result.ts";
import type { Objective, TargetRef } from "../graph/objective.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import type { Provider } from "../ir/gradient.ts";
import type { Value } from "../ir/graph.ts";
import { lowerGraph } from "../lower/lower.ts";
import { uniformSource } from "../lower/random.ts";
import { emitLoss } from "../optim/loss.ts";
import { emitMetric } from "../optim/metric.ts";
import type { Role } from "./manifest.ts";
import { type Network, parameterName, trainedBy, trainedNodes } from "./network.ts";

/** What a training step reads, as values of the graph it is built into. */
export interface StepInputs {
  /** Batch of each input node, and of each field that is a target. */
  readonly data: ReadonlyMap<string, Value>;
  readonly targets: ReadonlyMap<string, Value>;
  /** Parameters and buffers by `node.name`. */
  readonly tensors: ReadonlyMap<string, Value>;
  readonly seed: Value;
  /** int64 scalar that no two micro-batches of a run have in common: the counter of random numbers. */
  readonly counter: Value;
}

export interface MetricOutput {
  readonly role: Extract<Role, { kind: "metric" }>;
  readonly value: Value;
}

export interface BackwardResult {
  /** Weighted sum of the terms, by objective; scalars. */
  readonly losses: ReadonlyMap<string, Value>;
  readonly metrics: readonly MetricOutput[];
  /** dL/dp by objective and `node.name`. */
  readonly gradients: ReadonlyMap<string, ReadonlyMap<string, Value>>;
  /** New contents of buffers, by `node.name`. */
  readonly buffers: ReadonlyMap<string, Value>;
}

/** Metrics cheap enough to be counted at every training step. */
const stepMetrics: readonly string[] = ["accuracy", "mae"];

/** Emits forward pass, losses and backward pass of one micro-batch in training mode. */
export function emitBackward(
  b: GraphBuilder,
  network: Network,
  inputs: StepInputs,
  batch: number,
  provider: Provider,
): Result<BackwardResult> {
  const lowered = lowerGraph(b, network.graph, {
    inputs: inputs.data,
    parameter: (owner, name) => tensorOf(inputs, `${owner}.${name}`),
    symbols: { ...network.symbols, N: batch },
    uniform: uniformSource(b, inputs.seed, inputs.counter),
    wanted: trainedNodes(network),
  });
  const resolve = (ref: TargetRef): Value =>
    "field" in ref ? targetOf(inputs, ref.field) : lowered.value(ref.node, ref.port);
  const losses = new Map<string, Value>();
  const gradients = new Map<string, ReadonlyMap<string, Value>>();
  const metrics: MetricOutput[] = [];
  for (const objective of network.document.objectives) {
    const { loss, seeds } = b.at({ node: null, pass: "loss" }, () => emitTerms(b, objective, resolve, provider));
    losses.set(objective.id, loss);
    b.at({ node: null, pass: "metric" }, () => metrics.push(...emitStepMetrics(b, objective, resolve)));
    const names = trainedBy(network, objective).map(parameterName);
    const wrt = names.map((name) => tensorOf(inputs, name));
    const backward: Result<Gradients> = differentiate(b, seeds, wrt, provider);
    if (!backward.ok) return backward;
    gradients.set(objective.id, new Map(names.map((name, i) => [name, backward.value.of(wrt[i] as Value)])));
  }
  return ok({
    losses,
    metrics,
    gradients,
    buffers: new Map(lowered.buffers.map((u) => [`${u.node}.${u.name}`, u.value])),
  });
}

/** The weighted sum of an objective's terms, and where its gradient starts. */
export function emitTerms(
  b: GraphBuilder,
  objective: Objective,
  resolve: (ref: TargetRef) => Value,
  provider: Provider,
): { loss: Value; seeds: Seed[] } {
  const seeds: Seed[] = [];
  let loss: Value | null = null;
  for (const term of objective.terms) {
    const target = term.target && resolve(term.target);
    const emitted = emitLoss(b, term.loss, resolve(term.prediction), target, provider);
    const scaled = (v: Value): Value => (term.weight === 1 ? v : b.emit("Mul", [v, b.scalar(term.weight)]));
    const value = scaled(emitted.value);
    loss = loss ? b.emit("Add", [loss, value]) : value;
    if (emitted.seeds) seeds.push(...emitted.seeds.map((s) => ({ value: s.value, gradient: scaled(s.gradient) })));
    else seeds.push({ value: emitted.value, gradient: b.scalar(term.weight) });
  }
  invariant(loss, `objective ${objective.id} without terms`);
  return { loss, seeds };
}

function emitStepMetrics(b: GraphBuilder, objective: Objective, resolve: (ref: TargetRef) => Value): MetricOutput[] {
  return objective.metrics.flatMap((m, metric) => {
    if (!stepMetrics.includes(m.metric.kind)) return [];
    return emitMetric(b, m.metric, resolve(m.prediction), resolve(m.target)).map(({ name, value }): MetricOutput => {
      return { role: { kind: "metric", objective: objective.id, metric, accumulator: name }, value };
    });
  });
}

function tensorOf(inputs: StepInputs, key: string): Value {
  const value = inputs.tensors.get(key);
  invariant(value, `no tensor ${key}`);
  return value;
}

function targetOf(inputs: StepInputs, field: string): Value {
  const value = inputs.targets.get(field);
  invariant(value, `no target ${field}`);
  return value;
}
