import { ChevronDown } from "lucide-react";
import { useMemo } from "react";
import { useText } from "../../../app/text.ts";
import { countText } from "../../../inspector/numbers.ts";
import { useProbes } from "../../../probes/probes.ts";
import { planeOf } from "../../../probes/surface/plane.ts";
import { PlaneButton, SurfaceCell } from "../../../probes/surface/SurfaceCell.tsx";
import { useTraining } from "../../../stores/training.ts";
import { useTab } from "../../../stores/workspace.ts";
import { Button } from "../../../ui/Button.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { Menu, type MenuEntry } from "../../../ui/Menu.tsx";
import type { Run } from "../../run.ts";
import { Cell } from "../Cell.tsx";
import { dock, useDock } from "../state.ts";
import { useRun } from "../useRun.ts";
import { type Choice, chosenSamples, needsSweep } from "./choice.ts";
import styles from "./Predictions.module.css";
import { decisionsOf } from "./results.ts";
import { limitOf, lookOf, SamplePicture } from "./SamplePicture.tsx";
import { Scatter } from "./Scatter.tsx";
import { type Split, splitsOf } from "./sight.ts";
import { chooseSplit, splitFor, useSplit, useSweep } from "./sweeping.ts";
import { type Task, taskOf } from "./task.ts";
import { atOnce, type SeenSamples, useSamples } from "./useSamples.ts";

type DockText = ReturnType<typeof useText>["dock"];

/** Real samples with what the network makes of them, followed while it learns. */
export function Predictions() {
  const text = useText().dock;
  const run = useRun(1000);
  const document = useTab((t) => t.edited.document);
  const chosen = useSplit();
  const task = taskOf(run?.document ?? document);
  const split = run && splitFor(run, chosen);
  const plane = planeOf(run?.document ?? document)?.task != null;
  const onPlane = useProbes((s) => s.onPlane);
  if (plane && onPlane) return <SurfaceCell />;
  if (run && task && split) return <Shown run={run} task={task} split={split} />;
  return (
    <Cell title={text.parts.predictions}>
      <EmptyState text={task || !run ? text.predictions.empty : text.predictions.unknown} />
    </Cell>
  );
}

function Shown({ run, task, split }: { run: Run; task: Task; split: Split }) {
  const text = useText().dock;
  const choice = useDock((s) => s.samples);
  const scattered = task.kind === "values" && task.size <= 3;
  const sweep = useSweep(run.key, scattered || needsSweep(choice));
  const total = run.plan?.samples[split] ?? 0;
  const decisions = sweep?.decisions ?? null;
  const wanted = useMemo(() => chosenSamples(choice, total, atOnce, decisions), [choice, total, decisions]);
  const seen = useSamples(run, scattered ? null : split, wanted);
  const none = needsSweep(choice) && decisions !== null && wanted.length === 0;
  return (
    <Cell
      title={text.parts.predictions}
      aside={
        <>
          {planeOf(run.document)?.task && <PlaneButton />}
          <SampleMenu run={run} task={task} split={split} choice={choice} scattered={scattered} />
        </>
      }
    >
      {scattered ? (
        <Scatter pairs={sweep?.pairs ?? null} />
      ) : none ? (
        <EmptyState text={choice.kind === "wrong" ? text.predictions.noneWrong : text.predictions.none} />
      ) : (
        seen && <Cards seen={seen} />
      )}
    </Cell>
  );
}

function Cards({ seen }: { seen: SeenSamples }) {
  const text = useText().dock.predictions;
  const { task, input, prediction, target, indices } = seen;
  const decisions = useMemo(
    () => (task.kind === "values" ? null : decisionsOf(task, prediction, target)),
    [task, prediction, target],
  );
  const look = lookOf(task.inputDims, input?.dtype);
  const outLook = lookOf(task.dims, prediction.dtype);
  const [inLimit, outLimit] = useMemo(() => [limitOf(input), limitOf(prediction)], [input, prediction]);
  const named = (c: number): string => task.classes[c] ?? String(c);
  return (
    <ul
      className={styles.cards}
      data-look={look}
      data-long={task.classes.some((c) => c.length > 3)}
      aria-label={text.list}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keys
      tabIndex={0}
    >
      {indices.map((index, i) => {
        const predicted = decisions?.predicted[i] ?? 0;
        const truth = decisions?.truth[i] ?? 0;
        const confidence = decisions?.confidence[i] ?? Number.NaN;
        const wrong = decisions !== null && predicted !== truth;
        const share = Number.isNaN(confidence) ? null : `${Math.round(confidence * 100)}`;
        const spoken = decisions
          ? text.spoken(countText(index), named(predicted), share, wrong ? named(truth) : null)
          : text.sample(countText(index));
        return (
          <li key={index} className={styles.card} data-wrong={wrong} data-sample={index} title={spoken}>
            <span className={styles.frame}>
              {input && <SamplePicture tensor={input} at={i} look={look} limit={inLimit} />}
              {wrong && <em className={styles.truth}>≠{named(truth)}</em>}
            </span>
            {decisions ? (
              <span className={styles.said}>
                <b>{named(predicted)}</b>
                {share !== null && <span>{share}</span>}
              </span>
            ) : (
              <span className={styles.frame}>
                <SamplePicture tensor={prediction} at={i} look={outLook} limit={outLimit} />
              </span>
            )}
            <span className="visually-hidden">{spoken}</span>
          </li>
        );
      })}
    </ul>
  );
}

/** Which part of the data, and which samples of it. */
function SampleMenu({
  run,
  task,
  split,
  choice,
  scattered,
}: {
  run: Run;
  task: Task;
  split: Split;
  choice: Choice;
  scattered: boolean;
}) {
  const text = useText().dock;
  // Only the weights of now are there; what they say does not go back with the time machine.
  const past = useTraining((s) => s.cursor !== null);
  const shown = [
    ...(past ? [text.now] : []),
    text.splits[split],
    ...(scattered ? [] : [choiceName(choice, task, text)]),
  ].join(" · ");
  return (
    <Menu
      trigger={
        <Button kind="quiet" size="sm" className={styles.choice} aria-label={`${text.predictions.choose}: ${shown}`}>
          {shown}
          <ChevronDown size="0.75rem" aria-hidden="true" />
        </Button>
      }
      entries={() => [
        { heading: text.predictions.data },
        ...splitsOf(run).map((s) => option(text.splits[s], s === split, () => chooseSplit(s))),
        ...(scattered ? [] : sampleEntries(task, choice, text)),
      ]}
    />
  );
}

const option = (label: string, checked: boolean, onSelect: () => void): MenuEntry => ({ label, checked, onSelect });

function sampleEntries(task: Task, choice: Choice, text: DockText): readonly MenuEntry[] {
  const set = (samples: Choice): void => dock.getState().set({ samples });
  const words = text.predictions;
  const draw = choice.kind === "random" ? choice.draw + 1 : 1;
  const decided: MenuEntry[] =
    task.kind === "values"
      ? []
      : [
          option(words.wrong, choice.kind === "wrong", () => set({ kind: "wrong" })),
          {
            label: words.ofClass,
            entries: task.classes
              .slice(0, 40)
              .map((name, of) =>
                option(name, choice.kind === "class" && choice.of === of, () => set({ kind: "class", of })),
              ),
          },
        ];
  return [
    "separator",
    { heading: words.samples },
    option(words.first, choice.kind === "first", () => set({ kind: "first" })),
    option(choice.kind === "random" ? words.again : words.random, choice.kind === "random", () =>
      set({ kind: "random", draw }),
    ),
    ...decided,
  ];
}

function choiceName(choice: Choice, task: Task, text: DockText): string {
  const words = text.predictions;
  const named = (c: number): string => task.classes[c] ?? String(c);
  switch (choice.kind) {
    case "first":
      return words.first;
    case "random":
      return words.random;
    case "wrong":
      return words.wrong;
    case "class":
      return words.class(named(choice.of));
    case "cell":
      return words.cell(named(choice.truth), named(choice.predicted));
  }
}
