import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { checkDocument } from "../../src/compile/index.ts";
import { parseDocument } from "../../src/graph/read.ts";
import { cliTexts } from "../../src/i18n/texts.ts";
import { root } from "./sources.ts";

const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

describe("docs/document.md", () => {
  test("its example is a document without problems", () => {
    const [, block] = /```jsonc\n([\s\S]*?)```/.exec(read("docs/document.md")) ?? [];
    // No text in the example holds two slashes.
    const json = (block ?? "").replace(/\/\/.*$/gm, "");
    const parsed = parseDocument(json);
    expect(parsed.ok ? [] : parsed.issues).toEqual([]);
    if (parsed.ok) expect(checkDocument(parsed.value).issues).toEqual([]);
  });
});

test("docs/cli.md describes every command", () => {
  const text = read("docs/cli.md");
  const commands = Object.keys(cliTexts.en.commands).filter((c) => c !== "help");
  expect(commands.filter((c) => !text.includes(`| \`gradloom ${c}`))).toEqual([]);
});

test("README.md begins with the two commands", () => {
  const [first, second] = read("README.md")
    .split("\n")
    .filter((line) => line.startsWith("    "));
  expect([first?.trim(), second?.trim()]).toEqual([
    expect.stringMatching(/^npm start/),
    expect.stringMatching(/^npm test/),
  ]);
});

test("links between documents lead somewhere", () => {
  const pages = [
    "README.md",
    ...readdirSync(path.join(root, "docs"))
      .filter((f) => f.endsWith(".md"))
      .map((f) => `docs/${f}`),
  ];
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map((m) => path.join(path.dirname(page), m[1] as string))
      .filter((target) => !existsSync(path.join(root, target))),
  );
  expect(broken).toEqual([]);
});

test("docs/security.md names tests that are there", () => {
  const named = [...read("docs/security.md").matchAll(/`(tests\/[^`]+\.ts)` “([^”]+)”/g)];
  expect(named.length).toBeGreaterThan(20);
  const missing = named.filter(([, file = "", title = ""]) => !read(file).includes(`"${title}"`)).map(([all]) => all);
  expect(missing).toEqual([]);
});
