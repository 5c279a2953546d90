import { Decoder, Encoder, ExtensionCodec } from "@msgpack/msgpack";
import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";

/**
 * Messages between window and program as bytes, for a WebSocket: MessagePack, with an extension for every kind of typed
 * array. Numbers are exact, NaN and the infinities too; only the sign of a zero in a plain list is lost.
 */

/** Most bytes of one message from a window: a document with its weights. The program may send more. */
export const wireLimit = 64 * 1024 * 1024;

type Numbers = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint32Array | Uint8Array;
interface NumbersClass {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): Numbers;
}

/** The number of an extension is the place in this list: never change the order. */
const kinds: readonly NumbersClass[] = [Uint8Array, Float32Array, Float64Array, BigInt64Array, Int32Array, Uint32Array];

const codec = new ExtensionCodec();
for (const [type, kind] of kinds.entries()) {
  codec.register({
    type,
    encode: (value) => (value instanceof kind ? bytesOf(value as Numbers) : null),
    // A copy: the numbers lie anywhere in the message, and views of them must begin at a multiple of their size.
    decode: (bytes) => {
      const whole = bytes.byteLength - (bytes.byteLength % kind.BYTES_PER_ELEMENT);
      // Not its own `slice`: that of Node's buffers makes no copy.
      return new kind(Uint8Array.prototype.slice.call(bytes, 0, whole).buffer as ArrayBuffer);
    },
  });
}

const bytesOf = (values: Numbers): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

const encoder = new Encoder({ extensionCodec: codec, ignoreUndefined: true });
const decoder = new Decoder({ extensionCodec: codec });

export const encodeMessage = (message: unknown): Uint8Array => encoder.encode(message);

/** What one message says. Errors: `engine.protocol` for anything that is not one whole message. */
export function decodeMessage(bytes: Uint8Array): Result<unknown> {
  if (!isPlausible(bytes)) return fail(issue("engine.protocol", { reason: "not one whole message" }));
  try {
    return ok(decoder.decode(bytes));
  } catch (error) {
    return fail(issue("engine.protocol", { reason: error instanceof Error ? error.message : String(error) }));
  }
}

/** Lists within lists: documents need some ten. */
const depthLimit = 100;

/** What follows a first byte from 0xc0 on: bytes of the head, bytes of the length in it, and what that counts. */
const heads: readonly (readonly [head: number, length: 0 | 1 | 2 | 4, of: "none" | "bytes" | "items" | "pairs"])[] = [
  [1, 0, "none"],
  [0, 0, "none"],
  [1, 0, "none"],
  [1, 0, "none"],
  [2, 1, "bytes"],
  [3, 2, "bytes"],
  [5, 4, "bytes"],
  [3, 1, "bytes"],
  [4, 2, "bytes"],
  [6, 4, "bytes"],
  [5, 0, "none"],
  [9, 0, "none"],
  [2, 0, "none"],
  [3, 0, "none"],
  [5, 0, "none"],
  [9, 0, "none"],
  [2, 0, "none"],
  [3, 0, "none"],
  [5, 0, "none"],
  [9, 0, "none"],
  [3, 0, "none"],
  [4, 0, "none"],
  [6, 0, "none"],
  [10, 0, "none"],
  [18, 0, "none"],
  [2, 1, "bytes"],
  [3, 2, "bytes"],
  [5, 4, "bytes"],
  [3, 2, "items"],
  [5, 4, "items"],
  [3, 2, "pairs"],
  [5, 4, "pairs"],
];

/**
 * Whether the bytes can hold all that their heads promise, and no deeper than any message is. Looked at before they are
 * decoded, which would make lists of the promised length.
 */
function isPlausible(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** Items that are still to come, of every list that is open, and in all. */
  const open: number[] = [1];
  let missing = 1;
  let at = 0;
  while (open.length > 0) {
    // Every item takes a byte at least.
    if (missing > bytes.length - at || open.length > depthLimit) return false;
    const first = bytes[at] as number;
    let items = 0;
    if (first < 0x80 || first >= 0xe0) at += 1;
    else if (first < 0xa0) {
      items = first < 0x90 ? 2 * (first & 15) : first & 15;
      at += 1;
    } else if (first < 0xc0) at += 1 + (first & 31);
    else {
      const [head, width, of] = heads[first - 0xc0] as (typeof heads)[number];
      if (head === 0 || at + head > bytes.length) return false;
      const length = width === 4 ? view.getUint32(at + 1) : width === 2 ? view.getUint16(at + 1) : bytes[at + 1];
      const counted = width === 0 ? 0 : (length as number);
      items = of === "items" ? counted : of === "pairs" ? 2 * counted : 0;
      at += head + (of === "bytes" ? counted : 0);
    }
    missing += items - 1;
    open[open.length - 1] = (open.at(-1) as number) - 1;
    if (items > 0) open.push(items);
    while (open.at(-1) === 0) open.pop();
  }
  return at === bytes.length;
}
