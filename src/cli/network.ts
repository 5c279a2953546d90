import path from "node:path";
import { type CompileOptions, initialTensors, type Network, resolveNetwork, type TensorMap } from "../compile/index.ts";
import { parameterName } from "../compile/network.ts";
import type { Issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { FieldType } from "../data/fields.ts";
import { openData, startProgress } from "../engine/prepare.ts";
import { readCheckpoint, readCurve, readRun } from "../engine/run-folder.ts";
import type { GraphDocument } from "../graph/document.ts";
import type { EventOf } from "../protocol/index.ts";
import type { Tensor } from "../shape/dtype.ts";
import type { Progress } from "../train/checkpoint.ts";
import type { Weights } from "../train/weights.ts";
import { examine, inFile } from "./checked.ts";
import { isDirectory, isFile } from "./files.ts";

/** A network with the tensors it has now: the initial ones of a document, or those that a run has trained. */
export interface LoadedNetwork {
  /** As it stands in its file, with blocks; `network` has them expanded. */
  readonly document: GraphDocument;
  /** Fields that had to be read from files. */
  readonly fields: readonly FieldType[] | undefined;
  readonly network: Network;
  readonly tensors: TensorMap;
  /** How the data set standardises fields: an exported network does it itself. */
  readonly standardise: Standardise;
  /** How far the tensors are trained. */
  readonly progress: Progress;
  /** What is to be saved of them with the document; null where nothing was trained. */
  readonly weights: Weights | null;
  /** Folder that relative paths of the document start from. */
  readonly baseFolder: string;
  /** Warnings met on the way. */
  readonly issues: readonly Issue[];
}

type Standardise = NonNullable<CompileOptions["standardise"]>;

/** Which tensors of a run: those it started with, the last, or those of its best epoch. */
export type Which = "start" | "last" | "best";

export const isRunFolder = (named: string): boolean => isDirectory(named) && isFile(path.join(named, "run.json"));

/** The network of a run folder, or of a document or template. */
export async function loadNetwork(named: string, checkpoint: Which): Promise<Result<LoadedNetwork>> {
  return isDirectory(named) ? loadRun(named, checkpoint) : loadFresh(named);
}

async function loadFresh(named: string): Promise<Result<LoadedNetwork>> {
  const examined = await examine(named);
  if (!examined.ok) return examined;
  const { document, weights, fields, issues, file, baseFolder } = examined.value;
  if (issues.some((i) => i.severity === "error")) return fail(...issues);
  const standardise = weights ? ok(weights.standardise) : await standardisation(document, baseFolder);
  if (!standardise.ok) return standardise;
  const network = resolveNetwork(document, fields);
  if (!network.ok) return fail(...network.issues.map((i) => inFile(i, file)));
  const tensors = new Map([...initialTensors(network.value), ...(weights?.tensors ?? [])]);
  const progress = startProgress(document);
  return ok({
    ...{ document, fields, network: network.value, tensors, standardise: standardise.value },
    ...{ progress, weights, baseFolder, issues },
  });
}

async function loadRun(folder: string, which: Which): Promise<Result<LoadedNetwork>> {
  const run = await readRun(folder);
  if (!run.ok) return run;
  const { document, baseFolder } = run.value;
  const kept = await readCheckpoint(folder, which);
  const missing = !kept.ok && kept.issues.every((i) => i.code === "run.no-checkpoint");
  // A run that began with the initial tensors keeps no others to begin with.
  const found = which === "start" && missing ? null : kept;
  if (found && !found.ok) return found;
  const data = document.data ? await openData(document, baseFolder) : null;
  // Without its data files a network can still be exported, unless its scaling comes from them.
  if (data && !data.ok && standardises(document)) return data;
  const network = data?.ok ? ok(data.value.network) : resolveNetwork(document);
  if (data?.ok) await data.value.dataset.close();
  if (!network.ok) return network;
  const standardise = data?.ok ? data.value.dataset.standardise : {};
  const { tensors, progress } = found?.value.checkpoint ?? {
    tensors: initialTensors(network.value),
    progress: startProgress(document),
  };
  const issues = found?.value.issues ?? [];
  const fields = data?.ok ? data.value.dataset.fields : undefined;
  const loaded = { document, fields, network: network.value, tensors, standardise, progress, baseFolder, issues };
  return ok({ ...loaded, weights: found ? await weightsOf(loaded, folder) : null });
}

/** What is kept of a run with its document: no optimizer state, and scores of the epoch where one ended there. */
async function weightsOf(loaded: Omit<LoadedNetwork, "weights">, folder: string): Promise<Weights> {
  const { network, tensors, standardise, progress } = loaded;
  const keys = network.parameters.map(parameterName);
  const curve = await readCurve(folder);
  const epoch = curve.ok ? curve.value.epochs.find((e) => e.step === progress.step) : undefined;
  const own = new Map(keys.flatMap((key) => (tensors.has(key) ? [[key, tensors.get(key) as Tensor]] : [])));
  const { step, epoch: epochs } = progress;
  return { tensors: own, standardise, step, epoch: epochs, scores: epoch ? scoresOf(epoch) : {} };
}

const scoresOf = ({ train, validation }: EventOf<"epoch">): { readonly [name: string]: number } =>
  Object.fromEntries(
    Object.entries({ train, validation }).flatMap(([split, score]) =>
      score ? Object.entries({ loss: score.loss, ...score.metrics }).map(([k, v]) => [`${split}.${k}`, v]) : [],
    ),
  );

/** Whether a field is brought to mean 0 and deviation 1, or to what the document says. */
const standardises = (document: GraphDocument): boolean =>
  Object.values(document.data?.fields ?? {}).some(
    ({ normalise }) => normalise !== undefined && normalise !== "none" && normalise !== "unit",
  );

async function standardisation(document: GraphDocument, baseFolder: string): Promise<Result<Standardise>> {
  if (!standardises(document)) return ok({});
  const data = await openData(document, baseFolder);
  if (!data.ok) return data;
  await data.value.dataset.close();
  return ok(data.value.dataset.standardise);
}
