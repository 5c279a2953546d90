import { pinyinTable } from "./zh/pinyin.gen.ts";

/** What a Chinese word is found by when its sound is typed: `juanji` and `jj`; nothing for words not in the table. */
export function soundsOf(text: string): readonly string[] {
  const syllables = Object.hasOwn(pinyinTable, text) ? (pinyinTable[text] as string).split(" ") : [];
  if (syllables.length === 0) return [];
  return [syllables.join(""), syllables.map((s) => s[0]).join("")];
}
