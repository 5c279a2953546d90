import { listed } from "../messages.ts";

/** `a, b, c`, or `none`. */
export const list = (items: readonly string[]): string =>
  items.length === 0 ? "none" : listed(items, ", ", (n) => `and ${n} more`);

export const plural = (n: number, one: string, several = `${one}s`): string =>
  `${n.toLocaleString("en-US")} ${n === 1 ? one : several}`;

/** `Did you mean X?` where there is something to suggest. */
export const meant = (suggestion: string | null): string =>
  suggestion === null ? "" : ` Did you mean "${suggestion}"?`;
