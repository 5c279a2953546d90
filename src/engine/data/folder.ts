import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { issue } from "../../core/issue.ts";
import { fail, ok, type Result } from "../../core/result.ts";

/** Folder of the file that runs: this one under vitest, else the CommonJS bundle that it became part of. */
export const runningFolder = (): string => __dirname;

/**
 * The folder of the bundled data sets: GRADLOOM_DATASETS, else the next `datasets` on the way up from the running
 * file. Errors: `data.file-missing`.
 */
export function datasetsFolder(): Result<string> {
  const given = process.env["GRADLOOM_DATASETS"];
  if (given) return ok(given);
  const start = runningFolder();
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, "datasets");
    if (existsSync(join(candidate, "mnist"))) return ok(candidate);
    if (dirname(folder) === folder)
      return fail(issue("data.file-missing", { reason: "ENOENT", file: join(start, "datasets") }));
  }
}
