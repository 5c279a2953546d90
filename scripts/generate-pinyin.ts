// Writes src/i18n/zh/pinyin.gen.ts: how the Chinese words that are searched for are spelt in pinyin. `npm run gen`.
// With --check it only says whether that is up to date.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { customPinyin, pinyin } from "pinyin-pro";
import { searchedChinese } from "../src/i18n/searched.ts";

const target = path.join("src", "i18n", "zh", "pinyin.gen.ts");

// Characters with several readings, in words of ours that the dictionary of the package does not have.
customPinyin({ 重做: "chóng zuò", 重命名: "chóng mìng míng", 重塑: "chóng sù", 重置: "chóng zhì", 参数: "cān shù" });

const spelt = (text: string): string => {
  const syllables = pinyin(text, { toneType: "none", type: "array", nonZh: "consecutive", v: true });
  return syllables
    .map((s) => s.toLowerCase().replace(/[^a-z0-9+.-]/g, ""))
    .filter((s) => /[a-z0-9]/.test(s))
    .join(" ");
};

const rows = searchedChinese()
  .map((text) => `  ${JSON.stringify(text)}: ${JSON.stringify(spelt(text))},`)
  .join("\n");

const made = `// Written by scripts/generate-pinyin.ts (npm run gen) from the Chinese texts. Do not edit.

/** Pinyin without tones, syllables parted by spaces, of every Chinese word that is searched for. */
export const pinyinTable: { readonly [text: string]: string } = {
${rows}
};
`;

const existing = (() => {
  try {
    return readFileSync(target, "utf8");
  } catch {
    return null;
  }
})();

if (process.argv.includes("--check")) {
  if (existing !== made) {
    console.error(`${target} is out of date: run npm run gen`);
    process.exit(1);
  }
} else if (existing !== made) writeFileSync(target, made);
