import { listed } from "../messages.ts";

/** `a、b、c`, or `无`. */
export const list = (items: readonly string[]): string =>
  items.length === 0 ? "无" : listed(items, "、", (n) => `等另外 ${n} 个`);

/** Asks for the suggested name where there is one. */
export const meant = (suggestion: string | null): string => (suggestion === null ? "" : `是否想写“${suggestion}”？`);

/** A name put behind Chinese words: with a space before Latin letters and digits, without one before Chinese. */
export const spaced = (name: string): string => (/^\p{Script=Han}/u.test(name) ? name : ` ${name}`);
