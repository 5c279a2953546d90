import {
  type CompiledModel,
  type CompileOptions,
  compileNetwork,
  type Network,
  type TensorMap,
} from "../compile/index.ts";
import { isCarried, type ModelManifest, type ModelPort, type Role, roleKey } from "../compile/manifest.ts";
import { invariant } from "../core/invariant.ts";
import { ok, type Result } from "../core/result.ts";
import type { Provider } from "../ir/gradient.ts";
import { elementCount, type Tensor, type TypedArray, tensor } from "../shape/dtype.ts";
import type { Segment } from "../train/plan.ts";
import { openSession, type Session } from "./ort.ts";

/** A session whose ports are known by role. */
export interface OpenModel {
  readonly session: Session;
  readonly manifest: ModelManifest;
}

export interface ModelOptions {
  readonly network: Network;
  readonly provider: Provider;
  readonly threads: number;
}

/** Compiles and opens a model of a network. */
export async function openModel(options: ModelOptions, compiled: CompileOptions): Promise<Result<OpenModel>> {
  const model = compileNetwork(options.network, { ...compiled, provider: options.provider });
  return model.ok ? openCompiled(model.value, options) : model;
}

/** `idle`: it runs now and then only, and must not cost anything between. */
export async function openCompiled(
  model: CompiledModel,
  { provider, threads }: Omit<ModelOptions, "network">,
  idle = false,
): Promise<Result<OpenModel>> {
  const session = await openSession(model.bytes, {
    name: model.manifest.kind,
    provider,
    threads,
    idle,
    double: model.manifest.double !== undefined,
  });
  return session.ok ? ok({ session: session.value, manifest: model.manifest }) : session;
}

/** Everything a model may be fed with, apart from tensors that it carries. */
export interface Feed {
  /** Contents of the fields, row-major. */
  readonly fields: { readonly [field: string]: TypedArray };
  /** Contents of input nodes that no field is bound to, by node; of a model of one node, its inputs by name. */
  readonly inputs?: { readonly [node: string]: Tensor };
  readonly carried: TensorMap;
  /** Learning rate of every step of the call, by objective. */
  readonly learningRates?: ReadonlyMap<string, readonly number[]>;
  /** Number of the first step, from 1. */
  readonly step?: number;
  readonly seed?: number;
  /** Steps of the call, where the model is a loop. */
  readonly count?: number;
}

/** Inputs of a model by name. Free dimensions are found from the number of elements. */
export function feedsOf(manifest: ModelManifest, feed: Feed): { [input: string]: Tensor } {
  return Object.fromEntries(manifest.inputs.map((port) => [port.name, inPrecision(port, feedOf(port, feed))]));
}

/** The tensor as a model in double precision takes it. */
const inPrecision = ({ dtype }: ModelPort, held: Tensor): Tensor =>
  dtype === "float64" && held.data instanceof Float32Array
    ? tensor("float64", held.dims, Float64Array.from(held.data))
    : held;

function feedOf(port: ModelPort, feed: Feed): Tensor {
  const { role } = port;
  switch (role.kind) {
    case "data": {
      const given = feed.inputs?.[role.node];
      if (given) return given;
      invariant(role.field, `input ${role.node} without a field`);
      return fieldTensor(port, role.field, feed);
    }
    case "local": {
      const given = feed.inputs?.[role.name];
      invariant(given, `no input ${role.name}`);
      return given;
    }
    case "target":
      return fieldTensor(port, role.field, feed);
    case "learning-rate": {
      const rates = feed.learningRates?.get(role.objective) ?? [];
      return tensor("float32", port.shape.length === 0 ? [] : [rates.length], rates);
    }
    case "step":
      return tensor("int64", [], [feed.step ?? 1]);
    case "seed":
      return tensor("uint32", [], [feed.seed ?? 0]);
    case "count":
      return tensor("int64", [], [feed.count ?? 1]);
    default: {
      const held = feed.carried.get(roleKey(role));
      invariant(held, `no tensor ${roleKey(role)}`);
      return held;
    }
  }
}

function fieldTensor(port: ModelPort, field: string, { fields }: Feed): Tensor {
  const data = fields[field];
  invariant(data, `no field ${field}`);
  const known = port.shape.filter((d): d is number => typeof d === "number");
  const free = data.length / elementCount(known);
  const dims = port.shape.map((d) => (typeof d === "number" ? d : free));
  return { dtype: port.dtype, dims, data };
}

/** Outputs of one kind, with their roles. */
export function outputsOf<K extends Role["kind"]>(
  manifest: ModelManifest,
  results: { readonly [output: string]: Tensor },
  kind: K,
): { readonly role: Extract<Role, { kind: K }>; readonly tensor: Tensor }[] {
  return manifest.outputs.flatMap((port) => {
    const found = results[port.name];
    return port.role.kind === kind && found ? [{ role: port.role as Extract<Role, { kind: K }>, tensor: found }] : [];
  });
}

/** The carried tensors after a call: what the model gave in place of what it was fed. */
export function carriedAfter(
  manifest: ModelManifest,
  results: { readonly [output: string]: Tensor },
  before: TensorMap,
): TensorMap {
  const after = new Map(before);
  for (const { role, name } of manifest.outputs) {
    if (isCarried(role)) after.set(roleKey(role), results[name] as Tensor);
  }
  return after;
}

/** One or more training steps in one call. */
export interface TrainingCall {
  readonly segment: Segment;
  readonly steps: number;
  readonly fields: { readonly [field: string]: TypedArray };
  readonly carried: TensorMap;
  readonly learningRates: ReadonlyMap<string, readonly number[]>;
  /** Number of the first step, from 1. */
  readonly step: number;
}

export interface TrainingResult {
  /** Steps done: fewer than asked for when the loss of the last one is not finite. */
  readonly steps: number;
  readonly carried: TensorMap;
  /** Loss of every step by objective. */
  readonly losses: ReadonlyMap<string, ArrayLike<number>>;
  /** Metric accumulators, `[steps, ...]`, by role key. */
  readonly metrics: ReadonlyMap<string, ArrayLike<number>>;
}

/** The models of a run's steps, one for each form of step, opened when first needed. */
export class TrainingModels {
  readonly #options: ModelOptions;
  readonly #open = new Map<string, OpenModel>();

  constructor(options: ModelOptions) {
    this.#options = options;
  }

  /** DirectML has no Loop; there every step is a call. */
  isLoop(segment: Segment): boolean {
    return segment.steps > 1 && this.#options.provider !== "dml";
  }

  /** The model of a segment as it is compiled. */
  compile(segment: Segment, extra: { readonly finite?: boolean } = {}): Result<CompiledModel> {
    const kind = this.isLoop(segment) && !extra.finite ? "training-loop" : "training-step";
    const { network, provider } = this.#options;
    const options = { kind, batch: segment.batch, provider, ...extra } as const;
    return compileNetwork(withAccumulate(network, segment.accumulate), options);
  }

  /** Takes a model that is open already, as the choice of the provider opened it. */
  adopt(segment: Segment, model: OpenModel): void {
    this.#open.set(keyOf(segment, this.isLoop(segment)), model);
  }

  async run(call: TrainingCall): Promise<Result<TrainingResult>> {
    const model = await this.#model(call.segment);
    if (!model.ok) return model;
    const { session, manifest } = model.value;
    const seed = this.#options.network.document.seed;
    const results = await session.run(feedsOf(manifest, { ...call, seed, count: call.steps }));
    return results.ok ? ok(trainingResult(manifest, results.value, call.carried)) : results;
  }

  async release(): Promise<void> {
    for (const { session } of this.#open.values()) await session.release();
    this.#open.clear();
  }

  async #model(segment: Segment): Promise<Result<OpenModel>> {
    const key = keyOf(segment, this.isLoop(segment));
    const held = this.#open.get(key);
    if (held) return ok(held);
    const compiled = this.compile(segment);
    if (!compiled.ok) return compiled;
    const opened = await openCompiled(compiled.value, this.#options);
    if (opened.ok) this.#open.set(key, opened.value);
    return opened;
  }
}

const keyOf = ({ batch, accumulate }: Segment, loop: boolean): string => `${batch}x${accumulate}${loop ? " loop" : ""}`;

/** The network with another number of micro-batches a step. */
export function withAccumulate(network: Network, accumulate: number): Network {
  const { document } = network;
  if (document.training.accumulate === accumulate) return network;
  return { ...network, document: { ...document, training: { ...document.training, accumulate } } };
}

export function trainingResult(
  manifest: ModelManifest,
  results: { readonly [output: string]: Tensor },
  before: TensorMap,
): TrainingResult {
  const losses = new Map(outputsOf(manifest, results, "loss").map((o) => [o.role.objective, numbers(o.tensor)]));
  const metrics = new Map(outputsOf(manifest, results, "metric").map((o) => [roleKey(o.role), numbers(o.tensor)]));
  const steps = [...losses.values()][0]?.length ?? 0;
  return { steps, carried: carriedAfter(manifest, results, before), losses, metrics };
}

/** Elements as numbers. */
function numbers(t: Tensor): ArrayLike<number> {
  return t.data instanceof BigInt64Array ? Array.from(t.data, Number) : t.data;
}
