import { checkDocument, initialTensors, type Network, resolveNetwork, type TensorMap } from "../compile/index.ts";
import type { ModelManifest } from "../compile/manifest.ts";
import { type Issue, isError, issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { GraphDocument } from "../graph/document.ts";
import { readDocument } from "../graph/read.ts";
import type { EngineEvent, EventOf, ProviderReport, RunOverrides, RunSettings, Tensors } from "../protocol/index.ts";
import { type Checkpoint, checkTensors, type Progress } from "../train/checkpoint.ts";
import { stoppingStart } from "../train/early-stopping.ts";
import { planRun, type RunPlan, segmentAt } from "../train/plan.ts";
import { plateauStart } from "../train/schedule.ts";
import { openBatches } from "./data/batches.ts";
import { type Dataset, openDataset } from "./data/dataset.ts";
import { fieldsFed } from "./evaluate.ts";
import { withGiven } from "./given-tensors.ts";
import { feedsOf, type OpenModel, openModel, TrainingModels } from "./models.ts";
import { ortVersion } from "./ort.ts";
import { openOnBest } from "./provider.ts";
import {
  documentHash,
  type FoundCheckpoint,
  RunFolder,
  type RunRecord,
  readCheckpoint,
  readRun,
} from "./run-folder.ts";
import type { Moment } from "./steps.ts";
import { defaultThreads } from "./threads.ts";

export interface StartRequest {
  /** As JSON; null takes that of the folder. */
  readonly document: unknown;
  readonly overrides: RunOverrides;
  readonly settings: RunSettings;
  /** Parameters and buffers to begin with, where that is not the initial ones; a resume has its own. */
  readonly tensors: Tensors | null;
}

/** Everything a run needs, open and checked. */
export interface PreparedRun {
  readonly network: Network;
  readonly dataset: Dataset;
  readonly plan: RunPlan;
  readonly folder: RunFolder;
  readonly models: TrainingModels;
  /** What the steps read and count; all forms of step are alike in this. */
  readonly manifest: ModelManifest;
  readonly fields: readonly string[];
  readonly evaluation: OpenModel;
  readonly provider: ProviderReport;
  readonly threads: number;
  readonly hash: string;
  readonly tensors: TensorMap;
  readonly progress: Progress;
  readonly resumed: boolean;
}

/** Closes what was opened, in turn; a step that fails must not leave sessions, threads or locks behind. */
export type Closers = (() => Promise<void>)[];

/**
 * Opens data, models and folder of a run. What was opened is in `closers`, also when it fails halfway.
 * Errors: those of documents, data, compiling, sessions and run folders.
 */
export async function prepareRun(
  request: StartRequest,
  emit: (event: EngineEvent) => void,
  closers: Closers,
): Promise<Result<PreparedRun>> {
  const { settings } = request;
  const source = await sourceOf(request);
  if (!source.ok) return source;
  const { document, found, record } = source.value;
  for (const i of found?.issues ?? []) emit({ kind: "issue", issue: i });
  const threads = settings.threads ?? record?.threads ?? defaultThreads();
  const baseFolder = record?.baseFolder ?? settings.baseFolder;
  const data = await openData(document, baseFolder);
  if (!data.ok) return data;
  const { dataset, network } = data.value;
  closers.push(() => dataset.close());
  const warnings = checkDocument(document, dataset.fields).issues.filter((i) => !isError(i));
  for (const i of [...dataset.warnings, ...warnings]) emit({ kind: "issue", issue: i });
  const plan = planRun(dataset.splits.train.count, document.training);
  if (!plan.ok) return plan;
  const tensors = tensorsOf(network, found, request.tensors ?? {});
  if (!tensors.ok) return tensors;

  // A run goes on where it ran before, unless something else is named.
  const asked = settings.provider === "auto" && record ? record.provider : settings.provider;
  const sessions = await openModels(
    { network, dataset, plan: plan.value, tensors: tensors.value },
    asked,
    threads,
    closers,
  );
  if (!sessions.ok) return sessions;
  for (const i of sessions.value.issues) emit({ kind: "issue", issue: i });
  // Last, so that a document that cannot be trained leaves no folder behind.
  const folder = await openRunFolder(document, { ...settings, baseFolder, threads }, found);
  if (!folder.ok) return folder;
  closers.push(() => folder.value.close());
  return ok({
    network,
    dataset,
    plan: plan.value,
    folder: folder.value,
    ...sessions.value,
    threads,
    hash: documentHash(document),
    tensors: tensors.value,
    progress: progressOf(document, request.overrides, found),
    resumed: found !== null,
  });
}

interface Source {
  readonly document: GraphDocument;
  readonly found: FoundCheckpoint | null;
  /** Of the run that goes on; null for a new one. */
  readonly record: RunRecord | null;
}

/** The document to train and, where a run goes on, its record and checkpoint. */
async function sourceOf({ document, overrides, settings }: StartRequest): Promise<Result<Source>> {
  const given = document === null || document === undefined ? null : readDocument(document);
  if (given && !given.ok) return given;
  const record = settings.resume === "never" ? null : await readRun(settings.folder);
  if (!record || (!record.ok && settings.resume === "if-any" && given && isMissing(record.issues))) {
    if (!given) return fail(issue("run.no-folder", { file: settings.folder, reason: "no document" }));
    return ok({ document: withOverrides(given.value, overrides), found: null, record: null });
  }
  if (!record.ok) return record;
  const base = record.value.document;
  const { learningRate: _, ...lasting } = overrides;
  // Whoever asks for more epochs means them, whatever limit of steps the run had.
  const limit = overrides.epochs === undefined ? base.training.steps : null;
  const changed = withOverrides({ ...base, training: { ...base.training, steps: limit } }, lasting);
  const same = { seed: base.seed, batch: base.training.batch, ...lasting };
  const expected = documentHash(base);
  if (given && documentHash(withOverrides(given.value, same)) !== expected) {
    return fail(issue("run.other-document", { file: settings.folder, reason: given.value.name }));
  }
  if (documentHash(changed) !== expected) {
    return fail(issue("run.other-document", { file: settings.folder, reason: Object.keys(lasting).join(", ") }));
  }
  const found = await readCheckpoint(settings.folder);
  if (!found.ok && settings.resume === "required") return found;
  // Nothing to go on from: the process died before its first checkpoint, or all are damaged.
  if (!found.ok) return ok({ document: withOverrides(base, overrides), found: null, record: record.value });
  if (found.value.checkpoint.document !== expected) {
    return fail(issue("run.other-document", { file: found.value.file, reason: base.name }));
  }
  return ok({ document: changed, found: found.value, record: record.value });
}

const isMissing = (issues: readonly Issue[]): boolean => issues.every((i) => i.code === "run.no-folder");

/** The document as this run trains it. */
function withOverrides(document: GraphDocument, overrides: RunOverrides): GraphDocument {
  const { epochs, steps, batch, seed, learningRate } = overrides;
  const training = {
    ...document.training,
    ...(epochs === undefined ? {} : { epochs }),
    ...(steps === undefined ? {} : { steps }),
    ...(batch === undefined ? {} : { batch }),
  };
  const objectives =
    learningRate === undefined
      ? document.objectives
      : document.objectives.map((o) => ({ ...o, optimizer: { ...o.optimizer, learningRate } }));
  return { ...document, training, objectives, ...(seed === undefined ? {} : { seed }) };
}

async function openRunFolder(
  document: GraphDocument,
  settings: RunSettings & { readonly threads: number },
  found: FoundCheckpoint | null,
): Promise<Result<RunFolder>> {
  const { folder, baseFolder, threads, resume } = settings;
  const versions = { node: process.versions.node, onnxruntime: await ortVersion() };
  const record = {
    format: "gradloom-run",
    version: 1,
    document,
    baseFolder,
    provider: settings.provider,
    threads,
    versions,
  } as const;
  return RunFolder.open(folder, record, found?.checkpoint ?? (resume === "never" ? "new" : "start"));
}

/** The data set of a document and the network that its fields complete. */
export async function openData(
  document: GraphDocument,
  baseFolder: string,
): Promise<Result<{ readonly dataset: Dataset; readonly network: Network }>> {
  if (!document.data) return fail(issue("binding.no-data", {}));
  const dataset = await openDataset(document.data, { seed: document.seed, baseFolder });
  if (!dataset.ok) return dataset;
  const network = resolveNetwork(document, dataset.value.fields);
  if (network.ok) return ok({ dataset: dataset.value, network: network.value });
  await dataset.value.close();
  return network;
}

function tensorsOf(network: Network, found: FoundCheckpoint | null, given: Tensors): Result<TensorMap> {
  const initial = initialTensors(network);
  if (!found) return withGiven(network, initial, given);
  const checked = checkTensors(found.checkpoint.tensors, initial);
  return checked.ok ? checked : fail(...checked.issues.map((i): Issue => ({ ...i, file: found.file })));
}

interface ModelsOf {
  readonly network: Network;
  readonly dataset: Dataset;
  readonly plan: RunPlan;
  readonly tensors: TensorMap;
}

/** Chooses the provider by the model of the main steps, and opens the others on the same one. */
async function openModels(
  run: ModelsOf,
  asked: RunSettings["provider"],
  threads: number,
  closers: Closers,
): Promise<
  Result<
    Pick<PreparedRun, "models" | "manifest" | "fields" | "evaluation" | "provider"> & {
      readonly issues: readonly Issue[];
    }
  >
> {
  const { network, plan } = run;
  const segment = segmentAt(plan, 0);
  const modelsOn = (provider: ProviderReport["used"]) => new TrainingModels({ network, provider, threads });
  const compiled = modelsOn("cpu").compile(segment);
  if (!compiled.ok) return compiled;
  const chosen = await openOnBest({
    asked,
    name: compiled.value.manifest.kind,
    threads,
    model: (provider) => {
      const model = modelsOn(provider).compile(segment);
      return model.ok ? ok(model.value.bytes) : model;
    },
    feeds: async (provider) => {
      const model = modelsOn(provider).compile(segment);
      return model.ok ? firstFeeds(run, model.value) : model;
    },
  });
  if (!chosen.ok) return chosen;
  const { session, report, issues } = chosen.value;
  const models = modelsOn(report.used);
  closers.push(() => models.release());
  const own = models.compile(segment);
  if (!own.ok) return own;
  models.adopt(segment, { session, manifest: own.value.manifest });
  const evaluation = await openModel({ network, provider: report.used, threads }, { kind: "evaluation" });
  if (!evaluation.ok) return evaluation;
  closers.push(() => evaluation.value.session.release());
  const { manifest } = own.value;
  const fields = fieldsFed({ manifest });
  return ok({ models, manifest, fields, evaluation: evaluation.value, provider: report, issues });
}

/** Inputs of the first step, to see where its operators run. */
async function firstFeeds(
  { dataset, network, plan, tensors }: ModelsOf,
  model: Pick<OpenModel, "manifest">,
): ReturnType<NonNullable<Parameters<typeof openOnBest>[0]["feeds"]>> {
  const { seed, objectives } = network.document;
  const { batch, accumulate } = segmentAt(plan, 0);
  const order = { seed, epoch: 0, shuffle: false, dropLast: false, startBatch: 0, chunk: 1 };
  const stream = openBatches(dataset, { split: "train", fields: fieldsFed(model), batch, ...order });
  const chunk = await stream.next(accumulate);
  if (!chunk.ok) return chunk;
  const learningRates = new Map(objectives.map((o) => [o.id, [0]]));
  const fields = chunk.value?.fields ?? {};
  return ok(feedsOf(model.manifest, { fields, carried: tensors, learningRates, step: 1, seed, count: 1 }));
}

/** A rate that the user names holds from here on; else a run goes on with the one it had. */
function progressOf(document: GraphDocument, { learningRate }: RunOverrides, found: FoundCheckpoint | null): Progress {
  if (!found) return startProgress(document);
  const { progress } = found.checkpoint;
  if (learningRate === undefined) return progress;
  return { ...progress, learningRates: Object.fromEntries(document.objectives.map((o) => [o.id, learningRate])) };
}

/** Progress before the first step. */
export function startProgress(document: GraphDocument): Progress {
  return {
    step: 0,
    epoch: 0,
    stepInEpoch: 0,
    seed: document.seed,
    learningRates: Object.fromEntries(document.objectives.map((o) => [o.id, o.optimizer.learningRate])),
    sums: {},
    plateau: plateauStart,
    stopping: stoppingStart,
    best: null,
    seconds: 0,
  };
}

/** What is going to be trained, for whoever watches. */
export function planEvent(run: PreparedRun): EventOf<"plan"> {
  const { network, dataset, plan, folder, provider, threads } = run;
  const { document } = network;
  const parameters = network.parameters.filter((p) => p.spec.kind === "parameter");
  const { train, validation, test } = dataset.splits;
  return {
    kind: "plan",
    name: document.name,
    folder: folder.folder,
    seed: document.seed,
    steps: plan.totalSteps,
    epochs: plan.epochs,
    stepsPerEpoch: plan.stepsPerEpoch,
    batch: plan.batch,
    accumulate: plan.accumulate,
    parameters: parameters.reduce((sum, p) => sum + p.spec.shape.reduce((a, b) => a * b, 1), 0),
    samples: { train: train.count, validation: validation?.count ?? 0, test: test?.count ?? 0 },
    provider,
    threads,
  };
}

/** A checkpoint of a run. */
export const checkpointOf = (run: PreparedRun, { tensors, progress }: Moment): Checkpoint => ({
  document: run.hash,
  progress,
  tensors,
});
