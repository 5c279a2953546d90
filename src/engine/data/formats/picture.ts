import { inflateSync } from "node:zlib";
import { convertIndexedToRgb, decode as decodePng } from "fast-png";
import jpeg from "jpeg-js";
import { type Issue, issue } from "../../../core/issue.ts";
import { fail, ok, type Result } from "../../../core/result.ts";

/** A decoded picture: interleaved bytes, row by row. Grey, or red, green, blue; transparency is dropped. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** Largest picture that is decoded: 64 megapixels, the size of a large camera's. */
const maxPixels = 64 * 2 ** 20;
/** Largest PNG once inflated, in bytes; decoding takes about three times that. */
const maxPixelBytes = 256 * 2 ** 20;
/** Largest picture file in bytes. */
export const maxPictureBytes = 128 * 2 ** 20;
const maxJpegMegabytes = 1024;

type Header =
  | { readonly format: "png"; readonly width: number; readonly height: number }
  | { readonly format: "jpeg"; readonly width: number; readonly height: number };

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const startsWith = (bytes: Uint8Array, prefix: readonly number[]): boolean => prefix.every((b, i) => bytes[i] === b);

/**
 * Format and size of a PNG or JPEG from the first bytes of its file; 64 kB hold them in all but odd JPEGs.
 * Errors: `data.image` for anything else, for no pixels and for too many.
 */
export function pictureHeader(bytes: Uint8Array, file: string): Result<Header> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = startsWith(bytes, pngSignature)
    ? pngHeader(view)
    : startsWith(bytes, [0xff, 0xd8, 0xff])
      ? jpegHeader(view)
      : null;
  if (header === null) return fail(problem("not-an-image", "PNG, JPEG", file));
  if (header === "corrupt") return fail(problem("corrupt", "header", file));
  const { width, height } = header;
  if (width === 0 || height === 0) return fail(problem("corrupt", `${width} x ${height}`, file));
  return width * height > maxPixels ? fail(problem("too-large", `${width} x ${height}`, file)) : ok(header);
}

function pngHeader(view: DataView): Header | "corrupt" {
  // Signature, then the length, type and content of IHDR, which must come first.
  if (view.byteLength < 24 || view.getUint32(12) !== 0x49484452) return "corrupt";
  return { format: "png", width: view.getUint32(16), height: view.getUint32(20) };
}

/** Walks the segments of a JPEG to its frame header, SOF0 to SOF15 without DHT, JPG and DAC. */
function jpegHeader(view: DataView): Header | "corrupt" {
  let at = 2;
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return "corrupt";
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at += 1;
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { format: "jpeg", width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    } else at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return "corrupt";
}

const problem = (kind: "not-an-image" | "unsupported" | "too-large" | "corrupt", detail: string, file: string): Issue =>
  issue("data.image", { problem: kind, detail, file });

/** Decodes a PNG (all colour types and depths) or a JPEG (not its EXIF orientation). Errors: `data.image`. */
export function decodePicture(bytes: Uint8Array, file: string): Result<Picture> {
  const header = pictureHeader(bytes, file);
  if (!header.ok) return header;
  try {
    return header.value.format === "png" ? fromPng(bytes, header.value, file) : ok(fromJpeg(bytes));
  } catch (error) {
    return fail(problem("corrupt", error instanceof Error ? error.message : String(error), file));
  }
}

function fromJpeg(bytes: Uint8Array): Picture {
  const { width, height, data } = jpeg.decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    maxResolutionInMP: maxPixels / 1e6,
    maxMemoryUsageInMB: maxJpegMegabytes,
  });
  return { width, height, channels: 3, data };
}

function fromPng(bytes: Uint8Array, { width, height }: Header, file: string): Result<Picture> {
  const safe = checkedPng(bytes, width, height, file);
  if (!safe.ok) return safe;
  const png = decodePng(safe.value);
  if (png.palette) return ok(picture(width, height, png.palette[0]?.length ?? 3, convertIndexedToRgb(png)));
  const data = png.depth === 8 ? (png.data as Uint8Array) : toBytes(png.data, png.depth, width * png.channels, height);
  return ok(picture(width, height, png.channels, data));
}

/**
 * The PNG without its optional chunks, if its pixels inflate to no more than its header says: the decoder would
 * inflate a bomb, and metadata nobody needs, without a limit.
 */
function checkedPng(bytes: Uint8Array, width: number, height: number, file: string): Result<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [bytes.subarray(0, 8)];
  const pixels: Uint8Array[] = [];
  let ended = false;
  for (let at = 8; !ended; ) {
    if (at + 12 > bytes.length) return fail(problem("corrupt", "truncated", file));
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) return fail(problem("corrupt", "truncated", file));
    const type = view.getUint32(at + 4);
    ended = type === 0x49454e44; // IEND
    if (type === 0x49444154) pixels.push(bytes.subarray(at + 8, end - 4)); // IDAT
    // Only the first IHDR counts: a second one would change the size that was checked.
    if (ended || at === 8 || type === 0x49444154 || type === 0x504c5445) kept.push(bytes.subarray(at, end));
    at = end;
  }
  const depth = bytes[24] as number;
  const interlaced = bytes[28] === 1;
  // fast-png takes a pass of packed samples for bytes.
  if (interlaced && depth < 8) return fail(problem("unsupported", `Adam7, ${depth} bit`, file));
  const bits = depth * ([1, 0, 3, 1, 2, 0, 4][bytes[25] as number] ?? 4);
  const size = height * (1 + Math.ceil((width * bits) / 8));
  if (size > maxPixelBytes) return fail(problem("too-large", `${width} x ${height}, ${bits} bit`, file));
  // Seven passes: each rounds its rows up to a byte and has a filter byte per row.
  const limit = interlaced ? size + 14 * (height + 1) : size;
  const inflated = inflateSync(Buffer.concat(pixels), { maxOutputLength: limit });
  if (!interlaced && inflated.length < size) return fail(problem("corrupt", "truncated", file));
  return ok(Buffer.concat(kept));
}

/** Samples of 1, 2, 4 or 16 bits as 8: packed rows are padded to whole bytes, and 16 bits lose the lower ones. */
function toBytes(data: ArrayLike<number>, depth: number, samplesPerRow: number, rows: number): Uint8Array {
  if (depth === 16) return Uint8Array.from(data, (v) => v >> 8);
  const result = new Uint8Array(samplesPerRow * rows);
  const stride = Math.ceil((samplesPerRow * depth) / 8);
  const largest = (1 << depth) - 1;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < samplesPerRow; x++) {
      const bit = x * depth;
      const byte = data[y * stride + (bit >> 3)] as number;
      result[y * samplesPerRow + x] = (((byte >> (8 - depth - (bit & 7))) & largest) * 255) / largest;
    }
  }
  return result;
}

/** Drops the alpha channel, which is the last of 2 or 4. */
function picture(width: number, height: number, stored: number, data: Uint8Array): Picture {
  const channels = stored < 3 ? 1 : 3;
  if (stored === channels) return { width, height, channels, data };
  const pixels = width * height;
  const result = new Uint8Array(pixels * channels);
  for (let i = 0; i < pixels; i++)
    for (let c = 0; c < channels; c++) result[i * channels + c] = data[i * stored + c] as number;
  return { width, height, channels, data: result };
}

/**
 * Writes the picture, scaled to `height` x `width`, into `out` as `[channels, height, width]` bytes.
 * Scaling is separable with a triangle filter whose half width is max(1, source / target): bilinear interpolation
 * when enlarging, a weighted mean over the covered area when shrinking (Pillow's BILINEAR). Colour becomes grey as
 * 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601).
 */
export function writePlanes(p: Picture, channels: 1 | 3, height: number, width: number, out: Uint8Array): void {
  const columns = taps(p.width, width);
  const rows = taps(p.height, height);
  const planes = planar(p, channels);
  const narrow = new Float32Array(p.height * width);
  planes.forEach((plane, c) => {
    for (let y = 0; y < p.height; y++) {
      for (let x = 0; x < width; x++) {
        const { start, weights } = columns[x] as Taps;
        let sum = 0;
        for (let k = 0; k < weights.length; k++)
          sum += (weights[k] as number) * (plane[y * p.width + start + k] as number);
        narrow[y * width + x] = sum;
      }
    }
    for (let y = 0; y < height; y++) {
      const { start, weights } = rows[y] as Taps;
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++)
          sum += (weights[k] as number) * (narrow[(start + k) * width + x] as number);
        // Weights are positive and sum to 1, so that the sum is within 0 to 255.
        out[(c * height + y) * width + x] = Math.round(sum);
      }
    }
  });
}

/** The source samples that make one target sample. */
interface Taps {
  readonly start: number;
  readonly weights: readonly number[];
}

function taps(source: number, target: number): Taps[] {
  const scale = source / target;
  const support = Math.max(1, scale);
  return Array.from({ length: target }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.floor(centre - support + 0.5));
    const end = Math.min(source, Math.floor(centre + support + 0.5));
    const weights = Array.from({ length: end - start }, (_, k) =>
      Math.max(0, 1 - Math.abs(start + k + 0.5 - centre) / support),
    );
    const total = weights.reduce((a, b) => a + b, 0);
    return { start, weights: weights.map((w) => w / total) };
  });
}

function planar(p: Picture, channels: 1 | 3): Float32Array[] {
  const pixels = p.width * p.height;
  const plane = (value: (i: number) => number): Float32Array => {
    const result = new Float32Array(pixels);
    for (let i = 0; i < pixels; i++) result[i] = value(i);
    return result;
  };
  if (p.channels === 1) {
    const grey = plane((i) => p.data[i] as number);
    return channels === 1 ? [grey] : [grey, grey, grey];
  }
  const at = (i: number, c: number): number => p.data[3 * i + c] as number;
  if (channels === 3) return [0, 1, 2].map((c) => plane((i) => at(i, c)));
  return [plane((i) => 0.299 * at(i, 0) + 0.587 * at(i, 1) + 0.114 * at(i, 2))];
}
