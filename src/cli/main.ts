import { closest } from "../graph/check.ts";
import { type Locale, localeFrom, localeOfEnvironment } from "../i18n/locale.ts";
import { cliTexts } from "../i18n/texts.ts";
import type { Command, ExitCode } from "./command.ts";
import { command as check } from "./commands/check.ts";
import { command as doctor } from "./commands/doctor.ts";
import { command as evaluate } from "./commands/evaluate.ts";
import { command as exportModel } from "./commands/export.ts";
import { command as gradcheck } from "./commands/gradcheck.ts";
import { command as run } from "./commands/run.ts";
import { command as serve } from "./commands/serve.ts";
import { command as shapes } from "./commands/shapes.ts";
import { command as templates } from "./commands/templates.ts";
import { command as train } from "./commands/train.ts";
import { installation } from "./files.ts";
import { commandHelp, programHelp } from "./help.ts";
import { Output } from "./output.ts";
import { parseArguments } from "./parse.ts";

const commands: readonly Command[] = [
  templates,
  check,
  shapes,
  train,
  evaluate,
  exportModel,
  run,
  gradcheck,
  serve,
  doctor,
];

/** Runs one command line and gives its exit code. */
async function main(args: readonly string[]): Promise<ExitCode> {
  const out = outputFor(args);
  const { text } = out;
  const { name, rest } = commandFirst(args);
  if (name === undefined || name === "--help" || name === "-h") return help(null, out);
  if (name === "--version") return version(out);
  if (name === "help") return help(rest.find((a) => !a.startsWith("-")) ?? null, out);
  const command = commands.find((c) => c.name === name);
  if (!command) {
    if (name.startsWith("-")) return out.wrongUse(text.usage.unknownOption(name, null), null);
    const suggestion = closest(
      name,
      commands.map((c) => c.name),
    );
    return out.wrongUse(text.usage.unknownCommand(name, suggestion), null);
  }
  const parsed = parseArguments(command, rest, text);
  if (parsed.kind === "help") return help(command.name, out);
  if (parsed.kind === "wrong") return out.wrongUse(parsed.message, command.name);
  return command.run(out, parsed.values, parsed.options);
}

/** `gradloom --json train x` means `gradloom train x --json`: what all commands take may stand in front of them. */
function commandFirst(args: readonly string[]): { name: string | undefined; rest: readonly string[] } {
  let at = 0;
  while (/^--(?:json$|lang(?:$|=))/.test(args[at] ?? "")) at += args[at] === "--lang" ? 2 : 1;
  return { name: args[at], rest: [...args.slice(0, at), ...args.slice(at + 1)] };
}

/** Language and form of all that is written, known before anything else so that every complaint is in it too. */
function outputFor(args: readonly string[]): Output {
  return new Output(args.includes("--json"), localeFor(args));
}

function localeFor(args: readonly string[]): Locale {
  const at = args.indexOf("--lang");
  const given = at >= 0 ? args[at + 1] : args.find((a) => a.startsWith("--lang="))?.slice("--lang=".length);
  return (given === undefined ? null : localeFrom(given)) ?? localeOfEnvironment(process.env);
}

function help(name: string | null, out: Output): ExitCode {
  const command = commands.find((c) => c.name === name);
  if (name !== null && !command) {
    const suggestion = closest(
      name,
      commands.map((c) => c.name),
    );
    return out.wrongUse(out.text.usage.unknownCommand(name, suggestion), null);
  }
  const text = command ? commandHelp(command, out.text) : programHelp(commands, out.text);
  out.line(text);
  out.event({ event: "help", text });
  return 0;
}

function version(out: Output): ExitCode {
  const { version: number } = installation();
  out.line(number);
  out.event({ event: "version", version: number });
  return 0;
}

/** A bug of ours: one line and how to report it; where it happened only for those who ask. */
function reportBug(error: unknown): void {
  const args = process.argv.slice(2);
  const message = error instanceof Error ? error.message : String(error);
  const text = cliTexts[localeFor(args)].bug(message);
  if (args.includes("--json")) process.stdout.write(`${JSON.stringify({ event: "bug", message: text })}\n`);
  process.stderr.write(`${text}\n`);
  if (process.env["GRADLOOM_DEBUG"] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exit(1);
}

// Whoever reads the output may stop early (`| head`): then there is nothing more to say.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => (error.code === "EPIPE" ? process.exit(0) : reportBug(error)));
}
process.on("uncaughtException", reportBug);

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
}, reportBug);
