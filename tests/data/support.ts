import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import type { Issue } from "../../src/core/issue.ts";
import type { Result } from "../../src/core/result.ts";
import { dataSchema } from "../../src/data/schema.ts";
import { type Dataset, type OpenOptions, openDataset, type SplitName } from "../../src/engine/data/dataset.ts";
import { elementCount, zeros } from "../../src/shape/dtype.ts";

/** A folder for this test file, removed after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "gradloom-data-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file below `folder` and gives its path. */
export function put(folder: string, name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** The value of a result that must be one. */
export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.value;
}

/** The issues of a result that must have failed. */
export function issues(result: Result<unknown>): readonly Issue[] {
  if (result.ok) throw new Error("expected issues");
  return result.issues;
}

export const codes = (result: Result<unknown>): string[] => issues(result).map((issue) => issue.code);

/** Opens a data section given as it stands in a document. */
export function open(section: object, options: Partial<OpenOptions> = {}): Promise<Result<Dataset>> {
  return openDataset(dataSchema.parse(section), { seed: 1, baseFolder: "/", ...options });
}

/** All samples of a field as plain numbers. */
export function all(dataset: Dataset, field: string, split: SplitName = "train"): number[] {
  const part = dataset.splits[split];
  const type = dataset.fields.find((f) => f.name === field);
  if (!part || !type) throw new Error(`no ${field} in ${split}`);
  const out = zeros(type.dtype, [part.count, ...type.shape]).data;
  const problem = part.gather(
    field,
    Uint32Array.from({ length: part.count }, (_, i) => i),
    out,
    0,
  );
  if (problem) throw new Error(JSON.stringify(problem));
  return Array.from(out as ArrayLike<number | bigint>, Number);
}

/** An IDX file of `type` with `body` as its big-endian elements. */
export function idxFile(type: number, dims: readonly number[], body: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * dims.length);
  header[2] = type;
  header[3] = dims.length;
  dims.forEach((d, i) => {
    header.writeUInt32BE(d, 4 + 4 * i);
  });
  return new Uint8Array(Buffer.concat([header, body]));
}

/** An IDX file of bytes 0, 1, 2, … */
export const idxBytes = (dims: readonly number[]): Uint8Array =>
  idxFile(
    8,
    dims,
    Uint8Array.from({ length: elementCount(dims) }, (_, i) => i),
  );

/** A NumPy file with any header text. */
export function npyFile(header: string, body: Uint8Array, version = 1): Uint8Array {
  const text = Buffer.from(`${header}\n`, "latin1");
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(text.length);
  else length.writeUInt32LE(text.length);
  return new Uint8Array(Buffer.concat([start, length, text, body]));
}
