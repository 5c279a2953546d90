import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { invariant } from "../src/core/invariant.ts";
import { EngineHost } from "../src/engine/host.ts";
import type { GraphDocument } from "../src/graph/document.ts";
import { parseDocument } from "../src/graph/read.ts";
import type { EngineEvent } from "../src/protocol/index.ts";
import { must } from "./models.ts";
import type { BenchNet } from "./nets.ts";
import { type Clock, clocks, median, now } from "./timing.ts";

/** Throughput of one training with statistics of every node, and without. */
export interface OverlayTime {
  readonly net: string;
  /** Samples a second, medians over the rounds. */
  readonly on: number;
  readonly off: number;
  /** Median of on / off, round by round. */
  readonly ratio: number;
  readonly rounds: number;
  /** Statistics told in a second. */
  readonly perSecond: number;
}

export interface OverlayOptions {
  readonly threads: number;
  readonly clock: Clock;
}

/** Statistics in a measured stretch, and least milliseconds of it. */
const [cycles, leastMs] = [4, 1500];
/** Milliseconds for one net, if it has had at least so many rounds: single ones lie up to a third apart. */
const [enough, leastRounds] = [45_000, 12];

/** Trains one network and switches statistics on and off in turn, as the window asks for them by default. */
export async function timeOverlays(net: BenchNet, options: OverlayOptions): Promise<OverlayTime> {
  const document = net.template === undefined ? net.document : await readTemplate(net.template);
  const folder = mkdtempSync(path.join(os.tmpdir(), "gradloom-bench-"));
  const training = new Training();
  try {
    await training.start(endless(document), { folder: path.join(folder, "run"), threads: options.threads });
    return await takeTurns(net.template ?? net.id, training, options.clock);
  } finally {
    await training.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function takeTurns(net: string, training: Training, clock: Clock): Promise<OverlayTime> {
  const [on, off, ratios, shown]: number[][] = [[], [], [], []];
  const began = now();
  while ((ratios as number[]).length < leastRounds || now() - began < enough) {
    const watched = await training.stretch({ statistics: true }, clock, 0);
    const plain = await training.stretch({ statistics: false }, clock, watched.milliseconds);
    on?.push(watched.rate);
    off?.push(plain.rate);
    ratios?.push(watched.rate / plain.rate);
    shown?.push((1000 * cycles) / watched.milliseconds);
  }
  const of = (values: number[] | undefined): number => median(values ?? []);
  return { net, on: of(on), off: of(off), ratio: of(ratios), rounds: ratios?.length ?? 0, perSecond: of(shown) };
}

const readTemplate = async (name: string): Promise<GraphDocument> =>
  must(parseDocument(await readFile(path.join("graph-templates", `${name}.json`), "utf8")));

/** The document without an end, and without evaluations in between. */
function endless(document: GraphDocument): GraphDocument {
  invariant(document.data, "a document without data");
  const data = { ...document.data, split: { ...document.data.split, validation: 0 } };
  return { ...document, data, training: { ...document.training, epochs: 1_000_000, steps: null } };
}

type Steps = Extract<EngineEvent, { kind: "steps" }>;

/** A run in this process whose events can be waited for. */
class Training {
  readonly #host: EngineHost;
  readonly #waiting: { readonly match: (e: EngineEvent) => boolean; readonly done: (e: EngineEvent) => void }[] = [];
  #id = 0;
  #batch = 1;

  constructor() {
    this.#host = new EngineHost((events) => this.#hear(events), undefined, 0);
  }

  async start(document: GraphDocument, { folder, threads }: { folder: string; threads: number }): Promise<void> {
    this.#batch = document.training.batch * document.training.accumulate;
    const settings = { provider: "cpu", threads, folder, baseFolder: folder, checkpointSeconds: 1e9 } as const;
    this.#host.receive({ kind: "start", id: ++this.#id, document, settings });
    const failed = this.#next((e) => e.kind === "state" && e.state === "failed").then(() => invariant(false, "failed"));
    await Promise.race([failed, this.#afterCall()]);
  }

  /** Trains for so many milliseconds, or with statistics for whole cycles from one to another. Gives samples a second. */
  async stretch(
    watch: { readonly statistics: boolean },
    clock: Clock,
    milliseconds: number,
  ): Promise<{ readonly rate: number; readonly milliseconds: number }> {
    this.#host.receive({ kind: "watch", id: ++this.#id, ...watch, pins: [] });
    // The first one opens the model.
    for (let i = 0; watch.statistics && i < 2; i++) await this.#next((e) => e.kind === "statistics");
    const first = await this.#afterCall();
    const [began, spent] = [now(), clocks[clock]()];
    let last = first;
    if (watch.statistics) {
      for (let i = 0; i < cycles || now() - began < leastMs; i++) await this.#next((e) => e.kind === "statistics");
      last = await this.#afterCall();
    } else while (now() - began < milliseconds) last = await this.#afterCall();
    const samples = (end(last) - end(first)) * this.#batch;
    return { rate: (1000 * samples) / (clocks[clock]() - spent), milliseconds: now() - began };
  }

  close(): Promise<void> {
    return this.#host.close();
  }

  #afterCall(): Promise<Steps> {
    return this.#next((e) => e.kind === "steps") as Promise<Steps>;
  }

  #next(match: (e: EngineEvent) => boolean): Promise<EngineEvent> {
    return new Promise((done) => this.#waiting.push({ match, done }));
  }

  #hear(events: readonly EngineEvent[]): void {
    for (const event of events) {
      for (const w of this.#waiting.filter((w) => w.match(event))) {
        this.#waiting.splice(this.#waiting.indexOf(w), 1);
        w.done(event);
      }
    }
  }
}

const end = (e: Steps): number => e.step + e.loss.length;
