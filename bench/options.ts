import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type BenchNet, benchNets } from "./nets.ts";
import { type Clock, clocks } from "./timing.ts";

const help = `npm run bench -- [options]
  --net <id>          only this net; may be repeated: ${benchNets.map((n) => n.id).join(", ")}
  --rounds <n>        rounds of taking turns (40); fewer where one takes long
  --ms <n>            milliseconds each contestant has in a round (20)
  --threads <n>       threads of onnxruntime and of PyTorch (all cores)
  --clock cpu         measure processor time instead of time on the wall: on a busy machine, with --threads 1
  --against pytorch   also time PyTorch
  --python <path>     Python that has torch (python3)
  --profile <prefix>  also write onnxruntime's profile of every model to files that begin so
  --no-steps          leave out the training steps
  --no-overlays       leave out the throughput with and without statistics of every node
  --no-compiler       leave out the times of the compiler itself
  --json              print one JSON object instead of text`;

export interface Options {
  readonly nets: readonly BenchNet[];
  readonly rounds: number;
  readonly ms: number;
  readonly threads: number;
  readonly clock: Clock;
  readonly python: string | null;
  readonly profile: string | null;
  readonly steps: boolean;
  readonly overlays: boolean;
  readonly compiler: boolean;
  readonly json: boolean;
}

/** The options, or what to print instead and the exit code. */
export function readOptions(args: readonly string[]): Options | { readonly text: string; readonly code: number } {
  const wrong = (reason: string) => ({ text: `${reason}\n${help}`, code: 2 });
  try {
    return readValues(args, wrong);
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
}

function readValues(
  args: readonly string[],
  wrong: (reason: string) => { text: string; code: number },
): ReturnType<typeof readOptions> {
  const number = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      net: { type: "string", multiple: true, default: [] },
      rounds: { ...number, default: "40" },
      ms: { ...number, default: "20" },
      threads: { ...number, default: String(availableParallelism()) },
      clock: { type: "string", default: "wall" },
      against: { type: "string" },
      python: { type: "string", default: "python3" },
      profile: { type: "string" },
      "no-steps": { type: "boolean", default: false },
      "no-overlays": { type: "boolean", default: false },
      "no-compiler": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return { text: help, code: 0 };
  const unknown = values.net.filter((id) => !benchNets.some((n) => n.id === id));
  if (unknown.length > 0) return wrong(`There is no net ${unknown.join(", ")}.`);
  if (values.against !== undefined && values.against !== "pytorch") return wrong("--against knows only pytorch.");
  if (!isClock(values.clock)) return wrong(`--clock is one of ${Object.keys(clocks).join(", ")}.`);
  const [rounds, ms, threads] = [values.rounds, values.ms, values.threads].map(Number) as [number, number, number];
  if (![rounds, ms, threads].every((n) => Number.isInteger(n) && n > 0)) return wrong("Numbers must be at least 1.");
  return {
    nets: benchNets.filter((n) => values.net.length === 0 || values.net.includes(n.id)),
    rounds,
    ms,
    threads,
    clock: values.clock,
    python: values.against ? values.python : null,
    profile: values.profile ?? null,
    steps: !values["no-steps"],
    overlays: !values["no-overlays"],
    compiler: !values["no-compiler"],
    json: values.json,
  };
}

const isClock = (text: string): text is Clock => Object.hasOwn(clocks, text);
