import type { Locale } from "../../src/i18n/locale.ts";

const units = [
  ["year", 365 * 24 * 3600],
  ["month", 30 * 24 * 3600],
  ["week", 7 * 24 * 3600],
  ["day", 24 * 3600],
  ["hour", 3600],
  ["minute", 60],
] as const;

/** A past time as a reader says it: `2 minutes ago`, `昨天`. Times in milliseconds since 1970. */
export function timeAgo(time: number, now: number, locale: Locale): string {
  const format = new Intl.RelativeTimeFormat(locale === "zh" ? "zh-Hans" : "en", { numeric: "auto" });
  const seconds = Math.max(0, (now - time) / 1000);
  const [unit, length] = units.find(([, s]) => seconds >= s) ?? ["second", 1];
  return unit === "second" ? format.format(0, "second") : format.format(-Math.floor(seconds / length), unit);
}
