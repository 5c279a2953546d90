import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import type { Provider } from "../ir/gradient.ts";
import type { Value } from "../ir/graph.ts";
import { symbol } from "../shape/dim.ts";
import { zeros } from "../shape/dtype.ts";
import { openStep, type StepValues } from "./inputs.ts";
import { type ModelManifest, type Role, roleKey } from "./manifest.ts";
import type { CompiledModel, ModelBuilder } from "./model.ts";
import { type Network, parameterName, trainedBy, trainedNodes, usedParameters } from "./network.ts";
import { type BackwardResult, emitBackward, type MetricOutput } from "./step.ts";
import { emitUpdates, stateSlots } from "./update.ts";

export interface TrainingOptions {
  /** Samples a (micro-)batch. */
  readonly batch: number;
  readonly provider: Provider;
  /** Also give dL/dp of every trained parameter, before penalty and clipping. */
  readonly gradients: boolean;
  /** Also say of every float value whether it is finite (`Role` "finite"). */
  readonly finite: boolean;
}

interface StepResult extends BackwardResult {
  /** Gradients as the optimizer gets them, where that differs from `gradients`: after clipping. */
  readonly applied: BackwardResult["gradients"] | null;
  /** New contents of what the step changes, by role key. */
  readonly updated: ReadonlyMap<string, Value>;
}

/** One whole training step: forward, losses, backward, optimizer. */
export function compileTrainingStep(network: Network, options: TrainingOptions): Result<CompiledModel> {
  if (network.document.objectives.length === 0) return fail(issue("objective.none", {}));
  const { model, values, roles } = openStep(network, { batch: options.batch, title: "training step" });
  const result = emitStep(model.b, network, values, options);
  if (!result.ok) return result;
  const { losses, metrics, updated, gradients, applied } = result.value;
  for (const [objective, value] of losses)
    model.output(lossName(network, objective), value, { kind: "loss", objective });
  for (const { role, value } of metrics) model.output(metricName(network, role), value, role);
  const finite = options.finite ? emitFinite(model.b) : null;
  for (const [key, value] of updated)
    model.output(`${roles.get(key)?.name}.updated`, value, roles.get(key)?.role as Role);
  if (options.gradients) {
    outputGradients(model, network, gradients, "loss");
    outputGradients(model, network, applied ?? gradients, "applied");
  }
  if (finite) model.output("finite", finite.value, { kind: "finite" });
  return model.finish({ ...about(network, options, "training-step"), ...(finite ? { finite: finite.operators } : {}) });
}

/**
 * K training steps in one call, as an ONNX Loop that carries parameters and state. K is the first axis of the
 * data, so one model serves every K. It ends early after a step whose loss is not finite.
 */
export function compileTrainingLoop(network: Network, options: TrainingOptions): Result<CompiledModel> {
  if (network.document.objectives.length === 0) return fail(issue("objective.none", {}));
  const leading = [symbol("K")];
  const { model, values, roles } = openStep(network, { batch: options.batch, title: "training loop", leading });
  const count = model.input("count", { dtype: "int64", shape: [] }, { kind: "count" });
  const body = model.b.body("steps");
  const iteration = body.input("iteration", { dtype: "int64", shape: [] });
  body.input("go", { dtype: "bool", shape: [] });
  const carried = carriedKeys(network);
  const inside = new Map(
    carried.map((key) => [key, body.input(`${key}.now`, (values.tensors.get(key) as Value).type)]),
  );
  const slice = (v: Value): Value => body.emit("Gather", [v, iteration], { axis: 0 });
  const sliced = (m: ReadonlyMap<string, Value>) => new Map([...m].map(([k, v]) => [k, slice(v)]));
  const result = emitStep(
    body,
    network,
    {
      data: sliced(values.data),
      targets: sliced(values.targets),
      tensors: new Map([...values.tensors].map(([key, v]) => [key, inside.get(key) ?? v])),
      learningRates: sliced(values.learningRates),
      step: body.emit("Add", [values.step, iteration]),
      seed: values.seed,
    },
    options,
  );
  if (!result.ok) return result;
  const { losses, metrics, updated } = result.value;
  const stacked = [...losses.values(), ...metrics.map((m) => m.value)];
  const goOn = allFinite(body, [...losses.values()]);
  const next = carried.map((key) => updated.get(key) ?? (inside.get(key) as Value));
  const bodyGraph = body.finish([goOn, ...next, ...stacked].map((v) => body.asOutput(v)));
  const start = carried.map((key) => values.tensors.get(key) as Value);
  const always = model.b.constant({ dtype: "bool", dims: [], data: Uint8Array.of(1) });
  const outputs = model.b.at({ node: null, pass: "loop" }, () =>
    model.b.emitAll("Loop", [count, always, ...start], { body: bodyGraph }),
  );
  const scans = outputs.slice(carried.length);
  [...losses.keys()].forEach((objective, i) => {
    model.output(lossName(network, objective), scans[i] as Value, { kind: "loss", objective });
  });
  metrics.forEach(({ role }, i) => {
    model.output(metricName(network, role), scans[losses.size + i] as Value, role);
  });
  carried.forEach((key, i) => {
    model.output(`${roles.get(key)?.name}.updated`, outputs[i] as Value, roles.get(key)?.role as Role);
  });
  return model.finish(about(network, options, "training-loop"));
}

const about = (network: Network, options: TrainingOptions, kind: "training-step" | "training-loop") => ({
  kind,
  document: network.document.name,
  batch: options.batch,
  accumulate: network.document.training.accumulate,
});

/** Keys of what a step changes: buffers, optimizer state and trained parameters. */
function carriedKeys(network: Network): string[] {
  const { trained, buffers } = changedBy(network);
  return [...trained, ...buffers, ...stateSlots(network).map((s) => roleKey(s.role))];
}

function emitStep(b: GraphBuilder, network: Network, values: StepValues, options: TrainingOptions): Result<StepResult> {
  const { accumulate } = network.document.training;
  const backward =
    accumulate === 1
      ? emitBackward(b, network, { ...values, counter: values.step }, options.batch, options.provider)
      : emitAccumulated(b, network, values, accumulate, options);
  if (!backward.ok) return backward;
  const { losses, buffers, gradients } = backward.value;
  const result = emitUpdates(b, network, { losses, gradients, ...values });
  return ok({ ...backward.value, ...result, updated: new Map([...buffers, ...result.updated]) });
}

/**
 * Several micro-batches as an ONNX Loop that adds up losses, metrics and gradients; losses and gradients are then
 * averaged, so that the step equals one with a batch as large (for losses that are means).
 */
export function emitAccumulated(
  b: GraphBuilder,
  network: Network,
  values: StepValues,
  count: number,
  options: Pick<TrainingOptions, "batch" | "provider">,
): Result<BackwardResult> {
  const body = b.body("micro");
  const index = body.input("micro", { dtype: "int64", shape: [] });
  const go = body.input("go", { dtype: "bool", shape: [] });
  const slice = (v: Value): Value => body.emit("Gather", [v, index], { axis: 0 });
  const sliced = (m: ReadonlyMap<string, Value>) => new Map([...m].map(([k, v]) => [k, slice(v)]));
  const { buffers } = changedBy(network);
  const before = new Map(
    buffers.map((key) => [key, body.input(`${key}.now`, (values.tensors.get(key) as Value).type)]),
  );
  const earlier = body.emit("Mul", [
    body.emit("Sub", [values.step, body.scalar(1, "int64")]),
    body.scalar(count, "int64"),
  ]);
  const inputs = {
    ...values,
    data: sliced(values.data),
    targets: sliced(values.targets),
    tensors: new Map([...values.tensors].map(([key, v]) => [key, before.get(key) ?? v])),
    counter: body.emit("Add", [earlier, index]),
  };
  const result = emitBackward(body, network, inputs, options.batch, options.provider);
  if (!result.ok) return result;
  const { losses, metrics, gradients } = result.value;
  const terms = [
    ...losses.values(),
    ...metrics.map((m) => m.value),
    ...[...gradients.values()].flatMap((g) => [...g.values()]),
  ];
  const sums = terms.map((v, i) => body.emit("Add", [body.input(`sum_${i}`, v.type), v]));
  const after = buffers.map((key) => result.value.buffers.get(key) ?? (before.get(key) as Value));
  const graph = body.finish([go, ...after, ...sums].map((v) => body.asOutput(v)));
  const start = [...buffers.map((key) => values.tensors.get(key) as Value), ...terms.map((v) => zerosLike(b, v))];
  const always = b.constant({ dtype: "bool", dims: [], data: Uint8Array.of(1) });
  const outputs = b.at({ node: null, pass: "loop" }, () =>
    b.emitAll("Loop", [b.scalar(count, "int64"), always, ...start], { body: graph }),
  );
  const rest = outputs.slice(buffers.length);
  const mean = (): Value => b.emit("Mul", [rest.shift() as Value, b.scalar(1 / count)]);
  return ok({
    losses: new Map([...losses.keys()].map((id) => [id, mean()])),
    metrics: metrics.map(({ role }): MetricOutput => ({ role, value: rest.shift() as Value })),
    gradients: new Map([...gradients].map(([id, g]) => [id, new Map([...g.keys()].map((name) => [name, mean()]))])),
    buffers: new Map(buffers.map((key, i) => [key, outputs[i] as Value])),
  });
}

function zerosLike(b: GraphBuilder, v: Value): Value {
  return b.constant(zeros(v.type.dtype, v.type.shape as number[]));
}

/** Parameters and buffers that a step changes, as `node.name`. */
function changedBy(network: Network): { trained: string[]; buffers: string[] } {
  const trained = new Set(network.document.objectives.flatMap((o) => trainedBy(network, o).map(parameterName)));
  const used = usedParameters(network, trainedNodes(network));
  return { trained: [...trained], buffers: used.filter((p) => p.spec.kind === "buffer").map(parameterName) };
}

/** A bool scalar: no value is NaN or infinite. */
function allFinite(b: GraphBuilder, scalars: readonly Value[]): Value {
  const bad = scalars.map((v) => b.emit("Or", [b.emit("IsNaN", [v]), b.emit("IsInf", [v])]));
  return b.emit("Not", [bad.reduce((any, v) => b.emit("Or", [any, v]))]);
}

/** For every float value so far the sum of 0 * x, which is 0 if and only if all of x is finite. */
function emitFinite(b: GraphBuilder): { value: Value; operators: NonNullable<ModelManifest["finite"]> } {
  const seen = b.operators.flatMap((operator) =>
    operator.outputs.flatMap((v) => (v.type.dtype === "float32" ? [{ operator, v }] : [])),
  );
  const sums = seen.map(({ v }) => {
    const zero = b.emit("Mul", [v, b.scalar(0)]);
    return b.reshape(b.emit("ReduceSum", [zero], { keepdims: 0 }), [1]);
  });
  const operators = seen.map(({ operator }) => {
    return { operator: operator.name, node: operator.origin.node, pass: operator.origin.pass };
  });
  return { value: b.emit("Concat", sums, { axis: 0 }), operators };
}

function outputGradients(
  model: ModelBuilder,
  network: Network,
  gradients: BackwardResult["gradients"],
  stage: "loss" | "applied",
): void {
  const suffix = stage === "loss" ? "gradient" : "applied_gradient";
  for (const objective of network.document.objectives) {
    for (const p of trainedBy(network, objective)) {
      const name = parameterName(p);
      const value = gradients.get(objective.id)?.get(name) as Value;
      const role = { kind: "gradient", objective: objective.id, node: p.node, parameter: p.spec.name, stage } as const;
      model.output(`${name}.${suffix}`, value, role);
    }
  }
}

const lossName = (network: Network, objective: string): string =>
  network.document.objectives.length > 1 ? `loss.${objective}` : "loss";

function metricName(network: Network, role: MetricOutput["role"]): string {
  const objective = network.document.objectives.find((o) => o.id === role.objective);
  const kind = objective?.metrics[role.metric]?.metric.kind ?? "";
  return `${network.document.objectives.length > 1 ? `${role.objective}.` : ""}${kind}.${role.accumulator}`;
}
