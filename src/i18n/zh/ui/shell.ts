import type { shell as en } from "../../en/ui/shell.ts";
import type { Texts } from "../../ui-text.ts";

/** Simplified Chinese texts of the window: shell. */
export const shell: Texts<typeof en> = {};
