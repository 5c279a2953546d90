import { compileNetwork, type TensorMap } from "../compile/index.ts";
import { invariant } from "../core/invariant.ts";
import { type Issue, issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { EngineEvent, Evaluation, EventOf, Score } from "../protocol/index.ts";
import type { Progress } from "../train/checkpoint.ts";
import { stoppingAfter, watchMode } from "../train/early-stopping.ts";
import { type Segment, segmentAt } from "../train/plan.ts";
import { idle, type RunEffect, type RunEvent, type RunState, reduce } from "../train/run-state.ts";
import { plateauAfter } from "../train/schedule.ts";
import { CallSize } from "./call-size.ts";
import type { SplitName } from "./data/dataset.ts";
import { addTo, evaluateSplit, lossesOf, metricsOf, type Sums } from "./evaluate.ts";
import { Keeper } from "./keeper.ts";
import { lookBatch } from "./look-batch.ts";
import type { TrainingCall, TrainingResult } from "./models.ts";
import { allFinite, findCulprit } from "./not-finite.ts";
import { type Closers, checkpointOf, type PreparedRun, planEvent, prepareRun, type StartRequest } from "./prepare.ts";
import { type Moment, StepSource } from "./steps.ts";
import { Viewer } from "./viewer.ts";
import { type Watch, Watcher } from "./watcher.ts";

type Logged = EventOf<"steps"> | EventOf<"epoch">;

/**
 * One run from beginning to end: performs the effects of the state machine one after the other. Between two of them
 * the event loop gets its turn, so that commands arrive; a call of onnxruntime itself cannot be interrupted.
 */
export class Run {
  readonly #request: StartRequest;
  readonly #emit: (event: EngineEvent) => void;
  readonly #closers: Closers = [];
  #state: RunState = idle;
  #effects: RunEffect[] = [];
  #jobs: (() => Promise<void>)[] = [];
  #wake: (() => void) | null = null;
  #abandoned = false;

  #run: PreparedRun | null = null;
  #viewer: Viewer | null = null;
  #watch: Watch | null = null;
  #watcher: Watcher | null = null;
  #source: StepSource | null = null;
  #keeper: Keeper | null = null;
  #tensors: TensorMap = new Map();
  #progress: Progress | null = null;
  #previous: Moment | null = null;
  #done: EventOf<"done"> | null = null;
  #size = new CallSize({ milliseconds: 100, bytesPerStep: 1, most: null });
  #tick = performance.now();
  #rate = 0;
  /** Longest recent call, for whoever waits for an answer. */
  callMilliseconds = 0;

  constructor(request: StartRequest, emit: (event: EngineEvent) => void) {
    this.#request = request;
    this.#emit = emit;
  }

  get state(): RunState {
    return this.#state;
  }

  /** Runs to the end; everything it opened is closed when the last event is emitted. */
  async complete(): Promise<void> {
    this.#dispatch({ kind: "start" });
    while (!this.#isOver()) {
      const job = this.#jobs.shift();
      const effect = job ? undefined : this.#effects.shift();
      if (job) await job();
      else if (effect) await this.#perform(effect);
      else await this.#wait();
      await breathe();
    }
    const underWay = this.#state.phase === "running" || this.#state.phase === "paused";
    if (this.#abandoned && underWay) await this.#saveInPassing();
    for (const job of this.#jobs.splice(0)) await job();
    const flushed = await this.#keeper?.flush();
    if (flushed && !flushed.ok) this.#warn(flushed.issues);
    await this.#note();
    for (const close of this.#closers.reverse()) await close();
    this.#emitState();
    if (this.#done) this.#emit(this.#done);
  }

  /** A command of the user. False when it makes no sense now. */
  command(kind: "pause" | "resume" | "step" | "stop"): boolean {
    return this.#dispatch({ kind });
  }

  /** Ends as soon as possible, with a checkpoint and nothing else: the process is about to end. */
  abandon(): void {
    this.#abandoned = true;
    this.#wake?.();
  }

  /** The base rate from the next step on. False while there is no run, or no such objective. */
  setLearningRate(objective: string | null, value: number): boolean {
    const progress = this.#progress;
    if (!progress || (objective !== null && !(objective in progress.learningRates))) return false;
    const names = objective === null ? Object.keys(progress.learningRates) : [objective];
    const learningRates = { ...progress.learningRates, ...Object.fromEntries(names.map((n) => [n, value])) };
    this.#progress = { ...progress, learningRates };
    return true;
  }

  /** Loss and metrics of a split with the tensors as they are now. Null while there is no run under way. */
  evaluate(split: SplitName | null): Promise<Result<Evaluation>> | null {
    if (this.#state.phase !== "running" && this.#state.phase !== "paused") return null;
    return new Promise((done) => {
      this.#jobs.push(async () => done(await this.#evaluate(split ?? this.#testSplit(), this.#tensors)));
      this.#wake?.();
    });
  }

  /** The network as it is now, to look into; null while there is none. */
  get look(): { readonly viewer: Viewer; readonly moment: Moment } | null {
    const [viewer, progress] = [this.#viewer, this.#progress];
    if (!viewer || !progress || this.#isOver()) return null;
    return { viewer, moment: { tensors: this.#tensors, progress } };
  }

  /** What is to be told of the tensors from now on. A run that is paused tells at once. */
  watch(watch: Watch): void {
    this.#watch = watch;
    this.#watcher?.set(watch);
    if (this.#state.phase !== "paused") return;
    this.#jobs.push(() => (this.#state.phase === "paused" ? this.#observeNow() : Promise.resolve()));
    this.#wake?.();
  }

  /** Tells of the tensors as they are. */
  #observeNow(): Promise<void> {
    return this.#observe({ tensors: this.#tensors, progress: this.#now().progress }, false);
  }

  async #observe(moment: Moment, failing: boolean): Promise<void> {
    const { run, watcher } = this.#now();
    if (!watcher.isWatching) return;
    const next = lookBatch({ ...run, provider: run.provider.used }, moment.progress, { kind: "next" }, true);
    if (next.ok) await watcher.now(moment, next.value, failing);
    else this.#warn(next.issues);
  }

  #isOver(): boolean {
    return this.#abandoned || this.#state.phase === "done" || this.#state.phase === "failed";
  }

  #dispatch(event: RunEvent): boolean {
    const before = this.#state.phase;
    const { state, effects, refused } = reduce(this.#state, event);
    this.#state = state;
    this.#effects.push(...effects);
    // Whoever hears of the end may want the folder at once: that event waits until everything is closed.
    if (state.phase !== before && !this.#isOver()) this.#emitState();
    this.#wake?.();
    return !refused;
  }

  #emitState(): void {
    const { phase, position } = this.#state;
    this.#emit({ kind: "state", state: phase, step: position.step, epoch: position.epoch });
  }

  #wait(): Promise<void> {
    return new Promise((done) => {
      this.#wake = () => {
        this.#wake = null;
        this.#tick = performance.now();
        done();
      };
    });
  }

  async #perform(effect: RunEffect): Promise<void> {
    switch (effect.kind) {
      case "prepare":
        return this.#prepare();
      case "train":
        return this.#train(effect.limit);
      case "close-epoch":
        return this.#closeEpoch();
      case "checkpoint":
        await this.#saveInPassing();
        await this.#note();
        return this.#observeNow();
      case "finish":
        return this.#finish(effect.reason);
    }
  }

  #warn(issues: readonly Issue[]): void {
    for (const i of issues) this.#emit({ kind: "issue", issue: { ...i, severity: "warning" } });
  }

  #fail(issues: readonly Issue[]): void {
    for (const i of issues) this.#emit({ kind: "issue", issue: i });
    this.#effects = [];
    this.#dispatch({ kind: "fail" });
  }

  async #prepare(): Promise<void> {
    const prepared = await prepareRun(this.#request, this.#emit, this.#closers);
    if (!prepared.ok) return this.#fail(prepared.issues);
    const run = prepared.value;
    this.#run = run;
    this.#source = new StepSource(run);
    this.#keeper = new Keeper(run, this.#request.settings.checkpointSeconds);
    this.#tensors = run.tensors;
    this.#progress = run.progress;
    const saved = await this.#saveModels(run);
    if (!saved.ok) return this.#fail(saved.issues);
    // Nothing else knows the tensors that a run was given: a process that dies must find them again.
    const given = Object.keys(this.#request.tensors ?? {}).length > 0 && !run.resumed;
    const start = given ? await run.folder.saveStart(checkpointOf(run, run)) : ok(null);
    if (!start.ok) return this.#fail(start.issues);
    const { settings } = this.#request;
    const bytesPerStep = run.plan.batch * run.plan.accumulate * bytesPerSample(run);
    this.#size = new CallSize({ milliseconds: settings.callMilliseconds, bytesPerStep, most: settings.callSteps });
    const viewer = new Viewer({ ...run, provider: run.provider.used });
    this.#closers.push(() => viewer.close());
    this.#viewer = viewer;
    const watcher = new Watcher(run, this.#emit);
    this.#closers.push(() => watcher.close());
    if (this.#watch) watcher.set(this.#watch);
    this.#watcher = watcher;
    this.#emit(planEvent(run));
    const { step, epoch, stepInEpoch } = run.progress;
    if (settings.resume !== "never") this.#emit({ kind: "resumed", step, epoch });
    this.#tick = performance.now();
    this.#dispatch({ kind: "prepared", position: { step, epoch, stepInEpoch }, length: run.plan });
    await this.#note();
  }

  /** The models of the run as files, for whoever wants to look at them or run them elsewhere. */
  async #saveModels(run: PreparedRun): Promise<Result<null>> {
    const { batch } = segmentAt(run.plan, 0);
    const step = compileNetwork(run.network, { kind: "training-step", batch, provider: run.provider.used });
    if (!step.ok) return step;
    const evaluation = compileNetwork(run.network, { kind: "evaluation" });
    if (!evaluation.ok) return evaluation;
    for (const model of [step.value, evaluation.value]) {
      const saved = await run.folder.saveModel(model.manifest.kind, model.bytes);
      if (!saved.ok) return saved;
    }
    return ok(null);
  }

  /** One call of onnxruntime. */
  async #train(limit: number): Promise<void> {
    const { run, progress, keeper, source, watcher } = this.#now();
    if (keeper.flushIsDue) await keeper.flush();
    if (keeper.checkpointIsDue(progress) && !(await this.#saveInPassing())) return;
    const segment = segmentAt(run.plan, progress.stepInEpoch);
    const wanted = Math.min(limit, segment.first + segment.steps - progress.stepInEpoch);
    const steps = run.models.isLoop(segment) ? this.#size.next(wanted) : 1;
    const before: Moment = { tensors: this.#tensors, progress: this.#now().progress };
    const call = await source.next(before, steps);
    if (!call.ok) return this.#fail(call.issues);
    if (watcher.isDue(segment)) await watcher.before(before, call.value);
    const began = performance.now();
    const result = await run.models.run(call.value);
    if (!result.ok) return this.#fail(result.issues);
    this.#measure(segment, result.value.steps, performance.now() - began);
    await this.#record(before, call.value, result.value);
  }

  /** Takes over what a call gave, or finds out what went wrong in it. */
  async #record(before: Moment, call: TrainingCall, result: TrainingResult): Promise<void> {
    const bad = [...result.losses.values()].some((l) => !Number.isFinite(l[result.steps - 1]));
    const good = bad ? result.steps - 1 : result.steps;
    const sums = sumsAfter(before.progress.sums, call.segment, result, good);
    if (good > 0) this.#report(call, result, good, sums);
    if (bad) return this.#fail(await this.#notFinite(before, before.progress.step + result.steps));
    const { step, stepInEpoch } = before.progress;
    // The rate may have been changed meanwhile; what else there is comes from before the call.
    this.#progress = { ...this.#now().progress, step: step + good, stepInEpoch: stepInEpoch + good, sums };
    this.#clock();
    this.#previous = before;
    this.#tensors = result.carried;
    this.#dispatch({ kind: "trained", steps: good });
  }

  #report(call: TrainingCall, result: TrainingResult, steps: number, sums: Sums): void {
    const { run, progress } = this.#now();
    const { document } = run.network;
    const [first, ...others] = [...result.losses].map(([id, l]) => [id, Array.from(l).slice(0, steps)] as const);
    const rates = call.learningRates.get(first?.[0] ?? "") ?? [];
    const event: EventOf<"steps"> = {
      kind: "steps",
      step: call.step,
      epoch: progress.epoch + 1,
      loss: first?.[1] ?? [],
      ...(others.length > 0 ? { others: Object.fromEntries(others) } : {}),
      learningRate: rates.slice(0, steps),
      metrics: metricsOf(document, run.manifest, sums).metrics,
      samplesPerSecond: this.#rate,
    };
    this.#tell(event);
  }

  /** Emits what also belongs into the history. */
  #tell(event: Logged): void {
    this.#emit(event);
    this.#now().keeper.log(event);
  }

  async #closeEpoch(): Promise<void> {
    const { run, progress } = this.#now();
    const { document } = run.network;
    const train = this.#trainScore();
    const validation = run.dataset.splits.validation ? await this.#evaluate("validation", this.#tensors) : null;
    if (validation && !validation.ok) return this.#fail(validation.issues);
    const watch = document.training.earlyStopping?.watch ?? "loss";
    const value = this.#watched(watch, validation?.value ?? train, train);
    const verdict = stoppingAfter(
      document.training.earlyStopping ?? { patience: Number.POSITIVE_INFINITY, minDelta: 0 },
      progress.stopping,
      progress.epoch,
      value,
      watchMode(watch),
    );
    const { schedule } = document.training;
    const plateau =
      schedule.kind === "plateau"
        ? plateauAfter(schedule, progress.plateau, value, watchMode(watch))
        : progress.plateau;
    // Without a validation part or early stopping nobody asks for the best epoch.
    const best = verdict.improved && (validation !== null || document.training.earlyStopping !== null);
    const epoch = progress.epoch + 1;
    const seconds = this.#clock();
    const next: Progress = {
      ...this.#now().progress,
      epoch,
      stepInEpoch: 0,
      sums: {},
      plateau,
      stopping: verdict.state,
      best: best ? { step: progress.step, epoch, value } : progress.best,
    };
    this.#progress = next;
    if (best) this.#now().keeper.keepBest({ tensors: this.#tensors, progress: next });
    this.#tell({
      kind: "epoch",
      epoch,
      step: progress.step,
      train,
      validation: validation ? scoreOf(validation.value) : null,
      learningRate: Object.values(next.learningRates)[0] ?? 0,
      seconds,
      best,
    });
    this.#dispatch({ kind: "epoch-closed", stop: verdict.stop });
  }

  /** Loss and metrics over the steps of the epoch, each step with the parameters it had. */
  #trainScore(): Score {
    const { run, progress } = this.#now();
    const { document } = run.network;
    const sums = progress.sums as Sums;
    const samples = sums[samplesKey]?.[0] ?? 0;
    const losses = document.objectives.map((o) => (sums[lossKey(o.id)]?.[0] ?? Number.NaN) / samples);
    return { ...lossesOf(document, losses), ...metricsOf(document, run.manifest, sums) };
  }

  /** The value that early stopping and the plateau schedule look at. A metric that is not there is never better. */
  #watched(watch: string, score: Score, train: Score): number {
    if (watch === "loss") return score.loss;
    const [first, ...others] = this.#now().run.network.document.objectives;
    const name = others.length > 0 ? `${first?.id}.${watch}` : watch;
    return score.metrics[name] ?? train.metrics[name] ?? Number.NaN;
  }

  async #evaluate(split: SplitName, tensors: TensorMap): Promise<Result<Evaluation>> {
    const { run } = this.#now();
    if (!run.dataset.splits[split]) return fail(issue("data.empty", { what: split, path: "data.split" }));
    return evaluateSplit(run.network.document, run.dataset, split, run.evaluation, tensors, breathe);
  }

  /** The part that the result is measured on. */
  #testSplit(): SplitName {
    const { test, validation } = this.#now().run.dataset.splits;
    return test ? "test" : validation ? "validation" : "train";
  }

  async #finish(reason: EventOf<"done">["reason"]): Promise<void> {
    const { run } = this.#now();
    const last = await this.#save();
    if (!last.ok) return this.#fail(last.issues);
    await this.#observeNow();
    const { document } = run.network;
    const final = document.training.earlyStopping?.restoreBest ? await this.#bestTensors() : this.#tensors;
    const test = await this.#evaluate(this.#testSplit(), final);
    if (!test.ok) return this.#fail(test.issues);
    const { standardise } = run.dataset;
    const inference = compileNetwork(run.network, { kind: "inference", values: final, standardise });
    const saved = inference.ok ? await run.folder.saveModel("inference", inference.value.bytes) : inference;
    if (!saved.ok) return this.#fail(saved.issues);
    const seconds = this.#clock();
    const { step, epoch, best } = this.#now().progress;
    const counts = { steps: step, epochs: epoch, seconds, best, folder: run.folder.folder };
    this.#done = { kind: "done", reason, test: test.value, provider: run.provider, ...counts };
    this.#dispatch({ kind: "finished" });
  }

  /** Those of the best epoch; the present ones where there is none, or its file cannot be read. */
  async #bestTensors(): Promise<TensorMap> {
    const { progress, keeper } = this.#now();
    if (!progress.best) return this.#tensors;
    const found = await keeper.bestTensors();
    if (found.ok) return found.value;
    this.#warn(found.issues);
    return this.#tensors;
  }

  /** Writes a checkpoint of the present moment, unless there is one. Errors: `engine.not-finite`, those of writing. */
  async #save(): Promise<Result<null>> {
    const { progress, keeper } = this.#now();
    if (keeper.isSaved(progress.step)) return ok(null);
    if (!allFinite(this.#tensors)) {
      return fail(...(await this.#notFinite({ tensors: this.#tensors, progress }, progress.step)));
    }
    this.#clock();
    const saved = await keeper.save({ tensors: this.#tensors, progress: this.#now().progress });
    if (!saved.ok) return saved;
    this.#emit({ kind: "checkpoint", step: progress.step, path: saved.value });
    await this.#note();
    return ok(null);
  }

  /** A checkpoint in passing: a full disk is no reason to give up what has been learnt. False when the run has failed. */
  async #saveInPassing(): Promise<boolean> {
    const saved = await this.#save();
    if (saved.ok) return true;
    if (saved.issues.every((i) => i.code === "file.unwritable")) {
      this.#warn(saved.issues);
      return true;
    }
    this.#fail(saved.issues);
    return false;
  }

  /** Why the run has failed: where the first value that is not finite came from. The last good moment is kept. */
  async #notFinite(before: Moment, last: number): Promise<readonly Issue[]> {
    const { run, keeper } = this.#now();
    // When a parameter came in bad, the call before this one made it so.
    const good = allFinite(before.tensors)
      ? { moment: before, last }
      : { moment: this.#previous, last: before.progress.step };
    const found = good.moment ? await findCulprit(run, good.moment, good.last) : ok(null);
    const kept = good.moment ? await keeper.save(good.moment) : ok(null);
    const unknown = { step: last, what: "loss", name: "loss", value: "NaN", node: null } as const;
    const { node, ...payload } = (found.ok ? found.value?.culprit : null) ?? unknown;
    if (found.ok && found.value) await this.#observe(found.value.before, true);
    const cause = issue("engine.not-finite", { ...payload, ...(node === null ? {} : { node }) });
    if (kept.ok && kept.value && good.moment) {
      this.#emit({ kind: "checkpoint", step: good.moment.progress.step, path: kept.value });
    }
    return [cause, ...(found.ok ? [] : found.issues), ...(kept.ok ? [] : kept.issues)];
  }

  #measure({ batch, accumulate }: Segment, steps: number, milliseconds: number): void {
    this.#size.measured(steps, milliseconds);
    this.callMilliseconds = Math.max(milliseconds, 0.9 * this.callMilliseconds);
    const now = (1000 * steps * batch * accumulate) / Math.max(milliseconds, 1e-3);
    this.#rate = this.#rate === 0 ? now : 0.8 * this.#rate + 0.2 * now;
  }

  /** Adds the time since it was last called; gives the seconds of the whole run. */
  #clock(): number {
    const now = performance.now();
    const { progress } = this.#now();
    const seconds = progress.seconds + (now - this.#tick) / 1000;
    this.#tick = now;
    this.#progress = { ...progress, seconds };
    return seconds;
  }

  #status() {
    const { phase, position } = this.#state;
    return { phase, step: position.step, epoch: position.epoch };
  }

  async #note(): Promise<void> {
    await this.#run?.folder.setStatus(this.#status(), this.#run.provider.used);
  }

  #now() {
    const [run, progress, keeper, source] = [this.#run, this.#progress, this.#keeper, this.#source];
    const watcher = this.#watcher;
    invariant(run && progress && keeper && source && watcher, "a run that is not prepared");
    return { run, progress, keeper, source, watcher };
  }
}

/** The sums of an epoch after the first `steps` steps of a call, each added in its turn: calls of any length give the same. */
function sumsAfter(before: Progress["sums"], segment: Segment, result: TrainingResult, steps: number): Sums {
  const sums = structuredClone(before) as Sums;
  const samples = segment.batch * segment.accumulate;
  for (let i = 0; i < steps; i++) {
    for (const [id, losses] of result.losses) addTo(sums, lossKey(id), [(losses[i] as number) * samples]);
    addTo(sums, samplesKey, [samples]);
    for (const [key, values] of result.metrics) {
      const length = values.length / result.steps;
      addTo(sums, key, values, i * length, length);
    }
  }
  return sums;
}

const lossKey = (objective: string): string => `loss ${objective}`;
const samplesKey = "samples";

/** Lets the event loop take its turn: commands and heartbeats. */
const breathe = (): Promise<void> => new Promise((done) => setImmediate(done));

const scoreOf = ({ split: _split, samples: _samples, ...score }: Evaluation): Score => score;

function bytesPerSample({ dataset }: PreparedRun): number {
  return dataset.fields.reduce((sum, f) => sum + f.shape.reduce((a, b) => a * b, 1) * (f.dtype === "int64" ? 8 : 4), 0);
}
