import type { CliText } from "../i18n/texts.ts";
import { type Command, commonOptions, flagsOf, type OptionSpec, type OptionSpecs } from "./command.ts";
import { width } from "./output.ts";

/** The help of the program: its commands and what all of them take. */
export function programHelp(commands: readonly Command[], text: CliText): string {
  const { usage, commands: heading, options } = text.headings;
  const own = { ...commonOptions, version: { kind: "flag", text: "version" } } as const satisfies OptionSpecs;
  return sections([
    [`${usage} gradloom <command> [...]`, [[text.about, ""]]],
    [
      heading,
      [...commands.map((c): Row => [signature(c), text.commands[c.name]]), ["help <command>", text.commands.help]],
    ],
    [options, optionRows(own, text)],
  ]);
}

/** The help of one command. */
export function commandHelp(command: Command, text: CliText): string {
  const { usage, arguments: heading, options } = text.headings;
  return sections([
    [`${usage} gradloom ${signature(command)} [...]`, [[text.commands[command.name], ""]]],
    [heading, command.arguments.map((a) => [a.name, text.arguments[a.text]])],
    [options, optionRows({ ...command.options, ...commonOptions }, text)],
  ]);
}

type Row = readonly [string, string];

const signature = (command: Command): string =>
  [command.name, ...command.arguments.map((a) => (a.optional ? `[${a.name}]` : `<${a.name}>`))].join(" ");

const optionRows = (specs: OptionSpecs, text: CliText): Row[] =>
  Object.entries(specs).map(([name, spec]) => [flagsOf(name, spec), describe(spec, text)]);

function describe(spec: OptionSpec, text: CliText): string {
  const more = [
    spec.kind === "choice" ? text.choices(spec.choices.join(", ")) : "",
    "default" in spec && spec.default !== undefined ? text.defaultValue(String(spec.default)) : "",
  ].filter(Boolean);
  return `${text.options[spec.text]}${more.length > 0 ? ` (${more.join("; ")})` : ""}`;
}

function sections(parts: readonly (readonly [string, readonly Row[]])[]): string {
  const filled = parts.filter(([, rows]) => rows.length > 0);
  const column = Math.max(...filled.flatMap(([, rows]) => rows.map(([left, right]) => (right ? width(left) : 0))));
  const line = ([left, right]: Row): string => `  ${left}${right ? " ".repeat(column - width(left) + 2) + right : ""}`;
  return filled.map(([heading, rows]) => [heading, ...rows.map(line)].join("\n")).join("\n\n");
}
