import type { CliText } from "../i18n/texts.ts";
import type { Output } from "./output.ts";

/** What the process ends with: 0 fine, 1 issues, 2 wrong use. */
export type ExitCode = 0 | 1 | 2;

interface Common {
  /** Its description in the texts. */
  readonly text: keyof CliText["options"];
  /** One letter, as in `-o`. */
  readonly short?: string;
}

/** An option of a command. `value` is what stands for its value in the help, `--epochs <n>`. */
export type OptionSpec = Common &
  (
    | { readonly kind: "flag" }
    | { readonly kind: "integer"; readonly value: string; readonly least: number; readonly default?: number }
    | { readonly kind: "number"; readonly value: string }
    | { readonly kind: "text"; readonly value: string; readonly default?: string; readonly required?: true }
    | { readonly kind: "texts"; readonly value: string }
    | { readonly kind: "choice"; readonly choices: readonly string[]; readonly default?: string }
  );

export type OptionSpecs = { readonly [name: string]: OptionSpec };

type ValueOf<S extends OptionSpec> = S extends { kind: "flag" }
  ? boolean
  : S extends { kind: "integer" | "number" }
    ? number
    : S extends { kind: "texts" }
      ? readonly string[]
      : S extends { kind: "choice"; choices: readonly (infer C)[] }
        ? C
        : string;

type Given<S extends OptionSpec> = S extends
  | { kind: "flag" | "texts" }
  | { default: string | number }
  | { required: true }
  ? ValueOf<S>
  : ValueOf<S> | null;

/** Options after parsing: null where one without a default was not given. */
export type OptionValues<O extends OptionSpecs> = { readonly [N in keyof O]: Given<O[N]> };

export interface ArgumentSpec {
  readonly name: string;
  readonly text: keyof CliText["arguments"];
  readonly optional?: true;
}

type ArgumentValues<A extends readonly ArgumentSpec[]> = {
  readonly [I in keyof A]: A[I] extends { optional: true } ? string | null : string;
};

interface Definition<A extends readonly ArgumentSpec[], O extends OptionSpecs> {
  readonly name: Exclude<keyof CliText["commands"], "help">;
  readonly arguments: A;
  readonly options: O;
  run(out: Output, values: ArgumentValues<A>, options: OptionValues<O>): Promise<ExitCode>;
}

/** A command with the types of its arguments erased; values come from `parseArguments`. */
export interface Command {
  readonly name: Exclude<keyof CliText["commands"], "help">;
  readonly arguments: readonly ArgumentSpec[];
  readonly options: OptionSpecs;
  run(out: Output, values: readonly (string | null)[], options: ParsedOptions): Promise<ExitCode>;
}

export type OptionValue = boolean | number | string | readonly string[] | null;
export type ParsedOptions = { readonly [name: string]: OptionValue };

/** Declares a command: what it takes, and what it does with that. */
export function defineCommand<const A extends readonly ArgumentSpec[], const O extends OptionSpecs>(
  definition: Definition<A, O>,
): Command {
  return {
    ...definition,
    run: (out, values, options) =>
      definition.run(out, values as unknown as ArgumentValues<A>, options as unknown as OptionValues<O>),
  };
}

/** Options that every command has. */
export const commonOptions = {
  json: { kind: "flag", text: "json" },
  lang: { kind: "choice", choices: ["en", "zh"], text: "lang" },
  help: { kind: "flag", short: "h", text: "help" },
} as const satisfies OptionSpecs;

/** `-o, --out <file>` */
export function flagsOf(name: string, spec: OptionSpec): string {
  const long = `--${name}`;
  const value = spec.kind === "flag" ? "" : ` <${spec.kind === "choice" ? name : spec.value}>`;
  return `${spec.short ? `-${spec.short}, ` : ""}${long}${value}`;
}
