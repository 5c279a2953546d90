import { useMemo } from "react";
import { useText } from "../../../app/text.ts";
import { training, useTraining } from "../../../stores/training.ts";
import type { Run } from "../../run.ts";
import { runName } from "../runNames.ts";
import { useDock } from "../state.ts";
import type { Shown } from "./scene.ts";

/** The run and those it is compared with, each with its name and style. */
export function useShown(run: Run): readonly Shown[] {
  const compared = useDock((s) => s.compared);
  const names = useDock((s) => s.names);
  const { run: numbered } = useText().dock.runs;
  const beside = (runs: readonly Run[]): readonly Run[] =>
    compared.filter((key) => key !== run.key).flatMap((key) => runs.find((r) => r.key === key) ?? []);
  // Runs beside the shown one are over or of another tab; the list itself changes with every message.
  const kept = useTraining((s) => JSON.stringify(beside(s.runs).map((r) => [r.key, r.step, r.phase])));
  // biome-ignore lint/correctness/useExhaustiveDependencies: `kept` says whether those beside have changed
  return useMemo(() => {
    const all = [run, ...beside(training.getState().runs)].filter((r) => r.loss.x.length > 0);
    return all.map((r, style) => ({ run: r, name: ofDocument(r, run, runName(r, names, numbered)), style }));
  }, [run, names, kept, numbered]);
}

/** Runs of other documents say which. */
const ofDocument = (run: Run, shown: Run, name: string): string =>
  run.document.name === shown.document.name ? name : `${run.document.name} ${name}`;
