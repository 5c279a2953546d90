import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeBase64, encodeBase64 } from "../../../src/core/base64.ts";
import { decodeUtf8, encodeUtf8 } from "../../../src/core/utf8.ts";

it("UTF-8 is written and read as the platform does", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect([...encodeUtf8(text)]).toEqual([...new TextEncoder().encode(text)]);
      expect(decodeUtf8(encodeUtf8(text))).toEqual({ text: new TextDecoder().decode(encodeUtf8(text)), bad: null });
    }),
  );
  // Longer than one piece, with pairs of units at every border.
  const long = "a😀中ß".repeat(6000);
  expect(decodeUtf8(encodeUtf8(long)).text).toBe(long);
});

it("bytes that are not UTF-8 are found where the platform finds them", () => {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const fits = (bytes: Uint8Array): boolean => {
    try {
      strict.decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 6 }), (bytes) => {
      const { bad } = decodeUtf8(bytes);
      expect(bad === null).toBe(fits(bytes));
      if (bad !== null) expect(fits(bytes.slice(0, bad))).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

it("Base64 is written and read as Node does, and what is none is refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const text = encodeBase64(bytes);
      expect(text).toBe(Buffer.from(bytes).toString("base64"));
      expect(decodeBase64(text)).toEqual(bytes);
    }),
  );
  const long = Uint8Array.from({ length: 30_000 }, (_, i) => (i * 7) % 256);
  expect(encodeBase64(long)).toBe(Buffer.from(long).toString("base64"));
  for (const text of ["abc", "ab=c", "a===", "ab c", "äbcd"]) expect(decodeBase64(text)).toBeNull();
});
