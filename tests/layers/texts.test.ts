import { describe, expect, it } from "vitest";
import { initializerSchema } from "../../src/graph/initializer.ts";
import { layers as en, categories as enCategories, initializers as enInitializers } from "../../src/i18n/en/layers.ts";
import { layers as zh, categories as zhCategories, initializers as zhInitializers } from "../../src/i18n/zh/layers.ts";
import { categories, type Layer } from "../../src/layers/define.ts";
import { type LayerId, layers } from "../../src/layers/registry.gen.ts";

const rows = Object.entries(layers).flatMap(([id, layer]) =>
  (
    [
      ["en", en],
      ["zh", zh],
    ] as const
  ).map(([locale, texts]) => ({ id, locale, layer: layer as Layer, text: texts[id as LayerId] })),
);
const chinese = /[\u4e00-\u9fff]/;

describe("texts of layers", () => {
  it.each(rows)("$id in $locale names every parameter and option, and nothing else", ({ layer, text }) => {
    expect(Object.keys(text.params).sort()).toEqual(Object.keys(layer.params).sort());
    for (const [name, spec] of Object.entries(layer.params)) {
      const param = text.params[name];
      expect(param?.label.trim(), name).not.toBe("");
      const options = spec.kind === "choice" ? [...spec.options] : [];
      expect(Object.keys(param?.options ?? {}).sort(), name).toEqual(options.sort());
    }
  });

  it.each(rows)("$id in $locale reads as a text", ({ locale, text }) => {
    expect(text.name.length).toBeLessThanOrEqual(30);
    expect(text.summary).toMatch(locale === "en" ? /^([A-Z]|[aex] ).*\.$/s : /。$/);
    const sentences = Object.values(text.params).flatMap((p) => (p.help ? [p.help] : []));
    for (const help of sentences) expect(help).toMatch(locale === "en" ? /\.$/ : /。$/);
    const words = [text.summary, ...sentences, ...text.aliases].join("");
    expect(chinese.test(words)).toBe(locale === "zh");
    expect(new Set(text.aliases).size).toBe(text.aliases.length);
  });

  it.each(["en", "zh"] as const)("no two layers have the same name in %s", (locale) => {
    const names = rows.filter((r) => r.locale === locale).map((r) => r.text.name);
    expect(new Set(names).size).toBe(names.length);
  });

  it("names categories and initialisers", () => {
    for (const texts of [enCategories, zhCategories]) expect(Object.keys(texts).sort()).toEqual([...categories].sort());
    const kinds = initializerSchema.options.map((o) => [...o.shape.kind.values][0]);
    for (const texts of [enInitializers, zhInitializers]) expect(Object.keys(texts).sort()).toEqual([...kinds].sort());
  });
});
