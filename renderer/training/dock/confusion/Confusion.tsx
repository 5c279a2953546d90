import { useMemo, useState } from "react";
import { useText } from "../../../app/text.ts";
import { countText } from "../../../inspector/numbers.ts";
import { useTraining } from "../../../stores/training.ts";
import { useTab } from "../../../stores/workspace.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import type { Run } from "../../run.ts";
import { Cell } from "../Cell.tsx";
import { splitFor, useSplit, useSweep } from "../predictions/sweeping.ts";
import { type Task, taskOf } from "../predictions/task.ts";
import { percentText } from "../readings.ts";
import { dock, showPart, useDock } from "../state.ts";
import { useRun } from "../useRun.ts";
import styles from "./Confusion.module.css";
import { Matrix } from "./Matrix.tsx";
import { matrixOf } from "./matrix.ts";

/** What is taken for what: counts by true class and predicted class. A cell shows its samples among the predictions. */
export function Confusion() {
  const text = useText().dock;
  const run = useRun(1000);
  const document = useTab((t) => t.edited.document);
  const task = taskOf(run?.document ?? document);
  if (run && task && task.kind !== "values") return <Counted run={run} task={task} />;
  const empty = task && task.kind !== "values" ? text.confusion.empty : text.confusion.none;
  return (
    <Cell title={text.parts.confusion}>
      <EmptyState text={empty} />
    </Cell>
  );
}

function Counted({ run, task }: { run: Run; task: Task }) {
  const text = useText().dock;
  const cursor = useTraining((s) => s.cursor);
  const chosen = useSplit();
  const samples = useDock((s) => s.samples);
  const split = splitFor(run, chosen);
  const sweep = useSweep(run.key, true);
  const [at, setAt] = useState<readonly [number, number] | null>(null);
  const { epochs } = run;
  // Counted anew only when there is something new to count; a hundred cells follow from it.
  const shown = useMemo(() => matrixOf({ epochs }, cursor, sweep, task.size), [epochs, cursor, sweep, task.size]);
  const named = (c: number): string => task.classes[c] ?? String(c);
  if (!shown || !split) {
    return (
      <Cell title={text.parts.confusion}>
        <EmptyState text={cursor === null ? text.confusion.empty : text.confusion.notKept} />
      </Cell>
    );
  }
  const { counts, from } = shown;
  const total = counts.reduce((sum, row) => sum + row.reduce((a, b) => a + b, 0), 0);
  const row = at && (counts[at[0]] ?? []).reduce((a, b) => a + b, 0);
  const told = at
    ? text.confusion.told(
        named(at[0]),
        named(at[1]),
        countText(counts[at[0]]?.[at[1]] ?? 0),
        row ? percentText((counts[at[0]]?.[at[1]] ?? 0) / row) : "–",
      )
    : null;
  const partial = sweep && from === null && sweep.samples < sweep.total;
  const measured =
    from === null ? text.splits[split] : text.confusion.epoch(countText(from.epoch), text.splits[from.split]);
  const where = partial ? `${measured}, ${text.confusion.first(countText(total))}` : measured;
  return (
    <Cell
      title={text.parts.confusion}
      aside={
        <output className={styles.told} title={where}>
          {told ?? (
            <>
              <span className={styles.where}>{where} · </span>
              {text.confusion.axes}
            </>
          )}
        </output>
      }
    >
      <div className={styles.matrix} data-samples={total}>
        <Matrix
          counts={counts}
          names={task.classes}
          label={text.confusion.label(where)}
          chosen={samples.kind === "cell" ? `${samples.truth} ${samples.predicted}` : null}
          onPoint={setAt}
          onPick={pick}
        />
      </div>
    </Cell>
  );
}

/** Shows the samples of a cell among the predictions; of the one that is shown, the first ones again. */
function pick(truth: number, predicted: number): void {
  const { samples, set } = dock.getState();
  const same = samples.kind === "cell" && samples.truth === truth && samples.predicted === predicted;
  set({ samples: same ? { kind: "first" } : { kind: "cell", truth, predicted } });
  if (!same) showPart("predictions");
}
