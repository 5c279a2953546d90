import { messageOf } from "../../../src/i18n/issue.ts";
import type { Locale } from "../../../src/i18n/locale.ts";
import type { UiText } from "../../../src/i18n/ui.ts";
import type { Score } from "../../../src/protocol/index.ts";
import { countText } from "../../inspector/numbers.ts";
import type { LogLine } from "../run.ts";
import { chosenText, metricText, numberText } from "./readings.ts";
import { timeText } from "./runNames.ts";
import { metricName } from "./words.ts";

/** What happened, in a sentence. */
export function logText({ what }: LogLine, text: UiText, locale: Locale): string {
  const words = text.dock.logLines;
  switch (what.kind) {
    case "issue":
      return messageOf(what.issue, locale);
    case "plan": {
      const { parameters, samples, steps, provider, threads } = what.plan;
      const name = text.run.provider.names[provider.used];
      const where = provider.used === "cpu" ? `${name}, ${text.run.provider.threads(threads)}` : name;
      return words.plan(countText(parameters), countText(samples.train), countText(steps), where);
    }
    case "phase":
      return words.phases[what.phase];
    case "epoch": {
      const { epoch, train, validation } = what.epoch;
      const parts = [
        words.scores(text.dock.splits.train, scoreText(train, text, words.comma)),
        ...(validation ? [words.scores(text.dock.splits.validation, scoreText(validation, text, words.comma))] : []),
      ];
      return words.epoch(countText(epoch), parts.join(words.semicolon));
    }
    case "resumed":
      return words.resumed(countText(what.step));
    case "checkpoint":
      return words.checkpoint(countText(what.step));
    case "engine":
      return words.engine[what.state];
    case "learning-rate":
      return words.rate(chosenText(what.value));
  }
}

function scoreText({ loss, metrics }: Score, text: UiText, comma: string): string {
  const known = Object.entries(metrics).flatMap(([name, value]) =>
    value === null ? [] : [`${metricName(name, text.dock)} ${metricText(name, value)}`],
  );
  return [`${text.dock.loss} ${numberText(loss)}`, ...known].join(comma);
}

/** How grave a line is. */
export function severityOf({ what }: LogLine): "error" | "warning" | "plain" {
  if (what.kind === "issue") return what.issue.severity;
  if (what.kind === "phase") return what.phase === "failed" ? "error" : "plain";
  if (what.kind !== "engine") return "plain";
  return what.state === "gave-up" ? "error" : what.state === "crashed" ? "warning" : "plain";
}

/** All lines as plain text, for a message to somebody. */
export const logCopy = (lines: readonly LogLine[], text: UiText, locale: Locale): string =>
  lines.map((l) => `${timeText(l.time)}\t${l.step}\t${logText(l, text, locale)}`).join("\n");
