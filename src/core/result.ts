import type { Issue } from "./issue.ts";

/** A value, or every problem that stood in its way. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly Issue[] };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const fail = (...issues: Issue[]): { readonly ok: false; readonly issues: readonly Issue[] } => ({
  ok: false,
  issues,
});

/** All values, or the issues of every failed result together. */
export function all<T>(results: readonly Result<T>[]): Result<T[]> {
  const values: T[] = [];
  const issues: Issue[] = [];
  for (const r of results) r.ok ? values.push(r.value) : issues.push(...r.issues);
  return issues.length > 0 ? { ok: false, issues } : ok(values);
}

export function map<T, U>(result: Result<T>, f: (value: T) => U): Result<U> {
  return result.ok ? ok(f(result.value)) : result;
}
