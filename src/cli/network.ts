import path from "node:path";
import { initialTensors, type Network, resolveNetwork, type TensorMap } from "../compile/index.ts";
import type { Issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { openData } from "../engine/prepare.ts";
import { readCheckpoint, readRun } from "../engine/run-folder.ts";
import { examine, inFile } from "./checked.ts";
import { isDirectory, isFile } from "./files.ts";

/** A network with the tensors it has now: the initial ones of a document, or those that a run has trained. */
export interface LoadedNetwork {
  readonly network: Network;
  readonly tensors: TensorMap;
  /** Steps the tensors are trained by. */
  readonly step: number;
  /** Warnings met on the way. */
  readonly issues: readonly Issue[];
}

export const isRunFolder = (named: string): boolean => isDirectory(named) && isFile(path.join(named, "run.json"));

/** The network of a run folder, or of a document or template. */
export async function loadNetwork(named: string, checkpoint: "last" | "best"): Promise<Result<LoadedNetwork>> {
  return isDirectory(named) ? loadRun(named, checkpoint) : loadFresh(named);
}

async function loadFresh(named: string): Promise<Result<LoadedNetwork>> {
  const examined = await examine(named);
  if (!examined.ok) return examined;
  const { document, fields, issues, file } = examined.value;
  if (issues.some((i) => i.severity === "error")) return fail(...issues);
  const network = resolveNetwork(document, fields);
  if (!network.ok) return fail(...network.issues.map((i) => inFile(i, file)));
  return ok({ network: network.value, tensors: initialTensors(network.value), step: 0, issues });
}

async function loadRun(folder: string, which: "last" | "best"): Promise<Result<LoadedNetwork>> {
  const run = await readRun(folder);
  if (!run.ok) return run;
  const found = await readCheckpoint(folder, which);
  if (!found.ok) return found;
  const { document, baseFolder } = run.value;
  const { tensors, progress } = found.value.checkpoint;
  const data = document.data ? await openData(document, baseFolder) : null;
  // Without its data files a network can still be exported for inference.
  const network = data?.ok ? ok(data.value.network) : resolveNetwork(document);
  if (data?.ok) await data.value.dataset.close();
  return network.ok
    ? ok({ network: network.value, tensors, step: progress.step, issues: found.value.issues })
    : network;
}
