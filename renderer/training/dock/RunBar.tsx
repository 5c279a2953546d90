import { CornerUpRight, SkipForward, SlidersHorizontal } from "lucide-react";
import { useText } from "../../app/text.ts";
import { countText } from "../../inspector/numbers.ts";
import { runOf, training, useTraining } from "../../stores/training.ts";
import { workspace } from "../../stores/workspace.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Menu, type MenuEntry } from "../../ui/Menu.tsx";
import { Popover } from "../../ui/Popover.tsx";
import { isUnderWay, type Run } from "../run.ts";
import { valueAt } from "./curves/thin.ts";
import { type Moment, momentsOf } from "./moments.ts";
import styles from "./RunBar.module.css";
import { RunButtons } from "./RunButtons.tsx";
import { BatchField, EpochsField, RateField, SetupFields } from "./RunFields.tsx";
import { chosenText, clockText, metricText, numberText, paceText } from "./readings.ts";
import { TimeSlider } from "./TimeSlider.tsx";
import { pace, secondsLeft } from "./timeLeft.ts";
import { usePhase, useRun } from "./useRun.ts";
import { metricName, reading } from "./words.ts";

/** What runs and how far it is: the buttons, the time machine, what is read off all the time. */
export function RunBar() {
  // Buttons and menus are drawn anew when the phase changes, only the figures with every step.
  const run = usePhase();
  const text = useText().dock;
  return (
    <div className={styles.bar} data-run-bar={run?.phase ?? "none"}>
      <RunButtons run={run} />
      {run ? (
        <>
          <Step />
          <Slider />
          <NowButton />
          <Menu
            trigger={<IconButton label={text.jump} icon={CornerUpRight} />}
            entries={() => jumps(shownRun(), text.jumps)}
          />
          <Figures />
          <Setup running={isUnderWay(run)} />
          <Pace />
        </>
      ) : (
        <Beforehand />
      )}
    </div>
  );
}

const shownRun = (): Run | null => runOf(training.getState(), workspace.getState().active);

/** Before the first run: how long, in what portions, how fast. */
function Beforehand() {
  return (
    <div className={styles.fields}>
      <EpochsField />
      <BatchField />
      <RateField />
    </div>
  );
}

function Step() {
  const text = useText().dock;
  const run = useRun();
  const cursor = useTraining((s) => s.cursor);
  if (!run) return null;
  const step = cursor ?? run.step;
  const epochs = Math.ceil((run.plan?.steps ?? 0) / (run.plan?.stepsPerEpoch ?? 1));
  const epoch = Math.min(epochs, Math.floor(step / (run.plan?.stepsPerEpoch ?? 1)) + 1);
  return (
    <span className={styles.step} data-reading="step">
      <span className={styles.word}>{text.step}</span> <b>{countText(step)}</b>
      {run.plan && (
        <>
          <span className={`${styles.word} ${styles.total}`}> / {countText(run.plan.steps)}</span>
          <span className={styles.epoch}>{text.epoch(countText(epoch), countText(epochs))}</span>
        </>
      )}
    </span>
  );
}

function Slider() {
  const run = useRun();
  return run && <TimeSlider run={run} />;
}

function NowButton() {
  const text = useText().dock;
  const now = useTraining((s) => s.cursor === null);
  return (
    <IconButton
      label={text.nowTip}
      icon={SkipForward}
      disabled={now}
      onClick={() => training.getState().set({ cursor: null })}
    />
  );
}

type JumpText = ReturnType<typeof useText>["dock"]["jumps"];

function jumps(run: Run | null, text: JumpText): readonly MenuEntry[] {
  if (!run) return [];
  const to = (step: number, label: string): MenuEntry => ({
    label,
    onSelect: () => training.getState().set({ cursor: step >= run.step ? null : step }),
  });
  const named = (m: Moment): string => {
    if (m.kind === "nan") return text.nan(countText(m.step));
    if (m.kind === "spike") return text.spike(countText(m.step), numberText(m.value));
    return text.best(countText(m.epoch ?? 0), numberText(m.value));
  };
  const moments = momentsOf(run).map((m) => to(m.step, named(m)));
  return [to(0, text.begin), "separator", ...(moments.length > 0 ? moments : [{ heading: text.none }])];
}

/** Loss, metric and rate; at an earlier step where the time machine stands there. */
function Figures() {
  const text = useText().dock;
  const run = useRun();
  const cursor = useTraining((s) => s.cursor);
  if (!run) return null;
  const step = cursor ?? run.step;
  const loss = valueAt(run.loss, step);
  const metric = reading(run, cursor);
  const rate = valueAt(run.learningRate, step);
  const where = metric ? text.whereMeasured[metric.where](countText(metric.epoch)) : "";
  return (
    <span className={styles.readings}>
      <Reading id="loss" name={text.loss} value={loss === null ? "–" : numberText(loss)} />
      {metric && (
        <span className={styles.reading} data-reading="metric" title={where}>
          <span className={styles.word}>{metricName(metric.metric, text)}</span>
          <b>{metricText(metric.metric, metric.value)}</b>
        </span>
      )}
      {cursor === null ? (
        <span className={styles.rate}>
          <RateField now={rate} />
        </span>
      ) : (
        <Reading id="rate" name={text.rate} value={rate === null ? "–" : chosenText(rate)} />
      )}
    </span>
  );
}

function Setup({ running }: { running: boolean }) {
  const text = useText().dock;
  return (
    <Popover
      title={text.setup}
      side="top"
      align="end"
      trigger={<IconButton label={text.setup} icon={SlidersHorizontal} />}
    >
      <SetupFields running={running} />
    </Popover>
  );
}

/** How fast it goes, and how long it will. */
function Pace() {
  const text = useText().dock;
  const run = useRun(500);
  const cursor = useTraining((s) => s.cursor);
  if (!run) return null;
  const steps = pace(run);
  const left = run.phase === "running" && cursor === null ? secondsLeft(run) : null;
  return (
    <span className={styles.readings}>
      {steps > 0 && <span className={styles.pace}>{text.pace(paceText(steps))}</span>}
      {left !== null && <span className={styles.left}>{text.left(clockText(left))}</span>}
    </span>
  );
}

function Reading({ id, name, value }: { id: string; name: string; value: string }) {
  return (
    <span className={styles.reading} data-reading={id}>
      <span className={styles.word}>{name}</span>
      <b>{value}</b>
    </span>
  );
}
