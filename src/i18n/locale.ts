/** Languages the program speaks. English is the one that is fallen back to. */
export const locales = ["en", "zh"] as const;
export type Locale = (typeof locales)[number];

/** Names of the languages in themselves, for a chooser. */
export const localeNames: { readonly [L in Locale]: string } = { en: "English", zh: "简体中文" };

/**
 * The locale meant by a POSIX locale (`zh_CN.UTF-8`) or a BCP 47 tag (`zh-Hans-CN`); null where it names a language
 * the program does not speak.
 */
export function localeFrom(name: string): Locale | null {
  const language = name.toLowerCase().split(/[-_.@]/)[0];
  return locales.find((l) => l === language) ?? null;
}

/**
 * The first of LC_ALL, LC_MESSAGES, LANG that is set decides, as POSIX says; a language that is not spoken, and
 * none at all, give English.
 */
export function localeOfEnvironment(environment: { readonly [name: string]: string | undefined }): Locale {
  const name = environment["LC_ALL"] || environment["LC_MESSAGES"] || environment["LANG"] || "";
  return localeFrom(name) ?? "en";
}
