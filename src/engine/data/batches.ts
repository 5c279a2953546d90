import { invariant } from "../../core/invariant.ts";
import type { Issue } from "../../core/issue.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { batchCount, batchIndices, epochOrder } from "../../data/sampler.ts";
import { elementCount, type TypedArray, zeros } from "../../shape/dtype.ts";
import type { Dataset, Split, SplitName } from "./dataset.ts";
import type { FieldArrays, SampleReader } from "./reader.ts";

export interface BatchOptions {
  readonly split: SplitName;
  /** Names of the fields to deliver. */
  readonly fields: readonly string[];
  /** Samples in a batch. */
  readonly batch: number;
  /** Seed and epoch fix the order; neither matters without `shuffle`. */
  readonly seed: number;
  readonly epoch: number;
  readonly shuffle: boolean;
  /** Leaves out a last batch that is not full. */
  readonly dropLast: boolean;
  /** Batch of the epoch to go on at. */
  readonly startBatch: number;
  /** Batches in a chunk, where `next` is not told otherwise. */
  readonly chunk: number;
}

/** Consecutive batches, each field as one array `[steps, batch, …]`. The arrays are the caller's to keep. */
export interface Chunk {
  readonly fields: FieldArrays;
  readonly steps: number;
  readonly batch: number;
}

/** The batches of one epoch, in an order that is a pure function of seed and epoch. */
export interface BatchStream {
  /** Batches of the whole epoch. */
  readonly batches: number;
  /** Batch that the next chunk starts with. */
  readonly position: number;
  /**
   * The next `chunk` batches, fewer at the end; a last batch that is not full comes as a chunk of its own. Null when
   * the epoch is over. Errors: those of reading pictures, `data.reader-died`.
   */
  next(chunk?: number): Promise<Result<Chunk | null>>;
}

/** Opens one epoch of a split. The split must have samples and the fields must be the set's. */
export function openBatches(dataset: Dataset, options: BatchOptions): BatchStream {
  const split = dataset.splits[options.split];
  invariant(split, `no ${options.split} split`);
  const plan = new EpochPlan(split.count, options);
  const fetch = dataset.reader ? readAhead(dataset.reader, plan, dataset, options) : gatherNow(split, dataset, options);
  return {
    batches: plan.batches,
    get position() {
      return plan.position;
    },
    async next(chunk = options.chunk) {
      const part = plan.take(chunk);
      if (!part) return ok(null);
      const fields = await fetch(part);
      return fields.ok ? ok({ fields: fields.value, steps: part.steps, batch: part.batch }) : fields;
    },
  };
}

/** Zeroed arrays for `samples` samples of each field. */
export function emptyArrays(
  dataset: Dataset,
  fields: readonly string[],
  samples: number,
): { [field: string]: TypedArray } {
  const arrays = fields.map((name) => {
    const type = dataset.fields.find((field) => field.name === name);
    invariant(type, `no field ${name}`);
    return [name, zeros(type.dtype, [samples, ...type.shape]).data] as const;
  });
  return Object.fromEntries(arrays);
}

/** Batches `first` to `first + steps - 1` of an epoch, all of `batch` samples. */
interface Part {
  readonly first: number;
  readonly steps: number;
  readonly batch: number;
  readonly indices: Uint32Array;
}

/** Where in an epoch we are: the order of its samples and the next batch. */
class EpochPlan {
  readonly batches: number;
  readonly #order: Uint32Array;
  readonly #batch: number;
  position: number;

  constructor(count: number, { batch, seed, epoch, shuffle, dropLast, startBatch }: BatchOptions) {
    this.#order = epochOrder(count, seed, epoch, shuffle);
    this.#batch = batch;
    this.batches = batchCount(count, batch, dropLast);
    this.position = startBatch;
  }

  /** Moves on by up to `chunk` batches of one size. */
  take(chunk: number): Part | null {
    invariant(Number.isInteger(chunk) && chunk >= 1, `chunk of ${chunk}`);
    const first = this.position;
    if (first >= this.batches) return null;
    const full = Math.floor(this.#order.length / this.#batch) - first;
    const steps = full > 0 ? Math.min(chunk, full) : 1;
    this.position += steps;
    const end = Math.min(this.position * this.#batch, this.#order.length);
    const indices = this.#order.subarray(first * this.#batch, end);
    return { first, steps, batch: indices.length / steps, indices };
  }

  indicesOf(index: number): Uint32Array {
    return batchIndices(this.#order, this.#batch, index);
  }
}

type Fetch = (part: Part) => Promise<Result<FieldArrays>>;

/** From memory: copying a batch takes a few hundredths of a training step, less than handing it from a thread. */
function gatherNow(split: Split, dataset: Dataset, { fields }: BatchOptions): Fetch {
  return async ({ indices }) => {
    const arrays = emptyArrays(dataset, fields, indices.length);
    const problems = fields.map((field) => split.gather(field, indices, arrays[field] as TypedArray, 0));
    const problem = problems.find((p): p is Issue => p !== null);
    return problem ? fail(problem) : ok(arrays);
  };
}

/** Most bytes of batches that wait for their turn. */
const maxAheadBytes = 256 * 2 ** 20;

/**
 * From a reader: batches are asked for one at a time, twice as many ahead as the last chunk had, so that a chunk may
 * have any size, and its content does not depend on what was asked for when.
 */
function readAhead(reader: SampleReader, plan: EpochPlan, dataset: Dataset, options: BatchOptions): Fetch {
  const { split, fields } = options;
  const pending = new Map<number, Promise<Result<FieldArrays>>>();
  const batchBytes = options.batch * bytesPerSample(dataset, fields);
  const mostAhead = Math.max(1, Math.floor(maxAheadBytes / batchBytes));
  const ask = (from: number, to: number): void => {
    for (let b = from; b < Math.min(to, plan.batches); b++) {
      if (!pending.has(b)) pending.set(b, reader.read(split, fields, plan.indicesOf(b)));
    }
  };
  ask(plan.position, plan.position + Math.min(options.chunk, mostAhead));
  return async ({ first, steps, indices }) => {
    const end = first + steps;
    ask(first, end + Math.min(2 * steps, mostAhead));
    const arrays = emptyArrays(dataset, fields, indices.length);
    for (let b = first; b < end; b++) {
      const batch = await (pending.get(b) as Promise<Result<FieldArrays>>);
      pending.delete(b);
      if (!batch.ok) return batch;
      for (const field of fields) copy(batch.value[field] as TypedArray, arrays[field] as TypedArray, b - first);
    }
    return ok(arrays);
  };
}

function copy(batch: TypedArray, chunk: TypedArray, at: number): void {
  (chunk as Float32Array).set(batch as Float32Array, at * batch.length);
}

function bytesPerSample(dataset: Dataset, fields: readonly string[]): number {
  const types = dataset.fields.filter((field) => fields.includes(field.name));
  return types.reduce((sum, type) => sum + elementCount(type.shape) * (type.dtype === "int64" ? 8 : 4), 0);
}
