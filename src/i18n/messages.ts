import type { Issue, IssueCode } from "../core/issue.ts";

/** One message for every issue code; a code without one does not compile. */
export type IssueMessages = { readonly [C in IssueCode]: (i: Extract<Issue, { code: C }>) => string };

/** The messages of one area's codes, `MessagesOf<DocumentIssues>`. */
export type MessagesOf<Area> = Pick<IssueMessages, keyof Area & IssueCode>;

/** Whole number with thousands separated. */
export const count = (n: number): string => n.toLocaleString("en-US");

/** A size in bytes with the unit a reader takes in at a glance, and exact where it is small. */
export function bytes(n: number): string {
  if (n < 10_000) return `${count(n)} B`;
  const units = ["KB", "MB", "GB", "TB"];
  const power = Math.min(units.length, Math.floor(Math.log10(n) / 3));
  return `${Number((n / 1000 ** power).toPrecision(3))} ${units[power - 1]}`;
}

/** A list cut where it gets too long to read. */
export function listed(items: readonly string[], separator: string, more: (n: number) => string): string {
  const limit = 24;
  const shown = items.slice(0, limit).join(separator);
  return items.length > limit ? `${shown}${separator}${more(items.length - limit)}` : shown;
}
