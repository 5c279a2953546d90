import { describe, expect, it } from "vitest";
import { judge } from "../../../../renderer/step/check.ts";
import { frameOf, sliceAt, turned } from "../../../../renderer/step/slices.ts";
import { alignedTex } from "../../../../renderer/step/Tex.tsx";
import { cellAt, placeIn } from "../../../../renderer/tensors/planes.ts";
import { coordinates, flatIndex } from "../../../../src/explain/place.ts";

describe("what of a tensor is drawn", () => {
  it("is one channel of one sample of an image, through which one can leaf", () => {
    const dims = [2, 3, 4, 5];
    const index = flatIndex(dims, [1, 2, 3, 1]);
    const { plane, pages } = sliceAt(dims, index, true);
    expect([plane.rows, plane.columns, plane.offset]).toEqual([4, 5, flatIndex(dims, [1, 2, 0, 0])]);
    expect(pages).toEqual([{ axis: 1, at: 2, size: 3 }]);
    expect(cellAt(plane, index)).toEqual({ row: 3, column: 1 });
    expect(coordinates(dims, turned(dims, index, 1, 1))).toEqual([1, 0, 3, 1]);
    expect(coordinates(dims, turned(dims, index, 1, -1))).toEqual([1, 1, 3, 1]);
  });

  it("is a list in lines that hold every element once", () => {
    for (const size of [1, 5, 10, 84, 400]) {
      const { plane, pages } = sliceAt([3, size], 2 * size, true);
      expect(pages).toEqual([]);
      const shown = Array.from({ length: plane.rows * plane.columns }, (_, i) =>
        placeIn(plane, Math.floor(i / plane.columns), i % plane.columns),
      );
      expect(shown.slice(0, size)).toEqual(Array.from({ length: size }, (_, i) => 2 * size + i));
      expect(plane.rows * plane.columns - size).toBeLessThan(plane.columns);
    }
  });

  it("is the weights of one unit, laid out as its inputs are", () => {
    const weight = sliceAt([10, 84], 5 * 84 + 3, false);
    const input = sliceAt([1, 84], 0, true);
    expect([weight.plane.rows, weight.plane.columns]).toEqual([input.plane.rows, input.plane.columns]);
    expect(weight.plane.offset).toBe(5 * 84);
    expect(weight.pages).toEqual([{ axis: 0, at: 5, size: 10 }]);
    expect(sliceAt([3, 4], 5, false).plane).toMatchObject({ rows: 3, columns: 4, offset: 0 });
  });

  it("has a frame around what is read together, none around all or what is strewn about", () => {
    const { plane } = sliceAt([1, 1, 6, 6], 0, true);
    const at = (row: number, column: number): number => row * 6 + column;
    expect(frameOf(plane, [at(1, 2), at(1, 3), at(2, 2), at(2, 3)])).toEqual({
      row: 1,
      column: 2,
      rows: 2,
      columns: 2,
    });
    expect(frameOf(plane, [at(0, 0), at(5, 5)])).toBeNull();
    expect(
      frameOf(
        plane,
        Array.from({ length: 36 }, (_, i) => i),
      ),
    ).toBeNull();
    expect(frameOf(plane, [at(1, 1)])).toBeNull();
  });
});

describe("a gradient beside its differences", () => {
  const step = (h: number, up: number, down: number) => ({ h, up, down, slope: (up - down) / (2 * h) });
  const of = (analytic: number, numeric: number, ...steps: ReturnType<typeof step>[]) =>
    judge({ kind: "difference", analytic, shown: analytic, numeric, loss: 1, double: false, steps }).verdict;

  it("agrees within a thousandth", () => {
    expect(of(0.5, 0.5004, step(1e-2, 1.005, 0.995))).toBe("agrees");
    expect(of(0, 0, step(1e-2, 1, 1))).toBe("agrees");
  });

  it("agrees in double precision where single precision rounds to the other side of a corner", () => {
    const found = { analytic: 0.5, shown: 0.503, numeric: 0.5, loss: 1, double: true, steps: [step(1e-8, 1, 1)] };
    expect(judge({ kind: "difference", ...found })).toMatchObject({ verdict: "side", error: 0, shown: 0.503 });
  });

  it("lies at a corner where the slopes to both sides differ", () => {
    expect(of(0.5, 0.25, step(1e-2, 1.005, 1))).toBe("corner");
  });

  it("drowns where the loss moves by its own rounding only", () => {
    expect(of(1e-6, 3e-6, step(1e-2, 1 + 6e-8, 1 - 6e-8))).toBe("flat");
    // A gradient that the loss does not follow at all is no rounding.
    expect(of(0.5, 3e-6, step(1e-2, 1 + 6e-8, 1 - 6e-8))).not.toBe("flat");
  });

  it("differs for no good reason else", () => {
    expect(of(0.5, 0.6, step(1e-2, 1.006, 0.994))).toBe("differs");
  });
});

describe("long equations", () => {
  it("take a line for every part, short ones stay as they are", () => {
    expect(alignedTex("y = x = 1")).toBe("y = x = 1");
    expect(alignedTex("y_{1} = a + b + c + d + e + f = 1.234 + 2.345 + 3.456 + 4.567 = 11.6")).toBe(
      "\\begin{aligned} y_{1} &= a + b + c + d + e + f \\\\ &= 1.234 + 2.345 + 3.456 + 4.567 \\\\ &= 11.6 \\end{aligned}",
    );
    expect(
      alignedTex(
        "w \\leftarrow w - \\eta\\,\\frac{g}{\\sqrt{s} + \\varepsilon} = 1.5 - 0.01 \\cdot 3.25 + 12.75 = 1.47",
      ),
    ).toMatch(/^\\begin\{aligned\} .*\\leftarrow w/);
  });
});
