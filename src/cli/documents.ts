import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { errorCode, readBytes } from "../engine/save.ts";
import { closest } from "../graph/check.ts";
import { type TemplateName, templateNames } from "../i18n/template-text.ts";
import { type DecodedDocument, decodeDocument, fileLimit } from "../train/document-file.ts";
import { installedFolder, isFile } from "./files.ts";

/** A document, with its weights where it has some, and where it comes from. */
export interface LoadedDocument extends DecodedDocument {
  /** For names of run folders: `lenet`. */
  readonly name: string;
  /** Folder that the paths of its data files start from. */
  readonly baseFolder: string;
  /** As the user wrote it; null for a template. */
  readonly file: string | null;
}

/** How the names of document files end. */
const documentName = /\.(?:json|gradloom)$/i;

const isTemplate = (name: string): name is TemplateName => (templateNames as readonly string[]).includes(name);

/**
 * The document a user names: a file, or a template.
 * Errors: `document.*`, `model.unreadable`, `file.missing`, `file.unreadable`.
 */
export async function loadDocument(named: string): Promise<Result<LoadedDocument>> {
  if (isTemplate(named) && !isFile(named)) return loadTemplate(named);
  const looksLikeFile = /[\\/]/.test(named) || documentName.test(named);
  if (!looksLikeFile && !isFile(named)) {
    const suggestion = closest(named, templateNames);
    return fail(issue("document.unknown-template", { name: named, suggestion, templates: templateNames }));
  }
  const read = await readFile(named);
  if (!read.ok) return read;
  const name = path.basename(named).replace(documentName, "");
  return ok({ ...read.value, name, baseFolder: path.dirname(path.resolve(named)), file: named });
}

async function loadTemplate(name: TemplateName): Promise<Result<LoadedDocument>> {
  const read = await readFile(templateFile(name));
  return read.ok ? ok({ ...read.value, name, baseFolder: process.cwd(), file: null }) : read;
}

const templateFile = (name: TemplateName): string =>
  path.join(installedFolder("graph-templates") ?? "graph-templates", `${name}.json`);

/** The text of a template file, for tests and listings. */
export const readTemplate = (name: TemplateName): string => readFileSync(templateFile(name), "utf8");

async function readFile(file: string): Promise<Result<DecodedDocument>> {
  try {
    const { size } = await stat(file);
    if (size > fileLimit) return fail(issue("document.too-large", { file, bytes: size, limit: fileLimit }));
  } catch (error) {
    if (errorCode(error) !== "ENOENT") return fail(issue("file.unreadable", { file, reason: errorCode(error) }));
  }
  const bytes = await readBytes(file);
  return bytes.ok ? decodeDocument(bytes.value, file) : bytes;
}
