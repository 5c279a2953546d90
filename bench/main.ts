/**
 * `npm run bench`: a training step as compiled, the same step written by hand, their ratio; on request PyTorch as well.
 * What is compared is timed in turn in one run, since only ratios mean something on a machine that does other things.
 */
import { type CompilerTime, timeCompiler } from "./compiler.ts";
import { compare, type Form, loopSteps, openPair } from "./models.ts";
import type { BenchNet } from "./nets.ts";
import { type Options, readOptions } from "./options.ts";
import { type OverlayTime, timeOverlays } from "./overlays.ts";
import { type PyTorch, startPyTorch } from "./pytorch.ts";
import { milliseconds, table, times, verdict } from "./report.ts";
import { type Clock, compete, local, ratio, type Timing } from "./timing.ts";

/** Compiled at most this many times as long as by hand. */
const goalByHand = 1.1;
/** Nets that are to be faster than PyTorch. */
const goalPyTorch = ["mlp-sgd", "mlp-adam", "lenet"];

/** Times of one net in one form. */
interface Result {
  readonly net: string;
  readonly form: Form;
  readonly faults: readonly string[];
  readonly compiled: Timing;
  readonly handwritten: Timing;
  readonly ratio: number;
  readonly pytorch?: Timing;
  readonly pytorchRatio?: number;
}

async function timeNet(net: BenchNet, form: Form, options: Options, pytorch: PyTorch | null): Promise<Result> {
  const { threads, profile } = options;
  const pair = await openPair(net, form, { threads, ...(profile ? { profile } : {}) });
  const faults = await compare(net, pair, form);
  const contestants = [
    local("compiled", pair.compiled.steps, options.clock, () => pair.compiled.run()),
    local("handwritten", pair.handwritten.steps, options.clock, () => pair.handwritten.run()),
    ...(pytorch ? [pytorch.contestant(net.id, options.clock)] : []),
  ];
  const [compiled, handwritten, theirs] = (await compete(contestants, options)) as [Timing, Timing, Timing | undefined];
  for (const { session } of [pair.compiled, pair.handwritten]) {
    if (profile) session.endProfiling();
    await session.release();
  }
  const against = theirs ? { pytorch: theirs, pytorchRatio: ratio(compiled, theirs) } : {};
  return { net: net.id, form, faults, compiled, handwritten, ratio: ratio(compiled, handwritten), ...against };
}

const formText: { readonly [F in Form]: string } = { step: "one step a call", loop: `${loopSteps} steps a call` };

function resultTable(results: readonly Result[], clock: Clock, pytorch: boolean): string {
  const head = [
    clock === "cpu" ? "CPU ms per training step" : "ms per training step",
    "",
    "compiled",
    "by hand",
    "ratio",
    ...(pytorch ? ["PyTorch", "ratio"] : []),
  ];
  const rows = results.map((r) => [
    r.net,
    formText[r.form],
    milliseconds(r.compiled.median),
    milliseconds(r.handwritten.median),
    times(r.ratio),
    ...(r.pytorch ? [milliseconds(r.pytorch.median), times(r.pytorchRatio as number)] : []),
  ]);
  return table(head, rows);
}

function verdicts(results: readonly Result[]): string[] {
  const byHand = results.map((r) => ({ net: `${r.net} ${r.form}`, value: r.ratio, met: r.ratio <= goalByHand }));
  const rivals = results
    .filter((r) => goalPyTorch.includes(r.net) && r.pytorchRatio !== undefined)
    .map((r) => ({ net: `${r.net} ${r.form}`, value: r.pytorchRatio as number, met: (r.pytorchRatio as number) < 1 }));
  const lines = [verdict(`compiled within ${goalByHand} of hand-written`, byHand)];
  if (rivals.length > 0) lines.push(verdict("MLP and LeNet faster than PyTorch", rivals));
  return lines;
}

/** What training keeps of its throughput when every node is watched. */
const goalOverlays = 0.95;

const overlayTable = (lines: readonly OverlayTime[], clock: Clock): string =>
  table(
    [
      `samples a ${clock === "cpu" ? "CPU " : ""}second`,
      "overlays on",
      "off",
      "ratio",
      "rounds",
      "statistics a second",
    ],
    lines.map((t) => [
      t.net,
      ...[t.on, t.off].map((v) => v.toFixed(0)),
      times(t.ratio),
      `${t.rounds}`,
      t.perSecond.toFixed(1),
    ]),
  );

const overlayVerdict = (lines: readonly OverlayTime[]): string =>
  verdict(
    `at least ${goalOverlays} of the throughput with overlays on`,
    lines.map((t) => ({ net: t.net, value: t.ratio, met: t.ratio >= goalOverlays })),
  );

const compilerTable = (lines: readonly CompilerTime[]): string =>
  table(
    ["ms", "median", "least"],
    lines.map((t) => [t.what, milliseconds(t.median), milliseconds(t.least)]),
  );

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if ("text" in options) {
    process.exitCode = options.code;
    return say(options.text);
  }
  const started = options.python === null ? null : await startPyTorch(options.python, options.threads);
  const pytorch = started && "version" in started ? started : null;
  const notes = ["lstm: recurrent layers are not in the registry yet"];
  if (started && "missing" in started)
    notes.push(`PyTorch: left out, ${options.python} does not run it: ${started.missing}`);
  if (pytorch) notes.push(`PyTorch ${pytorch.version}, eager; its step is compared with both forms of ours`);
  const results: Result[] = [];
  for (const net of options.steps ? options.nets : []) {
    for (const form of ["step", "loop"] as const) {
      if (!options.json && process.stderr.isTTY) process.stderr.write(`\r${net.title}, ${formText[form]} ...\x1b[K`);
      results.push(await timeNet(net, form, options, pytorch));
    }
  }
  if (!options.json && process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  pytorch?.stop();
  const overlays: OverlayTime[] = [];
  for (const net of options.overlays ? options.nets : []) {
    if (!options.json && process.stderr.isTTY) process.stderr.write(`\r${net.title}, overlays ...\x1b[K`);
    overlays.push(await timeOverlays(net, options));
  }
  if (!options.json && process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const compiler = options.compiler ? timeCompiler(options.nets, options.rounds) : [];
  if (options.json) return say(JSON.stringify({ ...settings(options), notes, results, overlays, compiler }, null, 2));
  const faults = results.flatMap((r) => r.faults);
  say(
    [
      `${options.threads} threads, ${options.rounds} rounds of ${options.ms} ms, medians; ratios are medians of each round's`,
      "",
      ...(options.steps ? [resultTable(results, options.clock, pytorch !== null), ...notes, ""] : []),
      ...(faults.length > 0 ? ["NOT THE SAME STEP, the ratios mean nothing:", ...faults] : []),
      ...(faults.length === 0 && options.steps ? verdicts(results) : []),
      ...(overlays.length > 0 ? ["", overlayTable(overlays, options.clock), "", overlayVerdict(overlays)] : []),
      ...(compiler.length > 0 ? ["", compilerTable(compiler)] : []),
    ].join("\n"),
  );
}

const settings = ({ rounds, ms, threads, clock }: Options) => ({ rounds, ms, threads, clock });

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

void main();
