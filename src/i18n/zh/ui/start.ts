import type { start as en } from "../../en/ui/start.ts";
import type { Texts } from "../../ui-text.ts";

/** Simplified Chinese texts of the window: start. */
export const start: Texts<typeof en> = {};
