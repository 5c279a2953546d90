import { issue } from "../../../core/issue.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import { elementCount, fromRawBytes, type Tensor, tensor } from "../../../shape/dtype.ts";

/** Element types that files hold, in NumPy's spelling: kind and bytes. */
export type Element = "f2" | "f4" | "f8" | "i1" | "i2" | "i4" | "i8" | "u1" | "u2" | "u4" | "u8" | "b1";

/**
 * A tensor from the bytes of a file. Types that Gradloom does not compute with become the next larger one it does:
 * int8, int16 and uint16 become int32, float16 float32, uint64 int64.
 * Errors: `data.file-format` for a uint64 beyond the range of int64.
 */
export function elementsFromBytes(
  element: Element,
  bigEndian: boolean,
  dims: readonly number[],
  bytes: Uint8Array,
  format: string,
  file: string,
): Result<Tensor> {
  const raw = bigEndian ? swapped(bytes, Number(element[1])) : aligned(bytes, Number(element[1]));
  const { buffer, byteOffset, byteLength } = raw;
  switch (element) {
    case "f4":
      return ok(fromRawBytes("float32", dims, raw));
    case "f8":
      return ok(fromRawBytes("float64", dims, raw));
    case "i4":
      return ok(fromRawBytes("int32", dims, raw));
    case "i8":
      return ok(fromRawBytes("int64", dims, raw));
    case "u1":
      return ok(fromRawBytes("uint8", dims, raw));
    case "u4":
      return ok(fromRawBytes("uint32", dims, raw));
    case "b1":
      return ok({ dtype: "bool", dims, data: raw.map((v) => (v === 0 ? 0 : 1)) });
    case "i1":
      return ok(tensor("int32", dims, new Int8Array(buffer, byteOffset, byteLength)));
    case "i2":
      return ok(tensor("int32", dims, new Int16Array(buffer, byteOffset, byteLength / 2)));
    case "u2":
      return ok(tensor("int32", dims, new Uint16Array(buffer, byteOffset, byteLength / 2)));
    case "f2":
      return ok(tensor("float32", dims, halves(new Uint16Array(buffer, byteOffset, byteLength / 2))));
    case "u8": {
      const data = fromRawBytes("int64", dims, raw);
      const at = data.data.findIndex((v) => v < 0n);
      if (at < 0) return ok(data);
      const found = String(BigInt.asUintN(64, data.data[at] as bigint));
      return fail(issue("data.file-format", { format, expected: "uint64 < 2^63", found, file }));
    }
  }
}

/** Bytes that an array takes; a header may claim any number of elements, but the result is never NaN or infinite. */
export function arrayBytes(dims: readonly number[], element: Element): number {
  if (dims.includes(0)) return 0;
  return Math.min(elementCount(dims) * Number(element[1]), Number.MAX_SAFE_INTEGER);
}

/** The bytes with the order inside each element turned around. */
function swapped(bytes: Uint8Array, size: number): Uint8Array {
  if (size === 1) return bytes;
  const result = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i += size)
    for (let k = 0; k < size; k++) result[i + k] = bytes[i + size - 1 - k] as number;
  return result;
}

const aligned = (bytes: Uint8Array, size: number): Uint8Array =>
  bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);

/** IEEE 754 half precision to numbers: 1 sign, 5 exponent (bias 15), 10 fraction bits. */
function halves(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (h) => {
    const sign = h & 0x8000 ? -1 : 1;
    const exponent = (h >> 10) & 31;
    const fraction = h & 1023;
    if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
  });
}
