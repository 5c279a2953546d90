import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import writeFileAtomic from "write-file-atomic";
import { type Issue, issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";

/** Virus scanners and indexers on Windows hold new files open for a moment. */
const passing = new Set(["EPERM", "EBUSY", "EACCES"]);
const retries = [20, 100, 400];

/**
 * Writes a file so that a reader finds the old or the new content whole, whatever happens: into a file beside it,
 * flushed, then renamed. Errors: `file.unwritable`; the old file is then still there.
 */
export async function saveFile(file: string, content: Uint8Array | string): Promise<Result<null>> {
  for (let tries = 0; ; tries++) {
    try {
      await writeFileAtomic(
        file,
        typeof content === "string" ? content : Buffer.from(content.buffer, content.byteOffset, content.byteLength),
      );
      return ok(null);
    } catch (error) {
      const wait = retries[tries];
      if (wait === undefined || !passing.has(errorCode(error))) return fail(writeIssue(error, file));
      await new Promise((done) => setTimeout(done, wait));
    }
  }
}

/** Removes what writers that were killed left behind in `folder`. */
export async function sweep(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    // write-file-atomic: the name and a number.
    if (/\.(?:safetensors|jsonl?|onnx|gradloom)\.\d+$/.test(name)) await rm(path.join(folder, name), { force: true });
  }
}

/** Names in a folder, sorted; none where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    return [];
  }
}

export async function makeFolder(folder: string): Promise<Result<null>> {
  try {
    await mkdir(folder, { recursive: true });
    return ok(null);
  } catch (error) {
    return fail(writeIssue(error, folder));
  }
}

/** The bytes of a file. Errors: `file.missing`, `file.unreadable`. */
export async function readBytes(file: string): Promise<Result<Uint8Array>> {
  try {
    return ok(await readFile(file));
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return fail(issue("file.missing", { file }));
    return fail(issue("file.unreadable", { file, reason: code }));
  }
}

export async function isFolder(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch {
    return false;
  }
}

export const writeIssue = (error: unknown, file: string): Issue =>
  issue("file.unwritable", { file, reason: errorCode(error) });

/** `ENOENT` and the like; the message where there is no code. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && "code" in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
}
