import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Clock, Contestant } from "./timing.ts";

/** A Python process that runs the nets in PyTorch. */
export interface PyTorch {
  readonly version: string;
  contestant(net: string, clock: Clock): Contestant;
  stop(): void;
}

/** Starts `python` with `bench/pytorch/steps.py`, or says why it cannot. */
export async function startPyTorch(python: string, threads: number): Promise<PyTorch | { readonly missing: string }> {
  const script = path.resolve("bench", "pytorch", "steps.py");
  const child = spawn(python, [script, String(threads)], { stdio: ["pipe", "pipe", "pipe"] });
  const said = lastLineOf(child);
  const replies = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = new Promise<never>((_, reject) => {
    child.once("error", (error) => reject(new Error(error.message)));
  });
  const next = async (): Promise<unknown> => {
    const line = await Promise.race([replies.next(), failed]);
    if (line.done) throw new Error((await said) || `${python} ended`);
    return JSON.parse(line.value);
  };
  try {
    const { torch } = (await next()) as { torch: string };
    return {
      version: torch,
      contestant: (net, clock) => ({
        name: `pytorch ${net}`,
        async burst(ms) {
          child.stdin.write(`${JSON.stringify({ net, ms, clock })}\n`);
          return ((await next()) as { ms: number[] }).ms;
        },
      }),
      stop: () => child.stdin.end(),
    };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}

/** The last line a process writes to stderr: of a Python traceback, the reason. */
function lastLineOf(child: ChildProcess): Promise<string> {
  let text = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    text += chunk;
  });
  return new Promise((resolve) => {
    child.once("close", () => resolve(text.trim().split("\n").at(-1) ?? ""));
  });
}
