import * as z from "zod";
import type { Issue } from "../core/issue.ts";
import { byteSize, type DType, dtypes, elementCount, type Tensor } from "../shape/dtype.ts";

/** Raised when a message changes its meaning; both sides must be of one version. */
export const protocolVersion = 1;

/** Most elements of a list in a message. Engines send often rather than much. */
const listLimit = 1_000_000;
/** Most bytes of one tensor in a message; larger ones go through files. */
const tensorLimit = 512 * 1024 * 1024;

export const count = z.int().min(0);
export const text = z.string().max(10_000);
export const filePath = z.string().min(1).max(32_768);

/** A number that may be NaN or infinite: a loss may. */
export const anyNumber = z.custom<number>((v) => typeof v === "number", "number");

/** Checked in one go: a run sends thousands a second. */
export const numbers = z.custom<readonly number[]>(
  (v) => Array.isArray(v) && v.length <= listLimit && v.every((n) => typeof n === "number"),
  "list of numbers",
);

/** A problem as a value; its payload was typed where it was made. */
export const issueSchema = z.custom<Issue>((v) => {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  const { code, severity } = v as { [key: string]: unknown };
  return typeof code === "string" && (severity === "error" || severity === "warning");
}, "issue");

const constructors: { readonly [D in DType]: unknown } = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

/** A tensor whose contents fit its type and shape. */
export const tensorSchema = z.custom<Tensor>((v) => {
  if (typeof v !== "object" || v === null) return false;
  const { dtype, dims, data } = v as { [key: string]: unknown };
  if (!dtypes.includes(dtype as DType) || !Array.isArray(dims)) return false;
  if (!dims.every((d) => Number.isSafeInteger(d) && d >= 0)) return false;
  const kind = constructors[dtype as DType] as new () => { readonly length: number };
  const size = elementCount(dims);
  return data instanceof kind && data.length === size && size * byteSize[dtype as DType] <= tensorLimit;
}, "tensor");

export const tensorsSchema = z.record(z.string().max(10_000), tensorSchema);
export type Tensors = z.infer<typeof tensorsSchema>;

/** What a user asks for. `auto` takes an accelerator only where a session opens on it, else the CPU. */
export const providerChoices = ["auto", "cpu", "cuda", "dml", "webgpu", "coreml"] as const;
export type ProviderChoice = (typeof providerChoices)[number];
export const providers = ["cpu", "cuda", "dml", "webgpu", "coreml"] as const;
export const providerChoice = z.enum(providerChoices);

/** Which execution provider runs a model, and why not the one that was asked for. */
export const providerReport = z.strictObject({
  asked: providerChoice,
  used: z.enum(providers),
  /** Null when what was asked for is used. */
  reason: text.nullable(),
  /** Operators of the model by the provider that runs them; null where that was not measured (CPU). */
  operators: z.record(z.string(), count).nullable(),
});
export type ProviderReport = z.infer<typeof providerReport>;

export const splitSchema = z.enum(["train", "validation", "test"]);

/** Metrics by name; null where one is not defined (R² of a constant). */
export const metricsSchema = z.record(z.string(), anyNumber.nullable());
export type Metrics = z.infer<typeof metricsSchema>;

/** Loss and metrics of one part of the data. */
export const scoreSchema = z.strictObject({
  /** Of the first objective; those of further ones by id. */
  loss: anyNumber,
  others: z.record(z.string(), anyNumber).optional(),
  metrics: metricsSchema,
  /** Confusion matrix where one is asked for: counts by true class (row) and predicted class. */
  confusion: z.array(numbers).optional(),
});
export type Score = z.infer<typeof scoreSchema>;
