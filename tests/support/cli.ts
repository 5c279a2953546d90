import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "../..");
const program = path.join(root, "dist", "cli.cjs");

/** Brings the bundles up to date; call it before the first command. */
export function buildCli(): void {
  execFileSync(process.execPath, [path.join(root, "scripts/gradloom.mjs"), "--version"], { stdio: "pipe" });
}

export interface CliResult {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of standard output as JSON, where they are such. */
  readonly events: readonly CliEvent[];
}

/** A line of `--json`. */
export interface CliEvent {
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every kind.
  readonly [key: string]: any;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string };
  /** Sees every JSON line as it comes, with the process that wrote it. */
  onEvent?(event: CliEvent, child: ChildProcess): void;
}

/** Runs the command line program as a user does, in English unless `env` says otherwise. */
export function gradloom(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const env = { ...process.env, LC_ALL: "C", NO_COLOR: "1", ...options.env };
  const child = spawn(process.execPath, [program, ...args], { cwd: options.cwd ?? root, env });
  let stdout = "";
  let stderr = "";
  let seen = 0;
  const events: CliEvent[] = [];
  child.stderr.on("data", (text: Buffer) => {
    stderr += text;
  });
  child.stdout.on("data", (text: Buffer) => {
    stdout += text;
    for (let end = stdout.indexOf("\n", seen); end >= 0; end = stdout.indexOf("\n", seen)) {
      const line = stdout.slice(seen, end);
      seen = end + 1;
      if (!line.startsWith("{")) continue;
      const event = JSON.parse(line) as CliEvent;
      events.push(event);
      options.onEvent?.(event, child);
    }
  });
  return new Promise((done) => {
    child.on("close", (code, signal) => done({ code, signal, stdout, stderr, events }));
  });
}

/** A folder for the time of a test file. */
export function temporaryFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), "gradloom-e2e-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
