import { readFileSync } from "node:fs";
import type { GraphDocument } from "../../src/graph/document.ts";
import { parseDocument } from "../../src/graph/read.ts";

/** A template of the repository, which must be readable. */
export function readTemplate(name: string): GraphDocument {
  const file = new URL(`../../graph-templates/${name}.json`, import.meta.url);
  const result = parseDocument(readFileSync(file, "utf8"), name);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.value;
}
