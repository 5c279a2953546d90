import { EngineHost } from "../src/engine/host.ts";

/**
 * The engine as a utility process of the desktop app. It ends when the app does: the system closes the port, and a process
 * in the middle of a long run is ended with its parent.
 */
const internalError = 70;

interface ParentPort {
  on(event: "message", listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

const parent = (process as unknown as { readonly parentPort: ParentPort }).parentPort;
const host = new EngineHost(
  (events) => parent.postMessage(events),
  () => process.exit(0),
);

for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => {});
parent.on("message", ({ data }) => host.receive(data));

const die = (error: unknown): void => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(internalError);
};
process.on("uncaughtException", die);
process.on("unhandledRejection", die);
