import type { TensorMap } from "../compile/index.ts";
import { invariant } from "../core/invariant.ts";
import { ok, type Result } from "../core/result.ts";
import type { GraphDocument } from "../graph/document.ts";
import type { Progress } from "../train/checkpoint.ts";
import { type RunPlan, sampleAt, segmentAt } from "../train/plan.ts";
import { learningRateAt } from "../train/schedule.ts";
import { type BatchStream, openBatches } from "./data/batches.ts";
import type { TrainingCall } from "./models.ts";
import type { PreparedRun } from "./prepare.ts";

/** A moment between two calls that a run can go on from. */
export interface Moment {
  readonly tensors: TensorMap;
  readonly progress: Progress;
}

/** What decides which samples a step gets. */
type StepPlan = Pick<PreparedRun, "network" | "dataset" | "plan" | "fields">;

/**
 * Gives the samples and learning rates of any steps of a run: those that follow at once without a search, others by
 * going to their place in the epoch.
 */
export class StepSource {
  readonly #run: StepPlan;
  #stream: { readonly epoch: number; readonly batches: BatchStream } | null = null;

  constructor(run: StepPlan) {
    this.#run = run;
  }

  /** The next steps after a moment: `steps` of them, fewer at the end of a segment. Errors: those of reading samples. */
  async next({ tensors, progress }: Moment, steps: number): Promise<Result<TrainingCall>> {
    const segment = segmentAt(this.#run.plan, progress.stepInEpoch);
    const first = Math.floor(sampleAt(segment, progress.stepInEpoch) / this.#run.plan.batch);
    if (this.#stream?.epoch !== progress.epoch || this.#stream.batches.position !== first) {
      this.#stream = { epoch: progress.epoch, batches: this.#open(progress.epoch, first) };
    }
    const chunk = await this.#stream.batches.next(steps * segment.accumulate);
    if (!chunk.ok) return chunk;
    invariant(chunk.value?.batch === segment.batch, "a batch that was not planned");
    const done = chunk.value.steps / segment.accumulate;
    const learningRates = learningRatesAt(this.#run.network.document, this.#run.plan, progress, done);
    const { fields } = chunk.value;
    return ok({ segment, steps: done, fields, carried: tensors, learningRates, step: progress.step + 1 });
  }

  #open(epoch: number, startBatch: number): BatchStream {
    const { dataset, network, plan, fields } = this.#run;
    const { document } = network;
    return openBatches(dataset, {
      split: "train",
      fields,
      batch: plan.batch,
      seed: document.seed,
      epoch,
      shuffle: document.data?.shuffle ?? true,
      dropLast: false,
      startBatch,
      chunk: plan.accumulate,
    });
  }
}

/** Rates of the next steps, by objective. */
export function learningRatesAt(
  { training }: GraphDocument,
  { totalSteps, epochs: totalEpochs }: RunPlan,
  { step, epoch, plateau, learningRates }: Progress,
  steps: number,
): Map<string, number[]> {
  const rate = (base: number) => (_: unknown, i: number) =>
    learningRateAt(training.schedule, base, { step: step + i, epoch, totalSteps, totalEpochs, plateau });
  return new Map(Object.entries(learningRates).map(([id, base]) => [id, Array.from({ length: steps }, rate(base))]));
}
