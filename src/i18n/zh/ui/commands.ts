import type { commands as en } from "../../en/ui/commands.ts";
import type { Texts } from "../../ui-text.ts";

/** Simplified Chinese texts of the window: commands. */
export const commands: Texts<typeof en> = {};
