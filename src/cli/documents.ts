import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { errorCode, readBytes } from "../engine/save.ts";
import { closest } from "../graph/check.ts";
import type { GraphDocument } from "../graph/document.ts";
import { documentLimit, parseDocument } from "../graph/read.ts";
import { type TemplateName, templateNames } from "../i18n/template-text.ts";
import { installedFolder, isFile } from "./files.ts";

/** A document and where it comes from. */
export interface LoadedDocument {
  readonly document: GraphDocument;
  /** For names of run folders: `lenet`. */
  readonly name: string;
  /** Folder that the paths of its data files start from. */
  readonly baseFolder: string;
  /** As the user wrote it; null for a template. */
  readonly file: string | null;
}

const isTemplate = (name: string): name is TemplateName => (templateNames as readonly string[]).includes(name);

/**
 * The document a user names: a file, or a template.
 * Errors: `document.*`, `file.missing`, `file.unreadable`.
 */
export async function loadDocument(named: string): Promise<Result<LoadedDocument>> {
  if (isTemplate(named) && !isFile(named)) return loadTemplate(named);
  const looksLikeFile = /[\\/]|\.(?:json|gradloom)$/i.test(named);
  if (!looksLikeFile && !isFile(named)) {
    const suggestion = closest(named, templateNames);
    return fail(issue("document.unknown-template", { name: named, suggestion, templates: templateNames }));
  }
  const text = await readText(named);
  if (!text.ok) return text;
  const document = parseDocument(text.value, named);
  if (!document.ok) return document;
  const name = path.basename(named).replace(/\.(?:json|gradloom)$/i, "");
  return ok({ document: document.value, name, baseFolder: path.dirname(path.resolve(named)), file: named });
}

async function loadTemplate(name: TemplateName): Promise<Result<LoadedDocument>> {
  const file = templateFile(name);
  const text = await readText(file);
  if (!text.ok) return text;
  const document = parseDocument(text.value, file);
  return document.ok ? ok({ document: document.value, name, baseFolder: process.cwd(), file: null }) : document;
}

const templateFile = (name: TemplateName): string =>
  path.join(installedFolder("graph-templates") ?? "graph-templates", `${name}.json`);

/** The text of a template file, for tests and listings. */
export const readTemplate = (name: TemplateName): string => readFileSync(templateFile(name), "utf8");

async function readText(file: string): Promise<Result<string>> {
  try {
    const { size } = await stat(file);
    if (size > documentLimit) return fail(issue("document.too-large", { file, bytes: size, limit: documentLimit }));
  } catch (error) {
    if (errorCode(error) !== "ENOENT") return fail(issue("file.unreadable", { file, reason: errorCode(error) }));
  }
  const bytes = await readBytes(file);
  if (!bytes.ok) return bytes;
  const text = Buffer.from(bytes.value.buffer, bytes.value.byteOffset, bytes.value.byteLength).toString("utf8");
  // Node puts U+FFFD where the bytes are not UTF-8; a file may hold that character too, and then says so in 3 bytes.
  const offset = text.indexOf("\ufffd");
  if (offset >= 0) {
    const at = Buffer.byteLength(text.slice(0, offset));
    const meant = bytes.value[at] === 0xef && bytes.value[at + 1] === 0xbf && bytes.value[at + 2] === 0xbd;
    if (!meant) return fail(issue("document.not-text", { file, offset: at }));
  }
  return ok(text);
}
