import { type DType, elementCount, type Tensor, tensor } from "../../src/shape/dtype.ts";

/** A tensor of a reference file; int64 and bool are kept, every float becomes the type the case is run in. */
export interface RefTensor {
  readonly shape: readonly number[];
  readonly dtype: "float32" | "float64" | "int64" | "bool";
  readonly data: readonly number[];
}

export type RefValue = RefTensor | number | string | boolean | null | readonly RefValue[];

/** One call of a torch operator: what went in, what came out, and the gradients for given cotangents. */
export interface RefCase {
  readonly args: readonly RefValue[];
  readonly kwargs: { readonly [name: string]: RefValue };
  readonly outputs: readonly RefTensor[];
  /** One for each output of a float type, in order. */
  readonly cotangents: readonly RefTensor[];
  /** By argument: `0`, `weight`, or `0.1` for the second tensor of a list. */
  readonly grads: { readonly [key: string]: RefTensor | null };
  /** Some input lies on a corner of the function: any value between the one-sided derivatives is right. */
  readonly kink: boolean;
}

export interface RefFile {
  readonly op: string;
  readonly cases: readonly RefCase[];
}

export const isRefTensor = (v: unknown): v is RefTensor =>
  typeof v === "object" && v !== null && "shape" in v && "dtype" in v && "data" in v;

/** Reads a reference file, or says what is wrong with it. */
export function parseReference(text: string): RefFile | { readonly fault: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { fault: `not JSON: ${error instanceof Error ? error.message : error}` };
  }
  const fault = fileFault(json);
  return fault ? { fault } : reviveNumbers(json as RefFile);
}

function fileFault(json: unknown): string | null {
  if (!isRecord(json)) return "not an object";
  if (typeof json["op"] !== "string") return "op is not a string";
  if (!Array.isArray(json["cases"])) return "cases is not a list";
  for (const [i, c] of json["cases"].entries()) {
    const fault = caseFault(c);
    if (fault) return `case ${i}: ${fault}`;
  }
  return null;
}

function caseFault(c: unknown): string | null {
  if (!isRecord(c)) return "not an object";
  if (!Array.isArray(c["args"])) return "args is not a list";
  if (!isRecord(c["kwargs"])) return "kwargs is not an object";
  for (const name of ["outputs", "cotangents"]) {
    const list = c[name];
    if (!Array.isArray(list)) return `${name} is not a list`;
    if (!list.every(isRefTensor)) return `${name} holds something that is not a tensor`;
  }
  const grads = c["grads"];
  if (!isRecord(grads)) return "grads is not an object";
  for (const [key, g] of Object.entries(grads))
    if (g !== null && !isRefTensor(g)) return `grads.${key} is not a tensor`;
  return tensorFault(c, "case");
}

/** Follows a value down to its tensors. */
function tensorFault(v: unknown, path: string): string | null {
  if (isRefTensor(v)) {
    const { shape, dtype, data } = v as { shape: unknown; dtype: unknown; data: unknown };
    const whole = (d: unknown): boolean => typeof d === "number" && Number.isInteger(d) && d >= 0;
    if (!Array.isArray(shape) || !shape.every(whole)) return `${path}: bad shape`;
    if (!["float32", "float64", "int64", "bool"].includes(String(dtype))) return `${path}: dtype ${dtype}`;
    if (!Array.isArray(data) || data.length !== elementCount(shape)) return `${path}: data does not fit its shape`;
    return null;
  }
  if (typeof v !== "object" || v === null) return null;
  for (const [key, item] of Object.entries(v)) {
    const fault = tensorFault(item, `${path}.${key}`);
    if (fault) return fault;
  }
  return null;
}

const isRecord = (v: unknown): v is { readonly [key: string]: unknown } =>
  typeof v === "object" && v !== null && !Array.isArray(v);

const spelled: { readonly [text: string]: number } = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
  "-infinity": Number.NEGATIVE_INFINITY,
};

/** JSON has no word for what is not finite: such elements are spelled as text, and true stands for 1. */
function reviveNumbers(file: RefFile): RefFile {
  const revive = (v: unknown): unknown => {
    if (isRefTensor(v))
      return { ...v, data: v.data.map((x: unknown) => spelled[String(x).toLowerCase()] ?? Number(x)) };
    if (Array.isArray(v)) return v.map(revive);
    if (isRecord(v)) return Object.fromEntries(Object.entries(v).map(([key, item]) => [key, revive(item)]));
    return v;
  };
  return revive(file) as RefFile;
}

/** The tensor in memory; floats in the type the case is run in. */
export function toTensor(t: RefTensor, float: "float32" | "float64"): Tensor {
  const dtype: DType = t.dtype === "float32" || t.dtype === "float64" ? float : t.dtype;
  return tensor(dtype, t.shape, t.data);
}
