import { type Engine, startEngine } from "../engine/index.ts";
import type { ExitCode } from "./command.ts";
import type { Output } from "./output.ts";

/** Starts an engine for the time of `work`; the process it is must not outlive the command. */
export async function withEngine(out: Output, work: (engine: Engine) => Promise<ExitCode>): Promise<ExitCode> {
  const engine = await startEngine();
  if (!engine.ok) {
    out.issues(engine.issues);
    return 1;
  }
  try {
    return await work(engine.value);
  } finally {
    await engine.value.close();
  }
}
