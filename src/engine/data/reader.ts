import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { issue } from "../../core/issue.ts";
import { fail, type Result } from "../../core/result.ts";
import type { DataSection } from "../../data/schema.ts";
import type { TypedArray } from "../../shape/dtype.ts";
import type { OpenOptions, SplitName } from "./dataset.ts";
import { runningFolder } from "./folder.ts";

/** What the worker is started with: enough to open the same set again. */
export interface ReaderSetup {
  readonly data: DataSection;
  readonly options: OpenOptions;
}

export interface ReadRequest {
  readonly id: number;
  readonly split: SplitName;
  readonly fields: readonly string[];
  readonly indices: Uint32Array;
}

export type FieldArrays = { readonly [field: string]: TypedArray };

export interface ReadReply {
  readonly id: number;
  readonly result: Result<FieldArrays>;
}

/** The bundle of `worker.ts`, which the build puts beside the running file, or null where there is none. */
export function findWorker(): string | null {
  const file = join(runningFolder(), "data-worker.cjs");
  return existsSync(file) ? file : null;
}

/**
 * Gathers samples in a thread: runs of onnxruntime block the thread they are called from, and decoding pictures would
 * take turns with them. For sets in memory it would be a loss: a batch of 64 MNIST pictures takes 0.13 ms to copy, and
 * 0.2 to 0.3 ms by way of a thread.
 * The thread starts with the first request and keeps the process alive only while it owes a reply.
 */
export class SampleReader {
  readonly #file: string;
  readonly #setup: ReaderSetup;
  #thread: Thread | null = null;
  #nextId = 0;

  constructor(workerFile: string, data: DataSection, options: OpenOptions) {
    this.#file = workerFile;
    this.#setup = { data, options };
  }

  /** The samples `indices` of a split, in an array for each field. Errors: those of pictures, `data.reader-died`. */
  read(split: SplitName, fields: readonly string[], indices: Uint32Array): Promise<Result<FieldArrays>> {
    const { worker, waiting } = this.#running();
    const request: ReadRequest = { id: this.#nextId++, split, fields, indices: indices.slice() };
    return new Promise((resolve) => {
      waiting.set(request.id, resolve);
      worker.ref();
      worker.postMessage(request);
    });
  }

  async close(): Promise<void> {
    await this.#thread?.worker.terminate();
  }

  #running(): Thread {
    if (this.#thread) return this.#thread;
    const thread: Thread = { worker: new Worker(this.#file, { workerData: this.#setup }), waiting: new Map() };
    const { worker, waiting } = thread;
    worker.on("message", (reply: ReadReply) => {
      waiting.get(reply.id)?.(reply.result);
      waiting.delete(reply.id);
      if (waiting.size === 0) worker.unref();
    });
    worker.on("error", (error) => this.#died(thread, error.message));
    worker.on("exit", (code) => this.#died(thread, `exit ${code}`));
    this.#thread = thread;
    return thread;
  }

  /** Every request that is open gets an answer; the next one starts a new thread. */
  #died(thread: Thread, reason: string): void {
    if (this.#thread === thread) this.#thread = null;
    for (const resolve of thread.waiting.values()) resolve(fail(issue("data.reader-died", { reason })));
    thread.waiting.clear();
  }
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, (result: Result<FieldArrays>) => void>;
}
