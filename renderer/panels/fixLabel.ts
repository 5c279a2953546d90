import type { Fix, Json } from "../../src/core/issue.ts";
import type { Locale } from "../../src/i18n/locale.ts";
import { layerTexts } from "../../src/i18n/texts.ts";
import type { UiText } from "../../src/i18n/ui.ts";
import type { LayerId } from "../../src/layers/registry.gen.ts";

/** What a fix does, as the words of its button: `Insert Flatten`, `Set kernel size to 3`. `layerOf` tells a node's layer. */
export function fixLabel(
  fix: Fix,
  text: UiText["panels"]["fix"],
  locale: Locale,
  layerOf: (node: string) => string,
): string {
  switch (fix.kind) {
    case "insert-layer":
      return text.insert(layerName(fix.layer, locale));
    case "set-param": {
      const value = valueText(fix.value, optionsOf(layerOf(fix.node), fix.param, locale));
      const param = paramName(layerOf(fix.node), fix.param, locale);
      return value === null ? text.reset(param) : text.set(param, value);
    }
    case "remove-edge":
      return text.removeWire;
    case "remove-node":
      return text.removeNode(layerName(layerOf(fix.node), locale));
    case "remove-objective-term":
      return text.removeTerm;
    case "set-document":
      return documentLabel(fix, text);
  }
}

function documentLabel({ path, value }: Extract<Fix, { kind: "set-document" }>, text: UiText["panels"]["fix"]): string {
  if (path[0] === "data" && path[1] === "inputs") return text.bind(String(value));
  return text.change(String(path.filter((p) => typeof p === "string").at(-1) ?? ""), valueText(value) ?? "…");
}

const own = (layer: string, locale: Locale) => layerTexts[locale][layer as LayerId];

export const layerName = (layer: string, locale: Locale): string => own(layer, locale)?.name ?? layer;

/** Name of a parameter as it stands within a sentence. */
function paramName(layer: string, param: string, locale: Locale): string {
  const label = own(layer, locale)?.params[param]?.label;
  if (label === undefined) return param;
  return locale === "zh" ? `“${label}”` : label.charAt(0).toLowerCase() + label.slice(1);
}

const optionsOf = (layer: string, param: string, locale: Locale) => own(layer, locale)?.params[param]?.options;

/** A short value as text; null for one that says nothing on a button. */
function valueText(value: Json, options?: { readonly [option: string]: string }): string | null {
  if (typeof value === "string") return options?.[value] ?? value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const plain = Array.isArray(value) && value.every((v) => typeof v === "number" || typeof v === "string");
  return plain && value.length <= 4 ? value.join(" × ") : null;
}
