import { describe, expect, test } from "vitest";
import { localeFrom, localeOfEnvironment } from "../../../src/i18n/locale.ts";
import { bytes, count, listed } from "../../../src/i18n/messages.ts";

describe("locale", () => {
  test.each([
    ["zh_CN.UTF-8", "zh"],
    ["zh-Hans-CN", "zh"],
    ["ZH", "zh"],
    ["en_GB", "en"],
    ["C.UTF-8", null],
    ["fr_FR", null],
    ["zhx", null],
    ["", null],
  ])("%s is %s", (name, locale) => {
    expect(localeFrom(name)).toBe(locale);
  });

  test("the first variable that is set decides", () => {
    expect(localeOfEnvironment({ LC_ALL: "zh_CN.UTF-8", LANG: "en_US.UTF-8" })).toBe("zh");
    expect(localeOfEnvironment({ LC_ALL: "", LC_MESSAGES: "zh_CN", LANG: "en_US" })).toBe("zh");
    expect(localeOfEnvironment({ LC_ALL: "C", LANG: "zh_CN.UTF-8" })).toBe("en");
    expect(localeOfEnvironment({ LANG: "zh_CN.UTF-8" })).toBe("zh");
    expect(localeOfEnvironment({})).toBe("en");
  });
});

test("numbers for readers", () => {
  expect(count(60_000)).toBe("60,000");
  expect(bytes(999)).toBe("999 B");
  expect(bytes(1_234_567)).toBe("1.23 MB");
  expect(bytes(70_000_000)).toBe("70 MB");
  expect(bytes(5e15)).toBe("5000 TB");
});

test("long lists are cut and say so", () => {
  const names = Array.from({ length: 30 }, (_, i) => `n${i}`);
  const more = (n: number): string => `${n} more`;
  expect(listed(names, ", ", more)).toMatch(/n23, 6 more$/);
  expect(listed(names.slice(0, 24), ", ", more)).toMatch(/n23$/);
});
