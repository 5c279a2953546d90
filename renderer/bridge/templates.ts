import { invariant } from "../../src/core/invariant.ts";
import type { GraphDocument } from "../../src/graph/document.ts";
import { readDocument } from "../../src/graph/read.ts";
import { type TemplateName, templateNames } from "../../src/i18n/template-text.ts";

const files = import.meta.glob("../../graph-templates/*.json", { eager: true, import: "default" });

export interface Template {
  readonly name: TemplateName;
  readonly document: GraphDocument;
}

/** The ready-made documents of the handbook, in its order. */
export const templates: readonly Template[] = templateNames.map((name) => {
  const read = readDocument(files[`../../graph-templates/${name}.json`]);
  invariant(read.ok, `template ${name} is no document`);
  return { name, document: read.value };
});
