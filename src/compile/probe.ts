import { differentiate, type Gradients } from "../autodiff/differentiate.ts";
import { invariant } from "../core/invariant.ts";
import { issue } from "../core/issue.ts";
import { all, fail, ok, type Result } from "../core/result.ts";
import type { Objective, TargetRef } from "../graph/objective.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import type { Provider } from "../ir/gradient.ts";
import type { Value } from "../ir/graph.ts";
import { ancestors, type Lowered, lowerGraph } from "../lower/lower.ts";
import { uniformSource } from "../lower/random.ts";
import { optimizerState } from "../optim/optimizer.ts";
import { isFloat } from "../shape/dtype.ts";
import { staticShape, typeText } from "../shape/type.ts";
import { openStep, type StepValues } from "./inputs.ts";
import { roleKey } from "./manifest.ts";
import type { CompiledModel } from "./model.ts";
import { type Network, parameterName, trainedBy, trainedNodes } from "./network.ts";
import { emitTerms, type StepInputs } from "./step.ts";
import { learningRateSlot, refText, type TensorRef } from "./tensor-ref.ts";
import { emitAccumulated } from "./training.ts";
import { emitUpdates } from "./update.ts";

export interface ProbeOptions {
  /** Samples a (micro-)batch. */
  readonly batch: number;
  readonly provider: Provider;
  /** True as in a training step: dropout drops, batch statistics normalise. False as in an exported network. */
  readonly training: boolean;
  /** Computes in double precision, for whoever takes differences. */
  readonly precise?: boolean;
}

/**
 * Any tensors of a network, forward and backward, in the order of `refs`, as outputs of one model. It holds only what
 * they need, and takes only what that reads. Where a step has several micro-batches, outputs, targets and losses are
 * those of the first, gradients and updates of trained parameters those of the whole step.
 * Errors: `look.unknown`, `autodiff.no-rule`.
 */
export function compileProbe(
  network: Network,
  refs: readonly TensorRef[],
  options: ProbeOptions,
): Result<CompiledModel> {
  const resolved = resolveRefs(network, refs);
  if (!resolved.ok) return resolved;
  const needs = needsOf(network, resolved.value);
  const fields = [...needs.fields];
  const missing = fields.filter((field) => !network.fields.has(field));
  if (missing.length > 0) return fail(...missing.map((f) => issue("look.unknown", { tensor: `target.${f}` })));
  const { wanted } = needs;
  const { model, values } = openStep(network, { batch: options.batch, title: "probe", wanted, fields });
  const tensors = emitTensors(model.b, network, values, resolved.value, options);
  if (!tensors.ok) return tensors;
  tensors.value.values.forEach((value, index) => {
    const ref = refs[index] as TensorRef;
    model.output(outputName(ref), value, { kind: "probed", index, ref });
  });
  const { accumulate } = network.document.training;
  const about = { kind: "probe", document: network.document.name, batch: options.batch, accumulate } as const;
  return model.finish(about, { trimmed: true, double: options.precise ?? false });
}

/** A parameter, state or target is an input of the model too, which has its name. */
const outputName = (ref: TensorRef): string => {
  const isInput = ref.of === "target" || ref.of === "optimizer" || (ref.of === "parameter" && ref.what === "value");
  return isInput ? `${refText(ref)}.value` : refText(ref);
};

/** Every tensor of a network that a step has: outputs and parameters, with gradients and updates where there are some. */
export function everyTensor(network: Network): TensorRef[] {
  const { objectives } = network.document;
  const trained = new Set(objectives.flatMap((o) => trainedBy(network, o).map(parameterName)));
  const outputs = [...network.graph.nodes.values()].flatMap(({ node, outputPorts, outputTypes }) =>
    (outputTypes ?? []).flatMap((type, i) => {
      const port = { of: "output", node: node.id, port: outputPorts[i]?.name ?? "", objective: null } as const;
      const value = { ...port, what: "value" } as const;
      return objectives.length > 0 && isFloat(type.dtype) ? [value, { ...port, what: "gradient" } as const] : [value];
    }),
  );
  const parameters = network.parameters.flatMap((p): TensorRef[] => {
    const aspects = trained.has(parameterName(p)) ? (["value", "gradient", "update"] as const) : (["value"] as const);
    return aspects.map((what) => ({ of: "parameter", node: p.node, parameter: p.spec.name, what, objective: null }));
  });
  return [...outputs, ...parameters];
}

/**
 * The tensors that somebody means by names as {@link refText} gives them; gradients and losses with the name of an
 * objective after them where there are several. Errors: `look.unknown`, one for every name that there is not.
 */
export function tensorsNamed(network: Network, names: readonly string[]): Result<TensorRef[]> {
  const objectives = [null, ...network.document.objectives.map((o) => o.id)];
  const outputs = [...network.graph.nodes.values()].flatMap(({ node, outputPorts, outputTypes }) =>
    (outputTypes ? outputPorts : []).map((p) => ({ of: "output", node: node.id, port: p.name }) as const),
  );
  const parameters = network.parameters.map(
    (p) => ({ of: "parameter", node: p.node, parameter: p.spec.name }) as const,
  );
  const known = objectives.flatMap((objective): TensorRef[] => [
    ...outputs.flatMap((o) => (["value", "gradient"] as const).map((what) => ({ ...o, what, objective }))),
    ...parameters.flatMap((p) =>
      (["value", "gradient", "applied", "update"] as const).map((what) => ({ ...p, what, objective })),
    ),
    { of: "loss", objective },
  ]);
  const targets = [...network.fields.keys()].map((field): TensorRef => ({ of: "target", field }));
  const byName = new Map([...targets, ...known.reverse()].map((ref) => [refText(ref), ref]));
  return all(
    names.map((name) => {
      const ref = byName.get(name);
      return ref ? ok(ref) : fail(issue("look.unknown", { tensor: name }));
    }),
  );
}

/** A ref that is in the network, with the objective found. Parameters are those of the node that owns them. */
export type ResolvedRef = TensorRef & {
  /** The objective whose gradient or loss is meant; null where none reaches the tensor, or none is meant. */
  readonly from: string | null;
};

/** Finds the tensors that are meant. Errors: `look.unknown`, one for every ref that is not in the network. */
export function resolveRefs(network: Network, refs: readonly TensorRef[]): Result<ResolvedRef[]> {
  return all(refs.map((ref) => resolveRef(network, ref)));
}

export function resolveRef(network: Network, ref: TensorRef): Result<ResolvedRef> {
  const { objectives } = network.document;
  const unknown = fail(issue("look.unknown", { tensor: refText(ref), ...("node" in ref ? { node: ref.node } : {}) }));
  if (ref.of === "target") return network.fields.has(ref.field) ? ok({ ...ref, from: null }) : unknown;
  if (ref.objective !== null && !objectives.some((o) => o.id === ref.objective)) return unknown;
  if (ref.of === "loss") {
    const from = ref.objective ?? objectives[0]?.id;
    return from === undefined ? fail(issue("objective.none", {})) : ok({ ...ref, from });
  }
  if (ref.of === "optimizer") return resolveState(network, ref) ?? unknown;
  const node = network.graph.nodes.get(ref.node);
  if (ref.of === "output") {
    if (!node?.outputTypes || !node.outputPorts.some((p) => p.name === ref.port)) return unknown;
    const reaching = objectives.find((o) => reachOf(network, o).has(ref.node))?.id ?? null;
    return ok({ ...ref, from: ref.what === "value" ? null : (ref.objective ?? reaching) });
  }
  const owner = node?.node.share ?? ref.node;
  const found = network.parameters.find((p) => p.node === owner && p.spec.name === ref.parameter);
  if (!found) return unknown;
  const training = objectives.find((o) => trainedBy(network, o).includes(found));
  const users = usersOf(network, owner);
  const reaching = objectives.find((o) => users.some((id) => reachOf(network, o).has(id)));
  const nearest = (training ?? reaching)?.id ?? null;
  const from = { value: null, update: null, gradient: nearest, applied: training?.id ?? null }[ref.what];
  return ok({ ...ref, node: owner, from: from && (ref.objective ?? from) });
}

/** A state of an optimizer: of the objective that is named, else of that which trains the parameter, else of the first. */
function resolveState(network: Network, ref: Extract<TensorRef, { of: "optimizer" }>): Result<ResolvedRef> | null {
  const { objectives } = network.document;
  const node = ref.owner && (network.graph.nodes.get(ref.owner.node)?.node.share ?? ref.owner.node);
  const owner = ref.owner && node !== null ? { ...ref.owner, node } : null;
  const trains = (o: Objective): boolean =>
    owner === null || trainedBy(network, o).some((p) => p.node === node && p.spec.name === owner.parameter);
  const objective = objectives.find((o) => (ref.objective === null || o.id === ref.objective) && trains(o));
  if (!objective) return null;
  const { parameter, shared } = optimizerState(objective.optimizer);
  const slots = owner === null ? [learningRateSlot, ...shared.map((s) => s.name)] : parameter.map((s) => s.name);
  return slots.includes(ref.slot) ? ok({ ...ref, owner, from: objective.id }) : null;
}

/** Nodes that work with the parameters of `owner`: itself and those that share them. */
const usersOf = (network: Network, owner: string): string[] =>
  network.document.nodes.filter((n) => n.id === owner || n.share === owner).map((n) => n.id);

/** Nodes that the loss of an objective depends on. */
const reachOf = (network: Network, objective: Objective): Set<string> =>
  ancestors(
    network.graph,
    objective.terms.flatMap((t) => [t.prediction.node, ...(t.target && "node" in t.target ? [t.target.node] : [])]),
  );

interface Needs {
  /** Nodes to lower. */
  readonly wanted: ReadonlySet<string>;
  readonly fields: ReadonlySet<string>;
  /** Objectives whose loss is needed, and those whose gradient is. */
  readonly losses: ReadonlySet<string>;
  readonly gradients: ReadonlySet<string>;
  /** Something is wanted that the optimizers make. */
  readonly updates: boolean;
}

function needsOf(network: Network, refs: readonly ResolvedRef[]): Needs {
  const updates = refs.some((r) => r.of === "parameter" && (r.what === "update" || r.what === "applied"));
  const every = network.document.objectives.map((o) => o.id);
  // What optimizers hold is there without a pass through the network.
  const computed = refs.flatMap((r) => (r.of === "optimizer" ? [] : [r]));
  const losses = new Set(updates ? every : computed.flatMap((r) => r.from ?? []));
  const gradients = new Set(updates ? every : computed.flatMap((r) => (r.of !== "loss" && r.from) || []));
  const chosen = network.document.objectives.filter((o) => losses.has(o.id));
  const nodes = computed.flatMap((r) => ("node" in r ? [r.node] : []));
  const wanted = new Set([
    ...ancestors(network.graph, nodes),
    ...chosen.flatMap((o) => [...reachOf(network, o)]),
    ...(updates ? trainedNodes(network) : []),
  ]);
  const compared = chosen.flatMap((o) =>
    o.terms.flatMap((t) => (t.target && "field" in t.target ? t.target.field : [])),
  );
  const fields = new Set([...compared, ...refs.flatMap((r) => (r.of === "target" ? r.field : []))]);
  return { wanted, fields, losses, gradients, updates };
}

export interface EmittedTensors {
  /** In the order of the refs. */
  readonly values: readonly Value[];
  /** Losses that were needed, by objective: those of the step, penalty included, where something is updated. */
  readonly losses: ReadonlyMap<string, Value>;
}

/** Emits forward pass, losses, backward pass and optimizers as far as some tensors need them, and gives these. */
export function emitTensors(
  b: GraphBuilder,
  network: Network,
  values: StepValues,
  refs: readonly ResolvedRef[],
  options: ProbeOptions,
): Result<EmittedTensors> {
  const needs = needsOf(network, refs);
  const inputs = firstMicroBatch(b, values, network.document.training.accumulate);
  const lowered = lowerGraph(b, network.graph, {
    inputs: inputs.data,
    parameter: (owner, name) => held(values.tensors, `${owner}.${name}`),
    symbols: { ...network.symbols, N: options.batch },
    uniform: options.training ? uniformSource(b, inputs.seed, inputs.counter) : null,
    wanted: needs.wanted,
    distinct: true,
  });
  const backward = emitObjectives(b, network, inputs, lowered, refs, needs, options);
  if (!backward.ok) return backward;
  const step = emitStep(b, network, values, backward.value, needs, options);
  if (!step.ok) return step;
  const place = { b, network, values, targets: inputs.targets, lowered, ...step.value, ...backward.value };
  return ok({ values: refs.map((ref) => tensorOf(place, ref)), losses: step.value.losses });
}

/** What one micro-batch reads: that of a step with only one, or the first of several. */
function firstMicroBatch(b: GraphBuilder, values: StepValues, accumulate: number): StepInputs {
  if (accumulate === 1) return { ...values, counter: values.step };
  const first = (v: Value): Value => b.emit("Gather", [v, b.scalar(0, "int64")], { axis: 0 });
  const sliced = (m: ReadonlyMap<string, Value>) => new Map([...m].map(([k, v]) => [k, first(v)]));
  const earlier = b.emit("Sub", [values.step, b.scalar(1, "int64")]);
  const counter = b.emit("Mul", [earlier, b.scalar(accumulate, "int64")]);
  return { ...values, data: sliced(values.data), targets: sliced(values.targets), counter };
}

interface Backward {
  readonly losses: ReadonlyMap<string, Value>;
  readonly gradients: ReadonlyMap<string, Gradients>;
}

function emitObjectives(
  b: GraphBuilder,
  network: Network,
  inputs: StepInputs,
  lowered: Lowered,
  refs: readonly ResolvedRef[],
  needs: Needs,
  { provider }: ProbeOptions,
): Result<Backward> {
  const resolve = (ref: TargetRef): Value =>
    "field" in ref ? held(inputs.targets, ref.field) : lowered.value(ref.node, ref.port);
  const losses = new Map<string, Value>();
  const gradients = new Map<string, Gradients>();
  for (const objective of network.document.objectives) {
    if (!needs.losses.has(objective.id)) continue;
    const { loss, seeds } = b.at({ node: null, pass: "loss" }, () => emitTerms(b, objective, resolve, provider));
    losses.set(objective.id, loss);
    if (!needs.gradients.has(objective.id)) continue;
    const trained = needs.updates ? trainedBy(network, objective).map(parameterName) : [];
    const asked = refs.flatMap((r) =>
      (r.of === "output" || r.of === "parameter") && r.from === objective.id ? [r] : [],
    );
    const wrt = new Set([
      ...trained.map((key) => held(inputs.tensors, key)),
      ...asked.flatMap((r) => (r.of === "output" ? lowered.value(r.node, r.port) : [])),
      ...asked.flatMap((r) => (r.of === "parameter" ? held(inputs.tensors, `${r.node}.${r.parameter}`) : [])),
    ]);
    const floats = [...wrt].filter((v) => isFloat(v.type.dtype));
    const backward = differentiate(b, seeds, floats, provider);
    if (!backward.ok) return backward;
    gradients.set(objective.id, backward.value);
  }
  return ok({ losses, gradients });
}

interface WholeStep {
  readonly losses: ReadonlyMap<string, Value>;
  /** Gradients of trained parameters over all micro-batches, by objective and name; null where there is only one. */
  readonly accumulated: ReadonlyMap<string, ReadonlyMap<string, Value>> | null;
  /** New contents of trained parameters, by name. */
  readonly updated: ReadonlyMap<string, Value>;
  /** Gradients as the optimizers get them, by objective and name. */
  readonly applied: ReadonlyMap<string, ReadonlyMap<string, Value>>;
}

function emitStep(
  b: GraphBuilder,
  network: Network,
  values: StepValues,
  backward: Backward,
  needs: Needs,
  options: ProbeOptions,
): Result<WholeStep> {
  const { accumulate } = network.document.training;
  const several = accumulate > 1 && needs.gradients.size > 0;
  const whole = several ? emitAccumulated(b, network, values, accumulate, options) : null;
  if (whole && !whole.ok) return whole;
  const accumulated = whole?.value.gradients ?? null;
  if (!needs.updates) {
    return ok({ accumulated, updated: new Map(), applied: new Map(), losses: backward.losses });
  }
  const own = new Map(
    network.document.objectives.map((o) => {
      const names = trainedBy(network, o).map(parameterName);
      const gradients = backward.gradients.get(o.id) as Gradients;
      return [o.id, new Map(names.map((name) => [name, gradients.of(held(values.tensors, name))]))];
    }),
  );
  const plain = whole?.value.losses ?? backward.losses;
  const given = { ...values, losses: plain, gradients: accumulated ?? own };
  const { updated, applied, gradients, losses } = emitUpdates(b, network, given);
  return ok({ accumulated, updated, applied: applied ?? gradients, losses });
}

interface Place extends Backward, WholeStep {
  readonly b: GraphBuilder;
  readonly network: Network;
  readonly values: StepValues;
  readonly targets: ReadonlyMap<string, Value>;
  readonly lowered: Lowered;
}

function tensorOf(place: Place, ref: ResolvedRef): Value {
  const { b, lowered, gradients, accumulated } = place;
  if (ref.of === "target") return held(place.targets, ref.field);
  if (ref.of === "loss") return held(place.losses, ref.from ?? "");
  if (ref.of === "output") {
    const value = lowered.value(ref.node, ref.port);
    if (ref.what === "value") return value;
    const backward = ref.from === null || !isFloat(value.type.dtype) ? undefined : gradients.get(ref.from);
    return backward?.of(value) ?? zerosLike(b, value);
  }
  if (ref.of === "optimizer") return optimizerValue(place, ref);
  const key = `${ref.node}.${ref.parameter}`;
  const value = held(place.values.tensors, key);
  if (ref.what === "value") return value;
  if (ref.what === "update") {
    const next = place.updated.get(key);
    if (!next) return zerosLike(b, value);
    return b.at({ node: ref.node, pass: "probe" }, () => b.emit("Sub", [next, value]));
  }
  if (ref.from === null) return zerosLike(b, value);
  if (ref.what === "applied") return place.applied.get(ref.from)?.get(key) ?? zerosLike(b, value);
  return accumulated?.get(ref.from)?.get(key) ?? gradients.get(ref.from)?.of(value) ?? zerosLike(b, value);
}

function optimizerValue({ values }: Place, ref: Extract<ResolvedRef, { of: "optimizer" }>): Value {
  const objective = ref.from ?? "";
  if (ref.slot === learningRateSlot) return held(values.learningRates, objective);
  const { node = null, parameter = null } = ref.owner ?? {};
  return held(values.tensors, roleKey({ kind: "state", objective, node, parameter, slot: ref.slot }));
}

function zerosLike(b: GraphBuilder, value: Value): Value {
  const dims = staticShape(value.type.shape);
  invariant(dims, `gradient of ${typeText(value.type)} with symbols`);
  return b.emit("Expand", [b.scalar(0), b.ints(dims)]);
}

function held(values: ReadonlyMap<string, Value>, key: string): Value {
  const value = values.get(key);
  invariant(value, `no value ${key}`);
  return value;
}
