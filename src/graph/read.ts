import type { $ZodIssue } from "zod/v4/core";
import { invariant } from "../core/invariant.ts";
import { type Issue, issue, type Json } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { documentFormat, documentSchema, documentVersion, type GraphDocument } from "./document.ts";

/** Largest document file that is read, in bytes. */
export const documentLimit = 64 * 1024 * 1024;

type JsonObject = { readonly [key: string]: Json };
type Migration = (document: JsonObject) => JsonObject;

/** `migrations[v]` turns version v into v + 1. Version 1 is the first, so there is none yet. */
const migrations: { readonly [from: number]: Migration } = {};

/** Reads the text of a document. Every fault found is reported, each with its path in the file. */
export function parseDocument(text: string, file?: string): Result<GraphDocument> {
  const place = file === undefined ? {} : { file };
  if (text.length > documentLimit) {
    return fail(issue("document.too-large", { ...place, bytes: text.length, limit: documentLimit }));
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const { reason, line } = jsonFault(text, error);
    return fail(issue("document.not-json", { ...place, reason, ...(line ? { line } : {}) }));
  }
  const result = readDocument(value);
  return result.ok ? result : fail(...result.issues.map((i): Issue => ({ ...i, ...place })));
}

/** Checks a JSON value against the document schema, migrating older versions. */
export function readDocument(value: unknown): Result<GraphDocument> {
  if (!isRecord(value))
    return fail(issue("document.wrong-type", { path: "", expected: "object", found: kindOf(value) }));
  if (value["format"] !== documentFormat) {
    return fail(issue("document.wrong-format", { path: "format", found: shown(value["format"]) }));
  }
  const version = value["version"];
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1) {
    return fail(issue("document.bad-value", { path: "version", expected: "1", found: shown(version) }));
  }
  if (version > documentVersion) {
    return fail(issue("document.newer-version", { path: "version", found: version, supported: documentVersion }));
  }
  const current = migrate(value as JsonObject, version, documentVersion, migrations);
  const parsed = documentSchema.safeParse(current);
  if (!parsed.success) return fail(...parsed.error.issues.flatMap((i) => fromZod(i, current)));
  const duplicates = duplicateIds(parsed.data);
  return duplicates.length > 0 ? fail(...duplicates) : ok(parsed.data);
}

/** Lifts a document from version `from` to `to`, one step after the other. */
export function migrate(
  document: JsonObject,
  from: number,
  to: number,
  steps: { readonly [from: number]: Migration },
): JsonObject {
  let current = document;
  for (let v = from; v < to; v++) {
    const step = steps[v];
    invariant(step, `no migration from version ${v}`);
    current = { ...step(current), version: v + 1 };
  }
  return current;
}

/** The text of a document file: keys in the order of the schema, two spaces, a final newline. */
export function serializeDocument(document: GraphDocument): string {
  return `${JSON.stringify(documentSchema.parse(document), null, 2)}\n`;
}

/** The same text for places where nobody reads it: on one line. */
export const compactDocument = (document: GraphDocument): string => JSON.stringify(documentSchema.parse(document));

function duplicateIds(document: GraphDocument): Issue[] {
  const lists = {
    nodes: document.nodes,
    edges: document.edges,
    notes: document.notes,
    objectives: document.objectives,
  };
  return Object.entries(lists).flatMap(([name, list]) => {
    const seen = new Set<string>();
    return list.flatMap(({ id }, i): Issue[] => {
      if (!seen.has(id)) {
        seen.add(id);
        return [];
      }
      return [issue("document.duplicate-id", { path: `${name}[${i}].id`, id })];
    });
  });
}

/** A schema fault as issues of our own, with path and what was found there. */
function fromZod(fault: $ZodIssue, root: unknown): Issue[] {
  const path = pathText(fault.path);
  const found = at(root, fault.path);
  switch (fault.code) {
    case "unrecognized_keys":
      return fault.keys.map((key) => issue("document.unknown-key", { path: joined(path, key), key, allowed: [] }));
    case "invalid_type":
      return found === undefined
        ? [issue("document.missing", { path, expected: fault.expected })]
        : [issue("document.wrong-type", { path, expected: fault.expected, found: kindOf(found) })];
    case "invalid_union":
      return unionFaults(fault, root, path, found);
    case "invalid_value":
      return [
        issue("document.bad-value", { path, expected: fault.values.map(shown).join(" | "), found: shown(found) }),
      ];
    case "too_small":
      return [bound(path, found, `${fault.inclusive === false ? ">" : ">="} ${fault.minimum}`)];
    case "too_big":
      return [bound(path, found, `${fault.inclusive === false ? "<" : "<="} ${fault.maximum}`)];
    case "invalid_format":
      return [bound(path, found, fault.pattern ?? fault.format)];
    default:
      return [bound(path, found, fault.message)];
  }
}

const bound = (path: string, found: unknown, expected: string): Issue =>
  issue("document.bad-value", { path, expected, found: shown(found) });

/** The alternative that got furthest explains a failed union best. */
function unionFaults(
  fault: Extract<$ZodIssue, { code: "invalid_union" }>,
  root: unknown,
  path: string,
  found: unknown,
): Issue[] {
  const discriminator =
    "discriminator" in fault && typeof fault.discriminator === "string" ? fault.discriminator : null;
  if (discriminator) {
    const options =
      "options" in fault && Array.isArray(fault.options) ? fault.options.map(shown).join(" | ") : discriminator;
    return [issue("document.bad-value", { path, expected: options, found: shown(found) })];
  }
  const depth = (faults: readonly $ZodIssue[]) => Math.max(0, ...faults.map((f) => f.path.length));
  const best = [...fault.errors].sort((a, b) => depth(b) - depth(a))[0];
  if (!best || depth(best) === 0) {
    return [issue("document.wrong-type", { path, expected: expectations(fault.errors), found: kindOf(found) })];
  }
  return best.flatMap((inner) => fromZod({ ...inner, path: [...fault.path, ...inner.path] } as $ZodIssue, root));
}

function expectations(alternatives: readonly (readonly $ZodIssue[])[]): string {
  const names = alternatives.flatMap((faults) =>
    faults.map((f) =>
      f.code === "invalid_type" ? f.expected : f.code === "invalid_value" ? f.values.map(shown).join(" | ") : "",
    ),
  );
  return [...new Set(names.filter(Boolean))].join(" | ") || "other value";
}

const isRecord = (v: unknown): v is { [key: string]: unknown } =>
  typeof v === "object" && v !== null && !Array.isArray(v);

const kindOf = (v: unknown): string => (v === null ? "null" : Array.isArray(v) ? "array" : typeof v);

/** A value as short text for a message. */
function shown(v: unknown): string {
  const text = v === undefined ? "nothing" : (JSON.stringify(v) ?? String(v));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function at(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (v, key) => (typeof v === "object" && v !== null ? (v as Record<PropertyKey, unknown>)[key] : undefined),
    root,
  );
}

const joined = (path: string, key: string): string => (path ? `${path}.${key}` : key);

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : joined(text, String(key))),
    "",
  );
}

/** Where JSON.parse gave up, from the position that V8 puts into its message. */
function jsonFault(text: string, error: unknown): { reason: string; line: number | null } {
  const reason = error instanceof Error ? error.message.replace(/\s+in JSON.*$/s, "") : String(error);
  const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
  const end = position === undefined ? text.length : Number(position);
  return { reason, line: text.slice(0, end).split("\n").length };
}
