import type { Issue } from "../core/issue.ts";
import { fixText, messageOf, placeOf } from "../i18n/issue.ts";
import type { Locale } from "../i18n/locale.ts";
import { type CliText, cliTexts } from "../i18n/texts.ts";
import type { ExitCode } from "./command.ts";

/** A line of `--json`: `event` says which. Numbers that are not finite are written as their names. */
export type Line = { readonly event: string; readonly [key: string]: unknown };

/**
 * Where a command writes. With `--json` one JSON object a line goes to standard output and nothing else anywhere;
 * without, results go to standard output, and issues and progress to standard error.
 */
export class Output {
  readonly json: boolean;
  readonly locale: Locale;
  readonly text: CliText;

  constructor(json: boolean, locale: Locale) {
    this.json = json;
    this.locale = locale;
    this.text = cliTexts[locale];
  }

  /** For programs. */
  event(line: Line): void {
    if (this.json) process.stdout.write(`${JSON.stringify(line, finiteOrName)}\n`);
  }

  /** A result for people. */
  line(text: string): void {
    if (!this.json) process.stdout.write(`${text}\n`);
  }

  /** What is going on, for people. */
  note(text: string): void {
    if (!this.json) process.stderr.write(`${text}\n`);
  }

  /** Place, message and remedy of every issue. */
  issues(issues: readonly Issue[]): void {
    for (const issue of issues) this.#issue(issue);
  }

  /** Wrong use: says what was wrong and where to look. Gives the exit code. */
  wrongUse(message: string, command: string | null): ExitCode {
    this.event({ event: "wrong-use", message });
    this.note(message);
    this.note(this.text.usage.seeHelp(command === null ? "gradloom help" : `gradloom help ${command}`));
    return 2;
  }

  #issue(issue: Issue): void {
    const place = placeOf(issue, this.locale);
    const message = messageOf(issue, this.locale);
    const remedy = issue.fix ? fixText(issue.fix, this.locale) : null;
    this.event({ event: "issue", ...issue, place, message, ...(remedy ? { fixText: remedy } : {}) });
    const { error, warning, fix } = this.text;
    const word = issue.severity === "error" ? paint(error, 31) : paint(warning, 33);
    this.note(`${word}: ${place ? `${place}: ` : ""}${message}`);
    if (remedy) this.note(`  ${fix}: ${remedy}`);
  }
}

const finiteOrName = (_key: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;

/** Colour (an SGR number) where standard error is a terminal that wants colours. */
export function paint(text: string, colour: number): string {
  const wanted = process.stderr.isTTY && !process.env["NO_COLOR"];
  return wanted ? `\u001b[${colour}m${text}\u001b[39m` : text;
}

/** Rows in aligned columns under a heading; columns of numbers are aligned to the right. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heading.map((h, i) => Math.max(width(h), ...rows.map((r) => width(r[i] ?? ""))));
  const right = heading.map((_, i) => rows.length > 0 && rows.every((r) => /^-?[\d,.e+-]+$/.test(r[i] ?? "")));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => {
        const space = " ".repeat((widths[i] ?? 0) - width(cell));
        return right[i] ? space + cell : cell + space;
      })
      .join("  ")
      .trimEnd();
  return [heading, ...rows].map(line).join("\n");
}

/** Columns a text takes on a terminal: Chinese characters and their punctuation take two. */
export function width(text: string): number {
  let columns = 0;
  for (const c of text)
    columns += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/.test(c)
      ? 2
      : 1;
  return columns;
}
