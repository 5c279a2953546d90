import { describe, expect, it } from "vitest";
import { generate } from "../../../src/data/generators.ts";
import { dataSchema, type SourceOf } from "../../../src/data/schema.ts";

type Generator = SourceOf<"generator">;
const source = (name: string, options = {}) =>
  dataSchema.parse({ source: { kind: "generator", name, options } }).source as Generator;
const made = (name: string, options = {}, seed = 1) => {
  const { count, fields } = generate(source(name, options), seed);
  const data = Object.fromEntries(fields.map((f) => [f.type.name, Array.from(f.data)]));
  return { count, fields, x: data["x"] ?? [], label: data["label"] ?? [], target: data["target"] ?? [], y: data["y"] };
};
const pairs = (x: readonly number[]): [number, number][] =>
  Array.from({ length: x.length / 2 }, (_, i) => [x[2 * i] as number, x[2 * i + 1] as number]);

describe("truth tables", () => {
  it.each([
    ["xor", [0, 1, 1, 0]],
    ["and", [0, 0, 0, 1]],
    ["or", [0, 1, 1, 1]],
  ])("%s is the four points and their values", (name, values) => {
    const set = made(name);
    expect(set.x).toEqual([0, 0, 0, 1, 1, 0, 1, 1]);
    expect(set.label).toEqual(values);
    expect(set.target).toEqual(values);
  });

  it("goes round the table for more samples", () => {
    expect(made("xor", { samples: 10 }).label).toEqual([0, 1, 1, 0, 0, 1, 1, 0, 0, 1]);
  });
});

const all = ["xor", "and", "or", "moons", "circles", "spirals", "blobs", "checkerboard", "regression"] as const;

describe.each(all)("%s", (name) => {
  it("has the shapes it declares and is finite", () => {
    const set = made(name, { samples: 60, noise: 0.2 });
    expect(set.count).toBe(60);
    for (const { type, data } of set.fields) {
      expect(data.length).toBe(60 * (type.shape[0] ?? 1));
      expect(data.every(Number.isFinite)).toBe(true);
    }
  });

  it("depends on its seed and on nothing else", () => {
    const options = { samples: 60, noise: 0.2 };
    expect(made(name, options, 7).x).toEqual(made(name, options, 7).x);
    expect(made(name, options, 7).x).not.toEqual(made(name, options, 8).x);
  });

  if (name === "regression") return;

  it("labels each class about as often as it should", () => {
    const { label, fields } = made(name, { samples: 1200 });
    const classes = fields[1]?.type.classes ?? [];
    const counts = classes.map((_, k) => label.filter((v) => v === k).length);
    // Fixed by construction, but for `and` (1 in 4), `or` (3 in 4) and the random cells of the checkerboard.
    for (const n of counts) expect(n / 1200).toBeGreaterThanOrEqual(name === "and" || name === "or" ? 0.25 : 0.28);
    expect(counts.reduce((a, b) => a + b)).toBe(1200);
  });
});

describe("without noise every point satisfies its formula", () => {
  // Coordinates are float32: 1e-6 is about eight times their rounding error at magnitude 1.
  const close = (a: number, b: number) => Math.abs(a - b) < 1e-6;
  const points = (name: string, options: object) => {
    const { x, label } = made(name, { noise: 0, ...options });
    return pairs(x).map(([px, py], i) => ({ px, py, k: label[i] as number }));
  };

  it("circles: the radius is 1 or the factor", () => {
    for (const { px, py, k } of points("circles", { factor: 0.3 }))
      expect(close(Math.hypot(px, py), k === 0 ? 1 : 0.3)).toBe(true);
  });

  it("moons: each lies on its half circle", () => {
    for (const { px, py, k } of points("moons", {})) {
      expect(close(k === 0 ? Math.hypot(px, py) : Math.hypot(px - 1, py - 0.5), 1)).toBe(true);
      expect(k === 0 ? py >= -1e-6 : py <= 0.5 + 1e-6).toBe(true);
    }
  });

  it("spirals: the angle follows from radius and class", () => {
    for (const { px, py, k } of points("spirals", { classes: 3, turns: 0.5, samples: 90 })) {
      const r = Math.hypot(px, py);
      const angle = 2 * Math.PI * (0.5 * r + k / 3);
      expect(close(px, r * Math.cos(angle)) && close(py, r * Math.sin(angle))).toBe(true);
    }
  });

  it("blobs: all points of a class are its centre", () => {
    for (const { px, py, k } of points("blobs", { centers: 4 }))
      expect(close(px, 2 * Math.cos((Math.PI * k) / 2)) && close(py, 2 * Math.sin((Math.PI * k) / 2))).toBe(true);
  });

  it("checkerboard: neighbouring cells differ", () => {
    const inside = points("checkerboard", { cells: 4 }).filter(({ px, py }) =>
      [px, py].every((v) => Math.abs(2 * (v + 1) - Math.round(2 * (v + 1))) > 1e-4),
    );
    expect(inside.length).toBeGreaterThan(900);
    for (const { px, py, k } of inside) expect((Math.floor(2 * (px + 1)) + Math.floor(2 * (py + 1))) % 2).toBe(k);
  });

  it.each([
    ["line", (x: number) => x],
    ["quadratic", (x: number) => x ** 2],
    ["cubic", (x: number) => x ** 3],
    ["sine", (x: number) => Math.sin(Math.PI * x)],
    ["absolute", Math.abs],
    ["step", (x: number) => (x >= 0 ? 1 : 0)],
  ])("regression: %s", (curve, f) => {
    const { x, y } = made("regression", { curve, noise: 0 });
    x.forEach((v, i) => {
      // The value is computed before x is rounded to float32; the slope is at most pi.
      expect(Math.abs((y?.[i] as number) - f(v))).toBeLessThan(1e-6);
    });
  });
});
