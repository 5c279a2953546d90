import { type CheckedDocument, checkDocument } from "../compile/index.ts";
import type { Issue } from "../core/issue.ts";
import { ok, type Result } from "../core/result.ts";
import { type FieldType, fieldsOf } from "../data/fields.ts";
import { openDataset } from "../engine/data/dataset.ts";
import { type LoadedDocument, loadDocument } from "./documents.ts";

export interface Examined extends LoadedDocument {
  readonly checked: CheckedDocument;
  /** Fields that had to be read from files; undefined where the document says them itself. */
  readonly fields: readonly FieldType[] | undefined;
  /** Everything found, of graph, data and objectives. */
  readonly issues: readonly Issue[];
}

/** Loads a document and checks it with its data files, where it has some. Errors: those of the document file. */
export async function examine(named: string): Promise<Result<Examined>> {
  const loaded = await loadDocument(named);
  if (!loaded.ok) return loaded;
  const { document, baseFolder, file } = loaded.value;
  const data = await fieldsFromFiles(loaded.value);
  const fields = data.ok ? data.value : undefined;
  const checked = checkDocument(document, fields);
  const found = [...loaded.value.issues, ...checked.issues, ...(data.ok ? [] : data.issues)];
  return ok({ ...loaded.value, baseFolder, checked, fields, issues: found.map((i) => inFile(i, file)) });
}

/** An issue that names no file of its own is one of the document. */
export const inFile = (issue: Issue, file: string | null): Issue => (file === null ? issue : { file, ...issue });

/** The fields that a data set read from files has; undefined where the document says them itself. */
async function fieldsFromFiles(loaded: LoadedDocument): Promise<Result<readonly FieldType[] | undefined>> {
  const { document, baseFolder } = loaded;
  if (!document.data || fieldsOf(document.data)) return ok(undefined);
  const dataset = await openDataset(document.data, { seed: document.seed, baseFolder });
  if (!dataset.ok) return dataset;
  await dataset.value.close();
  return ok(dataset.value.fields);
}

/** Number of trained values: those of parameters, not of buffers. */
export function parameterCount({ checked }: Examined): number {
  const own = [...checked.graph.nodes.values()].filter((n) => n.node.share === null);
  const trained = own.flatMap((n) => n.parameters.filter((p) => p.kind === "parameter"));
  return trained.reduce((sum, p) => sum + p.shape.reduce((a, b) => a * b, 1), 0);
}
