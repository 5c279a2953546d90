import type { MenuLine } from "../../src/protocol/desktop.ts";
import type { MenuEntry } from "../ui/Menu.tsx";
import { commandGroups } from "./command.ts";

/** A menu bar of the system: what is sent, and what its lines do. */
export interface NativeMenu {
  readonly menus: readonly MenuLine[];
  readonly actions: ReadonlyMap<string, () => void>;
}

/** The same menus as behind the button of a browser, as data. Lines without a name of their own are named by place. */
export function nativeMenu(bar: readonly MenuEntry[], enabled: (id: string, is: boolean) => boolean): NativeMenu {
  const actions = new Map<string, () => void>();
  const line = (entry: MenuEntry, place: string): MenuLine => {
    if (entry === "separator") return { kind: "separator" };
    if ("heading" in entry) {
      return { kind: "command", id: place, label: entry.heading, keys: null, enabled: false, checked: null };
    }
    if ("entries" in entry) {
      return { kind: "menu", id: place, label: entry.label, lines: lines(entry.entries, place) };
    }
    const id = entry.id ?? place;
    actions.set(id, entry.onSelect);
    return {
      kind: "command",
      id,
      label: entry.label,
      keys: entry.keys ?? null,
      enabled: enabled(id, !entry.disabled),
      checked: entry.checked ?? null,
    };
  };
  const lines = (entries: readonly MenuEntry[], place: string): MenuLine[] =>
    entries.map((entry, i) => line(entry, `${place}/${i}`));
  return { menus: bar.map((entry, i) => line(entry, commandGroups[i] ?? `${i}`)), actions };
}
