import { useEffect } from "react";
import { useText } from "../app/text.ts";
import { host } from "../bridge/host.ts";
import { runOf, type TrainingStore, useTraining } from "../stores/training.ts";
import { useWorkspace } from "../stores/workspace.ts";
import { isUnderWay, type Run } from "./run.ts";

/** The run that the title of the window tells of: that of the active tab, else whichever is under way. */
function toldRun(s: TrainingStore, tab: string | null): Run | null {
  const shown = runOf(s, tab);
  return shown && isUnderWay(shown) ? shown : (s.runs.find(isUnderWay) ?? null);
}

/** How much of a run is done, from 0 to 1. */
export const shareOf = ({ step, plan }: Run): number => (plan ? Math.min(1, step / Math.max(1, plan.steps)) : 0);

/**
 * What the title of the window says of the training under way, `▶ 42 % LeNet`; null while there is none. The desktop app
 * shows the same in the task bar.
 */
export function useRunTitle(): string | null {
  const text = useText().run.title;
  const tab = useWorkspace((s) => s.active);
  // A sentence and not the run: it changes a hundred times and not at every step.
  const title = useTraining((s) => {
    const run = toldRun(s, tab);
    if (!run) return null;
    const { name } = run.document;
    if (run.phase === "preparing") return text.preparing(name);
    const percent = Math.floor(shareOf(run) * 100);
    return run.phase === "paused" ? text.paused(name, percent) : text.running(name, percent);
  });
  const percent = useTraining((s) => {
    const run = toldRun(s, tab);
    return run && Math.floor(shareOf(run) * 100);
  });
  useEffect(() => host.progress?.(percent === null ? null : percent / 100), [percent]);
  return title;
}
