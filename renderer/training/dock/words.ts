import type { UiText } from "../../../src/i18n/ui.ts";
import type { Run } from "../run.ts";
import { metricsOf, nameOf, type Quantity, trainSeries } from "./curves/scene.ts";
import { metricKind } from "./readings.ts";

type DockText = UiText["dock"];

/** Name of a metric in a sentence: `main.accuracy-2` is `main: accuracy 2`. */
export function metricName(metric: string, text: DockText): string {
  const kind = metricKind(metric);
  const number = /-(\d+)$/.exec(metric)?.[1];
  const objective = metric.includes(".") ? metric.slice(0, metric.lastIndexOf(".")) : null;
  const name = text.metrics[kind as keyof DockText["metrics"]] ?? kind;
  return `${objective === null ? "" : `${objective}: `}${name}${number ? ` ${number}` : ""}`;
}

/** What a plot shows, as it stands in the list to choose from. */
export function quantityName(q: Quantity, text: DockText): string {
  if (q === "loss") return text.curves.loss;
  if (q === "rate") return text.curves.rate;
  if (q.startsWith("objective:")) return text.curves.lossOf(nameOf(q));
  const name = metricName(nameOf(q), text);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** A metric that the run bar shows, and where it was measured. */
export interface Reading {
  readonly metric: string;
  readonly value: number;
  readonly where: "validation" | "train" | "trained" | "test";
  readonly epoch: number;
}

/**
 * The first metric as it stands at a step (null: now): on validation data where there are some, on test data once the
 * training is over, else on training data, of which only the end of every message is known.
 */
export function reading(run: Run, cursor: number | null): Reading | null {
  const metric = metricsOf(run)[0];
  if (metric === undefined) return null;
  const tested = cursor === null ? run.done?.test : undefined;
  const testValue = tested?.split === "test" ? tested.metrics[metric] : null;
  if (testValue != null) return { metric, value: testValue, where: "test", epoch: run.epoch };
  const passed = run.epochs.filter((e) => cursor === null || e.step <= cursor).at(-1);
  const validation = passed?.validation?.metrics[metric];
  if (passed && validation != null) return { metric, value: validation, where: "validation", epoch: passed.epoch };
  const series = trainSeries(run, `metric:${metric}`);
  const until = cursor ?? Number.POSITIVE_INFINITY;
  let at = series.x.length - 1;
  while (at >= 0 && (series.x[at] as number) > until) at--;
  const value = series.y[at];
  if (value === undefined) return null;
  const epoch = Math.ceil((series.x[at] as number) / (run.plan?.stepsPerEpoch ?? 1));
  const own = passed && passed.epoch === epoch ? passed.train.metrics[metric] : null;
  return own != null ? { metric, value: own, where: "trained", epoch } : { metric, value, where: "train", epoch };
}
