import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeMessage, encodeMessage } from "../../src/protocol/wire.ts";

const round = (value: unknown): unknown => {
  const decoded = decodeMessage(encodeMessage(value));
  return decoded.ok ? decoded.value : decoded.issues;
};

/** Bytes in a buffer of its own at an odd place, as they come out of a socket. */
function shifted(bytes: Uint8Array, by: number): Uint8Array {
  const room = new Uint8Array(bytes.length + by);
  room.set(bytes, by);
  return room.subarray(by);
}

describe("messages on the wire", () => {
  it("keep every typed array, at whatever place of the message", () => {
    const arrays = {
      float32: new Float32Array([1.5, Number.NaN, Number.POSITIVE_INFINITY, -0]),
      float64: new Float64Array([Math.PI, Number.MIN_VALUE, -0]),
      int64: new BigInt64Array([2n ** 62n, -1n]),
      int32: new Int32Array([-5, 2 ** 31 - 1]),
      uint32: new Uint32Array([2 ** 32 - 1]),
      uint8: new Uint8Array([0, 255]),
      empty: new Float32Array(0),
      view: new Float32Array([1, 2, 3, 4]).subarray(1, 3),
    };
    const bytes = encodeMessage(arrays);
    for (let by = 0; by < 9; by++) {
      const decoded = decodeMessage(shifted(bytes, by));
      expect(decoded).toEqual({ ok: true, value: arrays });
      if (decoded.ok) expect(Object.is((decoded.value as typeof arrays).float32[3], -0)).toBe(true);
    }
  });

  it("keep them where the bytes are one of Node's buffers, as a socket hands them over", () => {
    const value = { a: new Float32Array([1, 2, 3]), b: new BigInt64Array([7n]) };
    expect(decodeMessage(Buffer.from(encodeMessage(value)))).toEqual({ ok: true, value });
  });

  it("keep numbers exactly, NaN and the infinities too, and drop what is undefined", () => {
    const numbers = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.1, 2 ** 53, -(2 ** 53), 1e-320];
    expect(round(numbers)).toEqual(numbers);
    expect(round({ a: undefined, b: null })).toEqual({ b: null });
  });

  it("give back any JSON as it was", () => {
    const plain = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('"__proto__":'));
    fc.assert(
      fc.property(plain, (value) => {
        // The sign of a zero in a plain list is the one thing that is lost.
        const positive = JSON.parse(JSON.stringify(value));
        expect(round(value)).toEqual(positive);
      }),
    );
  });

  it("are refused when a key would reach for the prototype of what is read", () => {
    const bytes = encodeMessage({ a: JSON.parse('{"__proto__":{"admin":true}}') });
    expect(decodeMessage(bytes)).toMatchObject({ ok: false, issues: [{ code: "engine.protocol" }] });
  });

  it("are refused when they are cut short, too long, or anything else", () => {
    const bytes = encodeMessage({ kind: "start", list: [1, 2, new Float32Array(8)], text: "x".repeat(100) });
    for (let end = 0; end < bytes.length; end++) expect(decodeMessage(bytes.subarray(0, end)).ok).toBe(false);
    expect(decodeMessage(new Uint8Array([...bytes, 0])).ok).toBe(false);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (junk) => typeof decodeMessage(junk).ok === "boolean"));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
        const broken = bytes.slice();
        broken[at] = byte;
        return typeof decodeMessage(broken).ok === "boolean";
      }),
    );
  });

  it("cannot make the reader take more memory than they have bytes", () => {
    // Lists that promise four thousand million items, within each other.
    const promises = new Uint8Array(5000).map((_, i) => (i % 5 === 0 ? 0xdd : 0xff));
    const nested = new Uint8Array(1_000_000).fill(0x91);
    const before = process.memoryUsage().heapUsed;
    expect(decodeMessage(promises)).toMatchObject({ ok: false, issues: [{ code: "engine.protocol" }] });
    expect(decodeMessage(nested)).toMatchObject({ ok: false, issues: [{ code: "engine.protocol" }] });
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50 * 2 ** 20);
  });

  it("cannot reach the prototype of objects", () => {
    const key = encodeMessage({ __proto_x: { polluted: true } });
    const evil = Buffer.from(key).toString("latin1").replace("__proto_x", "__proto__");
    expect(decodeMessage(Buffer.from(evil, "latin1")).ok).toBe(false);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
