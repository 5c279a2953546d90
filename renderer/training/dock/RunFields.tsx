import { useId } from "react";
import { useText } from "../../app/text.ts";
import { asJson, asRecord, setObjective, setTraining } from "../../inspector/document/edit.ts";
import { useTab } from "../../stores/workspace.ts";
import { NumberField, type NumberRange, ScrubLabel } from "../../ui/NumberField.tsx";
import styles from "./RunBar.module.css";
import { chosenText } from "./readings.ts";

const whole: NumberRange = { min: 1, integer: true };

/** How often all samples are seen. */
export function EpochsField() {
  const text = useText().dock;
  const settings = useTab((t) => t.edited.document.training);
  return (
    <Labelled
      name={text.epochs}
      value={settings.epochs}
      range={whole}
      onChange={(epochs, gesture) => setTraining({ ...asRecord(settings), epochs }, gesture && `epochs ${gesture}`)}
    />
  );
}

/** Samples of a step. */
export function BatchField() {
  const text = useText().dock;
  const settings = useTab((t) => t.edited.document.training);
  return (
    <Labelled
      name={text.batch}
      value={settings.batch}
      range={whole}
      onChange={(batch, gesture) => setTraining({ ...asRecord(settings), batch }, gesture && `batch ${gesture}`)}
    />
  );
}

/** Base rate of an objective, the first where none is named. `now` is what the schedule makes of it. */
export function RateField({ objective, now = null }: { objective?: string; now?: number | null }) {
  const text = useText().dock;
  const all = useTab((t) => t.edited.document.objectives);
  const own = all.find((o) => o.id === objective) ?? all[0];
  if (!own) return null;
  const { learningRate } = own.optimizer;
  const scheduled = now !== null && chosenText(now) !== chosenText(learningRate) ? chosenText(now) : null;
  return (
    <Labelled
      name={objective === undefined ? text.rate : text.learningRateOf(objective)}
      tip={scheduled === null ? text.rateTip : `${text.rateTip} ${text.rateNow(scheduled)}`}
      after={scheduled}
      value={learningRate}
      range={{ min: 0, step: stepOf(learningRate) }}
      onChange={(value, gesture) =>
        setObjective(
          own.id,
          asJson({ ...own, optimizer: { ...own.optimizer, learningRate: value } }),
          "setObjective",
          gesture && `rate ${gesture}`,
        )
      }
    />
  );
}

/** A tenth of its size, so that an arrow key is a small change at any rate. */
const stepOf = (rate: number): number => (rate > 0 ? 10 ** Math.floor(Math.log10(rate)) / 10 : 0.001);

/** All settings of the run, one below the other. */
export function SetupFields({ running }: { running: boolean }) {
  const text = useText().dock;
  const objectives = useTab((t) => t.edited.document.objectives);
  return (
    <div className={styles.setup}>
      <EpochsField />
      <BatchField />
      {objectives.length > 1 ? objectives.map((o) => <RateField key={o.id} objective={o.id} />) : <RateField />}
      {running && <p className={styles.note}>{text.nextRun}</p>}
    </div>
  );
}

function Labelled({
  name,
  tip,
  after = null,
  ...field
}: {
  name: string;
  tip?: string;
  /** Stands behind the field. */
  after?: string | null;
  value: number;
  range: NumberRange;
  onChange: (value: number, gesture?: string) => void;
}) {
  const id = useId();
  const label = (
    <ScrubLabel
      htmlFor={id}
      className={styles.word}
      title={tip}
      value={field.value}
      range={field.range}
      onChange={field.onChange}
    >
      {name}
    </ScrubLabel>
  );
  return (
    <span className={styles.field}>
      {label}
      <NumberField id={id} className={styles.number} {...field} />
      {after !== null && <span className={`${styles.word} ${styles.after}`}>→ {after}</span>}
    </span>
  );
}
