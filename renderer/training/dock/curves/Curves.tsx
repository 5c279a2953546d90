import { SlidersHorizontal } from "lucide-react";
import { memo, type RefObject, useMemo, useRef, useState } from "react";
import { useText } from "../../../app/text.ts";
import { countText } from "../../../inspector/numbers.ts";
import { training, useTraining } from "../../../stores/training.ts";
import { IconButton } from "../../../ui/Button.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { Popover } from "../../../ui/Popover.tsx";
import { Select } from "../../../ui/Select.tsx";
import { isUnderWay, type Run } from "../../run.ts";
import { Cell } from "../Cell.tsx";
import { chosenText, metricText, numberText } from "../readings.ts";
import { dock, useDock } from "../state.ts";
import { epochMarks } from "../timeline.ts";
import { useRun } from "../useRun.ts";
import { quantityName } from "../words.ts";
import type { Range } from "./axis.ts";
import { CurveOptions } from "./CurveOptions.tsx";
import styles from "./Curves.module.css";
import { Plot } from "./Plot.tsx";
import type { Drawing } from "./save.ts";
import {
  nameOf,
  type Quantity,
  quantitiesOf,
  type Scene,
  type Shown,
  sceneOf,
  trainSeries,
  validationSeries,
} from "./scene.ts";
import { valueAt } from "./thin.ts";
import { useShown } from "./useShown.ts";

/** The curves of the run, beside those of runs it is compared with. */
export function Curves() {
  const text = useText().dock;
  const run = useRun();
  if (!run || run.loss.x.length === 0) {
    return (
      <Cell title={text.parts.curves}>
        <EmptyState text={text.curves.empty} />
      </Cell>
    );
  }
  return <Drawn run={run} />;
}

function Drawn({ run }: { run: Run }) {
  const text = useText().dock;
  const wanted = useDock((s) => s.quantity);
  const quantities = quantitiesOf(run);
  const quantity = quantities.includes(wanted) ? wanted : "loss";
  const cursor = useTraining((s) => s.cursor);
  const shown = useShown(run);
  const [columns, setColumns] = useState(400);
  const [hover, setHover] = useState<{ readonly step: number; readonly left: number } | null>(null);
  const scene = useScene(shown, quantity, columns);
  const marks = useMemo(() => epochMarks(run), [run]);
  const latest = useRef<Drawing>({ shown, quantity, scene });
  latest.current = { shown, quantity, scene };
  return (
    <Cell
      title={<Choice quantities={quantities.join("\n")} value={quantity} />}
      aside={
        <>
          {shown.length === 1 && <Legend validation={scene.lines.some((l) => l.part === "validation")} />}
          <Options latest={latest} />
        </>
      }
    >
      <div className={styles.plot}>
        <Plot
          scene={scene}
          cursor={cursor}
          marks={marks}
          percent={quantity.startsWith("metric:") && scene.y.to === 1}
          label={text.curves.picture(quantityName(quantity, text), spoken(run, quantity, text))}
          onHover={(step, left) => setHover(step === null ? null : { step, left })}
          onPick={(step) => training.getState().set({ cursor: step >= run.step ? null : Math.max(0, step) })}
          onResize={setColumns}
        />
        {hover && <ReadOut shown={shown} quantity={quantity} {...hover} />}
      </div>
    </Cell>
  );
}

/** Which quantity is drawn, of some, a line each: as one string it is the same from step to step. */
const Choice = memo(function Choice({ quantities, value }: { quantities: string; value: Quantity }) {
  const text = useText().dock;
  return (
    <Select
      className={styles.quantity}
      label={text.curves.quantity}
      value={value}
      options={quantities.split("\n").map((q) => ({ value: q as Quantity, label: quantityName(q as Quantity, text) }))}
      onChange={(q) => dock.getState().set({ quantity: q })}
    />
  );
});

const Options = memo(function Options({ latest }: { latest: RefObject<Drawing> }) {
  const text = useText().dock.curves;
  return (
    <Popover
      title={text.options}
      side="top"
      align="end"
      trigger={<IconButton label={text.options} icon={SlidersHorizontal} />}
    >
      <CurveOptions latest={latest} />
    </Popover>
  );
});

/** The scene of the moment; its axes only grow while the same is shown. */
function useScene(shown: readonly Shown[], quantity: Quantity, columns: number): Scene {
  const smoothing = useDock((s) => s.smoothing);
  const log = useDock((s) => s.log);
  const axes = useRef<{ readonly of: string; readonly y: Range } | null>(null);
  return useMemo(() => {
    const of = JSON.stringify([shown.map((s) => s.run.key), quantity, smoothing, log]);
    const before = axes.current?.of === of ? axes.current.y : null;
    const running = shown[0] !== undefined && isUnderWay(shown[0].run);
    const scene = sceneOf(
      shown,
      { quantity, smoothing, log: log && quantity !== "rate" && !quantity.startsWith("metric:"), columns },
      before,
      running,
    );
    axes.current = scene.lines.length > 0 ? { of, y: scene.y } : null;
    return scene;
  }, [shown, quantity, columns, smoothing, log]);
}

function Legend({ validation }: { validation: boolean }) {
  const text = useText().dock.curves;
  return (
    <span className={styles.legend}>
      <span>
        <i className={styles.train} />
        {text.train}
      </span>
      {validation && (
        <span>
          <i className={styles.validation} />
          {text.validation}
        </span>
      )}
    </span>
  );
}

const valueText = (quantity: Quantity, value: number): string => {
  if (quantity === "rate") return chosenText(value);
  return quantity.startsWith("metric:") ? metricText(nameOf(quantity), value) : numberText(value);
};

/** The values at the step under the pointer. */
function ReadOut({
  shown,
  quantity,
  step,
  left,
}: {
  shown: readonly Shown[];
  quantity: Quantity;
  step: number;
  left: number;
}) {
  const text = useText().dock;
  const rows = shown.flatMap(({ run, name }) => {
    const own = shown.length > 1 ? `${name}: ` : "";
    const train = valueAt(trainSeries(run, quantity), step);
    const validation = validationSeries(run, quantity);
    const seen = validation && valueAt(validation, step);
    return [
      ...(train === null ? [] : [[`${own}${text.curves.train}`, train] as const]),
      ...(seen === null ? [] : [[`${own}${text.curves.validation}`, seen] as const]),
    ];
  });
  return (
    <div className={styles.readout} style={{ left }} data-side={left > 160 ? "left" : "right"}>
      <b>{text.atStep(countText(Math.max(0, step)))}</b>
      {rows.map(([name, value]) => (
        <span key={name}>
          {name} <b>{valueText(quantity, value)}</b>
        </span>
      ))}
    </div>
  );
}

function spoken(run: Run, quantity: Quantity, text: ReturnType<typeof useText>["dock"]): string {
  const train = trainSeries(run, quantity).y.at(-1);
  const validation = validationSeries(run, quantity)?.y.at(-1);
  const parts = [
    ...(train === undefined ? [] : [`${text.curves.train} ${valueText(quantity, train)}`]),
    ...(validation === undefined ? [] : [`${text.curves.validation} ${valueText(quantity, validation)}`]),
  ];
  return parts.join(", ") || text.curves.noValue;
}
