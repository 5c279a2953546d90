const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const sixBits = new Map([...letters].map((letter, value) => [letter.charCodeAt(0), value]));

/** Base64 with padding (RFC 4648), without btoa, which the core's library set does not have. */
export function encodeBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  const codes: number[] = [];
  const letter = (v: number): number => letters.charCodeAt(v & 63);
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i] as number, bytes[i + 1], bytes[i + 2]];
    codes.push(letter(a >> 2), letter((a << 4) | ((b ?? 0) >> 4)));
    codes.push(b === undefined ? 61 : letter((b << 2) | ((c ?? 0) >> 6)), c === undefined ? 61 : letter(c));
    if (codes.length >= 8192) parts.push(String.fromCharCode(...codes.splice(0)));
  }
  return parts.join("") + String.fromCharCode(...codes);
}

/** The bytes of a Base64 text; null where it is none. */
export function decodeBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let i = 0, at = 0; i < text.length; i += 4, at += 3) {
    let bits = 0;
    for (let k = 0; k < 4; k++) {
      const filler = i + k >= text.length - padding;
      const value = filler ? 0 : sixBits.get(text.charCodeAt(i + k));
      if (value === undefined) return null;
      bits = (bits << 6) | value;
    }
    bytes[at] = bits >> 16;
    if (at + 1 < bytes.length) bytes[at + 1] = bits >> 8;
    if (at + 2 < bytes.length) bytes[at + 2] = bits;
  }
  return bytes;
}
