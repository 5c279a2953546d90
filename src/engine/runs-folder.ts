import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { ok, type Result } from "../core/result.ts";
import type { EarlierRun } from "../protocol/index.ts";
import { isUnderWay } from "../train/run-state.ts";
import { lockHolder } from "./lock.ts";
import { readCheckpoint, readRun } from "./run-folder.ts";
import { errorCode, makeFolder, namesIn, writeIssue } from "./save.ts";

/** Runs that are kept, finished ones and those that were broken off; the oldest go first. */
const keptRuns = 30;
const nameLimit = 60;

/** Makes the folder `<name>-<n>` with the first number that is free, and gives its path. Errors: `file.unwritable`. */
export async function newRunFolder(parent: string, name: string): Promise<Result<string>> {
  const made = await makeFolder(parent);
  if (!made.ok) return made;
  const stem = folderName(name);
  for (let n = 1; ; n++) {
    const folder = path.join(parent, `${stem}-${n}`);
    try {
      // Two programs may do this at once: only one of them makes the folder.
      await mkdir(folder);
      return ok(folder);
    } catch (error) {
      if (errorCode(error) !== "EEXIST") return { ok: false, issues: [writeIssue(error, folder)] };
    }
  }
}

/** A document's name without what some system forbids in names of folders. */
export function folderName(name: string): string {
  const allowed = [...name.normalize("NFC")].map((c) => (/[\p{L}\p{N}_-]/u.test(c) ? c : " ")).join("");
  const words = allowed.trim().replace(/ +/g, "-").toLowerCase();
  return [...words].slice(0, nameLimit).join("") || "network";
}

/** The folder of the run `name`; null where that is no name of one. */
export function runFolderNamed(parent: string, name: string): string | null {
  const plain = name !== "" && name !== "." && name !== ".." && !/[\\/:\0]/.test(name);
  return plain ? path.join(parent, name) : null;
}

/** Runs that were broken off and can be gone on with, newest first. */
export async function unfinishedRuns(parent: string): Promise<EarlierRun[]> {
  const found = await Promise.all((await namesIn(parent)).map((name) => unfinishedRun(parent, name)));
  return found.filter((r) => r !== null).sort((a, b) => b.time - a.time);
}

async function unfinishedRun(parent: string, name: string): Promise<EarlierRun | null> {
  const folder = path.join(parent, name);
  const record = await readRun(folder);
  if (!record.ok || !isUnderWay(record.value.status.phase)) return null;
  if (await lockHolder(path.join(folder, "lock"))) return null;
  const found = await readCheckpoint(folder);
  if (!found.ok) return null;
  const { step, epoch } = found.value.checkpoint.progress;
  const { document, status } = record.value;
  return { run: name, name: document.name, time: Date.parse(status.at), step, epoch, document };
}

/** Removes a run's folder, whatever is in it. */
export async function removeRun(folder: string): Promise<void> {
  // On Windows the files of a process that was just killed stay open for a moment.
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }).catch(() => {});
}

/** Removes the oldest runs over the number that is kept; none that a process works in. */
export async function removeOldRuns(parent: string): Promise<void> {
  const names = await namesIn(parent);
  if (names.length <= keptRuns) return;
  const runs = await Promise.all(
    names.map(async (name) => {
      const folder = path.join(parent, name);
      const record = await readRun(folder);
      const held = await lockHolder(path.join(folder, "lock"));
      return record.ok && held === null ? { folder, time: Date.parse(record.value.status.at) } : null;
    }),
  );
  const free = runs.filter((r) => r !== null).sort((a, b) => a.time - b.time);
  for (const { folder } of free.slice(0, Math.max(0, names.length - keptRuns))) await removeRun(folder);
}
