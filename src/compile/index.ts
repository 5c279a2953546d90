import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { rng } from "../core/rng.ts";
import type { FieldType } from "../data/fields.ts";
import type { GraphDocument } from "../graph/document.ts";
import type { Provider } from "../ir/gradient.ts";
import type { Graph } from "../ir/graph.ts";
import { initialValues } from "../layers/initialize.ts";
import type { Tensor } from "../shape/dtype.ts";
import { compileEvaluation, compileInference, type Standardisation } from "./inference.ts";
import { type ModelKind, roleKey } from "./manifest.ts";
import type { CompiledModel } from "./model.ts";
import { type Network, type NetworkParameter, parameterName, resolveNetwork } from "./network.ts";
import { compileProbe, everyTensor } from "./probe.ts";
import { compileProbedStep } from "./probed-step.ts";
import type { TensorRef } from "./tensor-ref.ts";
import type { TensorMap } from "./tensors.ts";
import { compileTrainingLoop, compileTrainingStep } from "./training.ts";
import { stateSlots } from "./update.ts";

export { type CheckedDocument, checkDocument } from "./check.ts";
export type { CompiledModel } from "./model.ts";
export { type Network, resolveNetwork } from "./network.ts";
export { refText, type StatisticsRow, type StatName, statNames, type TensorRef } from "./tensor-ref.ts";
export type { TensorMap } from "./tensors.ts";

export interface CompileOptions {
  readonly kind: ModelKind;
  /** Samples a (micro-)batch. Needed for training; null leaves it symbolic in the others. */
  readonly batch?: number | null;
  /** Formulations differ between providers, results do not. Default `cpu`. */
  readonly provider?: Provider;
  /** Contents of parameters and buffers of an inference model; the initial ones when left out. */
  readonly values?: TensorMap;
  /** Inference: how the data set standardises fields, to be done inside the model. */
  readonly standardise?: { readonly [field: string]: Standardisation | null };
  /** Inference: text kept in the file beside its manifest, by key. */
  readonly metadata?: (graph: Graph) => { readonly [key: string]: string };
  /** Training step: also give gradients. */
  readonly gradients?: boolean;
  /** Training step: also say which values are finite. */
  readonly finite?: boolean;
  /** Probe: which tensors; every one that a step has when left out. */
  readonly tensors?: readonly TensorRef[];
  /** Probe: as in a training step (the default), or as in an exported network. */
  readonly mode?: "training" | "inference";
  /** Probe: in double precision, as far as that goes. */
  readonly precise?: boolean;
  /** Fields of a data set read from files. */
  readonly fields?: readonly FieldType[];
}

/** Compiles one model of a document; every error that stands in the way is reported. The same input gives the same bytes. */
export function compile(document: GraphDocument, options: CompileOptions): Result<CompiledModel> {
  const network = resolveNetwork(document, options.fields);
  return network.ok ? compileNetwork(network.value, options) : network;
}

/** As {@link compile}, for a network that is resolved already. */
export function compileNetwork(network: Network, options: CompileOptions): Result<CompiledModel> {
  const { kind, batch = null, provider = "cpu" } = options;
  if (kind === "inference") {
    const values = options.values ?? parameterValues(network);
    const { standardise, metadata } = options;
    return compileInference(network, { values, batch, standardise, metadata });
  }
  if (kind === "probe") {
    return compileProbe(network, options.tensors ?? everyTensor(network), {
      batch: batch ?? network.document.training.batch,
      provider,
      training: options.mode !== "inference",
      precise: options.precise ?? false,
    });
  }
  if (!network.document.data) return fail(issue("binding.no-data", {}));
  if (kind === "evaluation") return compileEvaluation(network, batch);
  if (kind === "probed-step") {
    return compileProbedStep(network, { batch: batch ?? network.document.training.batch, provider });
  }
  const training = {
    batch: batch ?? network.document.training.batch,
    provider,
    gradients: options.gradients ?? false,
    finite: options.finite ?? false,
  };
  return kind === "training-step" ? compileTrainingStep(network, training) : compileTrainingLoop(network, training);
}

/**
 * Parameters, buffers and optimizer state before the first step, by role key: a pure function of the document.
 * Every parameter has a random stream of its own, named after it.
 */
export function initialTensors(network: Network): TensorMap {
  const tensors = new Map(parameterValues(network));
  for (const { role, initial } of stateSlots(network)) tensors.set(roleKey(role), initial);
  return tensors;
}

/** Parameters and buffers by role key: those of `held`, and the initial ones where it has none. */
export const parameterValues = (network: Network, held?: TensorMap): TensorMap =>
  new Map(
    network.parameters.map((p): [string, Tensor] => {
      const name = parameterName(p);
      return [name, held?.get(name) ?? initialValue(p, network.document.seed)];
    }),
  );

const initialValue = (p: NetworkParameter, seed: number): Tensor => ({
  dtype: "float32",
  dims: p.spec.shape,
  data: initialValues(p.spec, rng(seed, `init/${parameterName(p)}`)),
});

/** The tensors of {@link initialTensors} for a document, or why it has none. */
export function initialTensorsOf(document: GraphDocument, fields?: readonly FieldType[]): Result<TensorMap> {
  const network = resolveNetwork(document, fields);
  return network.ok ? ok(initialTensors(network.value)) : network;
}
