import type { Command, CommandId } from "./command.ts";

type Bindings = { readonly [command: string]: readonly string[] };

/**
 * Bindings with a command's keys replaced by one key, or with null by none. Another command that had the key gives it up
 * (`from`), unless both have it by default: those are never possible at the same time.
 */
export function bind(
  commands: readonly Command[],
  bound: Bindings,
  id: CommandId,
  key: string | null,
): { readonly shortcuts: Bindings; readonly from: CommandId | null } {
  const keysNow = (c: Command): readonly string[] => bound[c.id] ?? c.keys ?? [];
  const own = commands.find((c) => c.id === id);
  const shared = (c: Command): boolean => key !== null && !!own?.keys?.includes(key) && !!c.keys?.includes(key);
  const losers = commands.filter((c) => c.id !== id && key !== null && keysNow(c).includes(key) && !shared(c));
  const without = Object.fromEntries(losers.map((c) => [c.id, keysNow(c).filter((k) => k !== key)]));
  return { shortcuts: { ...bound, ...without, [id]: key === null ? [] : [key] }, from: losers[0]?.id ?? null };
}
