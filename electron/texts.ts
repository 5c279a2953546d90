import { desktop as en } from "../src/i18n/en/ui/desktop.ts";
import type { Locale } from "../src/i18n/locale.ts";
import type { Texts } from "../src/i18n/ui-text.ts";
import { desktop as zh } from "../src/i18n/zh/ui/desktop.ts";

/** The texts of the app itself; those of the window stay in the window. */
export type DesktopText = Texts<typeof en>;

export const desktopTexts: { readonly [L in Locale]: DesktopText } = { en, zh };
