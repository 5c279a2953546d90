import * as z from "zod";
import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Tensor } from "../shape/dtype.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

export const checkpointFormat = "gradloom-checkpoint";
export const checkpointVersion = 1;

const count = z.int().min(0);
/** JSON has no NaN; a value that is not finite is kept as its name. */
const anyNumber = z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity"]).transform(Number)]);

/** Everything of a run that is not a tensor and that the steps to come depend on. */
export const progressSchema = z.strictObject({
  step: count,
  epoch: count,
  stepInEpoch: count,
  seed: count,
  /** Base learning rates by objective, as the user last set them. */
  learningRates: z.record(z.string(), z.number()),
  /** Sums over the steps of the open epoch, by role key of the output; a scalar is a list of one. */
  sums: z.record(z.string(), z.array(anyNumber)),
  /** Memory of the plateau schedule and of early stopping. */
  plateau: z.strictObject({ best: anyNumber.nullable(), bad: count, reductions: count }),
  stopping: z.strictObject({ best: anyNumber.nullable(), bestEpoch: count.nullable(), bad: count }),
  best: z.strictObject({ step: count, epoch: count, value: anyNumber }).nullable(),
  /** Seconds trained, over all processes that took part. */
  seconds: z.number().min(0),
});
export type Progress = z.infer<typeof progressSchema>;

const metadataSchema = z.strictObject({
  format: z.literal(checkpointFormat),
  version: z.literal(checkpointVersion),
  /** Hash of what of the document the numbers depend on. */
  document: z.string(),
  progress: progressSchema,
});

/** A moment of a run from which it goes on to the same numbers. */
export interface Checkpoint {
  readonly document: string;
  readonly progress: Progress;
  /** Parameters, buffers and optimizer state, by role key. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

const metadataKey = "gradloom";

/** The checkpoint as a safetensors file whose metadata hold the progress as JSON. */
export function encodeCheckpoint({ document, progress, tensors }: Checkpoint): Uint8Array {
  const about = { format: checkpointFormat, version: checkpointVersion, document, progress };
  return encodeSafetensors({ tensors, metadata: { [metadataKey]: JSON.stringify(about, named) } });
}

const named = (_key: string, v: unknown): unknown => (typeof v === "number" && !Number.isFinite(v) ? String(v) : v);

/** Reads a checkpoint. Errors: `checkpoint.corrupt`. */
export function decodeCheckpoint(bytes: Uint8Array): Result<Checkpoint> {
  const file = decodeSafetensors(bytes);
  if (!file.ok) return file;
  const about = metadataSchema.safeParse(parse(file.value.metadata[metadataKey] ?? ""));
  if (!about.success) {
    const detail = about.error.issues[0]?.path.join(".") ?? "";
    return fail(issue("checkpoint.corrupt", { problem: "metadata", detail }));
  }
  return ok({ document: about.data.document, progress: about.data.progress, tensors: file.value.tensors });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Checks that a checkpoint holds exactly the tensors of `like`, in type and shape, so that no step fails halfway
 * because of it. Errors: `checkpoint.corrupt`.
 */
export function checkTensors(
  tensors: ReadonlyMap<string, Tensor>,
  like: ReadonlyMap<string, { readonly dtype: string; readonly dims: readonly number[] }>,
): Result<ReadonlyMap<string, Tensor>> {
  for (const [key, { dtype, dims }] of like) {
    const found = tensors.get(key);
    const expected = `${dtype}[${dims}]`;
    const have = found ? `${found.dtype}[${found.dims}]` : "-";
    if (have !== expected) {
      return fail(issue("checkpoint.corrupt", { problem: "tensor", detail: `${key}: ${have}, not ${expected}` }));
    }
  }
  const surplus = [...tensors.keys()].find((key) => !like.has(key));
  if (surplus === undefined) return ok(tensors);
  return fail(issue("checkpoint.corrupt", { problem: "tensor", detail: surplus }));
}
