import type { LucideIcon } from "lucide-react";
import type { UiText } from "../../src/i18n/ui.ts";

/** Where a command stands in menus; the order is that of the menus. */
export const commandGroups = ["file", "edit", "add", "select", "arrange", "structure", "run", "view", "help"] as const;
export type CommandGroup = (typeof commandGroups)[number];

/** `group.name`, such as `edit.undo`; the title is `commands.<id>` of the texts. */
export type CommandId = keyof UiText["commands"];

/**
 * One thing a user can do without pointing at it. One table of these feeds the menus, the command palette, the context
 * menus, the shortcuts and the cheat sheet.
 */
export interface Command {
  readonly id: CommandId;
  readonly icon?: LucideIcon;
  /** Default keys, `Mod+Shift+Z`: Mod is Ctrl, on a Mac Cmd. Users may bind others (settings.shortcuts). */
  readonly keys?: readonly string[];
  /** Its key works while a text field has the focus too. */
  readonly inFields?: boolean;
  /** Submenu of the group's menu that it stands in. */
  readonly submenu?: keyof UiText["shell"]["submenus"];
  /** A line parts it from the command before it in the menu. */
  readonly separate?: boolean;
  /** False where there is no such thing: a command of the desktop app in a browser. Never changes while the window lives. */
  readonly available?: boolean;
  /** False greys it out. Always true when left out. */
  enabled?(): boolean;
  /** For commands that are on or off, such as the minimap. */
  checked?(): boolean;
  run(): void | Promise<void>;
}

export const groupOf = (id: CommandId): CommandGroup => id.slice(0, id.indexOf(".")) as CommandGroup;
