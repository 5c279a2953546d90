import path from "node:path";
import { type CompileOptions, initialTensors, type Network, resolveNetwork, type TensorMap } from "../compile/index.ts";
import type { Issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { openData } from "../engine/prepare.ts";
import { readCheckpoint, readRun } from "../engine/run-folder.ts";
import type { GraphDocument } from "../graph/document.ts";
import { examine, inFile } from "./checked.ts";
import { isDirectory, isFile } from "./files.ts";

/** A network with the tensors it has now: the initial ones of a document, or those that a run has trained. */
export interface LoadedNetwork {
  readonly network: Network;
  readonly tensors: TensorMap;
  /** How the data set standardises fields: an exported network does it itself. */
  readonly standardise: Standardise;
  /** Steps the tensors are trained by. */
  readonly step: number;
  /** Warnings met on the way. */
  readonly issues: readonly Issue[];
}

type Standardise = NonNullable<CompileOptions["standardise"]>;

export const isRunFolder = (named: string): boolean => isDirectory(named) && isFile(path.join(named, "run.json"));

/** The network of a run folder, or of a document or template. */
export async function loadNetwork(named: string, checkpoint: "last" | "best"): Promise<Result<LoadedNetwork>> {
  return isDirectory(named) ? loadRun(named, checkpoint) : loadFresh(named);
}

async function loadFresh(named: string): Promise<Result<LoadedNetwork>> {
  const examined = await examine(named);
  if (!examined.ok) return examined;
  const { document, fields, issues, file, baseFolder } = examined.value;
  if (issues.some((i) => i.severity === "error")) return fail(...issues);
  const standardise = await standardisation(document, baseFolder);
  if (!standardise.ok) return standardise;
  const network = resolveNetwork(document, fields);
  if (!network.ok) return fail(...network.issues.map((i) => inFile(i, file)));
  const tensors = initialTensors(network.value);
  return ok({ network: network.value, tensors, standardise: standardise.value, step: 0, issues });
}

async function loadRun(folder: string, which: "last" | "best"): Promise<Result<LoadedNetwork>> {
  const run = await readRun(folder);
  if (!run.ok) return run;
  const found = await readCheckpoint(folder, which);
  if (!found.ok) return found;
  const { document, baseFolder } = run.value;
  const { tensors, progress } = found.value.checkpoint;
  const data = document.data ? await openData(document, baseFolder) : null;
  // Without its data files a network can still be exported, unless its scaling comes from them.
  if (data && !data.ok && standardises(document)) return data;
  const network = data?.ok ? ok(data.value.network) : resolveNetwork(document);
  if (data?.ok) await data.value.dataset.close();
  if (!network.ok) return network;
  const standardise = data?.ok ? data.value.dataset.standardise : {};
  return ok({ network: network.value, tensors, standardise, step: progress.step, issues: found.value.issues });
}

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
