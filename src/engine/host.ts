import os from "node:os";
import { type Issue, issue } from "../core/issue.ts";
import { ok, type Result } from "../core/result.ts";
import { type Command, type EngineEvent, protocolVersion, type ReplyValue, readCommand } from "../protocol/index.ts";
import { evaluateRun } from "./evaluate-run.ts";
import { listBackends, ortVersion } from "./ort.ts";
import { Outbox } from "./outbox.ts";
import { Run } from "./run.ts";
import { runModel } from "./run-model.ts";
import { Scenes } from "./scenes.ts";
import { defaultThreads } from "./threads.ts";
import type { Looking } from "./viewer.ts";
import type { Watch } from "./watcher.ts";

const heartbeatInterval = 1000;

/** Commands that look into a network. */
type Look = Looking<"inspect" | "difference" | "linearize" | "profile" | "landscape" | "weights">;

/**
 * An engine without a process around it: takes messages, gives messages. The entries (child process, Electron, tests)
 * only carry them.
 */
export class EngineHost {
  readonly #outbox: Outbox;
  readonly #heart: NodeJS.Timeout;
  #run: Run | null = null;
  /** What runs are to tell of their tensors, those to come too. */
  #watch: Watch | null = null;
  #ended: Promise<void> = Promise.resolve();
  /** Documents that are looked at without being trained. */
  readonly #scenes = new Scenes();
  /** Looks under way; those at one network wait for each other. */
  readonly #looks = new Set<Promise<void>>();
  /** Work on models apart from the run; one at a time. */
  #queue: Promise<void> = Promise.resolve();
  #onShutdown: () => void;

  /** `messageInterval` is the least time between two messages, in milliseconds; 0 tells everything at once. */
  constructor(
    post: (events: readonly EngineEvent[]) => void,
    onShutdown: () => void = () => {},
    messageInterval?: number,
  ) {
    this.#outbox = new Outbox(post, messageInterval);
    this.#onShutdown = onShutdown;
    this.#heart = setInterval(() => this.#beat(), heartbeatInterval);
    this.#heart.unref();
  }

  /** Takes one message, whatever it is. */
  receive(message: unknown): void {
    const command = readCommand(message);
    if (command.ok) this.#handle(command.value);
    else this.#reply(idOf(message), command);
  }

  /** Ends the run under way with a checkpoint and becomes silent. */
  async close(): Promise<void> {
    this.#run?.abandon();
    await this.#ended;
    await this.#queue;
    this.#scenes.cancel();
    await Promise.all(this.#looks);
    await this.#scenes.close();
    clearInterval(this.#heart);
    this.#outbox.flush();
  }

  #handle(command: Command): void {
    const { id } = command;
    switch (command.kind) {
      case "hello":
        if (command.background) goBehind();
        this.#enqueue(() => this.#greet());
        return;
      case "ping":
        this.#reply(id, ok(null));
        return;
      case "start":
        this.#start(command);
        return;
      case "pause":
      case "resume":
      case "step":
      case "stop":
        this.#reply(id, this.#accept(command.kind, this.#run?.command(command.kind) ?? false));
        return;
      case "set-learning-rate": {
        const done = this.#run?.setLearningRate(command.objective, command.value) ?? false;
        this.#reply(id, this.#accept(command.kind, done));
        return;
      }
      case "watch":
        this.#watch = command;
        this.#run?.watch(command);
        this.#reply(id, ok(null));
        return;
      case "evaluate":
        this.#evaluate(command);
        return;
      case "run-model":
        this.#enqueue(() => this.#runModel(command));
        return;
      case "cancel":
        this.#run?.look?.viewer.cancel();
        this.#scenes.cancel();
        this.#reply(id, ok(null));
        return;
      case "inspect":
      case "difference":
      case "linearize":
      case "profile":
      case "landscape":
      case "weights":
        this.#look(command);
        return;
      case "shutdown":
        void this.close().then(() => {
          this.#reply(id, ok(null));
          this.#onShutdown();
        });
        return;
    }
  }

  async #greet(): Promise<void> {
    this.#outbox.add({
      kind: "ready",
      pid: process.pid,
      protocol: protocolVersion,
      versions: { node: process.versions.node, onnxruntime: await ortVersion() },
      providers: [...(await listBackends())],
      threads: defaultThreads(),
    });
  }

  #start(command: Extract<Command, { kind: "start" }>): void {
    if (this.#run) {
      this.#reply(command.id, this.#accept("start", false));
      return;
    }
    const run = new Run(command, (event) => this.#outbox.add(event));
    if (this.#watch) run.watch(this.#watch);
    this.#run = run;
    this.#reply(command.id, ok(null));
    this.#ended = run.complete().finally(() => {
      this.#run = null;
    });
  }

  #evaluate(command: Extract<Command, { kind: "evaluate" }>): void {
    const { folder, id } = command;
    const running = folder === null ? this.#run?.evaluate(command.split) : null;
    const refused = folder === null && !running;
    if (refused) this.#reply(id, this.#accept("evaluate", false));
    else {
      this.#enqueue(async () => {
        const result = await (running ?? evaluateRun(folder as string, command));
        this.#reply(id, result.ok ? ok({ kind: "evaluation", evaluation: result.value }) : result);
      });
    }
  }

  /** Looks into a network, between two calls of the run under way. */
  #look(command: Look): void {
    const look = this.#seen(command).then((result) => this.#reply(command.id, result));
    this.#looks.add(look);
    void look.finally(() => this.#looks.delete(look));
  }

  async #seen(command: Look): Promise<Result<ReplyValue>> {
    const { at, kind } = command;
    const samples = "samples" in command ? command.samples : ({ kind: "next" } as const);
    const running = at.kind === "run" ? this.#run?.look : null;
    const place = at.kind === "document" ? await this.#scenes.at(at, samples) : running ? ok(running) : null;
    if (!place) return this.#accept(kind, false);
    if (!place.ok) return place;
    const { viewer, moment } = place.value;
    switch (kind) {
      case "inspect":
        return viewer.inspect(moment, command);
      case "difference":
        return viewer.difference(moment, command);
      case "linearize":
        return viewer.linearize(moment, command);
      case "profile":
        return viewer.profile(moment, command);
      case "landscape":
        return viewer.landscape(moment, command);
      case "weights":
        return viewer.weights(moment);
    }
  }

  async #runModel(command: Extract<Command, { kind: "run-model" }>): Promise<void> {
    const result = await runModel(command);
    if (!result.ok) return this.#reply(command.id, result);
    const { issues, ...value } = result.value;
    this.#reply(command.id, ok({ kind: "outputs", ...value }), issues);
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(work);
  }

  #accept(command: string, done: boolean): Result<null> {
    const state = this.#run?.state.phase ?? "idle";
    return done ? ok(null) : { ok: false, issues: [issue("engine.refused", { command, state })] };
  }

  #reply(id: number, result: Result<ReplyValue>, warnings: readonly Issue[] = []): void {
    const issues = result.ok ? [...warnings] : [...result.issues];
    this.#outbox.add({ kind: "reply", id, issues, value: result.ok ? result.value : null });
  }

  #beat(): void {
    this.#outbox.add({ kind: "heartbeat", callMilliseconds: this.#run?.callMilliseconds ?? 0 });
  }
}

/** The number of a command that could not be read, so that its sender learns of it; 0 where there is none. */
function idOf(message: unknown): number {
  const id = typeof message === "object" && message !== null && "id" in message ? message.id : null;
  return typeof id === "number" && Number.isInteger(id) && id >= 0 ? id : 0;
}

/** Threads of sessions are begun later and inherit it. Where the system does not allow it all goes on as before. */
function goBehind(): void {
  try {
    os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Only less smooth.
  }
}
