import { describe, expect, test } from "vitest";
import { crosses, nearest, reroutePlace, wireShape } from "../../../../renderer/canvas/wirePath.ts";

const end = (x: number, y: number, height = 28) => ({ x, y, top: y - 14, bottom: y - 14 + height });

describe("way of a wire", () => {
  test("between ports of one height it is a straight line with the label in its middle", () => {
    const shape = wireShape(end(0, 50), end(100, 50), [], "curved");
    expect(shape.d).toBe("M0 50L100 50");
    expect(shape.label).toEqual({ x: 50, y: 50 });
    expect(shape.room).toBe(100);
  });

  test("curved, it leaves and enters level", () => {
    const { points, d } = wireShape(end(0, 0), end(100, 60), [], "curved");
    expect(d).toMatch(/^M0 0C50 0 50 60 100 60$/);
    expect(points[0]).toEqual(end(0, 0));
    expect(points.at(-1)).toEqual({ x: 100, y: 60 });
  });

  test("to the next row it runs in the gutter between the rows", () => {
    const from = end(800, 14, 64);
    const to = end(0, 154, 64);
    const { points, label } = wireShape(from, to, [], "curved");
    const left = points.filter((p) => p.x < -1);
    const right = points.filter((p) => p.x > 801);
    expect(left.length).toBeGreaterThan(0);
    expect(right.length).toBeGreaterThan(0);
    // The long level piece lies below the upper node and above the lower one.
    expect(label.y).toBeGreaterThan(from.bottom);
    expect(label.y).toBeLessThan(to.top);
  });

  test("back to a node beside it runs below both", () => {
    const { label } = wireShape(end(300, 14, 64), end(0, 14, 100), [], "curved");
    expect(label.y).toBeGreaterThan(100);
  });

  test("up to an earlier row it runs between the rows too", () => {
    const { label } = wireShape(end(300, 214, 64), end(0, 14, 64), [], "curved");
    expect(label.y).toBeGreaterThan(64);
    expect(label.y).toBeLessThan(200);
  });

  test("goes through its reroute points", () => {
    const via = [{ x: 50, y: 90 }];
    for (const style of ["curved", "straight", "stepped"] as const) {
      const { points } = wireShape(end(0, 0), end(100, 0), via, style);
      expect(nearest(points, { x: 50, y: 90 }).distance).toBeLessThan(0.5);
    }
  });

  test("straight wires are lines whatever the direction", () => {
    expect(wireShape(end(100, 0), end(0, 80), [], "straight").d).toBe("M100 0L0 80");
  });

  test("stepped wires only run level and upright, corners apart", () => {
    const { d } = wireShape(end(0, 0), end(100, 80), [], "stepped");
    expect(d).toBe("M0 0L40 0Q50 0 50 10L50 70Q50 80 60 80L100 80");
  });
});

describe("near a wire", () => {
  const line = [
    { x: 0, y: 0 },
    { x: 100, y: 0 },
    { x: 100, y: 100 },
  ];

  test("distance and piece", () => {
    expect(nearest(line, { x: 50, y: 7 })).toEqual({ distance: 7, piece: 0 });
    expect(nearest(line, { x: 110, y: 50 })).toEqual({ distance: 10, piece: 1 });
    expect(nearest(line, { x: -3, y: 4 }).distance).toBe(5);
  });

  test("a knife crosses or does not", () => {
    expect(
      crosses(line, [
        { x: 50, y: -10 },
        { x: 50, y: 10 },
      ]),
    ).toBe(true);
    expect(
      crosses(line, [
        { x: 50, y: 5 },
        { x: 90, y: 95 },
      ]),
    ).toBe(false);
  });

  test("a new point goes between the points it lies between", () => {
    const [from, to] = [
      { x: 0, y: 0 },
      { x: 300, y: 0 },
    ];
    const points = [
      { x: 100, y: 0 },
      { x: 200, y: 0 },
    ];
    expect(reroutePlace(from, to, points, { x: 20, y: 3 })).toBe(0);
    expect(reroutePlace(from, to, points, { x: 150, y: 3 })).toBe(1);
    expect(reroutePlace(from, to, points, { x: 290, y: 3 })).toBe(2);
  });
});
