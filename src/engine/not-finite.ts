import type { TensorMap } from "../compile/index.ts";
import type { ModelManifest } from "../compile/manifest.ts";
import type { EngineIssues } from "../core/issues/engine.ts";
import { ok, type Result } from "../core/result.ts";
import type { Tensor, TypedArray } from "../shape/dtype.ts";
import type { Segment } from "../train/plan.ts";
import { feedsOf, type OpenModel, openCompiled, outputsOf, type TrainingResult, trainingResult } from "./models.ts";
import type { PreparedRun } from "./prepare.ts";
import { type Moment, StepSource } from "./steps.ts";

/** The first value of a run that was not finite. */
export type Culprit = EngineIssues["engine.not-finite"] & { readonly node: string | null };

/** The culprit and the moment before its step, whose tensors are finite. */
export interface Found {
  readonly culprit: Culprit;
  readonly before: Moment;
}

/** Whether no tensor has a NaN or an infinity. */
export function allFinite(tensors: TensorMap): boolean {
  for (const { data } of tensors.values()) if (!isFiniteArray(data)) return false;
  return true;
}

function isFiniteArray(data: TypedArray): boolean {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return true;
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false;
  return true;
}

/**
 * Does the steps after `moment`, whose tensors are finite, once more up to step `last`, one by one, with a model that
 * says of every value whether it is finite. The culprit is the first that is not, in the first step that leaves a
 * loss, parameter or state that is not; values that were not finite in a step that did no harm (a quotient that a
 * selection drops) do not count. Null when every step went well.
 */
export async function findCulprit(run: PreparedRun, moment: Moment, last: number): Promise<Result<Found | null>> {
  const source = new StepSource(run);
  const models = new FiniteModels(run);
  try {
    return await search(run, moment, last, source, models);
  } finally {
    await models.release();
  }
}

async function search(
  run: PreparedRun,
  from: Moment,
  last: number,
  source: StepSource,
  models: FiniteModels,
): Promise<Result<Found | null>> {
  const harmless = new Set<string>();
  let { tensors, progress } = from;
  while (progress.step < last) {
    const call = await source.next({ tensors, progress }, 1);
    if (!call.ok) return call;
    const field = Object.entries(call.value.fields).find(([, data]) => !isFiniteArray(data));
    const step = progress.step + 1;
    const before = { tensors, progress };
    if (field) {
      const culprit = { step, what: "data", name: field[0], value: badValue(field[1]), node: null } as const;
      return ok({ culprit, before });
    }
    const model = await models.get(call.value.segment);
    if (!model.ok) return model;
    const { session, manifest } = model.value;
    const results = await session.run(feedsOf(manifest, { ...call.value, seed: run.network.document.seed }));
    if (!results.ok) return results;
    const result = trainingResult(manifest, results.value, tensors);
    const flagged = flaggedIn(manifest, results.value).filter((f) => !harmless.has(f.operator));
    if (!isGood(result)) return ok({ culprit: culpritOf(step, flagged[0], result), before });
    for (const f of flagged) harmless.add(f.operator);
    tensors = result.carried;
    progress = { ...progress, step, stepInEpoch: progress.stepInEpoch + 1 };
  }
  return ok(null);
}

const isGood = ({ losses, carried }: TrainingResult): boolean =>
  [...losses.values()].every((l) => Number.isFinite(l[0])) && allFinite(carried);

type Flagged = NonNullable<ModelManifest["finite"]>[number];

function flaggedIn(manifest: ModelManifest, results: { readonly [output: string]: Tensor }): Flagged[] {
  const [found] = outputsOf(manifest, results, "finite");
  return (manifest.finite ?? []).filter((_, i) => Number.isNaN(found?.tensor.data[i]));
}

const kinds: { readonly [pass: string]: Culprit["what"] } = {
  forward: "activation",
  backward: "gradient",
  optimizer: "update",
};

function culpritOf(step: number, first: Flagged | undefined, { losses, carried }: TrainingResult): Culprit {
  const loss = [...losses.values()].map((l) => l[0] as number).find((l) => !Number.isFinite(l));
  if (first) {
    const what = kinds[first.pass] ?? "loss";
    const value = what === "loss" && loss !== undefined ? String(loss) : "NaN / Infinity";
    return { step, what, name: first.operator, value, node: first.node };
  }
  // The operators do not show it: an output of the step itself.
  if (loss !== undefined) return { step, what: "loss", name: "loss", value: String(loss), node: null };
  const [name, tensor] = [...carried].find(([, t]) => !isFiniteArray(t.data)) ?? ["", null];
  return { step, what: "update", name, value: tensor ? badValue(tensor.data) : "NaN", node: null };
}

function badValue(data: TypedArray): string {
  return String(Array.from(data as Float32Array).find((v) => !Number.isFinite(v)));
}

/** The models of single steps that check their values, by form of step. */
class FiniteModels {
  readonly #run: PreparedRun;
  readonly #open = new Map<string, OpenModel>();

  constructor(run: PreparedRun) {
    this.#run = run;
  }

  async get(segment: Segment): Promise<Result<OpenModel>> {
    const key = `${segment.batch}x${segment.accumulate}`;
    const held = this.#open.get(key);
    if (held) return ok(held);
    const compiled = this.#run.models.compile(segment, { finite: true });
    if (!compiled.ok) return compiled;
    const { provider, threads } = this.#run;
    const opened = await openCompiled(compiled.value, { provider: provider.used, threads });
    if (opened.ok) this.#open.set(key, opened.value);
    return opened;
  }

  async release(): Promise<void> {
    for (const { session } of this.#open.values()) await session.release();
  }
}
