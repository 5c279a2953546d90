import { batchSymbol, fieldType, unify } from "../compile/check.ts";
import type { Network } from "../compile/index.ts";
import { type Issue, issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { rng } from "../core/rng.ts";
import { epochOrder } from "../data/sampler.ts";
import type { Provider } from "../ir/gradient.ts";
import type { LookSamples, Tensors } from "../protocol/index.ts";
import { symbol } from "../shape/dim.ts";
import { elementCount, type Tensor, type TypedArray, zeros } from "../shape/dtype.ts";
import { staticShape, substituteShape, type TensorType, typeText } from "../shape/type.ts";
import type { Progress } from "../train/checkpoint.ts";
import { type RunPlan, sampleAt, segmentAt } from "../train/plan.ts";
import { emptyArrays } from "./data/batches.ts";
import type { Dataset, SplitName } from "./data/dataset.ts";
import { withAccumulate } from "./models.ts";
import { learningRatesAt } from "./steps.ts";

/** A network that is looked at: that of a run, or of a document that is not being trained. */
export interface Scene {
  readonly network: Network;
  /** Null of a document without data, or where they are not needed. */
  readonly dataset: Dataset | null;
  readonly plan: RunPlan | null;
  readonly provider: Provider;
  readonly threads: number;
}

/** The samples that a network is looked at with, and all else that a step of them reads apart from tensors. */
export interface LookBatch {
  /** With the sizes that the samples give to symbols, and the micro-batches they make. */
  readonly network: Network;
  readonly batch: number;
  readonly fields: { readonly [field: string]: TypedArray };
  readonly inputs: Tensors;
  /** Number of the step, from 1: dropout draws as that one does. */
  readonly step: number;
  readonly learningRates: ReadonlyMap<string, readonly number[]>;
  /** Of the (first micro-)batch; null for contents that are not from the data set. */
  readonly samples: { readonly split: SplitName; readonly indices: number[] } | null;
}

/** Samples of a batch where there is no data set, and size of an axis that nothing fixes. */
const blankBatch = 8;
const blankSize = 32;

/**
 * The samples that somebody asks for; `whole` takes all micro-batches of the next step, not only the first. Without a data set the next batch is one of random numbers from a normal
 * distribution (zeros of integers), always the same. Errors: `look.sample`, `look.input`, `binding.no-data`, those of
 * reading pictures.
 */
export function lookBatch(scene: Scene, progress: Progress, wanted: LookSamples, whole: boolean): Result<LookBatch> {
  switch (wanted.kind) {
    case "inputs":
      return givenBatch(scene, progress, wanted.inputs, wanted.targets);
    case "indices":
      return indexedBatch(scene, progress, wanted.split, wanted.indices);
    case "next":
      return scene.dataset && scene.plan
        ? nextBatch(scene, progress, whole)
        : givenBatch(scene, progress, blankInputs(scene.network), {});
  }
}

/** The place of the next step: after the last of an epoch that is the first of the next one. */
export function nextPlace(plan: RunPlan, progress: Progress): Progress {
  const over = progress.stepInEpoch >= plan.stepsPerEpoch;
  return over ? { ...progress, epoch: progress.epoch + 1, stepInEpoch: 0 } : progress;
}

function nextBatch(scene: Scene, progress: Progress, whole: boolean): Result<LookBatch> {
  const [dataset, plan] = [scene.dataset as Dataset, scene.plan as RunPlan];
  const { document } = scene.network;
  const place = nextPlace(plan, progress);
  const segment = segmentAt(plan, place.stepInEpoch);
  const order = epochOrder(plan.samples, document.seed, place.epoch, document.data?.shuffle ?? true);
  const first = sampleAt(segment, place.stepInEpoch);
  const accumulate = whole ? segment.accumulate : 1;
  const indices = order.subarray(first, first + segment.batch * accumulate);
  const fields = gather(dataset, "train", indices);
  if (!fields.ok) return fields;
  return ok({
    ...common(scene, place),
    network: withAccumulate(scene.network, accumulate),
    batch: segment.batch,
    fields: fields.value,
    inputs: {},
    samples: { split: "train", indices: Array.from(indices.subarray(0, segment.batch)) },
  });
}

function indexedBatch(
  scene: Scene,
  progress: Progress,
  split: SplitName,
  indices: readonly number[],
): Result<LookBatch> {
  const { dataset } = scene;
  if (!dataset) return fail(issue("binding.no-data", {}));
  const samples = dataset.splits[split]?.count ?? 0;
  const beyond = indices.find((index) => index >= samples);
  if (beyond !== undefined) return fail(issue("look.sample", { split, index: beyond, samples }));
  const fields = gather(dataset, split, indices);
  if (!fields.ok) return fields;
  return ok({
    ...common(scene, progress),
    batch: indices.length,
    fields: fields.value,
    inputs: {},
    samples: { split, indices: [...indices] },
  });
}

/** Contents of input nodes and targets; sizes that the network leaves open are those of the contents. */
function givenBatch(scene: Scene, progress: Progress, inputs: Tensors, targets: Tensors): Result<LookBatch> {
  const symbols: { [symbol: string]: number } = {};
  const issues: Issue[] = [];
  for (const { node } of scene.network.inputs) {
    const type = inputType(scene.network, node);
    const problem = misfit(node, type, inputs[node], symbols);
    if (problem) issues.push(problem);
  }
  for (const [field, contents] of Object.entries(targets)) {
    const known = scene.network.fields.get(field);
    const type = known
      ? fieldType(known)
      : { dtype: contents.dtype, shape: [symbol(batchSymbol), ...contents.dims.slice(1)] };
    const problem = misfit(`target.${field}`, type, contents, symbols);
    if (problem) issues.push(problem);
  }
  if (issues.length > 0) return fail(...issues);
  const { [batchSymbol]: batch = 1, ...sizes } = symbols;
  const { network, ...rest } = common(scene, progress);
  return ok({
    ...rest,
    network: { ...network, symbols: { ...network.symbols, ...sizes } },
    batch,
    fields: Object.fromEntries(Object.entries(targets).map(([field, t]) => [field, t.data])),
    inputs,
    samples: null,
  });
}

function misfit(
  input: string,
  type: TensorType,
  given: Tensor | undefined,
  symbols: { [symbol: string]: number },
): Issue | null {
  const expected = typeText(type);
  if (!given) return issue("look.input", { input, expected, found: null });
  const fits = given.dtype === type.dtype && unify(type.shape, given.dims, symbols) && given.data.length > 0;
  return fits ? null : issue("look.input", { input, expected, found: tensorText(given) });
}

const tensorText = (t: Tensor): string => `${t.dtype}[${t.dims.join(", ")}]`;

const inputType = (network: Network, node: string): TensorType =>
  network.graph.nodes.get(node)?.outputTypes?.[0] as TensorType;

function blankInputs(network: Network): Tensors {
  const batch = Math.min(network.document.training.batch, blankBatch);
  return Object.fromEntries(
    network.inputs.map(({ node }) => {
      const { dtype, shape } = inputType(network, node);
      const known = substituteShape(shape, { ...network.symbols, [batchSymbol]: batch });
      const dims = staticShape(known) ?? known.map((d) => (typeof d === "number" ? d : blankSize));
      const random = rng(network.document.seed, `look/${node}`);
      const blank = zeros(dtype, dims);
      if (dtype === "float32") for (let i = 0; i < elementCount(dims); i++) blank.data[i] = random.normal();
      return [node, blank];
    }),
  );
}

function common(scene: Scene, progress: Progress): Pick<LookBatch, "network" | "step" | "learningRates"> {
  const { document } = scene.network;
  const learningRates = scene.plan
    ? learningRatesAt(document, scene.plan, progress, 1)
    : new Map(Object.entries(progress.learningRates).map(([id, rate]) => [id, [rate]]));
  return { network: withAccumulate(scene.network, 1), step: progress.step + 1, learningRates };
}

function gather(
  dataset: Dataset,
  split: SplitName,
  indices: ArrayLike<number>,
): Result<{ readonly [field: string]: TypedArray }> {
  const names = dataset.fields.map((f) => f.name);
  const arrays = emptyArrays(dataset, names, indices.length);
  const problems = names.map((name) => dataset.splits[split]?.gather(name, indices, arrays[name] as TypedArray, 0));
  const problem = problems.find((p): p is Issue => p !== null && p !== undefined);
  return problem ? fail(problem) : ok(arrays);
}
