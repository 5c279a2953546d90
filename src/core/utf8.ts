/** UTF-8 without TextEncoder and TextDecoder, which the core's library set does not have. */

/** The bytes of a text. Half of a surrogate pair, which UTF-8 has no bytes for, becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(byteLength(text));
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const code = codeAt(text, i);
    if (code > 0xffff) i++;
    if (code < 0x80) bytes[at++] = code;
    else if (code < 0x800) {
      bytes[at++] = 0xc0 | (code >> 6);
      bytes[at++] = 0x80 | (code & 63);
    } else if (code < 0x10000) {
      bytes[at++] = 0xe0 | (code >> 12);
      bytes[at++] = 0x80 | ((code >> 6) & 63);
      bytes[at++] = 0x80 | (code & 63);
    } else {
      bytes[at++] = 0xf0 | (code >> 18);
      bytes[at++] = 0x80 | ((code >> 12) & 63);
      bytes[at++] = 0x80 | ((code >> 6) & 63);
      bytes[at++] = 0x80 | (code & 63);
    }
  }
  return bytes;
}

function byteLength(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = codeAt(text, i);
    if (code > 0xffff) i++;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

function codeAt(text: string, i: number): number {
  const code = text.codePointAt(i) as number;
  return code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
}

/** The text that bytes stand for; `bad` is where they stop to be UTF-8, and then the text ends there. */
export function decodeUtf8(bytes: Uint8Array): { readonly text: string; readonly bad: number | null } {
  const units = new Uint16Array(8192);
  const parts: string[] = [];
  let used = 0;
  let at = 0;
  const flush = (): void => {
    parts.push(String.fromCharCode(...units.subarray(0, used)));
    used = 0;
  };
  while (at < bytes.length) {
    if (used > units.length - 2) flush();
    const first = bytes[at] as number;
    if (first < 0x80) {
      units[used++] = first;
      at++;
      continue;
    }
    const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    const code = codeOf(bytes, at, first, length);
    if (code === null) {
      flush();
      return { text: parts.join(""), bad: at };
    }
    if (code > 0xffff) {
      units[used++] = 0xd800 + ((code - 0x10000) >> 10);
      units[used++] = 0xdc00 + ((code - 0x10000) & 0x3ff);
    } else units[used++] = code;
    at += length;
  }
  flush();
  return { text: parts.join(""), bad: null };
}

/** Smallest code that needs 2, 3 and 4 bytes: a longer form of a shorter one is no UTF-8. */
const least = [0, 0, 0x80, 0x800, 0x10000];

function codeOf(bytes: Uint8Array, at: number, first: number, length: number): number | null {
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return null;
  let code = first & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i] as number;
    if ((next & 0xc0) !== 0x80) return null;
    code = (code << 6) | (next & 63);
  }
  const wrong = code < (least[length] as number) || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
  return wrong ? null : code;
}
