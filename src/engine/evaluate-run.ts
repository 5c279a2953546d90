import { initialTensors } from "../compile/index.ts";
import { type Issue, issue } from "../core/issue.ts";
import { fail, type Result } from "../core/result.ts";
import type { Command, Evaluation } from "../protocol/index.ts";
import { checkTensors } from "../train/checkpoint.ts";
import { evaluateSplit } from "./evaluate.ts";
import { openModel } from "./models.ts";
import { openData } from "./prepare.ts";
import { readCheckpoint, readRun } from "./run-folder.ts";

type Evaluate = Extract<Command, { kind: "evaluate" }>;

/**
 * Loss and metrics of a checkpoint in a run folder, on the provider and threads of the run unless others are named.
 * Errors: those of run folders, checkpoints, data and sessions.
 */
export async function evaluateRun(folder: string, command: Evaluate): Promise<Result<Evaluation>> {
  const record = await readRun(folder);
  if (!record.ok) return record;
  const found = await readCheckpoint(folder, command.checkpoint);
  if (!found.ok) return found;
  const { document } = record.value;
  const data = await openData(document, command.baseFolder ?? record.value.baseFolder);
  if (!data.ok) return data;
  const { dataset, network } = data.value;
  const tensors = checkTensors(found.value.checkpoint.tensors, initialTensors(network));
  if (!tensors.ok) return fail(...tensors.issues.map((i): Issue => ({ ...i, file: found.value.file })));
  const named = command.provider === "auto" ? record.value.provider : command.provider;
  const provider = named === "auto" ? "cpu" : named;
  const threads = command.threads ?? record.value.threads;
  const { test, validation } = dataset.splits;
  const split = command.split ?? (test ? "test" : validation ? "validation" : "train");
  try {
    if (!dataset.splits[split]) return fail(issue("data.empty", { what: split, path: "data.split" }));
    const model = await openModel({ network, provider, threads }, { kind: "evaluation" });
    if (!model.ok) return model;
    const result = await evaluateSplit(document, dataset, split, model.value, tensors.value, async () => {});
    await model.value.session.release();
    return result;
  } finally {
    await dataset.close();
  }
}
