import { readFileSync } from "node:fs";
import { open, readFile, rm } from "node:fs/promises";
import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { errorCode, writeIssue } from "./save.ts";

/** Held while a process writes into a run folder. */
export interface Lock {
  release(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  /** When that process began, where the system says so: numbers of processes are used again. */
  readonly began: string | null;
}

/** Locks this process holds: a file with our own number that is not among them is of an earlier process. */
const held = new Set<string>();

/**
 * Makes the lock file `file`. One left by a process that is no more is taken over.
 * Errors: `run.folder-in-use`, `file.unwritable`.
 */
export async function takeLock(file: string): Promise<Result<Lock>> {
  for (;;) {
    try {
      const handle = await open(file, "wx");
      await handle.writeFile(JSON.stringify({ pid: process.pid, began: procStat(process.pid)?.began ?? null }));
      await handle.close();
      held.add(file);
      return ok({ release: () => release(file) });
    } catch (error) {
      if (errorCode(error) !== "EEXIST") return fail(writeIssue(error, file));
    }
    const holder = (await readHolder(file)) ?? (await readLater(file));
    if (holder && isAlive(holder, file)) return fail(issue("run.folder-in-use", { file, pid: holder.pid }));
    try {
      await rm(file, { force: true });
    } catch (error) {
      return fail(writeIssue(error, file));
    }
  }
}

/** Number of the process that holds the lock file; null where none does. */
export async function lockHolder(file: string): Promise<number | null> {
  const holder = await readHolder(file);
  return holder && isAlive(holder, file) ? holder.pid : null;
}

async function release(file: string): Promise<void> {
  held.delete(file);
  await rm(file, { force: true });
}

/** A lock that is being made is empty for a moment. */
async function readLater(file: string): Promise<Holder | null> {
  await new Promise((done) => setTimeout(done, 100));
  return readHolder(file);
}

/** Null for a file that is empty or broken: its writer was killed while making it. */
async function readHolder(file: string): Promise<Holder | null> {
  try {
    const value: unknown = JSON.parse(await readFile(file, "utf8"));
    if (typeof value !== "object" || value === null || !("pid" in value)) return null;
    const { pid, began = null } = value as { pid: unknown; began?: unknown };
    if (typeof pid !== "number" || !Number.isInteger(pid) || pid < 1) return null;
    return { pid, began: typeof began === "string" ? began : null };
  } catch {
    return null;
  }
}

function isAlive({ pid, began }: Holder, file: string): boolean {
  if (pid === process.pid) return held.has(file);
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    if (errorCode(error) !== "EPERM") return false;
  }
  const now = procStat(pid);
  // A zombie has ended; its parent has only not looked yet.
  if (now?.state === "Z") return false;
  return began === null || now === null || began === now.began;
}

/** State and start time (clock ticks since boot) of a process, from /proc where there is one. */
function procStat(pid: number): { readonly state: string; readonly began: string } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the name in parentheses and may hold anything; the start time is the 22nd.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", began: fields[19] ?? "" };
  } catch {
    return null;
  }
}
