import type { inspector as en } from "../../en/ui/inspector.ts";
import type { Texts } from "../../ui-text.ts";

/** Simplified Chinese texts of the window: inspector. */
export const inspector: Texts<typeof en> = {};
