import path from "node:path";
import type * as z from "zod";
import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { GraphDocument } from "../graph/document.ts";
import { readDocument } from "../graph/read.ts";
import {
  type EarlierRun,
  type ProviderState,
  type ReplyValue,
  type RunTold,
  type SupervisorEvent,
  type WindowCommandInput,
  type WindowMessage,
  type WindowReply,
  type WindowRequest,
  windowProtocolVersion,
  windowRequestSchema,
} from "../protocol/index.ts";
import { probeProviders } from "./provider-probe.ts";
import { readCheckpoint, readHistory, readRun } from "./run-folder.ts";
import { RunMemory } from "./run-memory.ts";
import { newRunFolder, removeOldRuns, removeRun, runFolderNamed, unfinishedRuns } from "./runs-folder.ts";
import { Engine, type EngineOptions } from "./supervisor.ts";
import { defaultThreads } from "./threads.ts";

export interface WindowServiceOptions {
  /** Every run gets a folder in here. */
  readonly runsFolder: string;
  /** Where the paths of data files start from, for documents that are in no file known here. */
  readonly baseFolder: string;
  /** Whether windows may name the file of a document, so that its data is looked for beside it: never a page of the web. */
  readonly files?: boolean;
  readonly engine?: EngineOptions;
}

/** One window's end of the line. */
export interface WindowLink {
  /** Takes one message of the window, whatever it is. */
  receive(message: unknown): void;
  /** The window is gone. What it started goes on. */
  close(): void;
}

type Request<K extends WindowRequest["kind"]> = Extract<WindowRequest, { kind: K }>;
type Post = (message: WindowMessage) => void;

/** As many as windows keep for comparison. */
const earlierLimit = 8;

/** The run under way, or the last one. */
interface Remembered {
  readonly key: string;
  readonly folder: string;
  /** Where the paths of its data start from. */
  readonly baseFolder: string;
  readonly document: GraphDocument;
  readonly began: number;
  readonly memory: RunMemory;
  /** Events belong to it until its last one. */
  active: boolean;
}

/**
 * The program behind windows: keeps one supervised engine, started when it is first needed, for any number of them.
 * Windows come and go; a training goes on without any, and one that comes later is told all that it missed.
 */
export class WindowService {
  readonly #options: WindowServiceOptions;
  readonly #links = new Set<Post>();
  #engine: Engine | null = null;
  #run: Remembered | null = null;
  /** Runs before it, the newest first: windows may ask for what they made. */
  #earlier: readonly Remembered[] = [];
  #starting = false;
  /** What the windows last wanted to be told of; a new engine is asked for the same. */
  #watch: WindowCommandInput | null = null;
  #providers: Promise<readonly ProviderState[]> | null = null;
  #waiting: { readonly key: string | null; readonly events: SupervisorEvent[] }[] = [];
  #closed = false;

  constructor(options: WindowServiceOptions) {
    this.#options = options;
  }

  /** Serves a window; `post` carries messages to it. */
  connect(post: Post): WindowLink {
    this.#links.add(post);
    return {
      receive: (message) => void this.#receive(post, message),
      close: () => void this.#links.delete(post),
    };
  }

  /** Ends the engine, with a checkpoint of the run under way: it can be gone on with. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#links.clear();
    await this.#engine?.close();
  }

  /** Ends the engine at once. */
  kill(): void {
    this.#closed = true;
    this.#engine?.kill();
  }

  async #receive(post: Post, message: unknown): Promise<void> {
    const reply = await this.#reply(post, message);
    // What was told before the reply must arrive before it.
    this.#flush();
    if (this.#links.has(post)) post(reply);
  }

  async #reply(post: Post, message: unknown): Promise<Extract<WindowMessage, { kind: "reply" }>> {
    const id = idOf(message);
    try {
      const request = windowRequestSchema.safeParse(message);
      const result = request.success
        ? await this.#answer(post, request.data)
        : fail(issue("engine.protocol", { reason: firstFault(request.error) }));
      return result.ok
        ? { kind: "reply", id, issues: [], value: result.value }
        : { kind: "reply", id, issues: [...result.issues], value: null };
    } catch (error) {
      // A window must not be able to end the program, whatever it says.
      return { kind: "reply", id, issues: [issue("engine.protocol", { reason: String(error) })], value: null };
    }
  }

  #answer(post: Post, request: WindowRequest): Promise<Result<WindowReply<WindowRequest["kind"]>>> {
    if (this.#closed) return Promise.resolve(refused(request.kind, "closed"));
    switch (request.kind) {
      case "attach":
        return Promise.resolve(ok(this.#attached()));
      case "start":
        return this.#start(post, request);
      case "continue":
        return this.#continue(post, request);
      case "engine":
        return this.#command(request.command, request.file);
      case "weights":
        return this.#weights(request.key);
      case "reset":
        return this.#reset();
      case "runs":
        return this.#unfinished();
      case "forget-run":
        return this.#forgetRun(request.run);
      case "providers":
        return this.#probe(request.again);
    }
  }

  #attached(): WindowReply<"attach"> {
    const run = this.#run ? this.#told(this.#run) : null;
    return { version: windowProtocolVersion, run, threads: defaultThreads() };
  }

  async #start(post: Post, request: Request<"start">): Promise<Result<WindowReply<"start">>> {
    const document = readDocument(request.document);
    if (!document.ok) return document;
    const { key, overrides, provider, threads, tensors, file } = request;
    const { runsFolder } = this.#options;
    return this.#taken("start", async () => {
      const folder = await newRunFolder(runsFolder, document.value.name);
      if (!folder.ok) return folder;
      void removeOldRuns(runsFolder);
      const baseFolder = this.#baseFolder(file);
      const settings = { provider, threads, folder: folder.value, baseFolder };
      const run = this.#remember(post, { key, folder: folder.value, baseFolder, document: document.value });
      const started = await this.#begin(run, { document: request.document, overrides, tensors, settings });
      if (!started.ok) await removeRun(folder.value);
      return started.ok ? ok({ run: path.basename(folder.value) }) : started;
    });
  }

  async #continue(post: Post, { key, run: name, overrides }: Request<"continue">): Promise<Result<RunTold>> {
    const folder = runFolderNamed(this.#options.runsFolder, name);
    if (!folder) return fail(issue("run.no-folder", { file: name, reason: "no such run" }));
    const record = await readRun(folder);
    if (!record.ok) return record;
    return this.#taken("continue", async () => {
      const { document, baseFolder, provider, threads } = record.value;
      const history = await readHistory(folder);
      const run = this.#remember(post, { key, folder, baseFolder, document });
      if (history.ok) for (const event of history.value) run.memory.add(event, run.began);
      const settings = { provider, threads, folder, baseFolder, resume: "required" } as const;
      const started = await this.#begin(run, { document: null, overrides, settings });
      return started.ok ? ok(this.#told(run)) : started;
    });
  }

  /** Lets `work` begin a run unless there is one already, or one is being begun. */
  async #taken<T>(command: string, work: () => Promise<Result<T>>): Promise<Result<T>> {
    if (this.#starting) return refused(command, "preparing");
    if (this.#run?.active) return refused(command, this.#run.memory.phase);
    this.#starting = true;
    try {
      return await work();
    } finally {
      this.#starting = false;
    }
  }

  #remember(post: Post, what: Pick<Remembered, "key" | "folder" | "baseFolder" | "document">): Remembered {
    const { key, folder, document } = what;
    const run = { ...what, began: Date.now(), memory: new RunMemory(), active: true };
    const summary = { key, run: path.basename(folder), document, began: run.began };
    for (const other of this.#links) if (other !== post) other({ kind: "run", ...summary });
    return run;
  }

  /** Has the engine begin; where it will not, the run before stays the one that is remembered. */
  async #begin(run: Remembered, request: Parameters<Engine["start"]>[0]): Promise<Result<null>> {
    const before = this.#run;
    this.#run = run;
    const engine = await this.#connected();
    const started = engine.ok ? await engine.value.start(request) : engine;
    if (started.ok) {
      if (before) this.#earlier = [before, ...this.#earlier].slice(0, earlierLimit);
      return started;
    }
    if (this.#run === run) this.#run = before;
    this.#tellAll({ kind: "gone", key: run.key });
    return started;
  }

  async #command(command: WindowCommandInput, file: string | null): Promise<Result<ReplyValue>> {
    if (command.kind === "watch") this.#watch = command;
    return this.#give(this.#placed(command, file));
  }

  async #give(command: WindowCommandInput): Promise<Result<ReplyValue>> {
    const engine = await this.#connected();
    return engine.ok ? engine.value.command(command) : engine;
  }

  /** The paths of a document's data start from a folder that only the program knows. */
  #placed(command: WindowCommandInput, file: string | null): WindowCommandInput {
    if (!("at" in command) || command.at.kind !== "document") return command;
    return { ...command, at: { ...command.at, baseFolder: this.#baseFolder(file) } };
  }

  async #weights(key: string): Promise<Result<WindowReply<"weights">>> {
    const run = this.#run?.key === key ? this.#run : this.#earlier.find((r) => r.key === key);
    if (!run) return refused("weights", "idle");
    const live = run.active ? await this.#give({ kind: "weights", at: { kind: "run" } }) : null;
    // A run may end while it is asked.
    const reply = live?.ok ? live : await this.#lastWeights(run);
    if (!reply.ok) return reply;
    return reply.value?.kind === "weights" ? ok(reply.value) : fail(issue("engine.protocol", { reason: "weights" }));
  }

  /** What a run that is over has made: the engine has let go of it, its folder has not. */
  async #lastWeights({ folder, baseFolder, memory, document }: Remembered): Promise<Result<ReplyValue>> {
    const restored = document.training.earlyStopping?.restoreBest === true && memory.done?.best;
    const best = restored ? await readCheckpoint(folder, "best") : null;
    const found = best?.ok ? best : await readCheckpoint(folder);
    if (!found.ok) return found;
    const { tensors: saved, progress } = found.value.checkpoint;
    // The checkpoint has the state of optimizers too, and not what the data set does to its fields.
    const initial = await this.#give({ kind: "weights", at: { kind: "document", document, baseFolder } });
    if (!initial.ok || initial.value?.kind !== "weights") return initial;
    const tensors = Object.entries(initial.value.tensors).map(([name, t]) => [name, saved.get(name) ?? t]);
    const { step, epoch } = progress;
    return ok({ ...initial.value, tensors: Object.fromEntries(tensors), step, epoch });
  }

  /** Kills the engine: the call under way may take long, and nothing of it is wanted any more. */
  async #reset(): Promise<Result<null>> {
    const run = this.#run;
    this.#run = null;
    if (!run) return ok(null);
    this.#flush();
    if (run.active) {
      this.#engine?.kill();
      this.#engine = null;
      await removeRun(run.folder);
    }
    this.#tellAll({ kind: "gone", key: run.key });
    // The next start need not wait for it.
    void this.#connected();
    return ok(null);
  }

  async #unfinished(): Promise<Result<EarlierRun[]>> {
    const runs = await unfinishedRuns(this.#options.runsFolder);
    const own = this.#run?.active ? path.basename(this.#run.folder) : null;
    return ok(runs.filter((r) => r.run !== own));
  }

  async #forgetRun(name: string): Promise<Result<null>> {
    const folder = runFolderNamed(this.#options.runsFolder, name);
    const known = folder !== null && (await readRun(folder)).ok;
    if (!known) return fail(issue("run.no-folder", { file: name, reason: "no such run" }));
    if (this.#run?.active && this.#run.folder === folder) return refused("forget-run", this.#run.memory.phase);
    await removeRun(folder);
    return ok(null);
  }

  async #probe(again: boolean): Promise<Result<ProviderState[]>> {
    if (again) this.#providers = null;
    this.#providers ??= probeProviders(this.#options.engine);
    return ok([...(await this.#providers)]);
  }

  #baseFolder(file: string | null): string {
    const known = this.#options.files && file !== null && path.isAbsolute(file);
    return known ? path.dirname(file) : this.#options.baseFolder;
  }

  async #connected(): Promise<Result<Engine>> {
    const fresh = this.#engine === null;
    const engine = this.#engine ?? new Engine({ background: true, ...this.#options.engine });
    this.#engine = engine;
    if (fresh) {
      engine.on((event) => {
        if (engine === this.#engine) this.#hear(event);
      });
      if (this.#watch) void engine.command(this.#watch);
    }
    const ready = await engine.connect();
    return ready.ok ? ok(engine) : ready;
  }

  /** All of a run so far; what follows it is told as it comes. */
  #told({ key, folder, document, began, memory }: Remembered): RunTold {
    this.#flush();
    return { key, run: path.basename(folder), document, began, ...memory.told };
  }

  /** Remembers and passes on what the engine told, in one message for all that came in one. */
  #hear(event: SupervisorEvent): void {
    if (event.kind === "heartbeat" || event.kind === "reply" || event.kind === "ready") return;
    const run = this.#run?.active ? this.#run : null;
    run?.memory.add(event, Date.now());
    if (run && isLast(event)) run.active = false;
    const key = run?.key ?? null;
    const last = this.#waiting.at(-1);
    if (last && last.key === key) last.events.push(event);
    else this.#waiting.push({ key, events: [event] });
    if (this.#waiting.length === 1 && this.#waiting[0]?.events.length === 1) queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    for (const { key, events } of this.#waiting.splice(0)) this.#tellAll({ kind: "events", key, events });
  }

  #tellAll(message: WindowMessage): void {
    for (const post of this.#links) post(message);
  }
}

const isLast = (e: SupervisorEvent): boolean => e.kind === "done" || (e.kind === "state" && e.state === "failed");

const refused = (command: string, state: string): Result<never> => fail(issue("engine.refused", { command, state }));

function firstFault(error: z.ZodError): string {
  const first = error.issues[0];
  return `${first?.path.join(".") ?? ""}: ${first?.message ?? ""}`.slice(0, 300);
}

/** The number of a request that could not be read, so that its sender learns of it; 0 where there is none. */
function idOf(message: unknown): number {
  const id = typeof message === "object" && message !== null && "id" in message ? message.id : null;
  return typeof id === "number" && Number.isInteger(id) && id >= 0 ? id : 0;
}
