import { readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { type Issue, issue } from "../../core/issue.ts";
import { fail, ok, type Result } from "../../core/result.ts";

/** Largest data file, and largest size it may unpack to, in bytes: what one buffer holds in every Node we run on. */
export const maxDataBytes = 2 ** 31 - 1;

/**
 * The bytes of a data file. Errors: `data.file-missing`, `file.unreadable` (a folder, a device, no permission),
 * `data.too-large`, `data.empty`.
 */
export async function readDataFile(file: string, limit: number = maxDataBytes): Promise<Result<Uint8Array>> {
  try {
    const info = await stat(file);
    // A pipe or /dev/zero would never end.
    if (!info.isFile())
      return fail(issue("file.unreadable", { reason: info.isDirectory() ? "EISDIR" : "ENOTFILE", file }));
    if (info.size > limit) return fail(issue("data.too-large", { bytes: info.size, limit, file }));
    if (info.size === 0) return fail(issue("data.empty", { what: "file", file }));
    return ok(await readFile(file));
  } catch (error) {
    return fail(fileIssue(error, file));
  }
}

/** What a failed system call means for the user. */
export function fileIssue(error: unknown, file: string): Issue {
  const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
  const missing = reason === "ENOENT" || reason === "ENOTDIR";
  return missing ? issue("data.file-missing", { reason, file }) : issue("file.unreadable", { reason, file });
}

/** The content of gzipped bytes, other bytes as they are. Errors: `data.too-large`, `data.file-format`. */
export async function gunzipped(
  bytes: Uint8Array,
  file: string,
  limit: number = maxDataBytes,
): Promise<Result<Uint8Array>> {
  if (!isGzip(bytes)) return ok(bytes);
  try {
    return ok(await promisify(gunzip)(bytes, { maxOutputLength: limit }));
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    if (reason === "ERR_BUFFER_TOO_LARGE") return fail(issue("data.too-large", { bytes: limit + 1, limit, file }));
    return fail(issue("data.file-format", { format: "gzip", expected: "deflate", found: reason, file }));
  }
}

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** A piece of a file for an error message: one line, short, printable. */
export function excerpt(text: string): string {
  const line = Array.from(text.slice(0, 60), (c) => (c < " " || c === "\x7f" ? "\uFFFD" : c)).join("");
  return line.length > 40 || text.length > 60 ? `${line.slice(0, 40)}\u2026` : line;
}
