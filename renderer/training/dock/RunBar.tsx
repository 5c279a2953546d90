import { CornerUpRight, SkipForward, SlidersHorizontal } from "lucide-react";
import { useText } from "../../app/text.ts";
import { countText } from "../../inspector/numbers.ts";
import { training, useTraining } from "../../stores/training.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Menu, type MenuEntry } from "../../ui/Menu.tsx";
import { Popover } from "../../ui/Popover.tsx";
import { Tooltip } from "../../ui/Tooltip.tsx";
import { isUnderWay, type Run } from "../run.ts";
import { valueAt } from "./curves/thin.ts";
import { type Moment, momentsOf } from "./moments.ts";
import styles from "./RunBar.module.css";
import { RunButtons } from "./RunButtons.tsx";
import { BatchField, EpochsField, RateField, SetupFields } from "./RunFields.tsx";
import { chosenText, clockText, metricText, numberText, paceText } from "./readings.ts";
import { TimeSlider } from "./TimeSlider.tsx";
import { pace, secondsLeft } from "./timeLeft.ts";
import { useRun } from "./useRun.ts";
import { metricName, reading } from "./words.ts";

/** What runs and how far it is: the buttons, the time machine, what is read off all the time. */
export function RunBar() {
  const run = useRun();
  return (
    <div className={styles.bar} data-run-bar={run?.phase ?? "none"}>
      <RunButtons run={run} />
      {run ? <UnderWay run={run} /> : <Beforehand />}
    </div>
  );
}

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

function UnderWay({ run }: { run: Run }) {
  const text = useText().dock;
  const cursor = useTraining((s) => s.cursor);
  const step = cursor ?? run.step;
  const epochs = Math.ceil((run.plan?.steps ?? 0) / (run.plan?.stepsPerEpoch ?? 1));
  const epoch = Math.min(epochs, Math.floor(step / (run.plan?.stepsPerEpoch ?? 1)) + 1);
  return (
    <>
      <span className={styles.step} data-reading="step">
        <span className={styles.word}>{text.step}</span> <b>{countText(step)}</b>
        {run.plan && (
          <>
            <span className={`${styles.word} ${styles.total}`}> / {countText(run.plan.steps)}</span>
            <span className={styles.epoch}>{text.epoch(countText(epoch), countText(epochs))}</span>
          </>
        )}
      </span>
      <TimeSlider run={run} />
      <IconButton
        label={text.nowTip}
        icon={SkipForward}
        disabled={cursor === null}
        onClick={() => training.getState().set({ cursor: null })}
      />
      <Menu
        trigger={<IconButton label={text.jump} icon={CornerUpRight} disabled={run.step === 0} />}
        entries={() => jumps(run, text.jumps)}
      />
      <Readings run={run} cursor={cursor} />
    </>
  );
}

type JumpText = ReturnType<typeof useText>["dock"]["jumps"];

function jumps(run: Run, text: JumpText): readonly MenuEntry[] {
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

/** Loss, metric, rate, pace and the time that is left; at an earlier step where the time machine stands there. */
function Readings({ run, cursor }: { run: Run; cursor: number | null }) {
  const text = useText().dock;
  const step = cursor ?? run.step;
  const loss = valueAt(run.loss, step);
  const metric = reading(run, cursor);
  const rate = valueAt(run.learningRate, step);
  const left = run.phase === "running" && cursor === null ? secondsLeft(run) : null;
  const steps = pace(run);
  return (
    <span className={styles.readings}>
      <Reading id="loss" name={text.loss} value={loss === null ? "–" : numberText(loss)} />
      {metric && (
        <Tooltip label={text.whereMeasured[metric.where](countText(metric.epoch))}>
          <span className={styles.reading} data-reading="metric">
            <span className={styles.word}>{metricName(metric.metric, text)}</span>
            <b>{metricText(metric.metric, metric.value)}</b>
          </span>
        </Tooltip>
      )}
      {cursor === null ? (
        <span className={styles.rate}>
          <RateField now={rate} />
        </span>
      ) : (
        <Reading id="rate" name={text.rate} value={rate === null ? "–" : chosenText(rate)} />
      )}
      <Popover
        title={text.setup}
        side="top"
        align="end"
        trigger={<IconButton label={text.setup} icon={SlidersHorizontal} />}
      >
        <SetupFields running={isUnderWay(run)} />
      </Popover>
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
