import { type Locale, locales } from "../../src/i18n/locale.ts";
import { soundsOf } from "../../src/i18n/pinyin.ts";
import { categoryTexts, layerTexts } from "../../src/i18n/texts.ts";
import { uiText } from "../../src/i18n/ui.ts";
import type { Layer } from "../../src/layers/define.ts";
import type { LayerId } from "../../src/layers/registry.gen.ts";
import { layers } from "../../src/layers/registry.gen.ts";
import type { CommandId } from "../app/command.ts";

/** Words an item is found by, the best first: its name, then its name in the other language, sounds, other names. */
export type Terms = readonly string[];

/** Terms of a Chinese or English word: itself, and how it sounds. */
export const withSounds = (text: string): Terms => [text, ...soundsOf(text)];

/** Layers most networks are made of; of those that fit a search equally well, these come first. */
const usual: readonly LayerId[] = [
  "dense",
  "conv2d",
  "relu",
  "max-pool2d",
  "flatten",
  "batch-norm",
  "dropout",
  "input",
  "add",
  "softmax",
];

/** All layers, the usual ones first. */
export const layersByUse: readonly LayerId[] = [
  ...usual,
  ...(Object.keys(layers) as LayerId[]).filter((id) => !usual.includes(id)),
];

/** What a layer is found by: names in both languages, pinyin, aliases, id. Its category counts too, but last. */
export function layerTerms(id: LayerId, locale: Locale): Terms {
  const [own, other] = [locale, locales.find((l) => l !== locale) ?? locale];
  const layer: Layer = layers[id];
  return [
    ...withSounds(layerTexts[own][id].name),
    ...withSounds(layerTexts[other][id].name),
    id,
    ...layerTexts[own][id].aliases.flatMap(withSounds),
    ...layerTexts[other][id].aliases.flatMap(withSounds),
    ...withSounds(categoryTexts[own][layer.category]),
  ];
}

export const commandTerms = (id: CommandId, locale: Locale): Terms => [
  ...withSounds(uiText[locale].commands[id]),
  ...locales.filter((l) => l !== locale).flatMap((l) => withSounds(uiText[l].commands[id])),
  id,
];

/**
 * How well a query fits one of the terms, higher is better, 0 is not at all. The whole term, its beginning, the
 * beginning of one of its words, a part, and at last its letters in order with few gaps (`cv2` finds `conv2d`). Of terms
 * that fit equally well, an earlier one counts more. Several words must all fit.
 */
export function fitness(query: string, terms: Terms): number {
  const words = normal(query).split(" ").filter(Boolean);
  if (words.length === 0) return 1;
  const whole = best(words.join(" "), terms);
  // `conv 2` means what `conv2` does.
  const joined = words.length > 1 ? best(words.join(""), terms) - 1 : 0;
  const each = words.map((w) => best(w, terms));
  return Math.max(whole, joined, Math.min(...each) === 0 ? 0 : Math.min(...each) - 2);
}

/** Items that fit a query, the best first; all of them, as they are, for an empty one. */
export function search<T>(query: string, items: readonly T[], terms: (item: T) => Terms): readonly T[] {
  if (query.trim() === "") return items;
  const scored = items.map((item, i) => ({ item, i, score: fitness(query, terms(item)) })).filter((s) => s.score > 0);
  // Of items that fit in nearly the same way the one that stands first in the list is meant.
  return scored.sort((a, b) => Math.round(b.score) - Math.round(a.score) || a.i - b.i).map((s) => s.item);
}

function best(word: string, terms: Terms): number {
  // 0.1 apart: places among the terms decide only between equal kinds of fit.
  return Math.max(0, ...terms.map((t, i) => Math.max(0, fitOne(word, normal(t)) - Math.min(i, 40) * 0.1)));
}

function fitOne(word: string, term: string): number {
  if (term === word) return 100;
  if (term.startsWith(word)) return 90 - Math.min(9, (term.length - word.length) * 0.2);
  if (term.split(" ").some((part) => part.startsWith(word))) return 75;
  const at = term.indexOf(word);
  if (at > 0 && (word.length > 1 || /\p{Script=Han}/u.test(word))) return 60;
  return word.length > 1 ? 45 - gaps(word, term) * 10 : 0;
}

/** Letters left out between those of the word, each run of them once; too many to count when they are not in order. */
function gaps(word: string, term: string): number {
  let at = -1;
  let count = 0;
  for (const letter of word) {
    const next = term.indexOf(letter, at + 1);
    if (next < 0) return Infinity;
    // The first letter must begin a word, or anything would fit.
    if (at < 0 && next > 0 && term[next - 1] !== " ") return Infinity;
    if (at >= 0 && next > at + 1) count++;
    at = next;
  }
  return count;
}

const normal = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[-_/·…]+/g, " ")
    .replace(/\s+/g, " ")
    .trim();
