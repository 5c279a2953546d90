import { issue } from "../core/issue.ts";
import { fail, type Result } from "../core/result.ts";
import type { TargetRef } from "../graph/objective.ts";
import type { Graph, Value } from "../ir/graph.ts";
import { ancestors, type LowerOptions, lowerGraph } from "../lower/lower.ts";
import { emitLoss } from "../optim/loss.ts";
import { emitMetric } from "../optim/metric.ts";
import { type Tensor, tensor } from "../shape/dtype.ts";
import { substituteShape, type TensorType } from "../shape/type.ts";
import { batchSymbol, fieldType } from "./check.ts";
import { type CompiledModel, ModelBuilder } from "./model.ts";
import { type Network, predictions, trainedNodes, usedParameters } from "./network.ts";
import type { TensorMap } from "./tensors.ts";

/** Numbers for symbols in a model of `batch` samples; null leaves the batch symbolic. */
export const symbolsOf = (network: Network, batch: number | null): { [symbol: string]: number } =>
  batch === null ? { ...network.symbols } : { ...network.symbols, [batchSymbol]: batch };

/** Adds the inputs of the wanted input nodes, under the names of the nodes. */
export function dataInputs(
  model: ModelBuilder,
  network: Network,
  wanted: ReadonlySet<string>,
  type: (t: TensorType) => TensorType,
): Map<string, Value> {
  const inputs = network.inputs.filter((i) => wanted.has(i.node));
  return new Map(
    inputs.map(({ node, field }) => {
      const own = network.graph.nodes.get(node)?.outputTypes?.[0] as TensorType;
      return [node, model.input(node, type(own), { kind: "data", node, field })];
    }),
  );
}

/** Fields that an objective or metric compares with. */
export function targetFields(network: Network): string[] {
  const refs = network.document.objectives.flatMap((o): (TargetRef | null)[] => [
    ...o.terms.map((t) => t.target),
    ...o.metrics.map((m) => m.target),
  ]);
  return [...new Set(refs.flatMap((r) => (r && "field" in r ? [r.field] : [])))];
}

/** Adds an input for each of the fields that the data set has. */
export function targetInputs(
  model: ModelBuilder,
  network: Network,
  fields: readonly string[],
  type: (t: TensorType) => TensorType,
): Map<string, Value> {
  return new Map(
    fields.flatMap((field) => {
      const known = network.fields.get(field);
      if (!known) return [];
      return [[field, model.input(`target.${field}`, type(fieldType(known)), { kind: "target", field })] as const];
    }),
  );
}

const withSymbols =
  (symbols: { readonly [s: string]: number }) =>
  (t: TensorType): TensorType => ({
    dtype: t.dtype,
    shape: substituteShape(t.shape, symbols),
  });

/** Mean and deviation that a field is standardised with: one for all channels, or one for each. */
export interface Standardisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export interface InferenceOptions {
  /** Contents of parameters and buffers. */
  readonly values: TensorMap;
  readonly batch: number | null;
  readonly standardise?: { readonly [field: string]: Standardisation | null } | undefined;
  /** Kept in the file beside the manifest. */
  readonly metadata?: ((graph: Graph) => { readonly [key: string]: string }) | undefined;
}

/**
 * Data in, predictions out; parameters are initializers of the file. What the data set does to a field before it
 * reaches the network, (x - mean) / std, is part of the file: whoever runs it has the data as they are.
 */
export function compileInference(network: Network, options: InferenceOptions): Result<CompiledModel> {
  const { values, batch, standardise = {}, metadata } = options;
  const model = new ModelBuilder(network.document.name);
  const outputs = predictions(network);
  const wanted = ancestors(
    network.graph,
    outputs.map((o) => o.node),
  );
  // An exported network keeps symbols such as T free: whoever runs it may feed other lengths.
  const symbols: { [symbol: string]: number } = batch === null ? {} : { [batchSymbol]: batch };
  const raw = dataInputs(model, network, wanted, withSymbols(symbols));
  const lowered = lowerGraph(model.b, network.graph, {
    inputs: new Map([...raw].map(([node, x]) => [node, standardised(model, network, node, x, standardise)])),
    parameter: weights(model, network, values),
    symbols,
    uniform: null,
    wanted,
  });
  for (const { node, port } of outputs) {
    const name = port === "out" ? node : `${node}.${port}`;
    model.output(name, lowered.value(node, port), { kind: "prediction", node, port });
  }
  return model.finish({ kind: "inference", document: network.document.name, batch, accumulate: 1 }, { metadata });
}

function standardised(
  model: ModelBuilder,
  network: Network,
  node: string,
  x: Value,
  standardise: { readonly [field: string]: Standardisation | null },
): Value {
  const scaling = standardise[network.inputs.find((i) => i.node === node)?.field ?? ""];
  if (!scaling || x.type.dtype !== "float32") return x;
  // Channels are the first axis of a sample from 3 axes on, and the last below that (data/fields.ts).
  const rank = x.type.shape.length - 1;
  const trailing = rank >= 3 ? Array<number>(rank - 1).fill(1) : [];
  const constant = (list: readonly number[]): Value =>
    list.length === 1
      ? model.b.scalar(list[0] as number)
      : model.b.constant(tensor("float32", [list.length, ...trailing], list));
  return model.b.at({ node, pass: "forward" }, () => {
    const centred = model.b.emit("Sub", [x, constant(scaling.mean)]);
    return model.b.emit("Div", [centred, constant(scaling.std)]);
  });
}

/** Initializers by owner and name, made when first asked for. */
function weights(model: ModelBuilder, network: Network, values: TensorMap): LowerOptions["parameter"] {
  const made = new Map<string, Value>();
  const known = new Set(network.parameters.map((p) => `${p.node}.${p.spec.name}`));
  return (owner, name) => {
    const key = `${owner}.${name}`;
    const value = made.get(key) ?? model.weight(key, values.get(known.has(key) ? key : "") as Tensor);
    made.set(key, value);
    return value;
  };
}

/** Data, targets and parameters in; sums of losses, weights and metric counts out. */
export function compileEvaluation(network: Network, batch: number | null): Result<CompiledModel> {
  if (network.document.objectives.length === 0) return fail(issue("objective.none", {}));
  const model = new ModelBuilder(`${network.document.name} evaluation`);
  const wanted = trainedNodes(network);
  const symbols = symbolsOf(network, batch);
  const data = dataInputs(model, network, wanted, withSymbols(symbols));
  const targets = targetInputs(model, network, targetFields(network), withSymbols(symbols));
  const tensors = parameterInputs(model, network, wanted);
  const lowered = lowerGraph(model.b, network.graph, {
    inputs: data,
    parameter: (owner, name) => tensors.get(`${owner}.${name}`) as Value,
    symbols,
    uniform: null,
    wanted,
  });
  const resolve = (ref: TargetRef): Value =>
    "field" in ref ? (targets.get(ref.field) as Value) : lowered.value(ref.node, ref.port);
  for (const objective of network.document.objectives) {
    objective.terms.forEach(({ loss, prediction, target }, term) => {
      const role = { objective: objective.id, term };
      const emitted = model.b.at({ node: null, pass: "loss" }, () =>
        emitLoss(model.b, loss, resolve(prediction), target && resolve(target)),
      );
      model.output(`${objective.id}.loss_total.${term}`, emitted.total, { kind: "loss-total", ...role });
      model.output(`${objective.id}.loss_weight.${term}`, emitted.weight, { kind: "loss-weight", ...role });
    });
    objective.metrics.forEach(({ metric, prediction, target }, index) => {
      const emitted = model.b.at({ node: null, pass: "metric" }, () =>
        emitMetric(model.b, metric, resolve(prediction), resolve(target)),
      );
      for (const { name, value } of emitted) {
        const role = { kind: "metric", objective: objective.id, metric: index, accumulator: name } as const;
        model.output(`${objective.id}.${metric.kind}.${name}`, value, role);
      }
    });
  }
  return model.finish({ kind: "evaluation", document: network.document.name, batch, accumulate: 1 });
}

/** Adds every parameter and buffer of the wanted nodes as an input named `node.name`. */
export function parameterInputs(
  model: ModelBuilder,
  network: Network,
  wanted: ReadonlySet<string>,
): Map<string, Value> {
  return new Map(
    usedParameters(network, wanted).map(({ node, spec }) => {
      const name = `${node}.${spec.name}`;
      const role = { kind: spec.kind, node, parameter: spec.name };
      return [name, model.input(name, { dtype: "float32", shape: spec.shape }, role)];
    }),
  );
}
