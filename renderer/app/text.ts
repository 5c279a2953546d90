import type { Locale } from "../../src/i18n/locale.ts";
import { type UiText, uiText } from "../../src/i18n/ui.ts";
import { settings, useSettings } from "../stores/settings.ts";

/** Texts of the window in the chosen language; components that use it are drawn anew when the language changes. */
export const useText = (): UiText => uiText[useSettings((s) => s.locale)];
export const useLocale = (): Locale => useSettings((s) => s.locale);
/** The same outside of components. */
export const currentText = (): UiText => uiText[settings.getState().locale];
