import type { TensorMap } from "../compile/index.ts";
import { type ModelManifest, roleKey } from "../compile/manifest.ts";
import { ok, type Result } from "../core/result.ts";
import type { GraphDocument } from "../graph/document.ts";
import type { Evaluation, Metrics, Score } from "../protocol/index.ts";
import { toNumbers } from "../shape/dtype.ts";
import { confusionMatrix, metricValue } from "../train/metrics.ts";
import { openBatches } from "./data/batches.ts";
import type { Dataset, SplitName } from "./data/dataset.ts";
import { feedsOf, type OpenModel } from "./models.ts";

/** Sums over samples by role key of the output; a scalar is a list of one. */
export type Sums = { [key: string]: number[] };

/** Samples a call of the evaluation. Part of what fixes the numbers, so the same for every run. */
const evaluationBatch = 250;

/**
 * Loss and metrics of one split: sums over all its samples, in their order, then divided once.
 * Errors: those of reading samples, `engine.run`.
 */
export async function evaluateSplit(
  document: GraphDocument,
  dataset: Dataset,
  split: SplitName,
  model: OpenModel,
  carried: TensorMap,
  pause: () => Promise<void>,
): Promise<Result<Evaluation>> {
  const samples = dataset.splits[split]?.count ?? 0;
  const stream = openBatches(dataset, {
    split,
    fields: fieldsFed(model),
    batch: Math.min(evaluationBatch, samples),
    seed: document.seed,
    epoch: 0,
    shuffle: false,
    dropLast: false,
    startBatch: 0,
    chunk: 1,
  });
  const sums: Sums = {};
  for (;;) {
    const chunk = await stream.next();
    if (!chunk.ok) return chunk;
    if (!chunk.value) break;
    const results = await model.session.run(feedsOf(model.manifest, { fields: chunk.value.fields, carried }));
    if (!results.ok) return results;
    for (const { name, role } of model.manifest.outputs) {
      const values = results.value[name];
      if (values) addTo(sums, roleKey(role), toNumbers(values));
    }
    await pause();
  }
  return ok({ split, samples, ...evaluationScore(document, model.manifest, sums) });
}

/** Fields of the data set that a model reads. */
export function fieldsFed({ manifest }: Pick<OpenModel, "manifest">): string[] {
  const names = manifest.inputs.flatMap(({ role }) => {
    if (role.kind === "target") return [role.field];
    return role.kind === "data" && role.field !== null ? [role.field] : [];
  });
  return [...new Set(names)];
}

/** Adds `values` (from `offset` on) to the sums under `key`. */
export function addTo(sums: Sums, key: string, values: ArrayLike<number>, offset = 0, length = values.length): void {
  const held = sums[key] ?? new Array<number>(length).fill(0);
  for (let i = 0; i < length; i++) held[i] = (held[i] as number) + (values[offset + i] as number);
  sums[key] = held;
}

function evaluationScore(document: GraphDocument, manifest: ModelManifest, sums: Sums): Score {
  const losses = document.objectives.map((o) =>
    o.terms.reduce((sum, { weight }, term) => {
      const total = sums[roleKey({ kind: "loss-total", objective: o.id, term })]?.[0] ?? Number.NaN;
      const by = sums[roleKey({ kind: "loss-weight", objective: o.id, term })]?.[0] ?? Number.NaN;
      return sum + (weight * total) / by;
    }, 0),
  );
  return { ...lossesOf(document, losses), ...metricsOf(document, manifest, sums) };
}

/** The loss of the first objective, and those of others by id. */
export function lossesOf(document: GraphDocument, losses: readonly number[]): Pick<Score, "loss" | "others"> {
  const [loss = Number.NaN, ...rest] = losses;
  if (rest.length === 0) return { loss };
  return { loss, others: Object.fromEntries(rest.map((l, i) => [document.objectives[i + 1]?.id ?? "", l])) };
}

/** Metrics by name, of those that the model counts, and the confusion matrix where there is one. */
export function metricsOf(
  document: GraphDocument,
  { outputs }: ModelManifest,
  sums: Sums,
): Pick<Score, "metrics" | "confusion"> {
  const metrics: { [name: string]: number | null } = {};
  let confusion: number[][] | undefined;
  for (const { id, metrics: specs } of document.objectives) {
    specs.forEach(({ metric }, index) => {
      const own = outputs.flatMap(({ role }): [string, number[]][] => {
        const counted = role.kind === "metric" && role.objective === id && role.metric === index;
        return counted ? [[role.accumulator, sums[roleKey(role)] ?? [Number.NaN]]] : [];
      });
      if (own.length === 0) return;
      const name = document.objectives.length > 1 ? `${id}.${metric.kind}` : metric.kind;
      metrics[nameIn(metrics, name)] = metricValue(metric, Object.fromEntries(own));
      if (metric.kind === "confusion-matrix") confusion = confusionMatrix(Object.fromEntries(own));
    });
  }
  return confusion ? { metrics, confusion } : { metrics };
}

/** The same metric of two predictions gets a number. */
function nameIn(metrics: Metrics, name: string): string {
  if (!(name in metrics)) return name;
  let n = 2;
  while (`${name}-${n}` in metrics) n++;
  return `${name}-${n}`;
}
