import type { Metrics, Score } from "../protocol/index.ts";
import type { Output } from "./output.ts";

/** Metrics that are parts of a whole and read best in percent. */
const parts: readonly string[] = ["accuracy", "top-k", "precision", "recall", "f1"];

/** Four digits: enough to see progress, few enough to read. */
export const shortNumber = (n: number): string =>
  Number.isFinite(n)
    ? n !== 0 && Math.abs(n) < 1e-3
      ? n.toExponential(2)
      : String(Number(n.toPrecision(4)))
    : String(n);

/** `loss 0.0432, accuracy 98.7 %` */
export function scoreText({ loss, metrics }: Score, out: Output): string {
  return [`${out.text.words.loss} ${shortNumber(loss)}`, ...metricTexts(metrics, out)].join(out.text.comma);
}

/** Metrics that are defined: R² of a constant is not. */
export function metricTexts(metrics: Metrics, out: Output): string[] {
  return Object.entries(metrics).flatMap(([name, value]) => {
    if (value === null) return [];
    const shown = parts.includes(name) ? `${(value * 100).toFixed(value === 1 ? 0 : 2)} %` : shortNumber(value);
    return [`${out.text.metrics[name] ?? name} ${shown}`];
  });
}

/** Loss and metrics side by side, as `--json` has them. */
export const scoreLine = ({ metrics, ...losses }: Score): { [key: string]: unknown } => ({ ...losses, ...metrics });
