import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { messageOf } from "../../../src/i18n/issue.ts";
import { useLocale, useText } from "../../app/text.ts";
import { useTraining } from "../../stores/training.ts";
import { useTab } from "../../stores/workspace.ts";
import { rampOf, tokenValue, useColours, useTheme } from "../../tensors/colours.ts";
import { Limits, useWidth } from "../../tensors/Picture.tsx";
import { paintPlane } from "../../tensors/paint.ts";
import { plane as planeAt } from "../../tensors/planes.ts";
import { limitText, valueText } from "../../tensors/texts.ts";
import { extentOf, type Scale, scaleFor } from "../../tensors/values.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { contour } from "./contour.ts";
import styles from "./DecisionSurface.module.css";
import { classColour, markAt, markOf } from "./marks.ts";
import { type Answers, answersOf, marginOf, mostPoints, placeOf, type Range } from "./plane.ts";
import { type Points, type Surroundings, useOverPlane, useSurroundings } from "./useSurface.ts";

type Task = NonNullable<Surroundings["plane"]["task"]>;

/** What the network says of every place of the plane, with the data on it. */
export function DecisionSurface() {
  const text = useText().probes.surface;
  const tab = useTab((t) => t);
  const around = useSurroundings(tab);
  const connection = useTraining((s) => s.connection);
  if (!around?.plane.task) return <EmptyState text={text.unfit} />;
  if (connection === "off") return <EmptyState text={text.noProgram} />;
  return <Surface around={around} task={around.plane.task} />;
}

function Surface({ around, task }: { around: Surroundings; task: Task }) {
  const text = useText().probes;
  const locale = useLocale();
  const tab = useTab((t) => t);
  const refs = useMemo(() => [task.prediction], [task]);
  const seen = useOverPlane(tab, around, refs);
  const [scores] = seen.tensors;
  const answers = useMemo(() => (scores ? answersOf(task, scores) : null), [task, scores]);
  const [at, setAt] = useState<readonly [number, number] | null>(null);
  const [issue] = seen.issues;
  return (
    <figure className={styles.surface} data-step={seen.step ?? undefined}>
      <Drawing around={around} task={task} answers={answers} onPoint={setAt} />
      <figcaption className={styles.words}>
        {task.kind === "values" ? answers && <ValueLegend answers={answers} /> : <ClassLegend task={task} />}
        <p className={styles.kinds}>
          <span>
            <Sample of={0} hollow={false} />
            {text.surface.training}
          </span>
          {around.validation && (
            <span>
              <Sample of={0} hollow={true} />
              {text.surface.validation}
            </span>
          )}
        </p>
        <output className={styles.readout}>
          {at && answers
            ? reading(at, answers, task, around.range, text.surface)
            : issue
              ? messageOf(issue, locale)
              : seen.unknown
                ? text.notKept
                : seen.step === null
                  ? text.looking
                  : text.step(seen.step)}
        </output>
      </figcaption>
    </figure>
  );
}

type SurfaceText = ReturnType<typeof useText>["probes"]["surface"];

function reading(
  [x, y]: readonly [number, number],
  answers: Answers,
  task: Task,
  range: Range,
  text: SurfaceText,
): string {
  const px = range.x[0] + x * (range.x[1] - range.x[0]);
  const py = range.y[0] + (1 - y) * (range.y[1] - range.y[0]);
  const cell = (v: number): number => Math.min(answers.size - 1, Math.max(0, Math.floor(v * answers.size)));
  const at = cell(y) * answers.size + cell(x);
  const place = `(${valueText(px, 2)}, ${valueText(py, 2)})`;
  if (!answers.classes) return text.value(place, valueText(answers.shares[at] as number, 3));
  const winner = answers.classes.winner[at] as number;
  const share =
    task.confidence === null ? null : Math.round(100 * (answers.shares[at * answers.count + winner] as number));
  return text.class(place, task.classes[winner] ?? String(winner), share);
}

/** Steps of confidence that are told apart. */
const steps = 32;
/** How far the clearest colour is from the ground: points must stand out on it. */
const depth = 0.5;

function Drawing({
  around,
  task,
  answers,
  onPoint,
}: {
  around: Surroundings;
  task: Task;
  answers: Answers | null;
  onPoint: (at: readonly [number, number] | null) => void;
}) {
  const text = useText().probes.surface;
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  const width = useWidth(box);
  const scale = useMemo((): Scale => scaleFor(extentOf(answers?.shares ?? [])), [answers]);
  const table = useColours(scale.tone);
  // biome-ignore lint/correctness/useExhaustiveDependencies: tokens have other values in another theme
  const ramps = useMemo(() => {
    const ground = tokenValue("--bg-panel");
    return Array.from({ length: task.size }, (_, c) =>
      rampOf(ground, tokenValue(classColour(c)), Math.round(steps / depth)).subarray(0, steps),
    );
  }, [task.size, theme]);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !answers) return;
    const { size, classes } = answers;
    const image = new ImageData(size, size);
    const pixels = new Uint32Array(image.data.buffer);
    if (classes) {
      for (let i = 0; i < pixels.length; i++) {
        const level = Math.round((classes.surplus[i] as number) * (steps - 1));
        pixels[i] = ramps[classes.winner[i] as number]?.[level] ?? 0;
      }
    } else paintPlane(pixels, 0, answers.shares, planeAt(size, size), scale, table);
    canvas.current?.setAttribute("width", String(size));
    canvas.current?.setAttribute("height", String(size));
    context.putImageData(image, 0, 0);
  }, [answers, ramps, scale, table]);
  const borders = useMemo(() => (answers?.classes ? bordersOf(answers) : ""), [answers]);
  const size = answers?.size ?? 1;
  const side = width / markScale(width, countOf(around));
  return (
    <div
      ref={box}
      className={styles.picture}
      role="img"
      aria-label={answers ? spoken(answers, task, text) : text.label}
      onPointerMove={(e) => {
        const { left, top, width: w, height: h } = e.currentTarget.getBoundingClientRect();
        onPoint([(e.clientX - left) / w, (e.clientY - top) / h]);
      }}
      onPointerLeave={() => onPoint(null)}
    >
      <canvas ref={canvas} className={styles.canvas} />
      <svg className={styles.over} viewBox={`0 0 ${size} ${size}`} preserveAspectRatio="none" aria-hidden="true">
        <path className={styles.border} d={borders} />
      </svg>
      {width > 0 && (
        <svg className={styles.over} viewBox={`0 0 ${side} ${side}`} aria-hidden="true">
          {around.train && <Cloud points={around.train} task={task} range={around.range} width={side} hollow={false} />}
          {around.validation && (
            <Cloud points={around.validation} task={task} range={around.range} width={side} hollow={true} />
          )}
        </svg>
      )}
      <Ends range={around.range} />
    </div>
  );
}

const countOf = ({ train, validation }: Surroundings): number =>
  ((train?.places.length ?? 0) + (validation?.places.length ?? 0)) / 2;

/** Marks are smaller where there are many of them in a small place. */
const markScale = (width: number, count: number): number =>
  Math.min(1.4, Math.max(0.55, (0.16 * width) / Math.sqrt(Math.max(1, count))));

const bordersOf = (answers: Answers): string => {
  // Of two classes one line says it all.
  const classes = answers.count === 2 ? [1] : Array.from({ length: answers.count }, (_, c) => c);
  return classes.map((c) => contour(marginOf(answers, c), answers.size, answers.size, 0)).join("");
};

/** Shares of the plane by class, for readers. */
function spoken({ classes, size }: Answers, task: Task, text: SurfaceText): string {
  if (!classes) return text.label;
  const counts = new Array<number>(task.size).fill(0);
  for (const c of classes.winner) counts[c] = (counts[c] ?? 0) + 1;
  const parts = counts.map((n, c) => text.part(task.classes[c] ?? String(c), Math.round((100 * n) / size ** 2)));
  return text.shares(parts);
}

/** Points of one part of the data: a path for each class. */
function Cloud({
  points,
  task,
  range,
  width,
  hollow,
}: {
  points: Points;
  task: Task;
  range: Range;
  width: number;
  hollow: boolean;
}) {
  const paths = useMemo(() => {
    const count = Math.min(mostPoints, Math.floor(points.places.length / 2));
    const oneHot = task.kind === "classes" && points.targets.length >= count * task.size && task.size > 1;
    const made = new Map<number, string>();
    for (let i = 0; i < count; i++) {
      const [u, v] = placeOf(range, points.places[2 * i] as number, points.places[2 * i + 1] as number);
      const of = task.kind === "values" ? 0 : classAt(points, task, i, oneHot);
      made.set(of, (made.get(of) ?? "") + markAt(of, u * width, v * width));
    }
    return [...made];
  }, [points, task, range, width]);
  return paths.map(([of, d]) => (
    <path
      key={of}
      className={styles.points}
      data-hollow={hollow || undefined}
      style={{ color: task.kind === "values" ? "var(--text)" : `var(${classColour(of)})` }}
      d={d}
    />
  ));
}

function classAt({ targets }: Points, task: Task, i: number, oneHot: boolean): number {
  if (task.kind === "binary") return (targets[i] as number) > 0.5 ? 1 : 0;
  if (!oneHot) return targets[i] ?? 0;
  let best = 0;
  for (let c = 1; c < task.size; c++)
    if ((targets[i * task.size + c] as number) > (targets[i * task.size + best] as number)) best = c;
  return best;
}

function Ends({ range: { x, y } }: { range: Range }) {
  return (
    <>
      <span className={styles.end} data-at="left">
        {limitText(Number(x[0].toPrecision(2)))}
      </span>
      <span className={styles.end} data-at="right">
        {limitText(Number(x[1].toPrecision(2)))}
      </span>
      <span className={styles.end} data-at="top">
        {limitText(Number(y[1].toPrecision(2)))}
      </span>
    </>
  );
}

/** Classes beyond these are many enough to be told by the points themselves. */
const mostNamed = 10;

function ClassLegend({ task }: { task: Task }) {
  return (
    <ul className={styles.legend}>
      {Array.from({ length: Math.min(task.size, mostNamed) }, (_, c) => (
        <li key={task.classes[c] ?? c}>
          <Sample of={c} hollow={false} />
          {task.classes[c] ?? c}
        </li>
      ))}
    </ul>
  );
}

function ValueLegend({ answers }: { answers: Answers }) {
  const scale = useMemo(() => scaleFor(extentOf(answers.shares)), [answers]);
  return (
    <p className={styles.values}>
      <Limits scale={scale} />
    </p>
  );
}

/** A mark of the legend. */
function Sample({ of, hollow }: { of: number; hollow: boolean }) {
  return (
    <svg className={styles.sample} viewBox="-6 -6 12 12" aria-hidden="true">
      <path
        className={styles.points}
        data-hollow={hollow || undefined}
        style={{ color: `var(${classColour(of)})` }}
        d={markOf(of)}
      />
    </svg>
  );
}
