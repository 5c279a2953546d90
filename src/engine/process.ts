import { fork } from "node:child_process";

/**
 * The process that an engine lives in, whoever made it: a child of Node's, or a utility process of the desktop app, where
 * a program cannot start itself as plain Node.
 */
export interface EngineProcess {
  readonly pid: number;
  /** Sends one message; nothing happens where the process can no longer be reached. */
  send(message: unknown): void;
  /** Ends it at once, whatever it is doing. */
  kill(): void;
  onMessage(listener: (message: unknown) => void): void;
  /** What it writes to its output and error output. */
  onOutput(listener: (chunk: Buffer) => void): void;
  /** It has ended, and everything it said before has been told. Called once. */
  onClose(listener: (exitCode: number | null, signal: string | null) => void): void;
}

/** Starts the process of an engine from the file `entry`. */
export type ProcessMaker = (entry: string) => EngineProcess;

/** A child process of this one. */
export const forkProcess: ProcessMaker = (entry) => {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = fork(entry, [], {
    serialization: "advanced",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: [],
    env,
  });
  // `close` tells of a process that could not be started or reached.
  child.on("error", () => {});
  return {
    pid: child.pid ?? 0,
    send: (message) => {
      // The callback takes the error of a channel that has just closed.
      if (child.connected) child.send(message as object, () => {});
    },
    kill: () => void child.kill("SIGKILL"),
    onMessage: (listener) => void child.on("message", listener),
    onOutput: (listener) => {
      child.stdout?.on("data", listener);
      child.stderr?.on("data", listener);
    },
    // After `exit` messages may still be under way; `close` comes when all is read.
    onClose: (listener) => void child.once("close", listener),
  };
};
