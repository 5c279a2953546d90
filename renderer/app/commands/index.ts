import { invariant } from "../../../src/core/invariant.ts";
import { isWalking } from "../../step/session.ts";
import { settings } from "../../stores/settings.ts";
import type { MenuEntry } from "../../ui/Menu.tsx";
import { type Command, type CommandGroup, type CommandId, groupOf } from "../command.ts";
import { takenByBrowser } from "../keys.ts";
import { currentText } from "../text.ts";
import { addCommands } from "./add.ts";
import { arrangeCommands } from "./arrange.ts";
import { editCommands } from "./edit.ts";
import { fileCommands } from "./file.ts";
import { helpCommands } from "./help.ts";
import { runCommands } from "./run.ts";
import { selectCommands } from "./select.ts";
import { structureCommands } from "./structure.ts";
import { viewCommands } from "./view.ts";
import { walkCommands } from "./walk.ts";

/** Everything the window can do without pointing, in the order of the menus. */
export const commands: readonly Command[] = [
  ...fileCommands,
  ...editCommands,
  ...addCommands,
  ...selectCommands,
  ...arrangeCommands,
  ...structureCommands,
  ...runCommands,
  ...walkCommands,
  ...viewCommands,
  ...helpCommands,
];

const byId = new Map(commands.map((c) => [c.id, c]));

export function commandById(id: CommandId): Command {
  const command = byId.get(id);
  invariant(command, `no command ${id}`);
  return command;
}

/** What there is in this window: some commands are of the desktop app only. */
export const isAvailable = (command: Command): boolean => command.available ?? true;
export const isEnabled = (command: Command): boolean =>
  isAvailable(command) && isInReach(command) && (command.enabled?.() ?? true);

/** Groups of commands that change what is not seen while somebody walks through a step. */
const behind: ReadonlySet<CommandGroup> = new Set(["edit", "add", "select", "arrange", "structure"]);

const isInReach = ({ id }: Command): boolean => !isWalking() || !behind.has(groupOf(id));

/** Runs a command unless it makes no sense now. */
export function runCommand(id: CommandId): void {
  const command = commandById(id);
  if (isEnabled(command)) void command.run();
}

/** Keys of a command as bound now, the user's own before the defaults. */
export const keysOf = (command: Command): readonly string[] =>
  settings.getState().shortcuts[command.id] ?? command.keys ?? [];

/** The key to show beside a command: the first that reaches the window. */
export const shownKey = (command: Command): string | undefined => keysOf(command).find((k) => !takenByBrowser(k));

/** A command as a line of a menu, with its shortcut; `undefined` keys where none is bound. */
export function commandEntry(id: CommandId): MenuEntry {
  const command = commandById(id);
  return {
    id,
    label: currentText().commands[id],
    icon: command.icon,
    keys: shownKey(command),
    disabled: !isEnabled(command),
    checked: command.checked?.(),
    danger: id === "edit.delete",
    onSelect: () => runCommand(id),
  };
}

/** Several commands as lines of a menu; null stands for a line between. */
export const commandEntries = (...ids: readonly (CommandId | null)[]): readonly MenuEntry[] =>
  ids.map((id) => (id === null ? "separator" : commandEntry(id)));

/** The menu of a group, submenus included. */
export function groupEntries(group: CommandGroup): readonly MenuEntry[] {
  const text = currentText().shell.submenus;
  const entries: MenuEntry[] = [];
  const submenus = new Map<string, MenuEntry[]>();
  for (const command of commands.filter((c) => groupOf(c.id) === group && isAvailable(c))) {
    if (command.separate) entries.push("separator");
    const entry = commandEntry(command.id);
    if (!command.submenu) {
      entries.push(entry);
      continue;
    }
    const lines = submenus.get(command.submenu);
    if (lines) {
      lines.push(entry);
      continue;
    }
    const list = [entry];
    submenus.set(command.submenu, list);
    entries.push({ label: text[command.submenu], entries: list });
  }
  return entries;
}
