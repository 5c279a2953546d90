import { parseArgs } from "node:util";
import { closest } from "../graph/check.ts";
import type { CliText } from "../i18n/texts.ts";
import {
  type Command,
  commonOptions,
  flagsOf,
  type OptionSpec,
  type OptionSpecs,
  type OptionValue,
  type ParsedOptions,
} from "./command.ts";

/** What a user asked for, or in what it was wrong use. */
export type Parsed =
  | { readonly kind: "run"; readonly values: readonly (string | null)[]; readonly options: ParsedOptions }
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly message: string };

const wrong = (message: string): Parsed => ({ kind: "wrong", message });

/** Reads the arguments that follow the name of a command. */
export function parseArguments(command: Command, args: readonly string[], text: CliText): Parsed {
  const specs: OptionSpecs = { ...command.options, ...commonOptions };
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, nodeOption(spec)])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const options: { [name: string]: OptionValue } = {};
  for (const [name, spec] of Object.entries(specs)) options[name] = initialValue(spec);
  const given: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") given.push(token.value);
    if (token.kind !== "option") continue;
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    if (!spec) return wrong(unknownOption(token.rawName, specs, text));
    const value = readValue(token.name, spec, token.value, options[token.name] as OptionValue, text);
    if ("message" in value) return wrong(value.message);
    options[token.name] = value.value;
  }
  if (options["help"]) return { kind: "help" };
  return withArguments(command, given, options, text);
}

function withArguments(command: Command, given: readonly string[], options: ParsedOptions, text: CliText): Parsed {
  const missing = command.arguments.find((a, i) => !a.optional && given[i] === undefined);
  if (missing) return wrong(text.usage.missingArgument(missing.name));
  if (given.length > command.arguments.length) return wrong(text.usage.tooMany(command.arguments.length, given.length));
  for (const [name, spec] of Object.entries(command.options)) {
    const needed = spec.kind === "text" && spec.required === true;
    if (needed && options[name] === null) return wrong(text.usage.missingOption(flagsOf(name, spec)));
  }
  return { kind: "run", values: command.arguments.map((_, i) => given[i] ?? null), options };
}

const nodeOption = (spec: OptionSpec): { type: "boolean" | "string"; short?: string } => ({
  type: spec.kind === "flag" ? "boolean" : "string",
  ...(spec.short ? { short: spec.short } : {}),
});

function initialValue(spec: OptionSpec): OptionValue {
  if (spec.kind === "flag") return false;
  if (spec.kind === "texts") return [];
  return "default" in spec ? (spec.default ?? null) : null;
}

function unknownOption(raw: string, specs: OptionSpecs, text: CliText): string {
  const near = closest(raw.replace(/^-+/, ""), Object.keys(specs));
  return text.usage.unknownOption(raw, near ? `--${near}` : null);
}

type Read = { readonly value: OptionValue } | { readonly message: string };

function readValue(
  name: string,
  spec: OptionSpec,
  found: string | undefined,
  before: OptionValue,
  text: CliText,
): Read {
  const flags = `--${name}`;
  if (spec.kind === "flag") {
    return found === undefined ? { value: true } : { message: text.usage.badValue(flags, found, "") };
  }
  if (found === undefined) return { message: text.usage.missingValue(flagsOf(name, spec)) };
  const bad = (expected: string): Read => ({ message: text.usage.badValue(flags, found, expected) });
  switch (spec.kind) {
    case "integer": {
      const value = Number(found);
      const fits = /^\d+$/.test(found) && Number.isSafeInteger(value) && value >= spec.least;
      return fits ? { value } : bad(text.usage.integer(spec.least));
    }
    case "number": {
      const value = Number(found);
      return found.trim() !== "" && Number.isFinite(value) && value >= 0 ? { value } : bad(text.usage.number);
    }
    case "choice":
      return spec.choices.includes(found) ? { value: found } : bad(text.choices(spec.choices.join(", ")));
    case "texts":
      return { value: [...(before as readonly string[]), found] };
    case "text":
      return found === "" ? { message: text.usage.missingValue(flagsOf(name, spec)) } : { value: found };
  }
}
