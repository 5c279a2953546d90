import type { ModelManifest } from "../compile/manifest.ts";
import { ok, type Result } from "../core/result.ts";
import type { GraphDocument } from "../graph/document.ts";
import { type Tensor, tensor } from "../shape/dtype.ts";
import type { Progress } from "../train/checkpoint.ts";
import { planRun } from "../train/plan.ts";
import { fieldsFed } from "./evaluate.ts";
import { openData } from "./prepare.ts";
import { StepSource } from "./steps.ts";

/**
 * What the next `count` steps of a training are fed with, for whoever runs the training step without Gradloom: by
 * input of the step an array `[steps, ...]` of samples, targets or learning rates, in the order of the training.
 * Fewer than `count` where a step of another batch size comes first, the last of an epoch. Errors: those of data.
 */
export async function feedsAhead(
  document: GraphDocument,
  baseFolder: string,
  manifest: ModelManifest,
  progress: Progress,
  count: number,
): Promise<Result<ReadonlyMap<string, Tensor>>> {
  const data = await openData(document, baseFolder);
  if (!data.ok) return data;
  const { dataset, network } = data.value;
  const plan = planRun(dataset.splits.train.count, document.training);
  if (!plan.ok) return plan;
  const steps = new StepSource({ network, dataset, plan: plan.value, fields: fieldsFed({ manifest }) });
  const call = await steps.next({ tensors: new Map(), progress }, count);
  await dataset.close();
  if (!call.ok) return call;
  const { fields, learningRates, steps: done } = call.value;
  const arrays = manifest.inputs.flatMap(({ name, role, dtype, shape }): [string, Tensor][] => {
    const dims = [done, ...(shape as readonly number[])];
    if (role.kind === "learning-rate")
      return [[name, tensor("float32", dims, learningRates.get(role.objective) ?? [])]];
    const field = role.kind === "target" ? role.field : role.kind === "data" ? role.field : null;
    const values = field === null ? undefined : fields[field];
    return values ? [[name, { dtype, dims, data: values }]] : [];
  });
  return ok(new Map(arrays));
}
