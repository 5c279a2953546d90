import { listed } from "../messages.ts";

/** `a、b、c`, or `无`. */
export const list = (items: readonly string[]): string =>
  items.length === 0 ? "无" : listed(items, "、", (n) => `等另外 ${n} 个`);

/** Asks for the suggested name where there is one. */
export const meant = (suggestion: string | null): string => (suggestion === null ? "" : `是否想写“${suggestion}”？`);
