import { invariant } from "../core/invariant.ts";
import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";

/** What of the training settings decides which steps there are. */
export interface PlanSettings {
  readonly batch: number;
  readonly epochs: number;
  /** Upper limit of steps, or null. */
  readonly steps: number | null;
  /** Micro-batches a step. */
  readonly accumulate: number;
  readonly dropLast: boolean;
}

/** Steps of one form within an epoch, all from one model: `accumulate` micro-batches of `batch` samples. */
export interface Segment {
  /** First step of the epoch that has this form, counted from 0. */
  readonly first: number;
  readonly steps: number;
  readonly batch: number;
  readonly accumulate: number;
  /** First sample (in the order of the epoch). */
  readonly sample: number;
}

/** All steps of a run. An epoch has one main segment and up to two shorter steps for what is left over. */
export interface RunPlan {
  readonly samples: number;
  readonly batch: number;
  readonly accumulate: number;
  readonly segments: readonly Segment[];
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  readonly totalSteps: number;
}

/**
 * Plans a run over `samples` training samples. With A micro-batches of B samples a step, an epoch has
 * floor(n / AB) full steps; of the rest, the whole micro-batches make one step and the last partial one another,
 * unless `dropLast`. Errors: `training.bad-value` when no step is left.
 */
export function planRun(samples: number, settings: PlanSettings): Result<RunPlan> {
  const batch = Math.min(settings.batch, Math.max(samples, 1));
  // A set smaller than the batch is one batch, unless smaller batches are to be left out.
  const size = settings.dropLast ? settings.batch : batch;
  const segments = segmentsOf(samples, size, settings.accumulate, settings.dropLast);
  const last = segments.at(-1);
  if (!last) {
    const expected = `<= ${samples}`;
    const path = "training.batch";
    return fail(issue("training.bad-value", { path, what: "batch", expected, found: String(settings.batch) }));
  }
  const stepsPerEpoch = last.first + last.steps;
  const wanted = stepsPerEpoch * settings.epochs;
  return ok({
    samples,
    batch: size,
    accumulate: settings.accumulate,
    segments,
    stepsPerEpoch,
    epochs: settings.epochs,
    totalSteps: settings.steps === null ? wanted : Math.min(wanted, settings.steps),
  });
}

function segmentsOf(samples: number, batch: number, accumulate: number, dropLast: boolean): Segment[] {
  const segments: Segment[] = [];
  let sample = 0;
  let first = 0;
  const add = (steps: number, form: { batch: number; accumulate: number }): void => {
    if (steps < 1 || form.accumulate < 1 || form.batch < 1) return;
    segments.push({ first, steps, ...form, sample });
    first += steps;
    sample += steps * form.batch * form.accumulate;
  };
  add(Math.floor(samples / (batch * accumulate)), { batch, accumulate });
  if (dropLast) return segments;
  add(1, { batch, accumulate: Math.floor((samples - sample) / batch) });
  add(1, { batch: samples - sample, accumulate: 1 });
  return segments;
}

/** The segment that step `stepInEpoch` (from 0) belongs to. */
export function segmentAt(plan: RunPlan, stepInEpoch: number): Segment {
  const found = plan.segments.find((s) => stepInEpoch >= s.first && stepInEpoch < s.first + s.steps);
  invariant(found, `step ${stepInEpoch} of an epoch of ${plan.stepsPerEpoch}`);
  return found;
}

/** First sample of step `stepInEpoch` in the order of its epoch. */
export function sampleAt(segment: Segment, stepInEpoch: number): number {
  return segment.sample + (stepInEpoch - segment.first) * segment.batch * segment.accumulate;
}
