import { describe, expect, test } from "vitest";
import { type Fix, type Issue, issue } from "../../../src/core/issue.ts";
import { fixText, messageOf, placeOf } from "../../../src/i18n/issue.ts";
import { type Locale, locales } from "../../../src/i18n/locale.ts";
import { bytes, count } from "../../../src/i18n/messages.ts";
import { phrase } from "../../../src/i18n/zh/phrases.ts";
import { allSamples } from "./samples.ts";

/** Payload keys that choose a sentence instead of standing in it. */
const choosing: { readonly [code: string]: readonly string[] } = {
  "graph.bad-share": ["reason"],
  "data.image": ["problem"],
  "data.duplicate-name": ["what"],
  "checkpoint.corrupt": ["problem"],
  "engine.not-finite": ["what"],
  "graph.bad-block": ["reason"],
  // Lists are counted, layers have names, and shares are printed as fractions or in percent.
  "diagnose.not-finite": ["what"],
  "diagnose.diverging": ["to"],
  "diagnose.vanishing": ["share", "nodes", "layer"],
  "diagnose.exploding": ["nodes"],
  "diagnose.dead-units": ["layer", "dead", "nodes"],
  "diagnose.no-gradient": ["nodes"],
  "diagnose.saturated": ["layer", "share", "nodes"],
  "diagnose.rate-high": ["ratio"],
  "diagnose.rate-low": ["ratio"],
};

const leaves = (value: unknown): (string | number)[] => {
  if (Array.isArray(value)) return value.flatMap(leaves);
  return typeof value === "string" || typeof value === "number" ? [value] : [];
};

/** The forms in which a payload value may stand in a text. */
const forms = (value: string | number, locale: Locale): string[] => {
  if (typeof value === "number") return [String(value), count(value), bytes(value)];
  return locale === "zh" ? [value, phrase(value)] : [value];
};

const title = (i: Issue): string => `${i.code} ${JSON.stringify(i)}`;

describe.each(locales)("messages in %s", (locale) => {
  test.each(allSamples.map((s) => [title(s.issue), s] as const))("%s", (_, { issue: given, payload }) => {
    const text = messageOf(given, locale);
    const free = Object.entries(payload).filter(([key]) => !choosing[given.code]?.includes(key));
    const missing = free
      .flatMap(([, value]) => leaves(value))
      .filter((value) => !forms(value, locale).some((form) => text.includes(form)));
    expect(missing, text).toEqual([]);
    expect(text).not.toMatch(/undefined|\[object|: null/);
    expect(text, "ends as a sentence").toMatch(locale === "zh" ? /[。？]$/ : /[.?]$/);
    // What was found, and then what to do: two sentences at least.
    expect(text.split(locale === "zh" ? /[。？；]/ : /[.?;:](?:\s|$)/).length).toBeGreaterThan(2);
    if (locale === "zh") expect(text).toMatch(/\p{Script=Han}{3}/u);
    else expect(text).not.toMatch(/\p{Script=Han}/u);
  });

  test("messages that differ in payload differ in text", () => {
    const texts = allSamples.map((s) => messageOf(s.issue, locale));
    expect(new Set(texts).size).toBe(texts.length);
  });
});

describe("places", () => {
  const everywhere = issue("document.missing", {
    expected: "string",
    file: "net.json",
    line: 12,
    path: "nodes[3].params.kernel",
    node: "conv1",
    port: "in",
    param: "kernel",
    edge: "a-b",
    objective: "main",
  });

  test("name everything that is known", () => {
    expect(placeOf(everywhere, "en")).toBe(
      "net.json:12, nodes[3].params.kernel, node conv1, port in, parameter kernel, edge a-b, objective main",
    );
    expect(placeOf(everywhere, "zh")).toBe(
      "net.json:12，nodes[3].params.kernel，节点 conv1，端口 in，参数 kernel，边 a-b，目标 main",
    );
  });

  test("leave out what is not known", () => {
    expect(placeOf(issue("file.missing", { file: "x.csv" }), "en")).toBe("x.csv");
    expect(placeOf(issue("file.missing", { line: 3 }), "en")).toBe("line 3");
    expect(placeOf(issue("objective.none", {}), "zh")).toBe("");
  });
});

describe("fixes", () => {
  const fixes: { readonly [K in Fix["kind"]]: readonly Extract<Fix, { kind: K }>[] } = {
    "set-param": [{ kind: "set-param", node: "conv1", param: "padding", value: "same" }],
    "insert-layer": [
      { kind: "insert-layer", node: "sum", port: "in", index: 1, layer: "conv2d", params: { kernel: 1 } },
      { kind: "insert-layer", node: "sum", port: "in", index: 0, layer: "flatten", params: {} },
    ],
    "replace-layer": [{ kind: "replace-layer", nodes: ["act1", "act2"], layer: "relu" }],
    "remove-edge": [{ kind: "remove-edge", edge: "a-b" }],
    "remove-node": [
      { kind: "remove-node", node: "softmax", heal: true },
      { kind: "remove-node", node: "softmax", heal: false },
    ],
    "set-document": [{ kind: "set-document", path: ["training", "batch"], value: 32 }],
    "remove-objective-term": [{ kind: "remove-objective-term", objective: "main", term: 0 }],
  };

  test.each(Object.values(fixes).flat())("are said in both languages: %j", (fix) => {
    const [en, zh] = [fixText(fix, "en"), fixText(fix, "zh")];
    for (const text of [en, zh]) {
      expect(text).toContain(
        "nodes" in fix
          ? fix.nodes.join(text === zh ? "、" : ", ")
          : "node" in fix
            ? fix.node
            : "edge" in fix
              ? fix.edge
              : "path" in fix
                ? "training.batch"
                : "main",
      );
    }
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(en).not.toMatch(/\p{Script=Han}/u);
  });
});
