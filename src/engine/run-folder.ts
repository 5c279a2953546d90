import { createHash } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { type Issue, issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { GraphDocument } from "../graph/document.ts";
import { readDocument } from "../graph/read.ts";
import { type EventOf, providerChoices } from "../protocol/index.ts";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "../train/checkpoint.ts";
import { runFacts } from "../train/run-facts.ts";
import { phases } from "../train/run-state.ts";
import { type Lock, takeLock } from "./lock.ts";
import { isFolder, makeFolder, namesIn, readBytes, saveFile, sweep, writeIssue } from "./save.ts";

/**
 * A run on disk:
 *
 *     run.json                    what is trained, how, and how far it is
 *     events.jsonl                every step and epoch, one JSON object a line
 *     checkpoints/step-*.safetensors   the last two; best.safetensors where one is watched for, and start.safetensors
 *                                 where the run began with other tensors than the initial ones
 *     models/*.onnx               training-step, evaluation, inference (with the trained weights)
 *     lock                        the process that writes, while it does
 */
export const runFormat = "gradloom-run";
export const runVersion = 1;
const keptCheckpoints = 2;

const runSchema = z.strictObject({
  format: z.literal(runFormat),
  version: z.literal(runVersion),
  /** With the changes made for this run; checked by `readDocument`. */
  document: z.unknown(),
  /** Folder that the paths of data files start from. */
  baseFolder: z.string(),
  provider: z.enum(providerChoices),
  threads: z.int().min(1),
  versions: z.record(z.string(), z.string()),
  status: z.strictObject({
    phase: z.enum(phases),
    step: z.int().min(0),
    epoch: z.int().min(0),
    /** Time of this entry, ISO 8601. */
    at: z.string(),
  }),
});

export type RunStatus = z.infer<typeof runSchema>["status"];
export type RunRecord = Omit<z.infer<typeof runSchema>, "document"> & { readonly document: GraphDocument };

/** What a run is. Errors: `run.no-folder`, `run.corrupt`, and those of a document. */
export async function readRun(folder: string): Promise<Result<RunRecord>> {
  const file = path.join(folder, "run.json");
  if (!(await isFolder(folder))) return fail(issue("run.no-folder", { file: folder, reason: "no such folder" }));
  const bytes = await readBytes(file);
  if (!bytes.ok) return fail(issue("run.no-folder", { file: folder, reason: "no run.json" }));
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.value).toString("utf8"));
  } catch {
    return fail(issue("run.corrupt", { file, reason: "not JSON" }));
  }
  const parsed = runSchema.safeParse(value);
  if (!parsed.success) {
    const first = parsed.error.issues[0];
    return fail(issue("run.corrupt", { file, reason: `${first?.path.join(".")}: ${first?.message}` }));
  }
  const document = readDocument(parsed.data.document);
  if (!document.ok)
    return fail(...document.issues.map((i): Issue => ({ ...i, file, path: `document.${i.path ?? ""}` })));
  return ok({ ...parsed.data, document: document.value });
}

export interface FoundCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly file: string;
  /** Warnings about newer checkpoints that could not be read. */
  readonly issues: readonly Issue[];
}

/**
 * The newest checkpoint that is whole, the best one, or that of a beginning with given tensors. Errors: `run.no-checkpoint`, `checkpoint.corrupt`,
 * `file.unreadable`.
 */
export async function readCheckpoint(
  folder: string,
  which: "last" | "best" | "start" = "last",
): Promise<Result<FoundCheckpoint>> {
  const newest = async (): Promise<string[]> => [...(await checkpointNames(folder)).reverse(), startName];
  const names = which === "last" ? await newest() : [which === "best" ? bestName : startName];
  const issues: Issue[] = [];
  for (const name of names) {
    const file = path.join(folder, "checkpoints", name);
    const bytes = await readBytes(file);
    const checkpoint = bytes.ok ? decodeCheckpoint(bytes.value) : bytes;
    if (checkpoint.ok) {
      return ok({ checkpoint: checkpoint.value, file, issues: issues.map((i) => ({ ...i, severity: "warning" })) });
    }
    issues.push(...checkpoint.issues.filter((i) => i.code !== "file.missing").map((i): Issue => ({ ...i, file })));
  }
  return issues.length > 0 ? fail(...issues) : fail(issue("run.no-checkpoint", { file: folder }));
}

const bestName = "best.safetensors";
const startName = "start.safetensors";
const stepName = (step: number): string => `step-${String(step).padStart(10, "0")}.safetensors`;

async function checkpointNames(folder: string): Promise<string[]> {
  const names = await namesIn(path.join(folder, "checkpoints"));
  return names.filter((n) => /^step-\d{10,}\.safetensors$/.test(n));
}

type Logged = EventOf<"steps"> | EventOf<"epoch">;
type Epoch = EventOf<"epoch">;

/** The history of a run; `loss[i]` and `learningRate[i]` are those of step i + 1. */
export interface Curve {
  readonly loss: readonly number[];
  readonly learningRate: readonly number[];
  readonly epochs: readonly Epoch[];
}

/** All steps and epochs that were written, as they were told. Lines that are not whole are left out. */
export async function readHistory(folder: string): Promise<Result<readonly Logged[]>> {
  const bytes = await readBytes(eventsFile(folder));
  return bytes.ok ? ok(parseEvents(bytes.value)) : bytes;
}

/** The same by step. */
export async function readCurve(folder: string): Promise<Result<Curve>> {
  const history = await readHistory(folder);
  if (!history.ok) return history;
  const loss: number[] = [];
  const learningRate: number[] = [];
  const epochs: Epoch[] = [];
  for (const event of history.value) {
    if (event.kind === "epoch") epochs.push(event);
    else {
      event.loss.forEach((value, i) => {
        loss[event.step - 1 + i] = value;
        learningRate[event.step - 1 + i] = event.learningRate[i] ?? Number.NaN;
      });
    }
  }
  return ok({ loss, learningRate, epochs });
}

const eventsFile = (folder: string): string => path.join(folder, "events.jsonl");

/** JSON has no NaN: a loss that is not finite is written as its name. */
const encodeEvent = (event: Logged): string =>
  `${JSON.stringify(event, (_k, v: unknown) => (typeof v === "number" && !Number.isFinite(v) ? String(v) : v))}\n`;

const notFinite = new Map<unknown, number>([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

function parseEvents(bytes: Uint8Array): Logged[] {
  const lines = Buffer.from(bytes).toString("utf8").split("\n");
  return lines.flatMap((line): Logged[] => {
    try {
      const event = JSON.parse(line, (_k, v: unknown) => notFinite.get(v) ?? v) as Logged;
      return isLogged(event) ? [event] : [];
    } catch {
      return [];
    }
  });
}

const isLogged = (e: Logged | null): boolean =>
  e?.kind === "epoch"
    ? Number.isInteger(e.epoch)
    : e?.kind === "steps" && Number.isInteger(e.step) && Array.isArray(e.loss) && Array.isArray(e.learningRate);

/** What of an event belongs to the first `step` steps and `epoch` epochs; null when nothing does. */
function cutEvent(event: Logged, step: number, epoch: number): Logged | null {
  if (event.kind === "epoch") return event.epoch <= epoch ? event : null;
  const keep = step - event.step + 1;
  if (keep <= 0) return null;
  if (keep >= event.loss.length) return event;
  return { ...event, loss: event.loss.slice(0, keep), learningRate: event.learningRate.slice(0, keep) };
}

/** Hash of {@link runFacts}: runs of equal documents can go on from each other's checkpoints. */
export const documentHash = (document: GraphDocument): string =>
  createHash("sha256").update(runFacts(document)).digest("hex");

/** Writes a run. One process at a time holds the folder; every file is whole at any moment. */
export class RunFolder {
  readonly folder: string;
  readonly #lock: Lock;
  readonly #events: FileHandle;
  #record: RunRecord;
  #torn = false;

  private constructor(folder: string, lock: Lock, events: FileHandle, record: RunRecord) {
    this.folder = folder;
    this.#lock = lock;
    this.#events = events;
    this.#record = record;
  }

  get record(): RunRecord {
    return this.#record;
  }

  /**
   * Takes the folder for a new run or, with `from`, for going on: the history is cut to the steps of that checkpoint,
   * or to nothing with `"start"`. Errors: `run.exists`, `run.folder-in-use`, `file.unwritable`.
   */
  static async open(
    folder: string,
    record: Omit<RunRecord, "status">,
    from: Checkpoint | "start" | "new",
  ): Promise<Result<RunFolder>> {
    const made = await makeFolder(path.join(folder, "checkpoints"));
    if (!made.ok) return made;
    const lock = await takeLock(path.join(folder, "lock"));
    if (!lock.ok) return lock;
    const opened = await RunFolder.#openLocked(folder, record, from, lock.value);
    if (!opened.ok) await lock.value.release();
    return opened;
  }

  static async #openLocked(
    folder: string,
    record: Omit<RunRecord, "status">,
    from: Checkpoint | "start" | "new",
    lock: Lock,
  ): Promise<Result<RunFolder>> {
    if (from === "new" && (await readBytes(path.join(folder, "run.json"))).ok) {
      return fail(issue("run.exists", { file: folder }));
    }
    await Promise.all([sweep(folder), sweep(path.join(folder, "checkpoints")), sweep(path.join(folder, "models"))]);
    const progress = typeof from === "string" ? { step: 0, epoch: 0 } : from.progress;
    const cut = await cutHistory(folder, progress.step, progress.epoch);
    if (!cut.ok) return cut;
    try {
      const events = await open(eventsFile(folder), "a");
      const status: RunStatus = { phase: "preparing", step: progress.step, epoch: progress.epoch, at: now() };
      const run = new RunFolder(folder, lock, events, { ...record, status });
      const saved = await run.#saveRecord();
      if (saved.ok) return ok(run);
      await events.close();
      return saved;
    } catch (error) {
      return fail(writeIssue(error, eventsFile(folder)));
    }
  }

  /** Notes how far the run is, and on which provider. */
  async setStatus(
    status: Omit<RunStatus, "at">,
    provider: RunRecord["provider"] = this.#record.provider,
  ): Promise<Result<null>> {
    this.#record = { ...this.#record, provider, status: { ...status, at: now() } };
    return this.#saveRecord();
  }

  /** Adds steps and epochs to the history. */
  async append(events: readonly Logged[]): Promise<Result<null>> {
    if (events.length === 0) return ok(null);
    try {
      // A write that failed may have left half a line.
      await this.#events.appendFile((this.#torn ? "\n" : "") + events.map(encodeEvent).join(""));
      this.#torn = false;
      return ok(null);
    } catch (error) {
      this.#torn = true;
      return fail(writeIssue(error, eventsFile(this.folder)));
    }
  }

  /**
   * Writes a checkpoint and removes those that are now too old. The history is flushed first: it must never be behind
   * a checkpoint. Gives the file.
   */
  async saveCheckpoint(checkpoint: Checkpoint): Promise<Result<string>> {
    try {
      await this.#events.datasync();
    } catch (error) {
      return fail(writeIssue(error, eventsFile(this.folder)));
    }
    const file = path.join(this.folder, "checkpoints", stepName(checkpoint.progress.step));
    const saved = await saveFile(file, encodeCheckpoint(checkpoint));
    if (!saved.ok) return saved;
    await this.#removeOld(checkpoint.progress.step);
    return ok(file);
  }

  /** Writes the best checkpoint so far. */
  async saveBest(checkpoint: Checkpoint): Promise<Result<null>> {
    return saveFile(path.join(this.folder, "checkpoints", bestName), encodeCheckpoint(checkpoint));
  }

  /** Writes what the run begins with, where that is not what the document says. */
  async saveStart(checkpoint: Checkpoint): Promise<Result<null>> {
    return saveFile(path.join(this.folder, "checkpoints", startName), encodeCheckpoint(checkpoint));
  }

  async saveModel(name: string, bytes: Uint8Array): Promise<Result<string>> {
    const models = path.join(this.folder, "models");
    const made = await makeFolder(models);
    if (!made.ok) return made;
    const file = path.join(models, `${name}.onnx`);
    const saved = await saveFile(file, bytes);
    return saved.ok ? ok(file) : saved;
  }

  /** Lets the folder go. */
  async close(): Promise<void> {
    await this.#events.close();
    await this.#lock.release();
  }

  #saveRecord(): Promise<Result<null>> {
    const { document, ...rest } = this.#record;
    return saveFile(path.join(this.folder, "run.json"), `${JSON.stringify({ ...rest, document }, null, 2)}\n`);
  }

  /** Keeps the newest checkpoints, and none of a future that was given up by going back. */
  async #removeOld(step: number): Promise<void> {
    const names = await checkpointNames(this.folder);
    const past = names.filter((n) => n <= stepName(step));
    const future = names.filter((n) => n > stepName(step));
    const old = past.slice(0, -keptCheckpoints);
    await Promise.all([...old, ...future].map((n) => rm(path.join(this.folder, "checkpoints", n), { force: true })));
  }
}

async function cutHistory(folder: string, step: number, epoch: number): Promise<Result<null>> {
  const bytes = await readBytes(eventsFile(folder));
  // No history yet, or one that nobody can read: the curve then begins here.
  if (!bytes.ok) return ok(null);
  const kept = parseEvents(bytes.value).flatMap((e) => cutEvent(e, step, epoch) ?? []);
  return saveFile(eventsFile(folder), kept.map(encodeEvent).join(""));
}

const now = (): string => new Date().toISOString();
