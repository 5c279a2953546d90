import { ArrowRightToLine, CirclePlay, Gauge, Play, Redo2, RotateCcw, Square, StepForward } from "lucide-react";
import { previewSelected } from "../../probes/actions.ts";
import { runOf, training } from "../../stores/training.ts";
import { activeTab, workspace } from "../../stores/workspace.ts";
import {
  actionOf,
  canContinue,
  continueTraining,
  reset,
  setLearningRate,
  step,
  stop,
  toggle,
  trainAnew,
} from "../../training/control.ts";
import { isUnderWay, type Run } from "../../training/run.ts";
import type { Command } from "../command.ts";
import { prompt } from "../dialogs.ts";
import { editing, hasDocument } from "../editing.ts";
import { currentText } from "../text.ts";

const tabNow = () => activeTab(workspace.getState());
const runNow = (): Run | null => runOf(training.getState(), tabNow()?.id ?? null);
const underWay = (): boolean => isUnderWay(runNow());

/** Asks for a learning rate of the run under way. */
async function askRate(): Promise<void> {
  const text = currentText().run;
  const now = runNow()?.learningRate.y.at(-1);
  const given = await prompt({
    title: text.rateTitle,
    label: text.rateLabel,
    value: now === undefined ? "" : String(Number(now.toPrecision(6))),
    action: text.rateAction,
    check: (value) => (isRate(value) ? null : text.rateForm),
  });
  if (given !== null) await setLearningRate(Number(given));
}

const isRate = (text: string): boolean => text.trim() !== "" && Number.isFinite(Number(text)) && Number(text) >= 0;

export const runCommands: readonly Command[] = [
  {
    id: "run.toggle",
    icon: Play,
    keys: ["Mod+Enter"],
    inFields: true,
    enabled: () => hasDocument() && actionOf(runNow(), tabNow()) !== "wait",
    run: toggle,
  },
  {
    id: "run.step",
    icon: StepForward,
    keys: ["F10"],
    inFields: true,
    enabled: () => hasDocument() && runNow()?.phase !== "stopping" && runNow()?.phase !== "preparing",
    run: step,
  },
  {
    id: "run.stop",
    icon: Square,
    keys: ["Mod+Alt+Enter", "Shift+F5"],
    inFields: true,
    enabled: () => underWay() && runNow()?.phase !== "stopping",
    run: stop,
  },
  {
    id: "run.continue",
    icon: Redo2,
    separate: true,
    enabled: () => canContinue(runNow(), tabNow()),
    run: continueTraining,
  },
  { id: "run.anew", icon: CirclePlay, enabled: () => hasDocument() && !underWay(), run: trainAnew },
  {
    id: "run.reset",
    icon: RotateCcw,
    enabled: () => runNow() !== null || (tabNow()?.weights ?? null) !== null,
    run: reset,
  },
  {
    id: "run.upTo",
    icon: ArrowRightToLine,
    separate: true,
    enabled: () => editing()?.nodes.length === 1,
    run: () => previewSelected(),
  },
  { id: "run.rate", icon: Gauge, enabled: underWay, run: askRate },
];
