import type { steps as en } from "../../en/ui/steps.ts";
import type { Texts } from "../../ui-text.ts";

/** Simplified Chinese texts of the window: steps. */
export const steps: Texts<typeof en> = {};
