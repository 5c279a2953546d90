import { readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  badEntry,
  colourOf,
  colourSteps,
  colourTable,
  hexOf,
  luminanceOf,
  prefersLight,
  type Tone,
  tones,
} from "../../../../renderer/tensors/colours.ts";
import { binsOf } from "../../../../renderer/tensors/histogram.ts";
import { cellBeside, cellUnder, tileLayout, tilePlace } from "../../../../renderer/tensors/layout.ts";
import { paintPlane, reduced } from "../../../../renderer/tensors/paint.ts";
import { cellAt, colourPlanes, filterPlanes, placeIn, plane, planesOf } from "../../../../renderer/tensors/planes.ts";
import { cellText, limitText, valueText } from "../../../../renderer/tensors/texts.ts";
import {
  entryOf,
  extentOf,
  niceLimit,
  ravel,
  sampleOf,
  scaleFor,
  signedScale,
  unravel,
} from "../../../../renderer/tensors/values.ts";
import { viewOf, viewsOf } from "../../../../renderer/tensors/views.ts";

const css = readFileSync(path.resolve(import.meta.dirname, "../../../../renderer/styles/tokens.css"), "utf8");

/** Tokens of a theme, read from the file itself. */
function tokensOf(theme: string): (name: string) => string {
  const body = new RegExp(`\\[data-theme="${theme}"\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? "";
  const all = new Map([...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map((m) => [m[1] as string, m[2] as string]));
  const value = (name: string): string => {
    const found = all.get(name) ?? "";
    const other = /^var\((.*)\)$/.exec(found)?.[1];
    return other ? value(other) : found;
  };
  return value;
}

/** Relative luminance of WCAG 2.1. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const contrast = (a: string, b: string): number => {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
};

describe.each(["light", "dark", "contrast"])("colours of the %s theme", (theme) => {
  const token = tokensOf(theme);

  it.each(tones)("%s begins, passes and ends with its tokens", (tone) => {
    const table = colourTable(tone, token);
    const names: { readonly [T in Tone]: readonly string[] } = {
      signed: ["--sg-m3", "--sg-0", "--sg-p3"],
      sequential: ["--seq-0", "--seq-3", "--seq-6"],
      cost: ["--cost-0", "--cost-3", "--cost-6"],
      grey: ["--px-0", "", "--px-1"],
    };
    const [first, middle, last] = names[tone];
    expect(table).toHaveLength(256);
    expect(hexOf(table[0] as number)).toBe(token(first as string));
    if (middle) expect(hexOf(table[(colourSteps - 1) / 2] as number)).toBe(token(middle));
    expect(hexOf(table[colourSteps - 1] as number)).toBe(token(last as string));
    expect(hexOf(table[badEntry] as number)).toBe(token("--sev-error"));
  });

  it("of more values lies further from the ground, at every step", () => {
    for (const tone of ["sequential", "cost"] as const) {
      const all = Array.from(colourTable(tone, token).subarray(0, colourSteps), (c) => luminance(hexOf(c)));
      const sign = (all.at(-1) as number) > (all[0] as number) ? 1 : -1;
      for (const [i, l] of all.entries()) if (i > 0) expect(sign * (l - (all[i - 1] as number))).toBeGreaterThan(-1e-3);
    }
  });

  it("every colour lets a number be read that is written into it", () => {
    const [light = "", dark = ""] = [token("--n-0"), token("--n-10")].sort((a, b) => luminance(b) - luminance(a));
    const [l, d] = [luminance(light), luminance(dark)];
    for (const tone of tones) {
      for (const c of colourTable(tone, token)) {
        const ink = prefersLight(luminanceOf(c), l, d) ? light : dark;
        // On the worst ground both inks read alike: the square root of their own contrast, 4.1 to 4.6.
        expect(contrast(hexOf(c), ink)).toBeGreaterThan(Math.sqrt(contrast(light, dark)) * 0.99);
        expect(contrast(hexOf(c), ink)).toBeGreaterThan(4);
        expect(luminanceOf(colourOf(hexOf(c)))).toBeCloseTo(luminance(hexOf(c)), 4);
      }
    }
  });
});

describe("scales", () => {
  it("0 has the middle colour, the limits the ends, what is beyond too", () => {
    const scale = signedScale(0.4);
    expect([-9, -0.4, 0, 0.4, 9].map((v) => entryOf(v, scale))).toEqual([0, 0, 127, 254, 254]);
  });

  it.each([
    [0.31, 0.4],
    [0.4, 0.4],
    [1.01, 1.2],
    [98, 100],
    [1.5e-5, 1.5e-5],
    [0, 1],
    [Number.NaN, 1],
  ])("the limit over %d is %d", (largest, limit) => expect(niceLimit(largest)).toBe(limit));

  it("a limit is never less than what it limits, nor more than a quarter above", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-30, max: 1e30, noNaN: true }), (v) => {
        const limit = niceLimit(v);
        expect(limit).toBeGreaterThanOrEqual(v * (1 - 1e-9));
        expect(limit).toBeLessThanOrEqual(v * 1.3334);
      }),
    );
  });

  it("numbers that go below 0 are drawn around it", () => {
    expect(scaleFor(extentOf([-0.1, 0.35]))).toEqual({ tone: "signed", low: -0.4, high: 0.4 });
    expect(scaleFor(extentOf([0, 3.4]))).toEqual({ tone: "sequential", low: 0, high: 4 });
    expect(scaleFor(extentOf([2, 2]), "grey")).toEqual({ tone: "grey", low: 0, high: 1 });
  });

  it("what is no number is counted and left out", () => {
    const extent = extentOf(Float32Array.of(1, Number.NaN, -3, Infinity, 0));
    expect(extent).toEqual({ count: 5, least: -3, greatest: 1, mean: -2 / 3, largest: 3, zeros: 1, bad: 2 });
    expect(extentOf([])).toMatchObject({ count: 0, least: 0, greatest: 0, mean: 0 });
  });
});

describe("places", () => {
  it("an index leads to its place and back", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }), fc.nat(), (dims, n) => {
        const flat = n % dims.reduce((a, b) => a * b, 1);
        const index = unravel(dims, flat);
        expect(ravel(dims, index)).toBe(flat);
        for (const [axis, i] of index.entries()) expect(i).toBeLessThan(dims[axis] as number);
      }),
    );
  });

  it("planes are the last two axes; filters look at one channel of their input", () => {
    expect(planesOf([2, 3, 4]).map((p) => p.offset)).toEqual([0, 12]);
    const filters = filterPlanes([2, 3, 5, 5], 1);
    expect(filters.map((p) => unravel([2, 3, 5, 5], placeIn(p, 4, 2)))).toEqual([
      [0, 1, 4, 2],
      [1, 1, 4, 2],
    ]);
    expect(filterPlanes([4, 2, 7], 1)[3]).toMatchObject({ rows: 1, columns: 7, offset: 49 });
  });

  it("a place is found again in its plane and in no other", () => {
    const all = planesOf([3, 4, 5]);
    for (let flat = 0; flat < 60; flat++) {
      const found = all.flatMap((p, i) => {
        const cell = cellAt(p, flat);
        return cell ? [[i, placeIn(p, cell.row, cell.column)]] : [];
      });
      expect(found).toEqual([[Math.floor(flat / 20), flat]]);
    }
  });

  it("one sample of a batch is a view of it", () => {
    const data = Float32Array.from({ length: 12 }, (_, i) => i);
    expect(sampleOf(data, [3, 2, 2], 1)).toEqual(Float32Array.of(4, 5, 6, 7));
    expect(sampleOf([1, 2, 3, 4], [2, 2], 1)).toEqual([3, 4]);
  });
});

describe("layout of pictures", () => {
  const space = fc.record({ width: fc.integer({ min: 40, max: 600 }), maxHeight: fc.integer({ min: 40, max: 400 }) });
  const size = fc.record({ rows: fc.integer({ min: 1, max: 40 }), columns: fc.integer({ min: 1, max: 40 }) });

  it("stays inside of its place, and no picture lies on another", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), size, space, (count, cells, box) => {
        const l = tileLayout(count, cells, box);
        expect(l.shown).toBeLessThanOrEqual(count);
        expect(l.width).toBeLessThanOrEqual(box.width);
        // A picture of extreme shape is still one pixel high.
        if (l.tileHeight > 1) expect(l.height).toBeLessThanOrEqual(box.maxHeight);
        const corners = new Set(Array.from({ length: l.shown }, (_, i) => JSON.stringify(tilePlace(l, i))));
        expect(corners.size).toBe(l.shown);
      }),
    );
  });

  it("sixteen filters of 5 × 5 in the inspector stand in two rows of eight", () => {
    expect(tileLayout(16, { rows: 5, columns: 5 }, { width: 280, maxHeight: 72 })).toMatchObject({
      perRow: 8,
      shown: 16,
      tileWidth: 32,
    });
  });

  it("where not all have room, as many are shown as do", () => {
    const l = tileLayout(500, { rows: 5, columns: 5 }, { width: 280, maxHeight: 72, smallest: 20 });
    expect(l.shown).toBe(l.perRow * 3);
    expect(l.tileWidth).toBe(20);
  });

  it("the cell under a point is the one that is drawn there", () => {
    const cells = { rows: 4, columns: 5 };
    const l = tileLayout(7, cells, { width: 200, maxHeight: 200 });
    for (let tile = 0; tile < 7; tile++) {
      const { x, y } = tilePlace(l, tile);
      for (let row = 0; row < 4; row++) {
        for (let column = 0; column < 5; column++) {
          const point = { x: x + ((column + 0.5) * l.tileWidth) / 5, y: y + ((row + 0.5) * l.tileHeight) / 4 };
          expect(cellUnder(l, cells, point)).toEqual({ tile, row, column });
        }
      }
    }
    expect(cellUnder(l, cells, { x: l.tileWidth + 1, y: 1 })).toBeNull();
    expect(cellUnder(l, cells, { x: -1, y: 1 })).toBeNull();
    expect(cellUnder(l, cells, { x: 199, y: 199 })).toBeNull();
  });

  it("arrows lead through a picture and on to its neighbours, and stop at the edge", () => {
    const cells = { rows: 2, columns: 2 };
    const l = tileLayout(4, cells, { width: 43, maxHeight: 43, gap: 3 });
    expect(l.perRow).toBe(2);
    const go = (at: readonly [number, number, number], key: string) => {
      const c = cellBeside(l, cells, { tile: at[0], row: at[1], column: at[2] }, key);
      return [c.tile, c.row, c.column];
    };
    expect(go([0, 0, 0], "ArrowRight")).toEqual([0, 0, 1]);
    expect(go([0, 1, 1], "ArrowRight")).toEqual([1, 1, 0]);
    expect(go([1, 1, 1], "ArrowRight")).toEqual([1, 1, 1]);
    expect(go([1, 0, 0], "ArrowLeft")).toEqual([0, 0, 1]);
    expect(go([2, 0, 0], "ArrowLeft")).toEqual([2, 0, 0]);
    expect(go([0, 1, 0], "ArrowDown")).toEqual([2, 0, 0]);
    expect(go([3, 0, 1], "ArrowUp")).toEqual([1, 1, 1]);
    expect(go([3, 1, 1], "ArrowDown")).toEqual([3, 1, 1]);
  });
});

describe("pixels", () => {
  const table = Uint32Array.from({ length: 256 }, (_, i) => i);

  it("every cell has the entry of its value, NaN its own, and places past the end are clear", () => {
    const pixels = new Uint32Array(6);
    paintPlane(pixels, 0, [-1, 0, 1, Number.NaN, 0.5], plane(2, 3), signedScale(1), table);
    expect([...pixels]).toEqual([0, 127, 254, badEntry, entryOf(0.5, signedScale(1)), 0]);
  });

  it("a picture in colour has its three channels", () => {
    const [p] = colourPlanes([3, 1, 2]);
    const pixels = new Uint32Array(2);
    paintPlane(pixels, 0, [0, 1, 0.5, 0, 1, 0], p as NonNullable<typeof p>, { tone: "grey", low: 0, high: 1 }, table);
    expect([...pixels].map(hexOf)).toEqual(["#0080ff", "#ff0000"]);
  });

  it("what is too small to be drawn shows the value furthest from 0 of each block, and whatever is no number", () => {
    const r = reduced([1, -2, 0, 0, 0.5, 1.5, Number.NaN, 9], plane(2, 4), 2, 2);
    expect(r).toEqual({ values: Float32Array.of(-2, 0, 1.5, Number.NaN), rows: 2, columns: 2 });
  });
});

describe("histograms", () => {
  it("count every value once, with 0 in the middle", () => {
    const values = [-1, -0.5, 0, 0, 0.5, 1];
    const bins = binsOf(values, 5);
    expect(bins).toEqual({ low: -1, high: 1, counts: [1, 1, 2, 1, 1], peak: 2, bad: 0, outside: 0 });
  });

  it("values that are nowhere below 0 begin there", () => {
    expect(binsOf([0, 0, 2, Number.NaN], 4)).toMatchObject({ low: 0, high: 2, counts: [2, 0, 0, 1], bad: 1 });
  });

  it("nothing gets lost, whatever the values", () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 200 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 63 }), (all, n) => {
        const { counts, outside } = binsOf(all, n);
        expect(counts.reduce((a, b) => a + b, 0) + outside).toBe(all.length);
        expect(outside).toBe(0);
      }),
    );
  });
});

describe("views", () => {
  it.each([
    ["float32", [6, 28, 28], "activation", "images"],
    ["float32", [16, 6, 5, 5], "parameter", "filters"],
    ["float32", [8, 4, 3], "parameter", "filters"],
    ["float32", [120, 400], "parameter", "matrix"],
    ["float32", [10], "activation", "bars"],
    ["float32", [2000], "activation", "matrix"],
    ["float32", [12, 64], "activation", "matrix"],
    ["int64", [20], "data", "tokens"],
    ["float32", [], "activation", "numbers"],
    ["float32", [1], "activation", "numbers"],
  ] as const)("%s %j of %s is seen as %s", (dtype, dims, role, view) => {
    expect(viewOf({ dtype, dims }, role)).toBe(view);
    const all = viewsOf({ dtype, dims }, role);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe("numbers as text", () => {
  it.each([
    [0.4012345, "0.4012"],
    [-12.345678, "−12.35"],
    [0.00001204, "1.204e−5"],
    [123456.789, "1.235e5"],
    [3, "3"],
    [0, "0"],
    [-0, "0"],
    [Number.NaN, "NaN"],
    [-Infinity, "−∞"],
  ])("%d is %s", (v, text) => expect(valueText(v)).toBe(text));

  it("in a cell and at a limit it is short", () => {
    expect([0.4, -0.071, 12.34, 123.4, 7, 0.0004, 20000].map(cellText)).toEqual([
      "0.40",
      "−0.07",
      "12.3",
      "123",
      "7",
      "4e−4",
      "2e4",
    ]);
    expect([0.4, 1, 0.00015, 250000].map(limitText)).toEqual(["0.4", "1", "1.5e−4", "2.5e5"]);
  });
});

it("colours may be written in three digits, as packed styles have them", () => {
  expect(colourOf("#fff")).toBe(colourOf("#ffffff"));
  expect(colourOf("#a3c")).toBe(colourOf("#aa33cc"));
  expect(colourTable("grey", (name) => (name === "--px-0" ? "#000" : "#fff"))).toEqual(
    colourTable("grey", (name) => (name === "--px-0" ? "#000000" : "#ffffff")),
  );
});
