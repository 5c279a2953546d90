import { EngineHost } from "./host.ts";

/**
 * The engine as a child process (`fork` with `serialization: "advanced"`). It ends when its parent does, and by
 * itself on nothing else: what Ctrl+C means is for the parent to decide, whose terminal it shares.
 */
const internalError = 70;
/** Milliseconds that the last checkpoint may take when the parent is gone. */
const grace = 5000;

const host = new EngineHost(
  (events) => {
    if (process.connected) process.send?.(events);
  },
  () => process.exit(0),
);

for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => {});
process.on("message", (message) => host.receive(message));
process.on("disconnect", () => {
  setTimeout(() => process.exit(1), grace).unref();
  void host.close().then(() => process.exit(0));
});
const die = (error: unknown): void => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(internalError);
};
process.on("uncaughtException", die);
process.on("unhandledRejection", die);
