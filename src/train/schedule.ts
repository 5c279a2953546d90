import type { ScheduleSpec } from "../graph/training.ts";

/**
 * Where a run stands, for its learning rate. Steps and epochs count updates and passes that are done: the first is 0.
 */
export interface SchedulePoint {
  readonly step: number;
  readonly epoch: number;
  readonly totalSteps: number;
  readonly totalEpochs: number;
  /** For `plateau`: the state after the last epoch. */
  readonly plateau?: PlateauState;
}

type Of<K extends ScheduleSpec["kind"]> = Extract<ScheduleSpec, { kind: K }>;

/**
 * Learning rate of the update that follows `at`, from the rate of the optimizer. With t the steps or epochs done:
 *
 * - step: base * factor^floor(t / every)
 * - exponential: base * factor^t
 * - cosine: min + (base - min) (1 + cos(π t / period)) / 2, after the period min; with restarts, from the top again
 * - linear: base * (from + (to - from) min(t / length, 1))
 * - one-cycle: from base / startDivisor up to base, then down to base / startDivisor / endDivisor, both as half a
 *   cosine
 * - plateau: base * factor^(reductions so far), at least min
 *
 * A period or length of null is the whole run. Warm-up multiplies by from + (1 - from) min(step / steps, 1). Same
 * values as the schedulers of torch.optim.lr_scheduler of these names, but for cosine after its period, which rises
 * there.
 */
export function learningRateAt(schedule: ScheduleSpec, base: number, at: SchedulePoint): number {
  return scheduled(schedule, base, at) * warmupFactor(schedule, at.step);
}

function scheduled(schedule: ScheduleSpec, base: number, at: SchedulePoint): number {
  switch (schedule.kind) {
    case "constant":
      return base;
    case "step":
      return base * schedule.factor ** Math.floor(count(schedule, at) / schedule.every);
    case "exponential":
      return base * schedule.factor ** count(schedule, at);
    case "cosine":
      return cosine(schedule, base, at);
    case "linear": {
      const { from, to } = schedule;
      return base * (from + (to - from) * Math.min(count(schedule, at) / (schedule.length ?? whole(schedule, at)), 1));
    }
    case "one-cycle":
      return oneCycle(schedule, base, at);
    case "plateau":
      return Math.max(base * schedule.factor ** (at.plateau?.reductions ?? 0), Math.min(schedule.minimum, base));
  }
}

function warmupFactor(schedule: ScheduleSpec, step: number): number {
  const warmup = "warmup" in schedule ? schedule.warmup : null;
  return warmup ? warmup.from + (1 - warmup.from) * Math.min(step / warmup.steps, 1) : 1;
}

const count = (schedule: { unit: "step" | "epoch" }, at: SchedulePoint): number =>
  schedule.unit === "step" ? at.step : at.epoch;

const whole = (schedule: { unit: "step" | "epoch" }, at: SchedulePoint): number =>
  Math.max(schedule.unit === "step" ? at.totalSteps : at.totalEpochs, 1);

function cosine(schedule: Of<"cosine">, base: number, at: SchedulePoint): number {
  let t = count(schedule, at);
  let period = schedule.period ?? whole(schedule, at);
  if (schedule.restarts) ({ t, period } = withinPeriod(t, period, schedule.periodFactor));
  const { minimum } = schedule;
  return minimum + (base - minimum) * between(1, 0, Math.min(t / period, 1));
}

/** SGDR (Loshchilov & Hutter 2017): each period is `factor` times the one before. */
function withinPeriod(t: number, period: number, factor: number): { t: number; period: number } {
  if (factor === 1) return { t: t % period, period };
  let [left, length] = [t, period];
  while (left >= length) {
    left -= length;
    length *= factor;
  }
  return { t: left, period: length };
}

/** From a to b along half a cosine, at `part` of the way. */
const between = (a: number, b: number, part: number): number => b + (a - b) * 0.5 * (1 + Math.cos(Math.PI * part));

/** The peak is at the end of step riseFraction * total - 1, the end at step total - 1. */
function oneCycle(schedule: Of<"one-cycle">, peak: number, at: SchedulePoint): number {
  const start = peak / schedule.startDivisor;
  const end = start / schedule.endDivisor;
  const top = Math.max(schedule.riseFraction * at.totalSteps - 1, 0);
  const last = at.totalSteps - 1;
  if (at.step < top) return between(start, peak, at.step / top);
  return between(peak, end, last > top ? Math.min((at.step - top) / (last - top), 1) : 1);
}

/** Memory of a plateau schedule between epochs; plain data, kept in checkpoints. */
export interface PlateauState {
  readonly best: number | null;
  /** Epochs since the best. */
  readonly bad: number;
  readonly reductions: number;
}

export const plateauStart: PlateauState = { best: null, bad: 0, reductions: 0 };

/** True when `value` is better than `best` by more than `minDelta`. NaN is never better. */
export function improves(value: number, best: number | null, minDelta: number, mode: "min" | "max"): boolean {
  if (Number.isNaN(value)) return false;
  if (best === null) return true;
  return mode === "min" ? value < best - minDelta : value > best + minDelta;
}

/**
 * The state after an epoch whose watched value is `value`. As `torch.optim.lr_scheduler.ReduceLROnPlateau` with
 * `threshold_mode="abs"`: the rate is reduced in the epoch after `patience` epochs without an improvement.
 */
export function plateauAfter(
  schedule: Of<"plateau">,
  state: PlateauState,
  value: number,
  mode: "min" | "max" = "min",
): PlateauState {
  if (improves(value, state.best, schedule.minDelta, mode)) return { ...state, best: value, bad: 0 };
  const bad = state.bad + 1;
  return bad > schedule.patience ? { ...state, bad: 0, reductions: state.reductions + 1 } : { ...state, bad };
}
