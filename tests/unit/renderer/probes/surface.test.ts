import fc from "fast-check";
import { describe, expect, it } from "vitest";
import lenet from "../../../../graph-templates/lenet.json" with { type: "json" };
import xor from "../../../../graph-templates/mlp-xor.json" with { type: "json" };
import { readAt, terrainOf } from "../../../../renderer/probes/landscape/terrain.ts";
import { contour, levelsOf } from "../../../../renderer/probes/surface/contour.ts";
import { markAt, markOf } from "../../../../renderer/probes/surface/marks.ts";
import {
  answersOf,
  estimate,
  gridOf,
  marginOf,
  placeOf,
  planeOf,
  rangeOf,
} from "../../../../renderer/probes/surface/plane.ts";
import type { Task } from "../../../../renderer/training/dock/predictions/task.ts";
import { type DocumentInput, documentSchema } from "../../../../src/graph/document.ts";
import { tensor } from "../../../../src/shape/dtype.ts";

const parsed = (d: unknown) => documentSchema.parse(d as DocumentInput);

/** Ends of the lines of a contour. */
const points = (d: string): readonly (readonly [number, number])[] =>
  [...d.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map((m) => [Number(m[1]), Number(m[2])] as const);

describe("contours", () => {
  it("of a plane are straight lines where it has the level", () => {
    const values = Array.from({ length: 25 }, (_, i) => i % 5);
    const found = points(contour(values, 5, 5, 1.25));
    expect(found.length).toBeGreaterThan(0);
    for (const [x] of found) expect(x).toBeCloseTo(1.75, 3);
  });

  it("of a cone are circles around its top", () => {
    const n = 41;
    const values = Array.from({ length: n * n }, (_, i) => Math.hypot((i % n) - 20, Math.floor(i / n) - 20));
    const found = points(contour(values, n, n, 12));
    expect(found.length).toBeGreaterThan(100);
    // Between two places of the grid the cone is taken to be straight: off by no more than 1 / (8 · 12).
    for (const [x, y] of found) expect(Math.abs(Math.hypot(x - 20.5, y - 20.5) - 12)).toBeLessThan(0.02);
  });

  it("are closed or end at the edge: every inner end belongs to two lines", () => {
    const grid = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 36, maxLength: 36 });
    fc.assert(
      fc.property(grid, (values) => {
        const ends = new Map<string, number>();
        for (const [x, y] of points(
          contour(
            values.map((v) => v + 0.37),
            6,
            6,
            0,
          ),
        )) {
          ends.set(`${x} ${y}`, (ends.get(`${x} ${y}`) ?? 0) + 1);
        }
        for (const [key, count] of ends) {
          const [x = 0, y = 0] = key.split(" ").map(Number);
          const edge = [x, y].some((v) => v === 0.5 || v === 5.5);
          expect(count, key).toBe(edge ? 1 : 2);
        }
      }),
    );
  });

  it("leave out places that are no numbers", () => {
    expect(contour([0, 1, Number.NaN, 1], 2, 2, 0.5)).toBe("");
  });

  it("have round levels, powers of ten where the values span decades", () => {
    expect(levelsOf(0.1, 1, 5)).toEqual([0.2, 0.4, 0.6, 0.8, 1]);
    expect(levelsOf(0.001, 1, 10)).toEqual([0.001, 0.003, 0.01, 0.03, 0.1, 0.3]);
    expect(levelsOf(1, 1, 5)).toEqual([]);
    expect(levelsOf(Infinity, -Infinity, 5)).toEqual([]);
  });
});

const task = (more: Partial<Task>): Task => ({
  kind: "classes",
  confidence: "softmax",
  threshold: 0,
  size: 3,
  dims: [3],
  classes: ["a", "b", "c"],
  prediction: { of: "output", node: "z", port: "out", what: "value" },
  target: { of: "target", field: "y" },
  input: null,
  inputDims: [2],
  ...more,
});

describe("the plane of a network", () => {
  it("is there for one input of two numbers", () => {
    expect(planeOf(parsed(xor))).toMatchObject({ input: "input", task: { kind: "binary" } });
    expect(planeOf(parsed(lenet))).toBeNull();
  });

  it("reaches around all points, as a square", () => {
    const range = rangeOf([
      [0, 0, 1, 0],
      [0, 4],
    ]);
    expect(range.x[1] - range.x[0]).toBeCloseTo(range.y[1] - range.y[0]);
    expect(range.y).toEqual([-0.5, 4.5]);
    expect(rangeOf([])).toEqual({ x: [-1, 1], y: [-1, 1] });
    expect(rangeOf([[Number.NaN, 1]])).toEqual({ x: [-1, 1], y: [-1, 1] });
  });

  it("a grid has its places row by row from the top, each where it is drawn", () => {
    const range = { x: [0, 4], y: [-1, 3] } as const;
    const grid = gridOf("in", range, 4)["in"];
    expect(grid?.dims).toEqual([16, 2]);
    for (let i = 0; i < 16; i++) {
      const [u, v] = placeOf(range, Number(grid?.data[2 * i]), Number(grid?.data[2 * i + 1]));
      expect(Math.floor(u * 4)).toBe(i % 4);
      expect(Math.floor(v * 4)).toBe(Math.floor(i / 4));
    }
  });

  it("logits become shares, the greatest wins, and its margin is 0 where it is decided", () => {
    const answers = answersOf(task({}), tensor("float32", [4, 3], [9, 0, 0, 0, 9, 0, 1, 1, -9, 0, 0, 0]));
    expect([...(answers.classes?.winner ?? [])]).toEqual([0, 1, 0, 0]);
    expect(answers.classes?.surplus[0]).toBeGreaterThan(0.99);
    expect(answers.classes?.surplus[3]).toBeCloseTo(0);
    expect(marginOf(answers, 0)[2]).toBeCloseTo(0);
    for (let i = 0; i < 4; i++) {
      expect(answers.shares.slice(3 * i, 3 * i + 3).reduce((a, b) => a + b, 0)).toBeCloseTo(1);
    }
  });

  it("one score is two classes; without a confidence the threshold still decides", () => {
    const scores = tensor("float32", [4, 1], [-2, 0.5, 2, 4]);
    const sure = answersOf(task({ kind: "binary", confidence: "sigmoid", size: 2 }), scores);
    expect(sure.shares[3]).toBeCloseTo(1 / (1 + Math.exp(-0.5)));
    expect([...(sure.classes?.winner ?? [])]).toEqual([0, 1, 1, 1]);
    const bare = answersOf(task({ kind: "binary", confidence: null, threshold: 1, size: 2 }), scores);
    expect([...(bare.classes?.winner ?? [])]).toEqual([0, 0, 1, 1]);
  });

  it("values are shown as they are", () => {
    const answers = answersOf(
      task({ kind: "values", size: 1, confidence: null }),
      tensor("float32", [4, 1], [1, 2, 3, 4]),
    );
    expect(answers.classes).toBeNull();
    expect([...answers.shares]).toEqual([1, 2, 3, 4]);
  });

  it("knows about how many points there are", () => {
    const document = parsed({
      ...xor,
      data: { source: { kind: "generator", name: "moons" }, split: { validation: 0.2 }, inputs: { input: "x" } },
    });
    expect(estimate(document, "train")).toBe(300);
    expect(estimate(document, "validation")).toBe(100);
    expect(estimate(parsed(xor), "train")).toBe(4);
    expect(estimate(parsed(xor), "validation")).toBe(0);
  });
});

describe("marks of classes", () => {
  it("ten classes have ten shapes, and a mark stays itself wherever it stands", () => {
    expect(new Set(Array.from({ length: 10 }, (_, c) => markOf(c))).size).toBe(10);
    for (let c = 0; c < 10; c++) {
      const ends = (d: string): number[] => [...d.matchAll(/-?\d*\.?\d+/g)].map((m) => Number(m[0]));
      const [there, here] = [markAt(c, 100, 50), markAt(c, 0, 0)];
      expect(there.replace(/[-\d. ]+/g, "")).toBe(here.replace(/[-\d. ]+/g, ""));
      expect(ends(there).slice(0, 2)).toEqual([(ends(here)[0] ?? 0) + 100, (ends(here)[1] ?? 0) + 50]);
    }
  });
});

describe("terrain", () => {
  const places = [-1, 0, 1];

  it("has the second direction upwards, and reads its losses where they are drawn", () => {
    const terrain = terrainOf(places, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9));
    expect([...terrain.loss]).toEqual([7, 8, 9, 4, 5, 6, 1, 2, 3]);
    expect(terrain.logarithmic).toBe(false);
    expect(readAt(terrain, 0.99, 0.01)).toEqual({ a: 1, b: 1, loss: 9 });
    expect(readAt(terrain, 0.01, 0.99)).toEqual({ a: -1, b: -1, loss: 1 });
    expect(readAt(terrain, 0.5, 0.5)).toEqual({ a: 0, b: 0, loss: 5 });
  });

  it("is coloured by factors where it spans decades, and takes what is not finite out of the scale", () => {
    const terrain = terrainOf(places, Float32Array.of(0.01, 1, 100, 1, 1, 1, 1, Number.NaN, Infinity));
    expect(terrain.logarithmic).toBe(true);
    expect(terrain.scale.low).toBeCloseTo(-2);
    expect(terrain.scale.high).toBeCloseTo(2);
    expect(terrainOf(places, new Float32Array(9).fill(Number.NaN)).scale).toEqual({ tone: "cost", low: 0, high: 1 });
  });
});
