import type { panels as en } from "../../en/ui/panels.ts";
import type { Texts } from "../../ui-text.ts";

/** Simplified Chinese texts of the window: panels. */
export const panels: Texts<typeof en> = {};
