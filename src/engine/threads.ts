import os from "node:os";

/**
 * Threads of an operator where the user names none: one a core, half of the logical processors where there are many,
 * as a second thread on one core slows matrix products down.
 */
export function defaultThreads(): number {
  const logical = os.availableParallelism();
  return logical > 4 ? Math.ceil(logical / 2) : logical;
}
