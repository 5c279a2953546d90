import type { Run } from "../../run.ts";
import { emptySeries, type Series } from "../../series.ts";
import { isPart } from "../readings.ts";
import { linearRange, logRange, type Range, stepRange } from "./axis.ts";
import { smoothed } from "./smooth.ts";
import { thinned } from "./thin.ts";

/** What a plot shows: `loss`, `rate`, `objective:<id>`, `metric:<name>`. */
export type Quantity = "loss" | "rate" | `objective:${string}` | `metric:${string}`;

/** Names of the metrics of a run; some are known at the end of an epoch only. */
export function metricsOf({ metrics, epochs }: Pick<Run, "metrics" | "epochs">): readonly string[] {
  const last = epochs.at(-1);
  return Object.keys({ ...last?.validation?.metrics, ...last?.train.metrics, ...metrics });
}

/** The quantities a run has, in the order of the list to choose from. */
export function quantitiesOf(run: Pick<Run, "others" | "metrics" | "epochs">): readonly Quantity[] {
  return [
    "loss",
    ...Object.keys(run.others).map((id) => `objective:${id}` as const),
    ...metricsOf(run).map((name) => `metric:${name}` as const),
    "rate",
  ];
}

/** The part of a quantity after its kind: id of an objective, name of a metric. */
export const nameOf = (q: Quantity): string => q.slice(q.indexOf(":") + 1);

/** At every step, at the end of every message, or of a metric that is not told there at the end of every epoch. */
export function trainSeries(run: Run, q: Quantity): Series {
  if (q === "loss") return run.loss;
  if (q === "rate") return run.learningRate;
  if (!q.startsWith("metric:")) return run.others[nameOf(q)] ?? emptySeries;
  const told = run.metrics[nameOf(q)];
  return told && told.x.length > 0 ? told : byEpoch(run, (e) => e.train.metrics[nameOf(q)]);
}

function byEpoch(run: Run, read: (e: Run["epochs"][number]) => number | null | undefined): Series {
  const points = run.epochs.flatMap((e) => {
    const y = read(e);
    return y === undefined || y === null ? [] : [{ x: e.step, y }];
  });
  return { x: points.map((p) => p.x), y: points.map((p) => p.y) };
}

/** At the end of every epoch on data that are not trained; null where there are none, or the quantity has no such. */
export function validationSeries(run: Run, q: Quantity): Series | null {
  if (q === "rate") return null;
  const series = byEpoch(run, ({ validation }) => {
    if (!validation) return null;
    const { loss, others, metrics } = validation;
    return q === "loss" ? loss : q.startsWith("metric:") ? metrics[nameOf(q)] : others?.[nameOf(q)];
  });
  return series.x.length === 0 ? null : series;
}

/** A curve as it is drawn. Colours are numbers of the tokens `--ch-*`. */
export interface Line {
  readonly id: string;
  readonly part: "raw" | "train" | "validation";
  readonly colour: number;
  readonly width: number;
  readonly dash: readonly number[];
  readonly squares: boolean;
  /** Opacity; the curve before smoothing is thin and faint. */
  readonly alpha: number;
  readonly series: Series;
  /** Name at its end, where several runs share the plot. */
  readonly end: string | null;
  /** The step at which it stopped being a number. */
  readonly bad: number | null;
}

export interface Scene {
  readonly lines: readonly Line[];
  readonly x: Range;
  readonly y: Range;
  readonly log: boolean;
  /** Steps done of the shown run: right of it nothing has happened yet. Null when it will not go on. */
  readonly now: number | null;
}

/** A run in a plot: the shown one first, then those it is compared with. */
export interface Shown {
  readonly run: Run;
  readonly name: string;
  /** Number of its colour and dash. */
  readonly style: number;
}

export interface View {
  readonly quantity: Quantity;
  readonly smoothing: number;
  readonly log: boolean;
  /** Columns of points there is room for. */
  readonly columns: number;
}

/** Dashes of compared runs, so that colour is never the only sign. */
const dashes: readonly (readonly number[])[] = [[], [7, 3], [2, 2.5], [9, 3, 2, 3], [4, 2], [1, 3], [12, 4]];
/** Colours of compared runs; the second one is that of validation. */
const colours = [1, 3, 4, 5, 6, 3, 4, 5] as const;

/** Colour and dash of the n-th run of a plot. */
export const lineStyle = (n: number): { readonly colour: number; readonly dash: readonly number[] } => ({
  colour: colours[n % colours.length] ?? 1,
  dash: dashes[n % dashes.length] ?? [],
});

/** Everything a plot draws. `before` are the ends of its axes until now: they only grow. */
export function sceneOf(shown: readonly Shown[], view: View, before: Range | null, running: boolean): Scene {
  const [main] = shown;
  const furthest = Math.max(0, ...shown.map((s) => s.run.step));
  const planned = shown.every((s) => s.run.plan) ? Math.max(...shown.map((s) => s.run.plan?.steps ?? 0)) : null;
  const x = stepRange(furthest, running ? planned : furthest);
  const alone = shown.length === 1;
  const lines = shown.flatMap((s) => linesOf(s, view, x, alone));
  const log = view.log && lines.some((l) => l.series.y.some((v) => v > 0));
  return {
    lines,
    x,
    y: valueRange(lines, view.quantity, log, before),
    log,
    now: main && running ? main.run.step : null,
  };
}

const drawnBefore = new WeakMap<Series, { readonly key: string; readonly series: Series }[]>();

/** A curve smoothed, and thinned to what can be seen. Those of runs that are over are made once. */
function drawnSeries(series: Series, weight: number, { from, to }: Range, columns: number): Series {
  const key = `${weight} ${from} ${to} ${columns}`;
  const known = drawnBefore.get(series) ?? [];
  const before = known.find((k) => k.key === key);
  if (before) return before.series;
  const made = thinned(smoothed(series, weight), from, to, columns);
  // The curve itself and its mean, in the present size of the plot.
  drawnBefore.set(series, [...known.slice(-1), { key, series: made }]);
  return made;
}

/** Steps in view that the smoothing of the slider is meant for. */
const meantFor = 500;

/** The weight of one step: the more steps are in view, the longer the mean, so that a curve looks as smooth at any length. */
const weightFor = (smoothing: number, { from, to }: Range): number =>
  smoothing <= 0 ? 0 : smoothing ** Math.min(1, meantFor / (to - from));

function linesOf({ run, name, style }: Shown, view: View, x: Range, alone: boolean): readonly Line[] {
  const { quantity, smoothing, columns } = view;
  const raw = trainSeries(run, quantity);
  const validation = validationSeries(run, quantity);
  const smooth = quantity === "rate" ? 0 : weightFor(smoothing, x);
  const { colour, dash } = lineStyle(style);
  const drawn = (s: Series, weight: number): Series => drawnSeries(s, weight, x, columns);
  const bad = raw.y.findIndex((v) => !Number.isFinite(v));
  const common = { colour, bad: null, squares: false, end: null };
  const lines: Line[] = [];
  if (smooth > 0 && style === 0) {
    lines.push({ ...common, id: `${run.key}.raw`, part: "raw", width: 1, dash: [], alpha: 0.3, series: drawn(raw, 0) });
  }
  const train = drawn(raw, smooth);
  const ending = { end: alone ? null : name, bad: bad < 0 ? null : (raw.x[bad] as number) };
  lines.push({
    ...common,
    ...ending,
    id: `${run.key}.train`,
    part: "train",
    width: 1.8,
    dash,
    alpha: 1,
    series: train,
  });
  if (validation) {
    const own = alone ? { colour: 2, dash: [5, 3] } : { colour, dash: [3, 3] };
    const series = drawn(validation, 0);
    lines.push({
      ...common,
      ...own,
      id: `${run.key}.validation`,
      part: "validation",
      width: 1.6,
      alpha: 1,
      squares: true,
      series,
    });
  }
  return lines;
}

function valueRange(lines: readonly Line[], quantity: Quantity, log: boolean, before: Range | null): Range {
  if (quantity.startsWith("metric:") && isPart(nameOf(quantity))) return { from: 0, to: 1 };
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { part, series } of lines) {
    // Single batches may be far off; they are cut where the mean does not go.
    if (part === "raw") continue;
    for (const v of series.y) {
      if (log && v <= 0) continue;
      if (v < low) low = v;
      if (v > high) high = v;
    }
  }
  if (low > high) return before ?? (log ? { from: 0.1, to: 1 } : { from: 0, to: 1 });
  return log ? logRange(low, high, before) : linearRange(low, high, before);
}
