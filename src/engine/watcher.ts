import { compileNetwork, type TensorRef } from "../compile/index.ts";
import { resolveRef } from "../compile/probe.ts";
import type { Issue } from "../core/issue.ts";
import { ok, type Result } from "../core/result.ts";
import type { EngineEvent, EventOf } from "../protocol/index.ts";
import { elementCount, type Tensor } from "../shape/dtype.ts";
import { type Segment, segmentAt } from "../train/plan.ts";
import type { LookBatch } from "./look-batch.ts";
import { Lru } from "./lru.ts";
import { feedsOf, type OpenModel, openCompiled, outputsOf, type TrainingCall, withAccumulate } from "./models.ts";
import type { PreparedRun } from "./prepare.ts";
import type { Moment } from "./steps.ts";
import type { Looking } from "./viewer.ts";

export type Watch = Omit<Looking<"watch">, "kind" | "id">;

/** What a step reads apart from tensors. */
type Step = Pick<TrainingCall, "fields" | "learningRates" | "step">;

const nothing: Watch = { statistics: false, pins: [], interval: 0, share: 0 };
/** How many of the last ones say what the next will cost. */
const remembered = 4;
/** Models that are kept open: the full step and a shorter one, for statistics and pins. */
const openModels = 4;

/**
 * Tells of the tensors of a run while it trains. Its models run beside the training step, on the batch that comes next
 * and the tensors as they are; the training never sees them. How often is decided by what they cost.
 */
export class Watcher {
  readonly #run: PreparedRun;
  readonly #emit: (event: EngineEvent) => void;
  readonly #models = new Lru<OpenModel>(openModels, (model) => model.session.release());
  #watch: Watch = nothing;
  /** When it may be time again, by both clocks. */
  #due: Clocks = atOnce;
  /** What the last ones took. */
  #costs: readonly Clocks[] = [];
  #warm = false;
  #told = false;
  /** What fails once is not tried again, until something else is asked for. */
  #broken = false;

  constructor(run: PreparedRun, emit: (event: EngineEvent) => void) {
    this.#run = run;
    this.#emit = emit;
  }

  /** What is to be told from now on. */
  set(watch: Watch): void {
    this.#watch = watch;
    this.#due = atOnce;
    this.#costs = [];
    this.#warm = false;
    this.#broken = false;
  }

  get isWatching(): boolean {
    return !this.#broken && (this.#watch.statistics || this.#watch.pins.length > 0);
  }

  /** True when it is time again, at a step of the form that most steps have. */
  isDue({ batch, accumulate }: Segment): boolean {
    if (!this.isWatching || !isPast(this.#due)) return false;
    const main = segmentAt(this.#run.plan, 0);
    return batch === main.batch && accumulate === main.accumulate;
  }

  /** Statistics and pins before a step, the next one of a call that is about to be made. */
  before(moment: Moment, call: TrainingCall): Promise<void> {
    return this.#observe(moment, firstStep(call), call.segment, false);
  }

  /** Statistics and pins as they are, on the batch that comes next; `failing` is the step that goes wrong. */
  now(moment: Moment, next: LookBatch, failing = false): Promise<void> {
    const { accumulate } = next.network.document.training;
    return this.#observe(moment, next, { batch: next.batch, accumulate }, failing);
  }

  async close(): Promise<void> {
    await this.#models.clear();
  }

  async #observe(
    moment: Moment,
    step: Step,
    form: Pick<Segment, "batch" | "accumulate">,
    failing: boolean,
  ): Promise<void> {
    if (!this.isWatching) return;
    const statistics = this.#watch.statistics ? await this.#statistics(moment, step, form, failing) : ok(nothingSpent);
    const pins = statistics.ok ? await this.#pins(moment, step, form) : statistics;
    if (!statistics.ok || !pins.ok) return this.#fail(pins.ok ? [] : pins.issues);
    const cost = sum([statistics.value, pins.value]);
    const { interval, share } = this.#watch;
    // The first run of a session is slow, and says little of those to come.
    if (this.#warm) this.#costs = [...this.#costs, cost].slice(-remembered);
    this.#warm = true;
    const known = this.#costs.length > 0 ? this.#costs : [cost];
    const rest = (1 / share - 1) / known.length;
    const [now, all] = [clocks(), sum(known)];
    const wall = now.wall + Math.max(interval, rest * all.wall);
    this.#due = { wall, processors: now.processors + rest * all.processors };
  }

  #fail(issues: readonly Issue[]): void {
    this.#broken = true;
    for (const i of issues) this.#emit({ kind: "issue", issue: { ...i, severity: "warning" } });
  }

  /** Gives the time that it took, opening a model not counted. */
  async #statistics(
    { tensors, progress }: Moment,
    step: Step,
    form: Pick<Segment, "batch" | "accumulate">,
    failing: boolean,
  ): Promise<Result<Clocks>> {
    const layout = await this.#layout();
    if (!layout.ok) return layout;
    const model = await this.#open("statistics", form, null);
    if (!model.ok) return model;
    const result = await this.#timed(model.value, { tensors, progress }, step);
    if (!result.ok) return result;
    const { manifest } = model.value;
    const [found] = outputsOf(manifest, result.value.outputs, "statistics");
    const [loss] = outputsOf(manifest, result.value.outputs, "loss");
    this.#emit({
      kind: "statistics",
      step: progress.step,
      epoch: progress.epoch,
      values: found?.tensor.data as Float32Array,
      loss: Number(loss?.tensor.data[0]),
      ...(failing ? { failing } : {}),
    });
    return ok(result.value.spent);
  }

  /** Tells once what the rows are of: the numbers of elements are those of the form that most steps have. */
  async #layout(): Promise<Result<null>> {
    if (this.#told) return ok(null);
    const main = await this.#open("statistics", segmentAt(this.#run.plan, 0), null);
    if (!main.ok) return main;
    this.#told = true;
    this.#emit({ kind: "layout", rows: [...(main.value.manifest.statistics ?? [])] });
    return ok(null);
  }

  async #pins(moment: Moment, step: Step, form: Pick<Segment, "batch" | "accumulate">): Promise<Result<Clocks>> {
    const { pins } = this.#watch;
    if (pins.length === 0) return ok(nothingSpent);
    const known = pins.filter((pin) => resolveRef(this.#run.network, pin.ref).ok);
    let spent = nothingSpent;
    const tensors = new Map<TensorRef, Tensor>();
    if (known.length > 0) {
      const refs = known.map((pin) => pin.ref);
      const model = await this.#open("pins", form, refs);
      if (!model.ok) return model;
      const result = await this.#timed(model.value, moment, step);
      if (!result.ok) return result;
      spent = result.value.spent;
      for (const { role, tensor } of outputsOf(model.value.manifest, result.value.outputs, "probed")) {
        tensors.set(refs[role.index] as TensorRef, tensor);
      }
    }
    const told = pins.map(({ ref, most }): EventOf<"pins">["pins"][number] => {
      const tensor = tensors.get(ref);
      return { ref, tensor: tensor ? firstSamples(ref, tensor, most) : null };
    });
    this.#emit({ kind: "pins", step: moment.progress.step, pins: told });
    return ok(spent);
  }

  async #timed(
    { session, manifest }: OpenModel,
    { tensors }: Moment,
    { fields, learningRates, step }: Step,
  ): Promise<Result<{ readonly outputs: { readonly [name: string]: Tensor }; readonly spent: Clocks }>> {
    const { seed } = this.#run.network.document;
    const feeds = feedsOf(manifest, { fields, learningRates, step, seed, carried: tensors });
    const began = clocks();
    const outputs = await session.run(feeds);
    const ended = clocks();
    const spent = { wall: ended.wall - began.wall, processors: ended.processors - began.processors };
    return outputs.ok ? ok({ outputs: outputs.value, spent }) : outputs;
  }

  async #open(
    what: "statistics" | "pins",
    { batch, accumulate }: Pick<Segment, "batch" | "accumulate">,
    refs: readonly TensorRef[] | null,
  ): Promise<Result<OpenModel>> {
    const key = JSON.stringify([what, batch, accumulate, refs]);
    const held = this.#models.get(key);
    if (held) return ok(held);
    const { network, provider, threads } = this.#run;
    const kind = what === "pins" ? "probe" : "probed-step";
    const options = { kind, batch, provider: provider.used, ...(refs ? { tensors: refs } : {}) } as const;
    const compiled = compileNetwork(withAccumulate(network, accumulate), options);
    if (!compiled.ok) return compiled;
    const opened = await openCompiled(compiled.value, { provider: provider.used, threads }, true);
    if (opened.ok) await this.#models.add(key, opened.value);
    return opened;
  }
}

/**
 * Milliseconds on the wall, and of the processors that this process has had. On a machine that does other things the
 * first tell too little of a short call, which has its turn at once, and on one at rest the second do of a call that
 * uses few of its cores.
 */
interface Clocks {
  readonly wall: number;
  readonly processors: number;
}

const atOnce: Clocks = { wall: 0, processors: 0 };
const nothingSpent: Clocks = atOnce;

function clocks(): Clocks {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), processors: (user + system) / 1000 };
}

function isPast(moment: Clocks): boolean {
  const now = clocks();
  return now.wall >= moment.wall && now.processors >= moment.processors;
}

const sum = (all: readonly Clocks[]): Clocks => ({
  wall: all.reduce((total, c) => total + c.wall, 0),
  processors: all.reduce((total, c) => total + c.processors, 0),
});

/** What the first step of a call reads. */
function firstStep({ fields, learningRates, step, steps }: TrainingCall): Step {
  return {
    fields: Object.fromEntries(Object.entries(fields).map(([k, v]) => [k, v.subarray(0, v.length / steps)])),
    learningRates: new Map([...learningRates].map(([id, rates]) => [id, rates.slice(0, 1)])),
    step,
  };
}

/** The first samples of a tensor with samples; others are whole. */
function firstSamples(ref: TensorRef, tensor: Tensor, most: number): Tensor {
  const [samples = 0, ...dims] = tensor.dims;
  if ((ref.of !== "output" && ref.of !== "target") || samples <= most) return tensor;
  // A copy: of a view the whole array would be sent.
  return { ...tensor, dims: [most, ...dims], data: tensor.data.slice(0, most * elementCount(dims)) } as Tensor;
}
