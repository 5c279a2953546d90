import { issue } from "../core/issue.ts";
import type { EngineIssues } from "../core/issues/engine.ts";
import { byText } from "../core/order.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { byteSize, type DType, elementCount, fromRawBytes, rawBytes, type Tensor } from "../shape/dtype.ts";

/**
 * The safetensors format (huggingface/safetensors, format of 2022): u64 length of the header, JSON header, raw
 * little-endian tensors without gaps. Many programs read it, and nothing in it can run.
 */
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Free text by key. */
  readonly metadata: { readonly [key: string]: string };
}

const headerLimit = 100_000_000;
const metadataKey = "__metadata__";

const typeName: { readonly [D in DType]: string } = {
  float32: "F32",
  float64: "F64",
  int64: "I64",
  int32: "I32",
  uint32: "U32",
  uint8: "U8",
  bool: "BOOL",
};
const typeOf = new Map(Object.entries(typeName).map(([dtype, name]) => [name, dtype as DType]));

/** The bytes of a file; the same content gives the same bytes. */
export function encodeSafetensors({ tensors, metadata }: SafetensorsFile): Uint8Array {
  // Wide elements first: every tensor lies aligned and can be read without a copy.
  const entries = [...tensors].sort(([a, x], [b, y]) => byteSize[y.dtype] - byteSize[x.dtype] || byText(a, b));
  let end = 0;
  const described = entries.map(([name, t]) => {
    const begin = end;
    end += t.data.byteLength;
    return [name, { dtype: typeName[t.dtype], shape: t.dims, data_offsets: [begin, end] }] as const;
  });
  const sorted = Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => byText(a, b)));
  const header = ascii(JSON.stringify(Object.fromEntries([[metadataKey, sorted], ...described])));
  const bytes = new Uint8Array(8 + header.length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  let at = 8 + header.length;
  for (const [, t] of entries) {
    bytes.set(rawBytes(t), at);
    at += t.data.byteLength;
  }
  return bytes;
}

/** JSON text as ASCII (other characters escaped), padded so that what follows is aligned to 8 bytes. */
function ascii(json: string): Uint8Array {
  const text = json.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const padded = text.padEnd(Math.ceil(text.length / 8) * 8, " ");
  return Uint8Array.from(padded, (c) => c.charCodeAt(0));
}

const bad = (problem: EngineIssues["checkpoint.corrupt"]["problem"], detail: string) =>
  fail(issue("checkpoint.corrupt", { problem, detail }));

/**
 * Reads a file strictly: tensors must cover the bytes after the header exactly, each of the size its shape says.
 * Tensors are views of `bytes` where alignment allows. Errors: `checkpoint.corrupt`.
 */
export function decodeSafetensors(bytes: Uint8Array): Result<SafetensorsFile> {
  const header = readHeader(bytes);
  if (!header.ok) return header;
  const { entries, metadata, dataStart } = header.value;
  // A plain array: `slice` of a Node buffer would share its bytes and not mend the alignment.
  const data = new Uint8Array(bytes.buffer, bytes.byteOffset + dataStart, bytes.length - dataStart);
  const tensors = new Map<string, Tensor>();
  let expected = 0;
  for (const e of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (e.begin !== expected) return bad("gap-or-overlap", `${e.name}: ${e.begin}, not ${expected}`);
    if (e.end > data.length) return bad("too-short", `${e.name}: ${e.end} > ${data.length}`);
    tensors.set(e.name, fromRawBytes(e.dtype, e.shape, data.subarray(e.begin, e.end)));
    expected = e.end;
  }
  if (expected !== data.length) return bad("trailing-bytes", `${data.length - expected}`);
  return ok({ tensors, metadata });
}

interface HeaderEntry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

interface Header {
  readonly entries: readonly HeaderEntry[];
  readonly metadata: { readonly [key: string]: string };
  readonly dataStart: number;
}

function readHeader(bytes: Uint8Array): Result<Header> {
  if (bytes.length < 8) return bad("too-short", `${bytes.length} < 8`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(headerLimit)) return bad("header-too-large", `${length} > ${headerLimit}`);
  const dataStart = 8 + Number(length);
  if (dataStart > bytes.length) return bad("too-short", `${bytes.length} < ${dataStart}`);
  const json = parse(bytes.subarray(8, dataStart));
  if (!isRecord(json)) return bad("header-not-json", "");
  const { [metadataKey]: metadata = {}, ...described } = json;
  if (!isRecord(metadata) || Object.values(metadata).some((v) => typeof v !== "string")) {
    return bad("header-entry", metadataKey);
  }
  const entries: HeaderEntry[] = [];
  for (const [name, value] of Object.entries(described)) {
    const entry = readEntry(name, value);
    if (!entry.ok) return entry;
    entries.push(entry.value);
  }
  return ok({ entries, metadata: metadata as { [key: string]: string }, dataStart });
}

function readEntry(name: string, value: unknown): Result<HeaderEntry> {
  if (!isRecord(value)) return bad("header-entry", name);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) return bad("header-entry", name);
  const known = typeOf.get(String(dtype));
  if (!known) return bad("unknown-dtype", `${name}: ${String(dtype).slice(0, 20)}`);
  const [begin, end] = offsets as [number, number];
  const size = elementCount(shape) * byteSize[known];
  if (end - begin !== size) return bad("size-mismatch", `${name}: ${end - begin}, not ${size}`);
  return ok({ name, dtype: known, shape, begin, end });
}

const isRecord = (v: unknown): v is { readonly [key: string]: unknown } =>
  typeof v === "object" && v !== null && !Array.isArray(v);

const isSizes = (v: unknown): v is readonly number[] =>
  Array.isArray(v) && v.every((n) => Number.isSafeInteger(n) && n >= 0);

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8(bytes));
  } catch {
    return null;
  }
}

/** UTF-8 without TextDecoder, which the core's library set does not have. Invalid bytes are a URIError. */
function utf8(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  if (!/[\u0080-\u00ff]/.test(text)) return text;
  return decodeURIComponent(text.replace(/[%\u0080-\u00ff]/g, (c) => `%${c.charCodeAt(0).toString(16)}`));
}
