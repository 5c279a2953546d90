import { type UtilityProcess, utilityProcess } from "electron";
import type { EngineProcess, ProcessMaker } from "../src/engine/index.ts";

/** After the end of a process its last output may still be under way (ms). */
const lastWords = 100;

/** An engine in a utility process: the app cannot start itself as plain Node, which its fuses forbid. */
export const utilityEngine: ProcessMaker = (entry) => {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = utilityProcess.fork(entry, [], { stdio: "pipe", serviceName: "Gradloom engine", env, execArgv: [] });
  let killed = false;
  return {
    get pid() {
      return child.pid ?? 0;
    },
    send: (message) => child.postMessage(message),
    kill: () => {
      killed = true;
      endNow(child);
    },
    onMessage: (listener) => void child.on("message", listener),
    onOutput: (listener) => {
      child.stdout?.on("data", listener);
      child.stderr?.on("data", listener);
    },
    onClose: (listener) =>
      void child.once("exit", (code: number) =>
        setTimeout(() => listener(killed ? null : code, killed ? "SIGKILL" : null), lastWords),
      ),
  } satisfies EngineProcess;
};

/** In the middle of a run of onnxruntime a process hears no polite request. */
function endNow(child: UtilityProcess): void {
  if (child.pid === undefined) {
    // Not there yet: as soon as it is.
    child.once("spawn", () => endNow(child));
    return;
  }
  try {
    process.kill(child.pid, "SIGKILL");
  } catch {
    child.kill();
  }
}
