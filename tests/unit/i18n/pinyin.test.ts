import { describe, expect, it } from "vitest";
import { soundsOf } from "../../../src/i18n/pinyin.ts";
import { searchedChinese } from "../../../src/i18n/searched.ts";
import { pinyinTable } from "../../../src/i18n/zh/pinyin.gen.ts";

describe("pinyin", () => {
  it("has every Chinese word that is searched for, and no other (npm run gen)", () => {
    expect(Object.keys(pinyinTable)).toEqual(searchedChinese());
  });

  it("gives the sound and its initials", () => {
    expect(soundsOf("二维卷积")).toEqual(["erweijuanji", "ewjj"]);
    expect(soundsOf("重做")).toEqual(["chongzuo", "cz"]);
    expect(soundsOf("no such word")).toEqual([]);
  });

  it("is plain letters: no tones, no ü", () => {
    for (const [text, sound] of Object.entries(pinyinTable)) expect(sound, text).toMatch(/^[a-z0-9][a-z0-9 +.-]*$/);
  });
});
