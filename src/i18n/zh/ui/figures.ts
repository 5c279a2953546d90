import type { figures as en } from "../../en/ui/figures.ts";
import type { Texts } from "../../ui-text.ts";

/** Simplified Chinese texts of the window: figures. */
export const figures: Texts<typeof en> = {};
