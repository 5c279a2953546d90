import { issue } from "../../../core/issue.ts";
import { fail, type Result } from "../../../core/result.ts";
import type { Tensor } from "../../../shape/dtype.ts";
import { arrayBytes, type Element, elementsFromBytes } from "./elements.ts";

/** Element types by the third byte of the file. */
const types: { readonly [code: number]: Element | undefined } = {
  8: "u1",
  9: "i1",
  11: "i2",
  12: "i4",
  13: "f4",
  14: "f8",
};

/**
 * Reads an IDX file, the format of MNIST (LeCun): two zero bytes, the element type, the number of dimensions, each
 * dimension as a big-endian uint32, then the elements, big-endian. int8 and int16 become int32.
 * Errors: `data.file-truncated`, `data.file-format`.
 */
export function readIdx(bytes: Uint8Array, file: string): Result<Tensor> {
  const truncated = (expected: number): Result<Tensor> =>
    fail(issue("data.file-truncated", { format: "IDX", expected, found: bytes.length, file }));
  const wrong = (expected: string, found: string, offset: number): Result<Tensor> =>
    fail(issue("data.file-format", { format: "IDX", expected, found, offset, file }));

  if (bytes.length < 4) return truncated(4);
  const [zero0, zero1, code, rank] = bytes as unknown as [number, number, number, number];
  if (zero0 !== 0 || zero1 !== 0) return wrong("0x00 0x00", `${hex(zero0)} ${hex(zero1)}`, 0);
  const type = types[code];
  if (!type) return wrong("0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e", hex(code), 2);
  if (rank === 0) return wrong("dimensions >= 1", "0", 3);
  const start = 4 + 4 * rank;
  if (bytes.length < start) return truncated(start);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dims = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const end = start + arrayBytes(dims, type);
  if (end > bytes.length) return truncated(end);
  if (end < bytes.length) return wrong(`${end} bytes`, `${bytes.length} bytes`, end);
  return elementsFromBytes(type, true, dims, bytes.subarray(start), "IDX", file);
}

const hex = (byte: number): string => `0x${byte.toString(16).padStart(2, "0")}`;
