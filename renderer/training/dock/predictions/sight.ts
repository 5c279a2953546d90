import { fittedWeights, type Tab } from "../../../stores/workspace.ts";
import { isUnderWay, type Run } from "../../run.ts";
import { type Moment, sightOf } from "../../sight.ts";
import { type Task, taskOf } from "./task.ts";

export const splits = ["validation", "test", "train"] as const;
export type Split = (typeof splits)[number];

/** Parts of the data that a run has, the one that says most about it first. */
export const splitsOf = ({ plan }: Pick<Run, "plan">): readonly Split[] =>
  plan ? splits.filter((s) => plan.samples[s] > 0) : [];

/** Where the predictions of a run come from now. */
export interface Situation {
  readonly run: Run;
  readonly task: Task;
  readonly at: Moment;
  /** It trains on meanwhile. */
  readonly moving: boolean;
}

/**
 * Null while there is nothing to ask: before models are there, and after the end until the weights are. A run that has
 * failed has no weights that say anything.
 */
export function situationOf(tab: Tab, run: Run): Situation | null {
  const task = taskOf(isUnderWay(run) ? run.document : tab.edited.document);
  if (!task || !run.plan) return null;
  const live = run.phase === "running" || run.phase === "paused";
  if (live && run.engine !== "up") return null;
  if (!live && !(run.phase === "done" && fittedWeights(tab).weights)) return null;
  const refs = [task.prediction, task.target];
  const { at, seen } = sightOf(tab, run, refs);
  return seen.every((s) => s) ? { run, task, at, moving: run.phase === "running" } : null;
}
