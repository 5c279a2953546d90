import type { Run } from "../run.ts";

type Timed = Pick<Run, "plan" | "step" | "phase" | "epochs">;

const isOver = (phase: Run["phase"]): boolean => phase === "done" || phase === "failed";

/** Steps that the slider is long: the planned ones, of a run that is over those that were done. */
export function totalOf({ plan, step, phase }: Omit<Timed, "epochs">): number {
  return Math.max(1, step, isOver(phase) ? 0 : (plan?.steps ?? 0));
}

/** The step at a part of the slider's length. */
export const stepAt = (part: number, run: Timed): number =>
  Math.min(run.step, Math.max(0, Math.round(part * totalOf(run))));

/** More marks than this run into each other. */
const marksAtMost = 30;

/** Ends of epochs along the slider, the coming ones included: all, or every fifth, tenth and so on. */
export function epochMarks(run: Timed): readonly number[] {
  const per = run.plan?.stepsPerEpoch ?? 0;
  if (per <= 0) return [];
  const total = totalOf(run);
  const count = Math.floor(total / per);
  const by = [1, 5, 10, 50, 100, 500, 1000, 5000, 10_000, 50_000].find((n) => count / n <= marksAtMost) ?? count;
  return Array.from({ length: Math.floor(count / by) + 1 }, (_, i) => i * by * per);
}

/** Where a key takes the time machine; null for a key that is none of its own. */
export function moved(key: string, at: number, run: Timed, far: boolean): number | null {
  const per = Math.max(1, run.plan?.stepsPerEpoch ?? 10);
  const steps = far ? 10 : 1;
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return Math.max(0, at - steps);
    case "ArrowRight":
    case "ArrowUp":
      return at + steps;
    case "PageDown":
      return Math.max(0, (Math.ceil(at / per) - 1) * per);
    case "PageUp":
      return (Math.floor(at / per) + 1) * per;
    case "Home":
      return 0;
    case "End":
      return run.step;
    default:
      return null;
  }
}
