/**
 * The only place in `src/` that throws. A thrown error here is a bug of Gradloom, never of the user:
 * whatever a user can cause is an {@link Issue}.
 */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`internal: ${message}`);
}

/** Marks a place that the types say cannot be reached. */
export function unreachable(message: string): never {
  throw new Error(`internal: ${message}`);
}
