import { unzipSync, zipSync } from "fflate";
import { type Issue, issue } from "../../../core/issue.ts";
import { all, fail, ok, type Result } from "../../../core/result.ts";
import type { Tensor } from "../../../shape/dtype.ts";
import { maxDataBytes } from "../files.ts";
import { readNpy, writeNpy } from "./npy.ts";

const maxEntries = 10_000;

/**
 * Reads a NumPy archive (`numpy.savez`, `savez_compressed`): a ZIP of `.npy` files, by name without the ending.
 * Other entries are passed over; names are never used as paths. Sizes are checked before anything is unpacked, and no
 * entry gets more memory than it declares.
 * Errors: those of `readNpy`, `data.file-format`, `data.too-large`, `data.duplicate-name`, `data.empty`.
 */
export function readNpz(
  bytes: Uint8Array,
  file: string,
  limit: number = maxDataBytes,
): Result<ReadonlyMap<string, Tensor>> {
  const problems: Issue[] = [];
  const seen = new Set<string>();
  let total = 0;
  const wanted = ({ name, originalSize }: { name: string; originalSize: number }): boolean => {
    total += originalSize;
    if (problems.length > 0 || !name.endsWith(".npy")) return false;
    if (seen.has(name)) problems.push(issue("data.duplicate-name", { what: "array", name, file }));
    seen.add(name);
    if (total > limit) problems.push(issue("data.too-large", { bytes: total, limit, file }));
    if (seen.size > maxEntries) problems.push(wrong(`<= ${maxEntries} arrays`, `> ${maxEntries}`, file));
    return problems.length === 0;
  };
  let entries: [string, Uint8Array][];
  try {
    entries = Object.entries(unzipSync(bytes, { filter: wanted }));
  } catch (error) {
    return fail(wrong("ZIP", error instanceof Error ? error.message : String(error), file));
  }
  if (problems.length > 0) return fail(...problems);
  if (entries.length === 0) return fail(issue("data.empty", { what: "NPZ", file }));
  const arrays = entries.map(([name, data]): Result<[string, Tensor]> => {
    const read = readNpy(data, `${file}/${name}`);
    return read.ok ? ok([name.slice(0, -".npy".length), read.value]) : read;
  });
  const result = all(arrays);
  return result.ok ? ok(new Map(result.value)) : result;
}

const wrong = (expected: string, found: string, file: string): Issue =>
  issue("data.file-format", { format: "NPZ", expected, found, file });

/** Writes arrays as an uncompressed NumPy archive, as `numpy.savez` does. The same arrays give the same bytes. */
export function writeNpz(arrays: ReadonlyMap<string, Tensor>): Uint8Array {
  const entries = [...arrays].map(([name, tensor]) => [`${name}.npy`, writeNpy(tensor)] as const);
  return zipSync(Object.fromEntries(entries), { level: 0, mtime: new Date(1980, 0, 1) });
}
