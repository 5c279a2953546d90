import { useMemo } from "react";
import { useText } from "../../../app/text.ts";
import { useTraining } from "../../../stores/training.ts";
import type { Run } from "../../run.ts";
import { runName } from "../runNames.ts";
import { useDock } from "../state.ts";
import type { Shown } from "./scene.ts";

/** The run and those it is compared with, each with its name and style. */
export function useShown(run: Run): readonly Shown[] {
  const compared = useDock((s) => s.compared);
  const names = useDock((s) => s.names);
  const { run: numbered } = useText().dock.runs;
  // Runs beside the shown one are over or of another tab; the list itself changes with every message.
  const others = useTraining((s) => s.runs);
  const wanted = compared.filter((key) => key !== run.key);
  const beside = wanted.flatMap((key) => others.find((r) => r.key === key) ?? []);
  const kept = JSON.stringify(beside.map((r) => [r.key, r.step, r.phase]));
  // biome-ignore lint/correctness/useExhaustiveDependencies: `kept` says whether those beside have changed
  return useMemo(() => {
    const all = [run, ...beside].filter((r) => r.loss.x.length > 0);
    return all.map((r, style) => ({ run: r, name: ofDocument(r, run, runName(r, names, numbered)), style }));
  }, [run, names, kept, numbered]);
}

/** Runs of other documents say which. */
const ofDocument = (run: Run, shown: Run, name: string): string =>
  run.document.name === shown.document.name ? name : `${run.document.name} ${name}`;
