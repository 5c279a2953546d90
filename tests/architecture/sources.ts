import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

export const root = path.resolve(import.meta.dirname, "../..");

export interface Source {
  /** Relative to the repository, with forward slashes: `src/core/result.ts`. */
  readonly file: string;
  /** Folder of `src/` it lies in. */
  readonly folder: string;
  readonly text: string;
}

/** Every TypeScript file under `src/`. */
export const sources: readonly Source[] = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" })
  .map((name) => `src/${name.split(path.sep).join("/")}`)
  .filter((file) => file.endsWith(".ts"))
  .sort()
  .map((file) => ({
    file,
    folder: file.split("/")[1] as string,
    text: readFileSync(path.join(root, file), "utf8"),
  }));

/** Every module a file names: imports, type-only imports, re-exports, dynamic imports, `import("x")` types. */
export function importsOf(source: Source): string[] {
  const { importedFiles } = ts.preProcessFile(source.text, true, true);
  return importedFiles.map((f) => f.fileName);
}

/** The kinds of all tokens, so that words in comments and texts do not count. */
export function tokensOf(source: Source): ts.SyntaxKind[] {
  const kinds: ts.SyntaxKind[] = [];
  const visit = (node: ts.Node): void => {
    kinds.push(node.kind);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(source.file, source.text, ts.ScriptTarget.Latest));
  return kinds;
}
