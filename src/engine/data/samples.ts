import { invariant } from "../../core/invariant.ts";
import { type Issue, issue } from "../../core/issue.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { channelLayout, type FieldType, optionIssue, transformedField } from "../../data/fields.ts";
import type { FieldTransform } from "../../data/schema.ts";
import { elementCount, type TypedArray } from "../../shape/dtype.ts";

/** Pictures that are read from disk one by one, as `[C, H, W]` bytes. The result may be overwritten by the next read. */
export interface PictureStore {
  read(sample: number): Result<Uint8Array>;
}

/** All samples of a field as the source keeps them, row-major. */
export type Samples =
  | { readonly kind: "bytes"; readonly data: Uint8Array }
  | { readonly kind: "pictures"; readonly store: PictureStore }
  | { readonly kind: "floats"; readonly data: Float32Array }
  | { readonly kind: "ints"; readonly data: BigInt64Array }
  /** A class index for each sample, delivered as a row of zeros with a one. */
  | { readonly kind: "one-hot"; readonly data: ArrayLike<number>; readonly classes: number };

export interface RawField {
  readonly type: FieldType;
  readonly samples: Samples;
}

/**
 * What was done to the numbers of the source: (x - mean) / std, with one mean and std, or one for each channel.
 * Bytes count as 0 to 255.
 */
export interface Scaling {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/**
 * Writes samples `rows[indices[k]]` one after another into `out` from element `offset` on. The issue is that of a
 * picture that cannot be read; `out` is then incomplete.
 */
export type Gather = (rows: Uint32Array, indices: ArrayLike<number>, out: TypedArray, offset: number) => Issue | null;

export interface PreparedField {
  readonly type: FieldType;
  readonly scaling: Scaling | null;
  /**
   * The part of the scaling that goes beyond bringing bytes to 0..1, in the units of the field before it: what an
   * exported network must do itself. Null where there is none.
   */
  readonly standardise: Scaling | null;
  readonly gather: Gather;
}

/**
 * A field ready to be delivered: type, numbers and shape changed as the document says. Statistics come from the
 * samples `train`, unless they are given. Errors: `data.option`, `data.label-range`, those of reading pictures.
 */
export function prepareField(
  raw: RawField,
  transform: FieldTransform,
  train: Uint32Array,
  given: Scaling | null,
): Result<PreparedField> {
  const type = transformedField(raw.type, transform);
  if (!type.ok) return type;
  const samples = converted(raw, transform);
  if (!samples.ok) return samples;
  const scaling = given ? ok(given) : scalingOf(raw.type, samples.value, transform.normalise, train);
  if (!scaling.ok) return scaling;
  const gather = gatherOf(raw.type, samples.value, scaling.value);
  const standardise = standardisation(samples.value, scaling.value, transform.normalise);
  return ok({ type: type.value, scaling: scaling.value, standardise, gather });
}

/** The samples as the element type asked for, and class indices as one-hot rows. */
function converted({ type, samples }: RawField, { dtype, oneHot }: FieldTransform): Result<Samples> {
  const typed = dtype === undefined || dtype === type.dtype ? ok(samples) : retyped(type.name, samples, dtype);
  if (!typed.ok || oneHot === undefined) return typed;
  invariant(typed.value.kind === "ints", "one-hot of something else than a class index");
  const data = Float64Array.from(typed.value.data, Number);
  const bad = data.find((label) => label < 0 || label >= oneHot);
  if (bad !== undefined) return fail(issue("data.label-range", { field: type.name, found: bad, classes: oneHot }));
  return ok({ kind: "one-hot", data, classes: oneHot });
}

function retyped(field: string, samples: Samples, dtype: "float32" | "int64"): Result<Samples> {
  if (dtype === "float32") {
    invariant(samples.kind === "ints", `${samples.kind} are float32 already`);
    return ok({ kind: "floats", data: Float32Array.from(samples.data, Number) });
  }
  const path = `data.fields.${field}.dtype`;
  if (samples.kind !== "bytes" && samples.kind !== "floats") {
    return fail(optionIssue(path, "dtype", "float32", `int64, ${samples.kind}`));
  }
  const broken = samples.data.find((v) => !Number.isInteger(v));
  if (broken !== undefined) return fail(optionIssue(path, "dtype", "int64", String(broken)));
  return ok({ kind: "ints", data: BigInt64Array.from(samples.data as ArrayLike<number> as number[], BigInt) });
}

function standardisation(
  samples: Samples,
  scaling: Scaling | null,
  normalise: FieldTransform["normalise"],
): Scaling | null {
  if (!scaling || normalise === undefined || normalise === "unit" || normalise === "none") return null;
  const unit = samples.kind === "bytes" || samples.kind === "pictures" ? 255 : 1;
  return { mean: scaling.mean.map((v) => v / unit), std: scaling.std.map((v) => v / unit) };
}

function scalingOf(
  type: FieldType,
  samples: Samples,
  normalise: FieldTransform["normalise"],
  train: Uint32Array,
): Result<Scaling | null> {
  const isPicture = samples.kind === "bytes" || samples.kind === "pictures";
  const rule = normalise ?? (isPicture ? "unit" : "none");
  if (rule === "none") return ok(null);
  if (rule === "unit") return ok({ mean: [0], std: [255] });
  if (rule === "standard") return statistics(type, samples, train);
  const unit = isPicture ? 255 : 1;
  const list = (value: number | readonly number[]): number[] => [value].flat().map((v) => (v as number) * unit);
  return ok({ mean: list(rule.mean), std: list(rule.std) });
}

/** Pictures on disk that statistics are taken from; reading all of a large set would take minutes. */
const maxPicturesForStatistics = 1000;

/** Mean and (population) standard deviation over `train`, for each channel. A constant channel is only centred. */
function statistics(type: FieldType, samples: Samples, train: Uint32Array): Result<Scaling> {
  const rows = samples.kind === "pictures" ? evenly(train, maxPicturesForStatistics) : train;
  const mean = channelMeans(type, samples, rows, null);
  if (!mean.ok) return mean;
  // Two passes: the difference of large sums of squares would lose digits.
  const variance = channelMeans(type, samples, rows, mean.value);
  if (!variance.ok) return variance;
  return ok({ mean: [...mean.value], std: Array.from(variance.value, (v) => (v > 0 ? Math.sqrt(v) : 1)) });
}

/** Mean of each channel, or of its squared distance from `centre`. */
function channelMeans(
  type: FieldType,
  samples: Samples,
  rows: Uint32Array,
  centre: Float64Array | null,
): Result<Float64Array> {
  const { channels, inner } = channelLayout(type.shape);
  const size = elementCount(type.shape);
  const sums = new Float64Array(channels);
  for (const row of rows) {
    const sample = sampleOf(samples, row, size);
    if (!sample.ok) return sample;
    const values = sample.value;
    for (let c = 0, e = 0; c < channels; c++) {
      const from = centre ? (centre[c] as number) : 0;
      let sum = 0;
      for (const end = e + inner; e < end; e++) {
        const distance = (values[e] as number) - from;
        sum += centre ? distance * distance : distance;
      }
      (sums[c] as number) += sum;
    }
  }
  return ok(sums.map((sum) => sum / (rows.length * inner)));
}

function sampleOf(samples: Samples, row: number, size: number): Result<Uint8Array | Float32Array> {
  if (samples.kind === "pictures") return samples.store.read(row);
  invariant(samples.kind === "bytes" || samples.kind === "floats", `statistics of ${samples.kind}`);
  return ok(samples.data.subarray(row * size, (row + 1) * size));
}

function evenly(rows: Uint32Array, most: number): Uint32Array {
  if (rows.length <= most) return rows;
  return Uint32Array.from({ length: most }, (_, i) => rows[Math.floor((i * rows.length) / most)] as number);
}

function gatherOf(type: FieldType, samples: Samples, scaling: Scaling | null): Gather {
  const size = elementCount(type.shape);
  switch (samples.kind) {
    case "bytes":
    case "pictures":
      return gatherBytes(samples, type, scaling);
    case "floats":
      return gatherCopies(scaling ? scaled(samples.data, type, scaling) : samples.data, size);
    case "ints":
      return gatherCopies(samples.data, size);
    case "one-hot":
      return gatherOneHot(samples.data, samples.classes);
  }
}

/** Scaling lists hold one entry for all channels, or one for each. */
const channelOf = (list: readonly number[], channel: number): number => list[channel] ?? (list[0] as number);

function scaled(data: Float32Array, type: FieldType, { mean, std }: Scaling): Float32Array {
  const { channels, inner } = channelLayout(type.shape);
  return data.map((value, i) => {
    const channel = Math.floor(i / inner) % channels;
    return (value - channelOf(mean, channel)) / channelOf(std, channel);
  });
}

/** Bytes are scaled on the way: a multiplication is half again as fast as a table of the 256 values. */
function gatherBytes(
  samples: Samples & { kind: "bytes" | "pictures" },
  type: FieldType,
  scaling: Scaling | null,
): Gather {
  const size = elementCount(type.shape);
  const layout = channelLayout(type.shape);
  const isUniform = !scaling || (scaling.mean.length === 1 && scaling.std.length === 1);
  const inner = isUniform ? size : layout.inner;
  const means = Array.from({ length: size / inner }, (_, c) => (scaling ? channelOf(scaling.mean, c) : 0));
  const factors = Array.from({ length: size / inner }, (_, c) => (scaling ? 1 / channelOf(scaling.std, c) : 1));
  return (rows, indices, out, offset) => {
    invariant(out instanceof Float32Array, "pictures are float32");
    for (let k = 0, at = offset; k < indices.length; k++) {
      const row = rows[indices[k] as number] as number;
      const sample = samples.kind === "bytes" ? ok(samples.data) : samples.store.read(row);
      if (!sample.ok) return sample.issues[0] ?? null;
      let from = samples.kind === "bytes" ? row * size : 0;
      for (let c = 0; c < means.length; c++, from += inner, at += inner) {
        copyScaled(sample.value, from, inner, means[c] as number, factors[c] as number, out, at);
      }
    }
    return null;
  };
}

function copyScaled(
  bytes: Uint8Array,
  from: number,
  count: number,
  mean: number,
  factor: number,
  out: Float32Array,
  at: number,
): void {
  for (let e = 0; e < count; e++) out[at + e] = ((bytes[from + e] as number) - mean) * factor;
}

function gatherCopies(data: Float32Array | BigInt64Array, size: number): Gather {
  return (rows, indices, out, offset) => {
    invariant(out.constructor === data.constructor, `${out.constructor.name} for ${data.constructor.name}`);
    const [from, to] = [data as Float32Array, out as Float32Array];
    for (let k = 0; k < indices.length; k++) {
      const start = (rows[indices[k] as number] as number) * size;
      const at = offset + k * size;
      // A view costs more than copying a few elements.
      if (size > 32) to.set(from.subarray(start, start + size), at);
      else for (let e = 0; e < size; e++) to[at + e] = from[start + e] as number;
    }
    return null;
  };
}

function gatherOneHot(labels: ArrayLike<number>, classes: number): Gather {
  return (rows, indices, out, offset) => {
    invariant(out instanceof Float32Array, "one-hot rows are float32");
    out.fill(0, offset, offset + indices.length * classes);
    for (let k = 0; k < indices.length; k++) {
      const label = labels[rows[indices[k] as number] as number] as number;
      out[offset + k * classes + label] = 1;
    }
    return null;
  };
}
