import { type CliText, cli as cliEn } from "./en/cli.ts";
import { templates as templatesEn } from "./en/templates.ts";
import type { Locale } from "./locale.ts";
import type { TemplateTexts } from "./template-text.ts";
import { cli as cliZh } from "./zh/cli.ts";
import { templates as templatesZh } from "./zh/templates.ts";

export type { CliText } from "./en/cli.ts";

/** Texts of the command line by language. */
export const cliTexts: { readonly [L in Locale]: CliText } = { en: cliEn, zh: cliZh };
/** Titles and summaries of the templates by language. */
export const templateTexts: { readonly [L in Locale]: TemplateTexts } = { en: templatesEn, zh: templatesZh };
