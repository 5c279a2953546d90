import { issue } from "../../../core/issue.ts";
import { fail, type Result } from "../../../core/result.ts";
import { byteSize, type DType, elementCount, rawBytes, type Tensor, zeros } from "../../../shape/dtype.ts";
import { excerpt } from "../files.ts";
import { arrayBytes, type Element, elementsFromBytes } from "./elements.ts";

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // "\x93NUMPY"
const elements: readonly string[] = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"];
/** NumPy allows 4 GB; a header with a name for each of 10,000 columns would have 300 kB, and we read no such thing. */
const maxHeader = 1_000_000;

/**
 * Reads a NumPy array file, versions 1 to 3, little or big endian, C or Fortran order; the result is in C order.
 * Element types beyond those of {@link Tensor} are widened as `elementsFromBytes` says. Objects are never unpickled,
 * and the header, a Python literal, is matched and not evaluated.
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * Errors: `data.file-truncated`, `data.file-format`.
 */
export function readNpy(bytes: Uint8Array, file: string): Result<Tensor> {
  const truncated = (expected: number): Result<Tensor> =>
    fail(issue("data.file-truncated", { format: "NPY", expected, found: bytes.length, file }));
  const wrong = (expected: string, found: string, offset: number): Result<Tensor> =>
    fail(issue("data.file-format", { format: "NPY", expected, found: excerpt(found), offset, file }));

  if (magic.some((byte, i) => i < bytes.length && bytes[i] !== byte)) {
    return wrong("\\x93NUMPY", Buffer.from(bytes.subarray(0, 6)).toString("latin1"), 0);
  }
  if (bytes.length < 12) return truncated(12);
  const version = bytes[6] as number;
  if (version < 1 || version > 3) return wrong("1, 2, 3", String(version), 6);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > maxHeader) return wrong(`<= ${maxHeader} bytes`, `${length} bytes`, 8);
  const body = start + length;
  if (body > bytes.length) return truncated(body);

  const text = Buffer.from(bytes.subarray(start, body)).toString("utf8");
  const header = parseHeader(text);
  if (!header) return wrong("{'descr': …, 'fortran_order': …, 'shape': …}", text, start);
  const element = header.descr.slice(1);
  if (!elements.includes(element) || !/^[<>|=]/.test(header.descr)) return wrong("f2 … u8", header.descr, start);
  const end = body + arrayBytes(header.shape, element as Element);
  if (end > bytes.length) return truncated(end);
  if (end < bytes.length) return wrong(`${end} bytes`, `${bytes.length} bytes`, end);
  const dims = header.fortran ? [...header.shape].reverse() : header.shape;
  const read = elementsFromBytes(element as Element, header.descr[0] === ">", dims, bytes.subarray(body), "NPY", file);
  return read.ok && header.fortran ? { ok: true, value: reversedAxes(read.value) } : read;
}

interface Header {
  readonly descr: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
}

/** The three entries of the header, or null when there is anything else in it. */
function parseHeader(text: string): Header | null {
  // One blank for any number of them keeps the pattern below linear in the length of a hostile header.
  const line = text.replace(/[\s\0]+/g, " ").trim();
  const entry =
    /\s?(['"])(descr|fortran_order|shape)\1\s?:\s?('[^'"]*'|"[^'"]*"|True|False|\([\d, L]*\))\s?(?:,|(?=\}))/y;
  const found = new Map<string, string>();
  let at = line.startsWith("{") ? 1 : line.length;
  for (entry.lastIndex = at; ; at = entry.lastIndex) {
    const match = entry.exec(line);
    if (!match) break;
    found.set(match[2] as string, match[3] as string);
  }
  if (line.slice(at).trim() !== "}") return null;
  const descr = found.get("descr");
  const order = found.get("fortran_order");
  const shape = found.get("shape");
  if (!descr || !/^['"]/.test(descr) || !order || !/^(True|False)$/.test(order) || !shape?.startsWith("(")) return null;
  const dims = shape.match(/\d+/g)?.map(Number) ?? [];
  return { descr: descr.slice(1, -1), fortran: order === "True", shape: dims };
}

/** The tensor with its axes in reverse order: turns a column-major array, read as row-major, into itself. */
function reversedAxes(t: Tensor): Tensor {
  const dims = [...t.dims].reverse();
  const result = zeros(t.dtype, dims);
  const [source, target] = [t.data as Float64Array, result.data as Float64Array];
  // Step in the source for each axis of the result: axis k of the result is axis (rank - 1 - k) of the source.
  const steps = dims.map((_, k) => elementCount(dims.slice(0, k)));
  const index = new Array<number>(dims.length).fill(0);
  let from = 0;
  for (let i = 0; i < target.length; i++) {
    target[i] = source[from] as number;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      from += steps[axis] as number;
      if (++(index[axis] as number) < (dims[axis] as number)) break;
      from -= (steps[axis] as number) * (dims[axis] as number);
      index[axis] = 0;
    }
  }
  return result;
}

const descrOf: { readonly [D in DType]: string } = {
  float32: "<f4",
  float64: "<f8",
  int64: "<i8",
  int32: "<i4",
  uint32: "<u4",
  uint8: "|u1",
  bool: "|b1",
};

/** Writes a tensor as a NumPy array file of version 1, as `numpy.save` does: C order, data aligned to 64 bytes. */
export function writeNpy(tensor: Tensor): Uint8Array {
  const shape = `(${tensor.dims.join(", ")}${tensor.dims.length === 1 ? "," : ""})`;
  const text = `{'descr': '${descrOf[tensor.dtype]}', 'fortran_order': False, 'shape': ${shape}, }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + length + tensor.data.length * byteSize[tensor.dtype]);
  bytes.set([...magic, 1, 0, length & 255, length >> 8]);
  bytes.set(Buffer.from(`${text.padEnd(length - 1)}\n`), 10);
  bytes.set(rawBytes(tensor), 10 + length);
  return bytes;
}
