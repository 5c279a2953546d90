import type { canvas as en } from "../../en/ui/canvas.ts";
import type { Texts } from "../../ui-text.ts";

/** Simplified Chinese texts of the window: canvas. */
export const canvas: Texts<typeof en> = {};
