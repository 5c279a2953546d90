import type { Network, TensorMap } from "../compile/index.ts";
import { initialTensors } from "../compile/index.ts";
import { roleKey } from "../compile/manifest.ts";
import { map, ok, type Result } from "../core/result.ts";
import { type Rng, rng } from "../core/rng.ts";
import { openBatches } from "../engine/data/batches.ts";
import type { Dataset } from "../engine/data/dataset.ts";
import { derivativeAtZero, manySteps, type Sampled } from "../engine/differences.ts";
import { fieldsFed } from "../engine/evaluate.ts";
import { feedsOf, type OpenModel, openModel, outputsOf } from "../engine/models.ts";
import { defaultThreads } from "../engine/threads.ts";
import type { Tensor } from "../shape/dtype.ts";

/** One gradient against finite differences. */
export interface GradientReport {
  readonly objective: string;
  readonly node: string;
  readonly parameter: string;
  /** Euclidean norm of the gradient. */
  readonly norm: number;
  /** Median of |numeric - analytic| over the directions, relative to the norm (or to 1/1000 of the whole norm). */
  readonly error: number;
}

export interface GradcheckOptions {
  /** Samples of the training part that the loss is taken over. */
  readonly samples: number;
  /** Random directions for each parameter, besides that of its gradient. The median is not misled by one corner. */
  readonly directions: number;
  progress(done: number, all: number): void;
}

/**
 * Compares the gradient of every parameter of the training step with central differences of the loss, along the
 * gradient itself and along random directions near it: (L(w + hv) - L(w - hv)) / 2h against g.v for unit vectors v.
 * Dropout and batch normalisation are as in training; random numbers are the same in every evaluation.
 * Errors: those of compiling, of data and of sessions.
 */
export async function gradcheck(
  network: Network,
  dataset: Dataset,
  options: GradcheckOptions,
): Promise<Result<readonly GradientReport[]>> {
  const whole = { ...network, document: withoutAccumulation(network) };
  const open = await openModel(
    { network: whole, provider: "cpu", threads: defaultThreads() },
    { kind: "training-step", batch: options.samples, gradients: true },
  );
  if (!open.ok) return open;
  try {
    return await compareAll(open.value, whole, dataset, options);
  } finally {
    await open.value.session.release();
  }
}

const withoutAccumulation = ({ document }: Network): Network["document"] => ({
  ...document,
  training: { ...document.training, accumulate: 1 },
});

async function compareAll(
  model: OpenModel,
  network: Network,
  dataset: Dataset,
  options: GradcheckOptions,
): Promise<Result<readonly GradientReport[]>> {
  const lossOf = await evaluator(model, network, dataset, options.samples);
  if (!lossOf.ok) return lossOf;
  const tensors = initialTensors(network);
  const first = await lossOf.value(tensors);
  if (!first.ok) return first;
  const gradients = outputsOf(model.manifest, first.value, "gradient").filter((g) => g.role.stage === "loss");
  const norms = gradients.map((g) => norm(g.tensor));
  const wholeNorm = Math.hypot(...norms);
  const reports: GradientReport[] = [];
  for (const [i, { role, tensor }] of gradients.entries()) {
    options.progress(i, gradients.length);
    const { objective, node, parameter } = role;
    const point = { tensors, key: roleKey({ kind: "parameter", node, parameter }) };
    const loss = async (at: TensorMap): Promise<Result<number>> => {
      const results = await lossOf.value(at);
      if (!results.ok) return results;
      const found = outputsOf(model.manifest, results.value, "loss").find((l) => l.role.objective === objective);
      return ok(Number(found?.tensor.data[0]));
    };
    const scale = Math.max(norms[i] as number, 1e-3 * wholeNorm, Number.MIN_VALUE);
    const error = await errorAt(point, tensor, scale, loss, options.directions);
    if (!error.ok) return error;
    reports.push({ objective, node, parameter, norm: norms[i] as number, error: error.value });
  }
  options.progress(gradients.length, gradients.length);
  return ok(reports);
}

type Evaluate = (tensors: TensorMap) => Promise<Result<{ [output: string]: Tensor }>>;

/** Runs the training step on the first samples of the set, with a learning rate of 0. */
async function evaluator(
  model: OpenModel,
  network: Network,
  dataset: Dataset,
  samples: number,
): Promise<Result<Evaluate>> {
  const { seed, objectives } = network.document;
  const order = { seed, epoch: 0, shuffle: true, dropLast: false, startBatch: 0, chunk: 1 };
  const stream = openBatches(dataset, { split: "train", fields: fieldsFed(model), batch: samples, ...order });
  const chunk = await stream.next();
  if (!chunk.ok) return chunk;
  const fields = chunk.value?.fields ?? {};
  const learningRates = new Map(objectives.map((o) => [o.id, [0]]));
  const wanted = model.manifest.outputs.flatMap((o) => (["loss", "gradient"].includes(o.role.kind) ? [o.name] : []));
  return ok((carried) =>
    model.session.run(feedsOf(model.manifest, { fields, carried, learningRates, step: 1, seed }), wanted),
  );
}

interface Point {
  readonly tensors: TensorMap;
  readonly key: string;
}

async function errorAt(
  point: Point,
  gradient: Tensor,
  scale: number,
  loss: (tensors: TensorMap) => Promise<Result<number>>,
  random: number,
): Promise<Result<number>> {
  const stream = rng(0, `gradcheck/${point.key}`);
  const along = unit(Float64Array.from(gradient.data as Float32Array));
  const errors: number[] = [];
  for (const direction of [along, ...Array.from({ length: random }, () => nearby(along, stream))]) {
    const numeric = await slope(point, direction, scale, loss);
    if (!numeric.ok) return numeric;
    const analytic = direction.reduce((sum, v, i) => sum + v * Number(gradient.data[i]), 0);
    errors.push(Math.abs(numeric.value - analytic) / scale);
  }
  errors.sort((a, b) => a - b);
  return ok(errors[Math.floor(errors.length / 2)] as number);
}

/**
 * A random half of the gradient's elements and as much of pure chance. Chance alone would meet a gradient of n
 * elements with 1/sqrt(n) of its length and see little of an error in it.
 */
const nearby = (along: Float64Array, stream: Rng): Float64Array => {
  const half = along.map((g) => (stream.below(2) === 0 ? g : 0));
  const chance = unit(along.map(() => stream.normal()));
  return unit(half.map((g, i) => g + (chance[i] as number)));
};

/**
 * Longest step of the central differences, as the relative change of the loss that it would make along the gradient:
 * well above the rounding of float32 (1e-7), and small enough to pass few corners.
 */
const change = 1e-3;
/** And no longer than this part of the parameter's own norm. */
const longest = 0.02;

/** The derivative of the loss along `direction`. */
async function slope(
  { tensors, key }: Point,
  direction: Float64Array,
  scale: number,
  loss: (tensors: TensorMap) => Promise<Result<number>>,
): Promise<Result<number>> {
  const base = tensors.get(key) as Tensor;
  const here = await loss(tensors);
  if (!here.ok) return here;
  const most = Math.min((change * Math.max(Math.abs(here.value), 1e-3)) / scale, longest * Math.max(0.5, norm(base)));
  const moved = async (h: number): Promise<Result<Sampled>> => {
    const data = Float32Array.from(base.data as Float32Array, (w, i) => w + h * (direction[i] as number));
    return map(await loss(new Map(tensors).set(key, { ...base, data } as Tensor)), (value) => ({ at: h, value }));
  };
  return map(await derivativeAtZero(moved, most, manySteps), ({ value }) => value);
}

const norm = (t: Tensor): number => Math.sqrt(Array.from(t.data as Float32Array).reduce((sum, v) => sum + v * v, 0));

function unit(v: Float64Array): Float64Array {
  const length = Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
  return length > 0 ? v.map((x) => x / length) : v;
}
