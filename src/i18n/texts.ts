import { type CliText, cli as cliEn } from "./en/cli.ts";
import * as layersEn from "./en/layers.ts";
import { templates as templatesEn } from "./en/templates.ts";
import type { CategoryTexts, InitializerTexts, LayerTexts } from "./layer-text.ts";
import type { Locale } from "./locale.ts";
import type { TemplateTexts } from "./template-text.ts";
import { cli as cliZh } from "./zh/cli.ts";
import * as layersZh from "./zh/layers.ts";
import { templates as templatesZh } from "./zh/templates.ts";

export type { CliText } from "./en/cli.ts";

/** Texts of the command line by language. */
export const cliTexts: { readonly [L in Locale]: CliText } = { en: cliEn, zh: cliZh };
/** Titles and summaries of the templates by language. */
export const templateTexts: { readonly [L in Locale]: TemplateTexts } = { en: templatesEn, zh: templatesZh };
/** Names, summaries and parameters of the layers, and names of their categories and of the initialisers, by language. */
export const layerTexts: { readonly [L in Locale]: LayerTexts } = { en: layersEn.layers, zh: layersZh.layers };
export const categoryTexts: { readonly [L in Locale]: CategoryTexts } = {
  en: layersEn.categories,
  zh: layersZh.categories,
};
export const initializerTexts: { readonly [L in Locale]: InitializerTexts } = {
  en: layersEn.initializers,
  zh: layersZh.initializers,
};
