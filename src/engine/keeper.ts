import type { TensorMap } from "../compile/index.ts";
import { ok, type Result } from "../core/result.ts";
import type { EventOf } from "../protocol/index.ts";
import type { Progress } from "../train/checkpoint.ts";
import { merged } from "./outbox.ts";
import { checkpointOf, type PreparedRun } from "./prepare.ts";
import { readCheckpoint } from "./run-folder.ts";
import type { Moment } from "./steps.ts";

type Logged = EventOf<"steps"> | EventOf<"epoch">;

/** Milliseconds between two writes of the history. */
const flushInterval = 500;
/** At most this part of the time goes into checkpoints. */
const checkpointShare = 0.02;

/** Keeps a run on disk as it goes on: its history, its checkpoints and the best of them. */
export class Keeper {
  readonly #run: PreparedRun;
  readonly #seconds: number;
  #log: Logged[] = [];
  #flushed = performance.now();
  /** The best moment since the last checkpoint, in memory until then. */
  #best: Moment | null = null;
  #savedAt = performance.now();
  #savedStep: number | null;
  #cost = 0;

  /** `seconds` is the wanted time between two checkpoints. */
  constructor(run: PreparedRun, seconds: number) {
    this.#run = run;
    this.#seconds = seconds;
    this.#savedStep = run.resumed ? run.progress.step : null;
  }

  /** Notes steps or an epoch; they are written a little later. */
  log(event: Logged): void {
    const joined = merged(this.#log.at(-1), event);
    if (joined) this.#log[this.#log.length - 1] = joined;
    else this.#log.push(event);
  }

  get flushIsDue(): boolean {
    return performance.now() - this.#flushed > flushInterval;
  }

  /** Writes what was noted; what cannot be written is kept for the next time. */
  async flush(): Promise<Result<null>> {
    const events = this.#log;
    this.#log = [];
    this.#flushed = performance.now();
    const written = await this.#run.folder.append(events);
    if (!written.ok) this.#log = [...events, ...this.#log];
    return written;
  }

  /** Holds on to the best moment; it is on disk with the next checkpoint. */
  keepBest(moment: Moment): void {
    this.#best = moment;
  }

  /** Tensors of the best moment, from memory or disk. Errors: those of reading a checkpoint. */
  async bestTensors(): Promise<Result<TensorMap>> {
    if (this.#best) return ok(this.#best.tensors);
    const found = await readCheckpoint(this.#run.folder.folder, "best");
    return found.ok ? ok(found.value.checkpoint.tensors) : found;
  }

  checkpointIsDue({ step, stepInEpoch }: Progress): boolean {
    if (this.isSaved(step)) return false;
    // The end of an epoch is a good moment, unless epochs are over in no time; and the first should not take long.
    const soon = stepInEpoch === 0 || this.#savedStep === null;
    const seconds = soon ? Math.min(1, this.#seconds) : this.#seconds;
    return performance.now() - this.#savedAt >= Math.max(seconds * 1000, this.#cost / checkpointShare);
  }

  isSaved(step: number): boolean {
    return step === this.#savedStep;
  }

  /** Writes history, best moment and checkpoint, in this order: none may be behind the next. Gives the file. */
  async save(moment: Moment): Promise<Result<string>> {
    const began = performance.now();
    const saved = await this.#write(moment);
    if (saved.ok) this.#savedStep = moment.progress.step;
    // Also when it failed: another try at every call would hold up the steps.
    this.#savedAt = performance.now();
    this.#cost = this.#savedAt - began;
    return saved;
  }

  async #write(moment: Moment): Promise<Result<string>> {
    const flushed = await this.flush();
    if (!flushed.ok) return flushed;
    const { folder } = this.#run;
    if (this.#best) {
      const saved = await folder.saveBest(checkpointOf(this.#run, this.#best));
      if (!saved.ok) return saved;
      this.#best = null;
    }
    return folder.saveCheckpoint(checkpointOf(this.#run, moment));
  }
}
