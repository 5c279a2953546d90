import type { Locale } from "../../src/i18n/locale.ts";
import { settings, type Theme } from "../stores/settings.ts";

/** Range of the interface scale, and by how much one command changes it. */
export const scaleRange = { min: 0.85, max: 2, step: 0.1 } as const;

/** BCP 47 tags: the script matters, since fonts and line breaking differ between kinds of Chinese. */
export const htmlLang: { readonly [L in Locale]: string } = { en: "en", zh: "zh-Hans" };

/** What a theme choice looks like now: `system` is light or dark as the operating system says. */
export const shownTheme = (theme: Theme, systemDark: boolean, systemContrast: boolean): Exclude<Theme, "system"> => {
  if (theme !== "system") return theme;
  if (systemContrast) return "contrast";
  return systemDark ? "dark" : "light";
};

/** Keeps language, theme, scale, motion and presenter mode of the page as the settings say, now and later. */
export function followSettings(root: HTMLElement): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const contrast = matchMedia("(prefers-contrast: more)");
  const apply = (): void => {
    const { locale, theme, scale, presenter, reducedMotion } = settings.getState();
    root.lang = htmlLang[locale];
    root.dataset["theme"] = shownTheme(theme, dark.matches, contrast.matches);
    root.dataset["presenter"] = presenter ? "on" : "off";
    root.dataset["motion"] = reducedMotion ? "reduced" : "full";
    root.style.setProperty("--user-scale", String(Math.min(scaleRange.max, Math.max(scaleRange.min, scale))));
  };
  apply();
  settings.subscribe(apply);
  dark.addEventListener("change", apply);
  contrast.addEventListener("change", apply);
}
