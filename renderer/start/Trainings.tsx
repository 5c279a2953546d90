import { Activity } from "lucide-react";
import { useEffect, useState } from "react";
import { readDocument } from "../../src/graph/read.ts";
import type { EarlierRun } from "../../src/protocol/index.ts";
import { ask } from "../app/dialogs.ts";
import { currentText, useLocale, useText } from "../app/text.ts";
import { engine } from "../bridge/engine.ts";
import { countText } from "../inspector/numbers.ts";
import { useTraining } from "../stores/training.ts";
import { workspace } from "../stores/workspace.ts";
import { resumeEarlier, showRun } from "../training/control.ts";
import { isUnderWay } from "../training/run.ts";
import { Button } from "../ui/Button.tsx";
import styles from "./Recovery.module.css";
import { timeAgo } from "./timeAgo.ts";

/** Trainings whose document is not open: those of the program as it runs, and those that were broken off. */
export function Trainings() {
  const text = useText().run.start;
  const locale = useLocale();
  const runs = useTraining((s) => s.runs).filter((r) => r.tab === null && (isUnderWay(r) || r.done !== null));
  const [earlier, forget] = useEarlier();
  if (runs.length === 0 && earlier.length === 0) return null;
  return (
    <section className={styles.recovery} aria-labelledby="trainings-title">
      <Activity size="1.25rem" aria-hidden="true" />
      <div className={styles.body}>
        <h2 id="trainings-title">{text.title}</h2>
        <ul>
          {runs.map((run) => (
            <li key={run.key}>
              <strong>{run.document.name}</strong>
              <span>{isUnderWay(run) ? text.underWay(countText(run.step)) : text.done(countText(run.step))}</span>
              <Button size="sm" onClick={() => showRun(run)}>
                {text.show}
              </Button>
            </li>
          ))}
          {earlier.map((run) => (
            <li key={run.run}>
              <strong>{run.name}</strong>
              <span>
                {text.brokenOff(countText(run.step))} · {timeAgo(run.time, Date.now(), locale)}
              </span>
              <Button size="sm" onClick={() => void resume(run)}>
                {text.resume}
              </Button>
              <Button size="sm" kind="quiet" onClick={() => void discard(run, forget)}>
                {text.forget}
              </Button>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

/** Runs that were broken off, as the program knows them, and how one of them is struck off. */
function useEarlier(): readonly [readonly EarlierRun[], (run: EarlierRun) => void] {
  const ready = useTraining((s) => s.connection === "ready");
  const underWay = useTraining((s) => s.runs.some(isUnderWay));
  const [list, setList] = useState<readonly EarlierRun[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when a run begins or ends
  useEffect(() => {
    let shown = true;
    if (ready)
      void engine()
        ?.request("runs", {})
        .then((r) => shown && r.ok && setList(r.value));
    return () => {
      shown = false;
    };
  }, [ready, underWay]);
  return [list, (run) => setList((all) => all.filter((r) => r !== run))];
}

async function resume({ document, run }: EarlierRun): Promise<void> {
  const read = readDocument(document);
  if (read.ok) await resumeEarlier(run, workspace.getState().open(read.value, null, { unsaved: true }));
}

async function discard(run: EarlierRun, forget: (run: EarlierRun) => void): Promise<void> {
  const text = currentText();
  const answer = await ask({
    title: text.run.start.forgetTitle(run.name),
    text: text.run.start.forgetText,
    buttons: [
      { id: "cancel", label: text.shell.cancel },
      { id: "forget", label: text.run.start.forget, danger: true },
    ],
  });
  if (answer !== "forget") return;
  const done = await engine()?.request("forget-run", { run: run.run });
  if (done?.ok) forget(run);
}
