import { existsSync } from "node:fs";
import path from "node:path";
import { type Issue, issue, warning } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import {
  type CommandInput,
  type EngineEvent,
  type Evaluation,
  type EventOf,
  protocolVersion,
  type ReplyValue,
  readEvents,
  type SupervisorEvent,
  type WindowCommandInput,
} from "../protocol/index.ts";
import { runningFolder } from "./data/folder.ts";
import { type EngineProcess, forkProcess, type ProcessMaker } from "./process.ts";
import { StderrLog } from "./stderr-log.ts";
import { Watchdog, type WatchdogLimits, watchdogLimits } from "./watchdog.ts";

type CommandBody = CommandInput extends infer C ? (C extends CommandInput ? Omit<C, "id"> : never) : never;
type Body<K extends CommandInput["kind"]> = Omit<Extract<CommandInput, { kind: K }>, "id" | "kind">;

interface Pending {
  readonly command: CommandBody;
  readonly done: (reply: Result<ReplyValue>) => void;
}

export interface EngineOptions {
  /** The bundle of `main.ts`; `engine.cjs` beside the running file by default. */
  readonly entry?: string;
  /** Crashes in a row without progress that are borne. */
  readonly restarts?: number;
  /** Milliseconds before the first restart; doubled for each further one. */
  readonly backoff?: number;
  readonly limits?: Partial<WatchdogLimits>;
  /** How a process is made of the entry; a child process by default. */
  readonly make?: ProcessMaker;
  /** Whether its process goes behind others that need the processor. */
  readonly background?: boolean;
}

/** A crash of the program itself is not mended by another start. */
const internalError = 70;
const helloSeconds = 60;
/** Commands that open models, which may take any time. */
const long: ReadonlySet<string> = new Set([
  ...["run-model", "evaluate"],
  ...["inspect", "linearize", "difference", "profile", "landscape"],
]);

/** Starts an engine in a process of its own and waits until it answers. Errors: `file.missing`, `engine.died`, `engine.protocol`. */
export async function startEngine(options: EngineOptions = {}): Promise<Result<Engine>> {
  const engine = new Engine(options);
  const ready = await engine.connect();
  return ready.ok ? ok(engine) : ready;
}

/**
 * An engine as its user sees it. The process behind it may die at any moment, by itself or killed: it is then started
 * again, and a run goes on from its last checkpoint.
 */
export class Engine {
  readonly #options: Required<Omit<EngineOptions, "limits">>;
  readonly #watchdog: Watchdog;
  readonly #log = new StderrLog();
  readonly #listeners = new Set<(event: SupervisorEvent) => void>();
  readonly #pending = new Map<number, Pending>();
  #id = 0;
  #child: EngineProcess | null = null;
  #ready: EventOf<"ready"> | null = null;
  #connecting: Promise<Result<EventOf<"ready">>> | null = null;
  #closed = false;
  #timer: NodeJS.Timeout | null = null;
  /** Settled once the last restart has been made, or called off. */
  #restarting: Promise<void> | null = null;
  #wake: () => void = () => {};

  /** What the engine was last told to tell. */
  #watch: Extract<WindowCommandInput, { kind: "watch" }> | null = null;
  #run: Body<"start"> | null = null;
  /** The folder of the run has been made: it holds the document. */
  #planned = false;
  #stopping = false;
  #paused = false;
  #furthest = 0;
  #furthestAtCrash = -1;
  #crashes = 0;

  constructor({ limits = {}, ...options }: EngineOptions) {
    const defaults = { entry: defaultEntry(), restarts: 3, backoff: 250, make: forkProcess, background: false };
    this.#options = { ...defaults, ...options };
    this.#watchdog = new Watchdog({ ...watchdogLimits, ...limits }, (seconds) => this.#hang(seconds));
  }

  /** What the engine said of itself; null while there is none. */
  get ready(): EventOf<"ready"> | null {
    return this.#ready;
  }

  /** The last lines of the process's error output, of earlier processes too. */
  get stderr(): string {
    return this.#log.text;
  }

  /** Calls `listener` for every event; gives a function that ends this. */
  on(listener: (event: SupervisorEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts a process where there is none. */
  connect(): Promise<Result<EventOf<"ready">>> {
    if (this.#child && this.#ready) return Promise.resolve(ok(this.#ready));
    this.#connecting ??= this.#spawn().finally(() => {
      this.#connecting = null;
    });
    return this.#connecting;
  }

  /** Starts a run; it then lives through crashes of the process. What goes wrong in it comes as events. */
  start(run: Body<"start">): Promise<Result<null>> {
    if (!this.#run) this.#forget();
    return this.#begin(run);
  }

  async #begin(run: Body<"start">): Promise<Result<null>> {
    const reply = await this.#sendNow({ kind: "start", ...run });
    return reply.ok ? ok(null) : reply;
  }

  pause = (): Promise<Result<null>> => this.#order({ kind: "pause" });
  resume = (): Promise<Result<null>> => this.#order({ kind: "resume" });
  /** One step, while paused. */
  step = (): Promise<Result<null>> => this.#order({ kind: "step" });

  /** Ends the run after the call under way, with a checkpoint. A process that dies meanwhile is not started again. */
  stop(): Promise<Result<null>> {
    this.#stopping = true;
    return this.#order({ kind: "stop" });
  }

  setLearningRate = (value: number, objective: string | null = null): Promise<Result<null>> =>
    this.#order({ kind: "set-learning-rate", value, objective });

  ping = (): Promise<Result<null>> => this.#order({ kind: "ping" });

  /** Loss and metrics of a split, of the run under way or of a run folder. */
  async evaluate(options: Body<"evaluate"> = {}): Promise<Result<Evaluation>> {
    const reply = await this.#send({ kind: "evaluate", ...options });
    if (!reply.ok) return reply;
    return reply.value?.kind === "evaluation" ? ok(reply.value.evaluation) : wrongReply("evaluate");
  }

  /** Runs an ONNX model. One that kills the process is an `engine.died` here, and nothing else suffers. */
  async runModel(options: Body<"run-model">): Promise<Result<Extract<ReplyValue, { kind: "outputs" }>>> {
    const reply = await this.#send({ kind: "run-model", ...options });
    if (!reply.ok) return reply;
    return reply.value?.kind === "outputs" ? ok(reply.value) : wrongReply("run-model");
  }

  /** Any other command, as a window gives it. Ending a run is known as such. */
  command(command: WindowCommandInput): Promise<Result<ReplyValue>> {
    if (command.kind === "stop") this.#stopping = true;
    if (command.kind === "watch") this.#watch = command;
    return this.#send(command);
  }

  /** Asks the process to end, with a checkpoint of the run under way; kills it after `milliseconds`. */
  async close(milliseconds = 10_000): Promise<void> {
    this.#closed = true;
    this.#run = null;
    if (this.#timer) clearTimeout(this.#timer);
    this.#wake();
    const child = this.#child;
    if (!child) return this.#watchdog.stop();
    const gone = new Promise<void>((done) => child.onClose(() => done()));
    const timer = setTimeout(() => child.kill(), milliseconds);
    this.#post({ kind: "shutdown", id: ++this.#id });
    await gone;
    clearTimeout(timer);
    this.#watchdog.stop();
  }

  /** Ends the process at once. The run can be resumed from its last checkpoint. */
  kill(): void {
    this.#closed = true;
    this.#run = null;
    if (this.#timer) clearTimeout(this.#timer);
    this.#wake();
    this.#watchdog.stop();
    this.#child?.kill();
  }

  async #spawn(): Promise<Result<EventOf<"ready">>> {
    const { entry, make, background } = this.#options;
    if (!existsSync(entry)) return fail(issue("file.missing", { file: entry }));
    const child = make(entry);
    this.#child = child;
    this.#ready = null;
    child.onOutput((text) => this.#log.add(text));
    child.onMessage((message) => this.#receive(child, message));
    return new Promise((done) => {
      const patience = setTimeout(() => child.kill(), helloSeconds * 1000);
      const settle = (result: Result<EventOf<"ready">>): void => {
        clearTimeout(patience);
        off();
        done(result);
      };
      const off = this.on((event) => {
        if (event.kind === "ready") settle(ok(event));
      });
      child.onClose((code, signal) => {
        settle(fail(this.#deathIssue(code, signal)));
        this.#onEnd(child, code, signal);
      });
      this.#watchdog.start();
      child.send({ kind: "hello", id: ++this.#id, protocol: protocolVersion, background });
    });
  }

  #receive(child: EngineProcess, message: unknown): void {
    this.#watchdog.heard();
    const events = readEvents(message);
    if (!events.ok) {
      for (const i of events.issues) this.#tell({ kind: "issue", issue: i });
      return;
    }
    for (const event of events.value) this.#on(child, event);
  }

  #on(child: EngineProcess, event: EngineEvent): void {
    switch (event.kind) {
      case "ready":
        this.#ready = event;
        // A process that takes the place of another one knows nothing of what was wanted.
        if (this.#watch) this.#post({ ...this.#watch, id: ++this.#id });
        this.#tell({ kind: "engine", state: "started", pid: child.pid });
        break;
      case "reply":
        this.#settle(event);
        return;
      case "heartbeat":
        this.#watchdog.callTook(event.callMilliseconds);
        break;
      case "plan":
        this.#planned = true;
        break;
      case "steps":
        this.#watchdog.busy("steps");
        this.#furthest = Math.max(this.#furthest, event.step + event.loss.length - 1);
        break;
      case "state":
        this.#onState(event);
        break;
      default:
    }
    this.#tell(this.#explained(event));
  }

  #onState({ state }: EventOf<"state">): void {
    this.#paused = state === "paused";
    // Opening models and the first call may take any time; after that the length of a call is known.
    this.#watchdog.busy(
      state === "preparing" || state === "running" ? "opening" : state === "stopping" ? "steps" : "idle",
    );
    if (state === "done" || state === "failed") this.#forget();
  }

  /** There is no run. */
  #forget(): void {
    this.#run = null;
    this.#planned = false;
    this.#stopping = false;
    this.#paused = false;
    this.#furthest = 0;
    this.#furthestAtCrash = -1;
    this.#crashes = 0;
  }

  /** The reason why a provider does not work is only in the native error output. */
  #explained(event: EngineEvent): EngineEvent {
    const more = this.#log.providerReason();
    if (more === null) return event;
    const longer = (reason: string): string => (reason.includes(more) ? reason : `${reason} (${more})`);
    if (event.kind === "plan" && event.provider.reason !== null) {
      return { ...event, provider: { ...event.provider, reason: longer(event.provider.reason) } };
    }
    if (event.kind === "issue" && event.issue.code === "provider.unavailable") {
      return { ...event, issue: { ...event.issue, reason: longer(event.issue.reason) } };
    }
    return event;
  }

  async #order(command: CommandBody): Promise<Result<null>> {
    const reply = await this.#send(command);
    return reply.ok ? ok(null) : reply;
  }

  async #send(command: CommandBody): Promise<Result<ReplyValue>> {
    await this.#restarted();
    return this.#sendNow(command);
  }

  /** Waits while a run is being taken up again: what is said of it then reaches it. */
  async #restarted(): Promise<void> {
    for (let seen: Promise<void> | null = null; seen !== this.#restarting; ) {
      seen = this.#restarting;
      await seen;
    }
  }

  async #sendNow(command: CommandBody): Promise<Result<ReplyValue>> {
    if (this.#closed) return fail(this.#deathIssue(null, null));
    const connected = await this.connect();
    if (!connected.ok) return connected;
    const id = ++this.#id;
    return new Promise((done) => {
      this.#pending.set(id, { command, done });
      if (long.has(command.kind)) this.#watchdog.busy("opening");
      this.#post({ ...command, id } as CommandInput);
    });
  }

  #post(command: CommandInput): void {
    this.#child?.send(command);
  }

  #settle({ id, issues, value }: EventOf<"reply">): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    const errors = issues.filter((i) => i.severity === "error");
    for (const i of issues) if (i.severity === "warning") this.#tell(this.#explained({ kind: "issue", issue: i }));
    // At once, and not when the promise is settled: the next event may already be the end of the run.
    if (pending?.command.kind === "start" && errors.length === 0) this.#run = pending.command;
    pending?.done(errors.length > 0 ? fail(...errors) : ok(value));
    if (this.#run === null && this.#pending.size === 0) this.#watchdog.busy("idle");
  }

  #hang(seconds: number): void {
    this.#tell({ kind: "issue", issue: warning("engine.unresponsive", { seconds }) });
    this.#child?.kill();
  }

  #deathIssue(exitCode: number | null, signal: string | null): Issue {
    // A process that is killed says nothing of it: its last line is about something else.
    const reason = signal === "SIGKILL" ? "" : this.#log.lastLine();
    return issue("engine.died", { reason, exitCode, signal });
  }

  #onEnd(child: EngineProcess, exitCode: number | null, signal: string | null): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#ready = null;
    this.#watchdog.stop();
    const death = this.#deathIssue(exitCode, signal);
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const { done } of lost) done(fail(death));
    if (this.#closed) return;
    this.#crashes = this.#furthest > this.#furthestAtCrash ? 1 : this.#crashes + 1;
    this.#furthestAtCrash = this.#furthest;
    const restarts = this.#crashes;
    this.#tell({ kind: "engine", state: "crashed", pid: child.pid, signal, exitCode, restarts });
    if (this.#run) this.#restart(this.#run, death, exitCode);
  }

  #restart(run: Body<"start">, death: Issue, exitCode: number | null): void {
    const hopeless = exitCode === internalError || this.#stopping;
    if (!hopeless) this.#tell({ kind: "issue", issue: { ...death, severity: "warning" } });
    if (hopeless || this.#crashes > this.#options.restarts) {
      this.#giveUp(hopeless ? death : issue("engine.gave-up", { restarts: this.#options.restarts }));
      return;
    }
    const milliseconds = this.#options.backoff * 2 ** (this.#crashes - 1);
    this.#tell({ kind: "engine", state: "restarting", milliseconds });
    const paused = this.#paused;
    this.#restarting = new Promise((done) => {
      this.#wake = done;
      this.#timer = setTimeout(() => void this.#goOn(run, paused).finally(done), milliseconds);
    });
  }

  /** Starts the run again where it was. The folder knows the document, once it is there. */
  async #goOn(run: Body<"start">, paused: boolean): Promise<void> {
    const settings = { ...run.settings, resume: "if-any" } as const;
    const again = this.#planned ? { document: null, overrides: {}, settings } : { ...run, settings };
    const started = await this.#begin(again);
    if (this.#closed) return;
    if (started.ok) {
      if (paused) await this.#sendNow({ kind: "pause" });
      return;
    }
    // A process that died again meanwhile was seen to when it ended.
    if (started.issues.some((i) => i.code !== "engine.died")) this.#giveUp(...started.issues);
  }

  #giveUp(...issues: readonly Issue[]): void {
    for (const i of issues) this.#tell({ kind: "issue", issue: i });
    this.#tell({ kind: "engine", state: "gave-up" });
    const failed = { kind: "state", state: "failed", step: this.#furthest, epoch: 0 } as const;
    this.#forget();
    this.#tell(failed);
  }

  #tell(event: SupervisorEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

const wrongReply = (command: string): Result<never> =>
  fail(issue("engine.protocol", { reason: `reply to ${command}` }));

/** The bundles lie side by side. */
const defaultEntry = (): string => path.join(runningFolder(), "engine.cjs");
