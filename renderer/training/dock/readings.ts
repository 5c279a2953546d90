/** A real minus, as wide as a plus. */
const signed = (text: string): string => text.replaceAll("-", "−");

/** A loss or another number without bounds, in three digits: `0.108`, `2.30`, `1,840`, `4.21e−4`, `NaN`. */
export function numberText(n: number): string {
  if (Number.isNaN(n)) return "NaN";
  if (!Number.isFinite(n)) return n > 0 ? "∞" : "−∞";
  const size = Math.abs(n);
  if (n === 0) return "0";
  if (size < 1e-3 || size >= 99_995) return signed(n.toExponential(2).replace("e+", "e"));
  if (size >= 999.5) return signed(Math.round(n).toLocaleString("en-US"));
  return signed(n.toPrecision(3));
}

/** A number as it was chosen, without digits that say nothing: `0.02`, `1e−4`. */
export function chosenText(n: number): string {
  if (n === 0 || !Number.isFinite(n)) return numberText(n);
  const short = Number(n.toPrecision(3));
  return signed(Math.abs(short) < 1e-3 ? short.toExponential().replace("e+", "e") : String(short));
}

/** A part of a whole: `96.7 %`. */
export function percentText(part: number): string {
  if (!Number.isFinite(part)) return numberText(part);
  return part === 1 ? "100 %" : `${(part * 100).toFixed(1)} %`;
}

/** Metrics that are parts of a whole and read best in percent. */
const parts: ReadonlySet<string> = new Set(["accuracy", "top-k", "confusion-matrix", "precision", "recall", "f1"]);

/** Kind of a metric from its name in scores: `main.accuracy-2` is one of accuracy. */
export const metricKind = (name: string): string => name.replace(/^.*\./, "").replace(/-\d+$/, "");

export const isPart = (metric: string): boolean => parts.has(metricKind(metric));

export const metricText = (metric: string, value: number): string =>
  isPart(metric) ? percentText(value) : numberText(value);

/** Every unit that is used of a number of seconds: `0:42`, `12:05`, `1:02:05`. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number): string => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Steps a second with as many digits as tell something: `0.42`, `8.1`, `162`. */
export function paceText(perSecond: number): string {
  if (perSecond >= 100) return Math.round(perSecond).toLocaleString("en-US");
  return perSecond >= 10 ? String(Math.round(perSecond)) : String(Number(perSecond.toPrecision(2)));
}
