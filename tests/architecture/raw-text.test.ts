import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { root } from "./sources.ts";

/** Attributes that a user reads or hears. */
const spoken = new Set([
  "aria-label",
  "aria-description",
  "aria-roledescription",
  "aria-valuetext",
  "aria-placeholder",
  "title",
  "placeholder",
  "alt",
  "label",
]);
const hasWord = (text: string): boolean => /\p{L}/u.test(text);

/** Words written into a component instead of `src/i18n`: as text between tags or as an attribute that is read out. */
function rawTexts(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const report = (node: ts.Node, words: string): void => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    found.push(`${file}:${line + 1}: ${words.trim()}`);
  };
  /** Literals that an expression can come to: not those it compares or calls with. */
  const literals = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) {
      if (hasWord(node.text)) report(node, node.text);
    } else if (ts.isTemplateExpression(node)) {
      const words = [node.head.text, ...node.templateSpans.map((s) => s.literal.text)].join(" ");
      if (hasWord(words)) report(node, words);
    } else if (ts.isConditionalExpression(node)) {
      literals(node.whenTrue);
      literals(node.whenFalse);
    } else if (ts.isBinaryExpression(node) && isChoice(node.operatorToken.kind)) {
      literals(node.left);
      literals(node.right);
    } else if (ts.isParenthesizedExpression(node)) literals(node.expression);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node) && hasWord(node.text)) report(node, node.text);
    if (ts.isJsxExpression(node) && node.expression && !ts.isJsxAttribute(node.parent)) literals(node.expression);
    if (ts.isJsxAttribute(node) && ts.isIdentifier(node.name) ? spoken.has(node.name.text) : false) {
      const value = (node as ts.JsxAttribute).initializer;
      if (value && ts.isStringLiteral(value)) literals(value);
      else if (value && ts.isJsxExpression(value) && value.expression) literals(value.expression);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const isChoice = (kind: ts.SyntaxKind): boolean =>
  [ts.SyntaxKind.BarBarToken, ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.AmpersandAmpersandToken].includes(
    kind,
  ) || kind === ts.SyntaxKind.PlusToken;

const components = readdirSync(path.join(root, "renderer"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".tsx"))
  .map((name) => `renderer/${name.split(path.sep).join("/")}`)
  .sort();

/** Names that are the same in every language. */
/** Names that are the same in every language. */
const allowed = new Set(["Gradloom", "SVG", "PNG", "CSV"]);

describe("texts of the window", () => {
  test("the rule finds words in every place they can be written in", () => {
    const sample = `const a = <p title="Hi" className="x">Hello {b ? "yes" : c} {"raw"} {t.word} <b aria-label={\`n \${k}\`} /></p>;`;
    expect(rawTexts("a.tsx", sample).map((t) => t.slice("a.tsx:1: ".length))).toEqual([
      "Hi",
      "Hello",
      "yes",
      "raw",
      "n",
    ]);
  });

  test("no component has raw text: all words come from src/i18n", () => {
    expect(components.length).toBeGreaterThan(20);
    const found = components.flatMap((file) => rawTexts(file, readFileSync(path.join(root, file), "utf8")));
    expect(found.filter((f) => !allowed.has(f.replace(/^[^ ]+ /, "")))).toEqual([]);
  });
});
