import type { LucideIcon } from "lucide-react";

/** Where a command stands in menus; the order is that of the menus. */
export const commandGroups = ["file", "edit", "add", "select", "arrange", "structure", "view", "run", "help"] as const;
export type CommandGroup = (typeof commandGroups)[number];

/**
 * One thing a user can do without pointing at it. One table of these feeds the menus, the command palette, the context
 * menus, the shortcuts and the cheat sheet; the title is `commands.<id>` of the texts.
 */
export interface Command {
  /** `group.name`, such as `edit.undo`. */
  readonly id: string;
  readonly group: CommandGroup;
  readonly icon?: LucideIcon;
  /** Default keys, `Mod+Shift+Z`: Mod is Ctrl, on a Mac Cmd. Users may bind others (settings.shortcuts). */
  readonly keys?: readonly string[];
  /** False greys it out. Always true when left out. */
  enabled?(): boolean;
  /** For commands that are on or off, such as the minimap. */
  checked?(): boolean;
  run(): void | Promise<void>;
}
