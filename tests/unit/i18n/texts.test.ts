import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { templateNames } from "../../../src/i18n/template-text.ts";
import { cliTexts, templateTexts } from "../../../src/i18n/texts.ts";

type Texts = string | ((...args: never[]) => string) | { readonly [key: string]: Texts };

/** Every text with its path; functions are called with arguments that stand for themselves. */
function flat(texts: Texts, at = ""): [string, string][] {
  if (typeof texts === "string") return [[at, texts]];
  if (typeof texts === "function") return [[at, call(texts)]];
  return Object.entries(texts).flatMap(([key, inner]) => flat(inner, at ? `${at}.${key}` : key));
}

/** An argument that is the number 7 or the text "{value}", and has any property. */
const anything = new Proxy(
  {},
  {
    get(_, key) {
      if (key === Symbol.toPrimitive) return (hint: string) => (hint === "number" ? 7 : "{value}");
      const method: unknown = Reflect.get(Number.prototype, key);
      return typeof method === "function" ? (method.bind(7) as unknown) : 7;
    },
  },
);
const call = (text: (...args: never[]) => string): string => {
  const args = Array.from({ length: text.length }, () => anything);
  return text(...(args as never[]));
};

/** Texts that are the same in every language. */
const neutral = ["comma"];

describe("texts of the command line", () => {
  const [en, zh] = [flat(cliTexts.en as Texts), flat(cliTexts.zh as Texts)];

  test("exist in both languages", () => {
    expect(zh.map(([at]) => at)).toEqual(en.map(([at]) => at));
    expect(en.length).toBeGreaterThan(100);
  });

  test("no text is empty or equal in both languages", () => {
    const english = new Map(en);
    for (const [at, text] of zh) {
      if (neutral.includes(at)) continue;
      expect(text, at).not.toBe("");
      expect(text, at).not.toBe(english.get(at));
      expect(text, at).toMatch(/\p{Script=Han}/u);
      expect(english.get(at), at).not.toMatch(/\p{Script=Han}/u);
    }
  });

  test("durations are said in words", () => {
    expect(cliTexts.en.duration(4.24)).toBe("4.2 s");
    expect(cliTexts.en.duration(59.7)).toBe("1 min 0 s");
    expect(cliTexts.en.duration(3723)).toBe("1 h 2 min");
    expect(cliTexts.zh.duration(72)).toBe("1 分 12 秒");
  });
});

describe("texts of the templates", () => {
  test("every file of graph-templates/ has them, and nothing else does", () => {
    const folder = path.resolve(import.meta.dirname, "../../../graph-templates");
    const files = readdirSync(folder).map((f) => f.replace(/\.json$/, ""));
    expect([...templateNames].sort()).toEqual(files.sort());
  });

  test.each(templateNames)("%s is described in both languages", (name) => {
    const { en, zh } = templateTexts;
    expect(en[name].title).not.toBe(zh[name].title);
    expect(zh[name].summary).toMatch(/\p{Script=Han}{3}/u);
    expect(en[name].summary).toMatch(/\.$/);
  });
});
