import { deflateSync } from "node:zlib";
import { encode } from "fast-png";
import jpeg from "jpeg-js";
import { describe, expect, it } from "vitest";
import { decodePicture, type Picture, pictureHeader, writePlanes } from "../../src/engine/data/formats/picture.ts";
import { issues, value } from "./support.ts";

const decode = (bytes: Uint8Array) => decodePicture(bytes, "p.png");
const grey = (width: number, height: number, data: ArrayLike<number>): Picture => ({
  width,
  height,
  channels: 1,
  data: Uint8Array.from(data),
});

/** CRC-32 of a PNG chunk; a decoder may check it. */
function crc(bytes: Uint8Array): number {
  let c = ~0;
  for (const byte of bytes) {
    c ^= byte;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  }
  return ~c >>> 0;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc(body));
  return Buffer.concat([length, body, check]);
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function header(width: number, height: number, depth: number, color: number, interlace = 0): Buffer {
  const h = Buffer.alloc(13);
  h.writeUInt32BE(width, 0);
  h.writeUInt32BE(height, 4);
  h.set([depth, color, 0, 0, interlace], 8);
  return chunk("IHDR", h);
}

/** A PNG from its unfiltered rows, each with its filter byte. */
const png = (head: Buffer, rows: readonly number[], ...extra: Buffer[]): Uint8Array =>
  Buffer.concat([
    signature,
    head,
    ...extra,
    chunk("IDAT", deflateSync(Uint8Array.from(rows))),
    chunk("IEND", Buffer.alloc(0)),
  ]);

describe("PNG", () => {
  it.each([
    ["1-bit grey", header(3, 2, 1, 0), [0, 0b10100000, 0, 0b01000000], 1, [255, 0, 255, 0, 255, 0]],
    ["2-bit grey", header(3, 1, 2, 0), [0, 0b00011011], 1, [0, 85, 170]],
    ["4-bit grey", header(3, 1, 4, 0), [0, 0x0f, 0x80], 1, [0, 255, 136]],
    ["8-bit grey", header(2, 2, 8, 0), [0, 0, 1, 0, 2, 255], 1, [0, 1, 2, 255]],
    ["16-bit grey", header(2, 1, 16, 0), [0, 255, 1, 128, 255], 1, [255, 128]],
    ["grey with alpha", header(2, 1, 8, 4), [0, 7, 0, 9, 255], 1, [7, 9]],
    ["colour", header(1, 2, 8, 2), [0, 1, 2, 3, 0, 4, 5, 6], 3, [1, 2, 3, 4, 5, 6]],
    ["colour with alpha", header(1, 2, 8, 6), [0, 1, 2, 3, 0, 0, 4, 5, 6, 99], 3, [1, 2, 3, 4, 5, 6]],
    ["16-bit colour", header(1, 1, 16, 2), [0, 1, 0, 2, 0, 3, 0], 3, [1, 2, 3]],
    ["the Sub and Up filters", header(2, 2, 8, 0), [1, 5, 1, 2, 1, 1], 1, [5, 6, 6, 7]],
  ])("%s", (_, head, rows, channels, data) => {
    const picture = value(decode(png(head, rows)));
    expect([picture.channels, Array.from(picture.data)]).toEqual([channels, data]);
  });

  it("palettes of 1 to 8 bits, with transparency", () => {
    const palette = chunk("PLTE", Uint8Array.from([10, 11, 12, 20, 21, 22]));
    const clear = chunk("tRNS", Uint8Array.from([0]));
    const expected = [20, 21, 22, 10, 11, 12, 20, 21, 22];
    for (const [depth, rows] of [
      [1, [0, 0b10100000]],
      [2, [0, 0b01000100]],
      [4, [0, 0x10, 0x10]],
      [8, [0, 1, 0, 1]],
    ] as const) {
      const picture = value(decode(png(header(3, 1, depth, 3), rows, palette, clear)));
      expect([picture.channels, Array.from(picture.data)]).toEqual([3, expected]);
    }
  });

  it("interlaced", () => {
    const data = Uint8Array.from({ length: 5 * 3 * 3 }, (_, i) => i * 5);
    const bytes = encode({ width: 5, height: 3, channels: 3, depth: 8, data }, { interlace: "Adam7" });
    expect(Array.from(value(decode(bytes)).data)).toEqual(Array.from(data));
  });

  it("passes over metadata without unpacking it", () => {
    const bomb = Buffer.concat([Buffer.from("x\0\0"), deflateSync(new Uint8Array(1_000_000))]);
    const picture = value(
      decode(png(header(1, 1, 8, 0), [0, 9], chunk("iCCP", bomb), chunk("tEXt", Buffer.from("no end")))),
    );
    expect(Array.from(picture.data)).toEqual([9]);
  });
});

describe("JPEG", () => {
  const encoded = (width: number, height: number, shade: number) => {
    const data = Buffer.alloc(width * height * 4, shade);
    return new Uint8Array(jpeg.encode({ width, height, data }, 95).data);
  };

  it("is decoded to colour", () => {
    const picture = value(decode(encoded(17, 9, 100)));
    expect([picture.width, picture.height, picture.channels, picture.data.length]).toEqual([17, 9, 3, 17 * 9 * 3]);
    // An even shade survives the cosine transform but for rounding.
    for (const v of picture.data) expect(Math.abs(v - 100)).toBeLessThanOrEqual(1);
  });

  it("has its size found behind long metadata", () => {
    const bytes = encoded(17, 9, 100);
    const app = Buffer.alloc(4 + 60_000);
    app.set([0xff, 0xe1, (60_002 >> 8) & 255, 60_002 & 255]);
    const long = new Uint8Array(Buffer.concat([bytes.subarray(0, 2), app, app, bytes.subarray(2)]));
    expect(value(pictureHeader(long, "p.jpg"))).toEqual({ format: "jpeg", width: 17, height: 9 });
  });

  it("is refused when cut off", () => {
    expect(issues(decode(encoded(64, 64, 100).subarray(0, 300)))).toMatchObject([
      { code: "data.image", problem: "corrupt" },
    ]);
  });
});

describe("what is no picture, or too much of one", () => {
  const good = png(header(4, 4, 8, 0), new Array(20).fill(0));

  it.each([
    ["an SVG", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), "not-an-image"],
    ["two bytes", Uint8Array.from([0x89, 0x50]), "not-an-image"],
    ["a signature alone", signature, "corrupt"],
    ["a JPEG without a frame", Buffer.from("ffd8ffe000104a46494600010100000100010000ffd9", "hex"), "corrupt"],
    ["no pixels", png(header(0, 0, 8, 0), []), "corrupt"],
    ["900 megapixels", png(header(30000, 30000, 8, 0), [0]), "too-large"],
    ["colour of 400 MB", png(header(7000, 7500, 16, 6), [0]), "too-large"],
    ["a cut file", good.subarray(0, good.length - 20), "corrupt"],
    ["too few rows", png(header(4, 4, 8, 0), new Array(19).fill(0)), "corrupt"],
    ["more rows than it says", png(header(4, 4, 8, 0), new Array(100_000).fill(0)), "corrupt"],
    ["no data", Buffer.concat([signature, header(1, 1, 8, 0), chunk("IEND", Buffer.alloc(0))]), "corrupt"],
    ["a filter that is none", png(header(1, 1, 8, 0), [9, 0]), "corrupt"],
    ["an index beyond the palette", png(header(1, 1, 8, 3), [0, 5], chunk("PLTE", Buffer.alloc(3))), "corrupt"],
    ["packed and interlaced", png(header(9, 9, 1, 0, 1), [0]), "unsupported"],
  ])("%s", (_, bytes, problem) => {
    expect(issues(decode(bytes))).toEqual([expect.objectContaining({ code: "data.image", problem, file: "p.png" })]);
  });

  it("a second header changes nothing about the size that was checked", () => {
    const picture = value(decode(png(header(1, 1, 8, 0), [0, 9], header(20000, 20000, 8, 0))));
    expect([picture.width, picture.height, Array.from(picture.data)]).toEqual([1, 1, [9]]);
  });

  it("any damage to a good file ends in a picture or an issue", () => {
    const bytes = encode({ width: 6, height: 5, channels: 3, depth: 8, data: new Uint8Array(90).fill(77) });
    for (let at = 8; at < bytes.length; at++) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const bad = bytes.slice();
        bad[at] = (bad[at] as number) ^ flip;
        const result = decode(bad);
        if (!result.ok) expect(result.issues[0]?.code).toBe("data.image");
      }
    }
  });
});

describe("scaling", () => {
  const scaled = (p: Picture, channels: 1 | 3, height: number, width: number) => {
    const out = new Uint8Array(channels * height * width);
    writePlanes(p, channels, height, width, out);
    return Array.from(out);
  };

  it("leaves a picture of the right size as it is", () => {
    const data = Array.from({ length: 12 }, (_, i) => i * 20);
    expect(scaled(grey(4, 3, data), 1, 3, 4)).toEqual(data);
  });

  it("turns pixels into planes, and colour into grey", () => {
    const p: Picture = { width: 2, height: 1, channels: 3, data: Uint8Array.from([255, 0, 0, 0, 255, 10]) };
    expect(scaled(p, 3, 1, 2)).toEqual([255, 0, 0, 255, 0, 10]);
    // 0.299 * 255 and 0.587 * 255 + 0.114 * 10, rounded.
    expect(scaled(p, 1, 1, 2)).toEqual([76, 151]);
    expect(scaled(grey(1, 1, [9]), 3, 1, 1)).toEqual([9, 9, 9]);
  });

  it("interpolates when enlarging", () => {
    // Target centres lie at -0.25, 0.25, 0.75, 1.25 between the centres of the two sources, the ends held.
    expect(scaled(grey(2, 1, [0, 100]), 1, 1, 4)).toEqual([0, 25, 75, 100]);
    expect(scaled(grey(1, 2, [0, 100]), 1, 4, 1)).toEqual([0, 25, 75, 100]);
  });

  it("takes the mean over the covered area when shrinking", () => {
    // By hand: weights 3/4, 3/4, 1/4 (of a triangle of half width 2, cut at the edge) over their sum.
    expect(scaled(grey(4, 1, [0, 70, 140, 210]), 1, 1, 2)).toEqual([50, 160]);
    const checker = grey(
      64,
      64,
      Array.from({ length: 4096 }, (_, i) => ((i + (i >> 6)) % 2) * 200),
    );
    for (const v of scaled(checker, 1, 4, 4)) expect(Math.abs(v - 100)).toBeLessThanOrEqual(1);
  });

  it("keeps an even picture even at any size", () => {
    for (const [h, w] of [
      [1, 1],
      [7, 3],
      [31, 50],
    ] as const)
      expect(new Set(scaled(grey(13, 11, new Array(143).fill(200)), 1, h, w))).toEqual(new Set([200]));
  });
});
