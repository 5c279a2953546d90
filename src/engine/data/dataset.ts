import { type Issue, issue, warning } from "../../core/issue.ts";
import { all, fail, ok, type Result } from "../../core/result.ts";
import { checkData, checkTransforms, type FieldType, optionIssue } from "../../data/fields.ts";
import { type SplitIndices, splitSamples } from "../../data/sampler.ts";
import { type DataSection, splitFractions } from "../../data/schema.ts";
import type { TypedArray } from "../../shape/dtype.ts";
import { findWorker, SampleReader } from "./reader.ts";
import { type PreparedField, prepareField, type Samples, type Scaling } from "./samples.ts";
import { openArrayFiles, openNpz } from "./sources/arrays.ts";
import { generatedSet, openBuiltin } from "./sources/bundled.ts";
import { openImages } from "./sources/images.ts";
import type { RawSet } from "./sources/raw.ts";
import { openCsv } from "./sources/table.ts";

/** One part of a set: training, validation or test. */
export interface Split {
  readonly count: number;
  /**
   * Writes the samples `indices` of `field`, transformed and row-major, into `out` (Float32Array or BigInt64Array, as
   * the field's type says) from element `offset` on. Gives the issue of a picture that cannot be read, else null;
   * only sets with a {@link Dataset.reader} can have one.
   */
  gather(field: string, indices: ArrayLike<number>, out: TypedArray, offset: number): Issue | null;
}

export const splitNames = ["train", "validation", "test"] as const;
export type SplitName = (typeof splitNames)[number];

export interface Dataset {
  readonly fields: readonly FieldType[];
  readonly splits: { readonly train: Split; readonly validation: Split | null; readonly test: Split | null };
  /** Where the samples come from, and under which licence ("" for the user's own). */
  readonly source: string;
  readonly licence: string;
  /** How numbers were scaled, by field: whoever uses the trained network must do the same. */
  readonly scaling: { readonly [field: string]: Scaling | null };
  /** The part of it that an exported network does itself; pictures then go in as 0..1, other numbers as they are. */
  readonly standardise: { readonly [field: string]: Scaling | null };
  /** Warnings: one class only, a part of the split without samples. */
  readonly warnings: readonly Issue[];
  /** Gathers in a thread of its own, for sets that are read from disk sample by sample; null where memory is faster. */
  readonly reader: SampleReader | null;
  /** Ends the thread of the reader. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Seed of the split, and of generated samples. */
  readonly seed: number;
  /** Folder that relative paths start from: that of the document. */
  readonly baseFolder: string;
  /** Bundle of `worker.ts`; found beside the running file by default. Null reads everything in this thread. */
  readonly workerFile?: string | null;
  /** Scaling that is known already, in place of statistics. */
  readonly scaling?: { readonly [field: string]: Scaling | null };
}

/**
 * Opens the data of a document. Nothing of the file is trusted: sizes, shapes and numbers are checked, and every
 * problem is an issue with the file and its line, byte or sample.
 */
export async function openDataset(data: DataSection, options: OpenOptions): Promise<Result<Dataset>> {
  const problems = checkData(data);
  if (problems.length > 0) return fail(...problems);
  const raw = await openSource(data, options);
  if (!raw.ok) return raw;
  const types = raw.value.fields.map((field) => field.type);
  const transforms = checkTransforms(types, data);
  if (transforms.length > 0) return fail(...transforms);
  const rows = splitRows(raw.value, data, options.seed);
  if (!rows.ok) return rows;
  const fields = all(
    raw.value.fields.map((field) =>
      prepareField(
        field,
        data.fields[field.type.name] ?? {},
        rows.value.train,
        options.scaling?.[field.type.name] ?? null,
      ),
    ),
  );
  if (!fields.ok) return fields;
  return ok(assemble(raw.value, fields.value, rows.value, data, options));
}

async function openSource(data: DataSection, { seed, baseFolder }: OpenOptions): Promise<Result<RawSet>> {
  const { source } = data;
  switch (source.kind) {
    case "builtin":
      return openBuiltin(source);
    case "generator":
      return ok(generatedSet(source, seed));
    case "csv":
      return openCsv(source, baseFolder);
    case "idx":
    case "npy":
      return openArrayFiles(source, baseFolder);
    case "npz":
      return openNpz(source, baseFolder);
    case "images":
      return openImages(source, baseFolder);
  }
}

/** Which samples are in which part. Errors: `data.option` (stratify without a label), `data.empty`. */
function splitRows(raw: RawSet, data: DataSection, seed: number): Result<SplitIndices> {
  const fractions = splitFractions(data);
  const label = raw.fields.find((field) => field.type.classes !== null && labelsOf(field.samples) !== null);
  if (!fractions || (data.split.stratify && !label)) {
    return fail(optionIssue("data.split.stratify", "stratify", "a field with classes", "no such field"));
  }
  const labels = label && data.split.stratify ? labelsOf(label.samples) : null;
  const own = raw.count - raw.ownTest;
  const rows = splitSamples(own, fractions, { seed, shuffle: data.shuffle, labels });
  if (rows.train.length === 0) return fail(issue("data.empty", { what: "train", path: "data.split" }));
  if (raw.ownTest === 0) return ok(rows);
  return ok({ ...rows, test: Uint32Array.from({ length: raw.ownTest }, (_, i) => own + i) });
}

function labelsOf(samples: Samples): ArrayLike<number> | null {
  if (samples.kind === "one-hot") return samples.data;
  return samples.kind === "ints" ? Float64Array.from(samples.data, Number) : null;
}

function assemble(
  raw: RawSet,
  fields: readonly PreparedField[],
  rows: SplitIndices,
  data: DataSection,
  options: OpenOptions,
): Dataset {
  const scaling = Object.fromEntries(fields.map((f) => [f.type.name, f.scaling]));
  const onDisk = raw.fields.some((f) => f.samples.kind === "pictures");
  const workerFile = onDisk ? (options.workerFile === undefined ? findWorker() : options.workerFile) : null;
  const reader = workerFile ? new SampleReader(workerFile, data, { ...options, workerFile: null, scaling }) : null;
  const part = (name: SplitName): Split | null => (rows[name].length > 0 ? makeSplit(fields, rows[name]) : null);
  return {
    fields: fields.map((f) => f.type),
    splits: { train: makeSplit(fields, rows.train), validation: part("validation"), test: part("test") },
    source: raw.source,
    licence: raw.licence,
    scaling,
    standardise: Object.fromEntries(fields.map((f) => [f.type.name, f.standardise])),
    warnings: [...oneClassWarnings(raw), ...emptySplitWarnings(raw, rows, data)],
    reader,
    close: async () => reader?.close(),
  };
}

function makeSplit(fields: readonly PreparedField[], rows: Uint32Array): Split {
  const byName = new Map(fields.map((field) => [field.type.name, field]));
  return {
    count: rows.length,
    gather(field, indices, out, offset) {
      const prepared = byName.get(field);
      if (!prepared) return issue("binding.unknown-field", { field, fields: [...byName.keys()] });
      return prepared.gather(rows, indices, out, offset);
    },
  };
}

function oneClassWarnings(raw: RawSet): Issue[] {
  return raw.fields.flatMap(({ type, samples }) => {
    const labels = type.classes ? labelsOf(samples) : null;
    if (!labels || raw.count < 2) return [];
    const first = labels[0] as number;
    for (let i = 1; i < labels.length; i++) if (labels[i] !== first) return [];
    return [warning("data.one-class", { field: type.name, class: type.classes?.[first] ?? String(first) })];
  });
}

function emptySplitWarnings(raw: RawSet, rows: SplitIndices, data: DataSection): Issue[] {
  const wanted = splitFractions(data);
  return (["validation", "test"] as const)
    .filter((name) => (wanted?.[name] ?? 0) > 0 && rows[name].length === 0)
    .map((split) => warning("data.empty-split", { split, samples: raw.count, path: "data.split" }));
}
