import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { root, sources, tokensOf } from "./sources.ts";

const tokens = sources.map((s) => ({ file: s.file, kinds: new Set(tokensOf(s)) }));
const filesWith = (kind: ts.SyntaxKind): string[] => tokens.filter((t) => t.kinds.has(kind)).map((t) => t.file);

describe("rules of the code", () => {
  test("nothing is thrown but by invariant(): errors are values", () => {
    expect(filesWith(ts.SyntaxKind.ThrowStatement)).toEqual(["src/core/invariant.ts"]);
  });

  test("exports are named", () => {
    expect(filesWith(ts.SyntaxKind.ExportAssignment)).toEqual([]);
    expect(filesWith(ts.SyntaxKind.DefaultKeyword)).toEqual([]);
  });

  test("`any` is not used", () => {
    expect(filesWith(ts.SyntaxKind.AnyKeyword)).toEqual([]);
  });

  test("no file names a folder of somebody's machine", () => {
    const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0");
    const texts = tracked.filter((f) => /\.(ts|mjs|json|md|html|css|sh|yml)$|^\.ci\//.test(f));
    expect(texts.length).toBeGreaterThan(50);
    const machine = new RegExp(`/(?:${["home", "Users", "root", "work"].join("|")})/[a-z]`);
    expect(`see /${"home"}/ada/net.json`).toMatch(machine);
    const found = texts.filter((f) => machine.test(readFileSync(path.join(root, f), "utf8")));
    expect(found).toEqual([]);
  });
});
