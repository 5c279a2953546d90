import { resolve } from "node:path";
import { type Issue, issue } from "../../../core/issue.ts";
import { byText, sortedEntries } from "../../../core/order.ts";
import { all, fail, map, ok, type Result } from "../../../core/result.ts";
import type { SourceOf } from "../../../data/schema.ts";
import { elementCount, type Tensor, toNumbers, zeros } from "../../../shape/dtype.ts";
import { shapeText } from "../../../shape/type.ts";
import { gunzipped, readDataFile } from "../files.ts";
import { readIdx } from "../formats/idx.ts";
import { readNpy } from "../formats/npy.ts";
import { readNpz } from "../formats/npz.ts";
import type { RawField, Samples } from "../samples.ts";
import type { RawSet } from "./raw.ts";

type Arrays = ReadonlyMap<string, Tensor>;

/** Opens IDX files (also gzipped) or NPY files, one for each field, with the files of the test part behind. */
export async function openArrayFiles(
  source: SourceOf<"idx"> | SourceOf<"npy">,
  baseFolder: string,
): Promise<Result<RawSet>> {
  const read = source.kind === "idx" ? readIdx : readNpy;
  const open = (files: { readonly [field: string]: string }) => readFiles(files, baseFolder, read);
  const train = await open(source.fields);
  const test = source.test ? await open(source.test) : ok(null);
  const both = all<Arrays | null>([train, test]);
  if (!both.ok) return both;
  const files = sortedEntries({ ...source.fields }).map(([, path]) => path);
  return arraySet(both.value[0] as Arrays, both.value[1] ?? null, files.join(", "), "");
}

/** Opens the arrays of an NPZ archive. Errors: `binding.unknown-field` for an array that is not in it. */
export async function openNpz(source: SourceOf<"npz">, baseFolder: string): Promise<Result<RawSet>> {
  const file = resolve(baseFolder, source.path);
  const bytes = await readDataFile(file);
  const arrays = bytes.ok ? readNpz(bytes.value, file) : bytes;
  if (!arrays.ok) return arrays;
  const inFile = arrays.value;
  const names = source.fields ?? Object.fromEntries([...inFile.keys()].map((name) => [name, name]));
  const chosen = sortedEntries(names).map(([field, name]): Result<readonly [string, Tensor]> => {
    const tensor = inFile.get(name);
    const fields = [...inFile.keys()].sort(byText);
    return tensor ? ok([field, tensor]) : fail(issue("binding.unknown-field", { field: name, fields, file }));
  });
  const result = all(chosen);
  return result.ok ? arraySet(new Map(result.value), null, source.path, "") : result;
}

async function readFiles(
  files: { readonly [field: string]: string },
  baseFolder: string,
  read: (bytes: Uint8Array, file: string) => Result<Tensor>,
): Promise<Result<Arrays>> {
  const results = sortedEntries(files).map(async ([field, path]): Promise<Result<[string, Tensor]>> => {
    const file = resolve(baseFolder, path);
    const packed = await readDataFile(file);
    const bytes = packed.ok ? await gunzipped(packed.value, file) : packed;
    return bytes.ok ? map(read(bytes.value, file), (tensor) => [field, tensor]) : bytes;
  });
  return map(all(await Promise.all(results)), (entries) => new Map(entries));
}

/**
 * A set of arrays whose first axis counts samples. Errors: `data.length-mismatch`, `data.other-type` (training and
 * test part differ, or no axis at all), `data.empty`, `data.not-finite`.
 */
export function arraySet(train: Arrays, test: Arrays | null, source: string, licence: string): Result<RawSet> {
  const trainCount = countOf(train);
  const testCount = test ? countOf(test) : ok(0);
  const counts = all([trainCount, testCount]);
  if (!counts.ok) return counts;
  const [count, ownTest] = counts.value as [number, number];
  const fields = [...train].map(([name, tensor]): Result<RawField> => {
    const whole = test ? joined(name, tensor, test.get(name) ?? null) : ok(tensor);
    return whole.ok ? arrayField(name, whole.value) : whole;
  });
  const result = all(fields);
  return result.ok ? ok({ count: count + ownTest, ownTest, fields: result.value, source, licence }) : result;
}

function countOf(arrays: Arrays): Result<number> {
  const [first, ...others] = [...arrays];
  if (!first) return fail(issue("data.empty", { what: "fields" }));
  const scalars = [...arrays].filter(([, tensor]) => tensor.dims.length === 0);
  const [a, { dims }] = first;
  const countA = dims[0] ?? 0;
  const issues: Issue[] = scalars.map(([field]) =>
    issue("data.other-type", { field, expected: "[N, …]", found: "[]" }),
  );
  for (const [b, tensor] of others) {
    const countB = tensor.dims[0] ?? 0;
    if (countB !== countA) issues.push(issue("data.length-mismatch", { a, countA, b, countB }));
  }
  if (issues.length === 0 && countA === 0) issues.push(issue("data.empty", { what: a }));
  return issues.length > 0 ? fail(...issues) : ok(countA);
}

function joined(field: string, train: Tensor, test: Tensor | null): Result<Tensor> {
  const typeOf = (t: Tensor): string => `${t.dtype}${shapeText(t.dims.slice(1))}`;
  if (!test || typeOf(test) !== typeOf(train)) {
    const found = test ? typeOf(test) : "–";
    return fail(issue("data.other-type", { field, expected: typeOf(train), found }));
  }
  const result = zeros(train.dtype, [(train.dims[0] ?? 0) + (test.dims[0] ?? 0), ...train.dims.slice(1)]);
  (result.data as Float64Array).set(train.data as Float64Array);
  (result.data as Float64Array).set(test.data as Float64Array, train.data.length);
  return ok(result);
}

/**
 * What an array is: bytes of more than one dimension are pictures (`[N, H, W]` grey ones, `[1, H, W]` each), integers
 * of one dimension labels, other integers int64, everything else float32.
 */
function arrayField(name: string, tensor: Tensor): Result<RawField> {
  const [, ...dims] = tensor.dims;
  const { dtype } = tensor;
  const real = dtype === "float32" || dtype === "float64" || (dtype === "bool" && dims.length > 0);
  if (real) return map(floats(name, tensor), (samples) => ({ type: fieldType(name, "float32", dims), samples }));
  if (dtype === "uint8" && dims.length > 0) {
    const shape = dims.length === 2 ? [1, ...dims] : dims;
    return ok({ type: fieldType(name, "float32", shape), samples: { kind: "bytes", data: tensor.data as Uint8Array } });
  }
  const values = tensor.data;
  const data =
    values instanceof BigInt64Array ? values : BigInt64Array.from(values as ArrayLike<number> as number[], BigInt);
  const classes = dims.length === 0 ? classNames(data) : null;
  return ok({ type: { ...fieldType(name, "int64", dims), classes }, samples: { kind: "ints", data } });
}

const fieldType = (name: string, dtype: "float32" | "int64", shape: readonly number[]) =>
  ({ name, dtype, shape, classes: null }) as const;

function floats(name: string, tensor: Tensor): Result<Samples> {
  const data = tensor.data instanceof Float32Array ? tensor.data : Float32Array.from(toNumbers(tensor));
  const bad = data.findIndex((v) => !Number.isFinite(v));
  if (bad < 0) return ok({ kind: "floats", data });
  const sample = Math.floor(bad / elementCount(tensor.dims.slice(1)));
  return fail(issue("data.not-finite", { field: name, sample, found: String(tensor.data[bad]) }));
}

/** Beyond this, integers are counts or token numbers and not classes. */
const maxClasses = 1000;

/** The names `0` to the largest label, or null where the numbers do not look like labels. */
function classNames(labels: BigInt64Array): readonly string[] | null {
  let largest = -1n;
  for (const label of labels) {
    if (label < 0n || label >= maxClasses) return null;
    if (label > largest) largest = label;
  }
  return Array.from({ length: Number(largest) + 1 }, (_, i) => String(i));
}
