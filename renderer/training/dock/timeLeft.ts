import type { Run } from "../run.ts";

type Told = Pick<Run, "plan" | "step" | "samplesPerSecond" | "epochs">;

/** Steps a second of late; 0 before the first message. */
export function pace({ plan, samplesPerSecond }: Pick<Run, "plan" | "samplesPerSecond">): number {
  return plan ? samplesPerSecond / (plan.batch * plan.accumulate) : 0;
}

/** Epochs that the estimate looks back on. */
const lookBack = 5;

/**
 * Seconds until the last step; null while nothing is known. From whole epochs once there is one, since evaluation takes
 * its part; before that from the pace of the steps.
 */
export function secondsLeft(run: Told): number | null {
  const { plan, step, epochs } = run;
  if (!plan || step === 0) return null;
  const left = Math.max(0, plan.steps - step);
  if (epochs.length > 0) return (left / plan.stepsPerEpoch) * median(lengths(epochs.slice(-lookBack - 1)));
  const steps = pace(run);
  return steps > 0 ? left / steps : null;
}

/** Events tell the seconds of the run at the end of an epoch: one took what lies between two of them. */
const lengths = (epochs: Run["epochs"]): readonly number[] =>
  epochs.length === 1
    ? epochs.map((e) => e.seconds / e.epoch)
    : epochs.slice(1).map((e, i) => e.seconds - (epochs[i]?.seconds ?? 0));

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
