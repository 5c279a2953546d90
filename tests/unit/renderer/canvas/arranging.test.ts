import { describe, expect, test } from "vitest";
import { within } from "../../../../renderer/canvas/gestures/strokes.ts";
import { snapToGuides, toGrid } from "../../../../renderer/canvas/guides.ts";
import { mapView, outline } from "../../../../renderer/canvas/mapView.ts";
import { neighbour, nextStop, readingOrder } from "../../../../renderer/canvas/reading.ts";
import { contains, freePlace, pushAside } from "../../../../renderer/canvas/room.ts";

const box = (x: number, y: number, width = 100, height = 28) => ({ x, y, width, height });
const named = (id: string, x: number, y: number, width = 100, height = 28) => ({ id, ...box(x, y, width, height) });

describe("guides", () => {
  test("tops snap within reach and show a line", () => {
    const snap = snapToGuides(box(300, 4), [box(0, 0)], 6);
    expect(snap).toMatchObject({ dx: 0, dy: -4 });
    expect(snap.lines).toContainEqual({ kind: "line", axis: "y", at: 0, from: -18, to: 418 });
  });

  test("beyond reach nothing happens", () => {
    expect(snapToGuides(box(300, 7), [box(0, 0, 100, 90)], 6)).toEqual({ dx: 0, dy: 0, lines: [] });
  });

  test("the nearest of several offers wins", () => {
    expect(snapToGuides(box(300, 3), [box(0, 0, 100, 60), box(0, 4, 100, 90)], 6).dy).toBe(1);
  });

  test("a third node snaps to the gap of the first two, with both measures", () => {
    const others = [box(0, 0), box(148, 0)];
    const snap = snapToGuides(box(299, 0), others, 6);
    expect(snap.dx).toBe(-3);
    const gaps = snap.lines.filter((l) => l.kind === "gap");
    expect(gaps.map((g) => g.to - g.from)).toEqual([48, 48]);
  });

  test("between two nodes it snaps to the middle", () => {
    expect(snapToGuides(box(203, 0), [box(0, 0), box(400, 0)], 6).dx).toBe(-3);
  });

  test("the grid is 20", () => {
    expect(toGrid({ x: 29, y: -31 })).toEqual({ x: 20, y: -40 });
  });
});

describe("room", () => {
  test("neighbours in the row move only as far as needed and keep their gaps", () => {
    const moves = pushAside(named("new", 100, 0), [named("a", 150, 0), named("b", 270, 0), named("c", 900, 0)]);
    expect(Object.fromEntries(moves)).toEqual({ a: { x: 244, y: 0 }, b: { x: 364, y: 0 } });
  });

  test("other rows and what stands left stay", () => {
    const moves = pushAside(named("new", 100, 0), [named("left", 0, 0, 80), named("below", 120, 100)]);
    expect(moves.size).toBe(0);
  });

  test("a free place lies on no other node", () => {
    const others = [box(0, 0), box(0, 60)];
    const place = freePlace(box(10, 5), others);
    expect(place.x).toBe(10);
    for (const o of others) expect(place.y >= o.y + o.height || place.y + 28 <= o.y).toBe(true);
  });

  test("a frame holds what has its middle inside", () => {
    expect(contains(box(0, 0, 200, 200), box(150, 20))).toBe(true);
    expect(contains(box(0, 0, 200, 200), box(151, 20))).toBe(false);
  });

  test("a lasso holds a point inside its border", () => {
    const border = [
      { x: 0, y: 0 },
      { x: 100, y: 0 },
      { x: 50, y: 100 },
    ];
    expect(within(border, { x: 50, y: 50 })).toBe(true);
    expect(within(border, { x: 5, y: 90 })).toBe(false);
  });
});

describe("reading order", () => {
  const stops = [named("c", 0, 100), named("b", 200, 8), named("a", 0, 0), named("d", 200, 104)];

  test("rows from top to bottom, each from left to right", () => {
    expect(readingOrder(stops).map((s) => s.id)).toEqual(["a", "b", "c", "d"]);
  });

  test("steps on and back, and ends at both ends", () => {
    expect(nextStop(stops, "b", 1)).toBe("c");
    expect(nextStop(stops, "b", -1)).toBe("a");
    expect(nextStop(stops, "d", 1)).toBeNull();
    expect(nextStop(stops, null, 1)).toBe("a");
  });

  test("arrows follow wires to the sides and places up and down", () => {
    const wire = (from: string, to: string) => ({
      from: { node: from, port: "out" },
      to: { node: to, port: "in", index: 0 },
    });
    const wires = [wire("a", "d"), wire("a", "b")];
    expect(neighbour(stops, wires, "a", "right")).toBe("b");
    expect(neighbour(stops, wires, "d", "left")).toBe("a");
    expect(neighbour(stops, wires, "c", "right")).toBeNull();
    expect(neighbour(stops, wires, "a", "down")).toBe("c");
    expect(neighbour(stops, wires, "c", "up")).toBe("a");
  });
});

describe("map", () => {
  test("the outline holds all boxes", () => {
    expect(outline([box(-50, 10), box(100, 200, 60, 40)])).toEqual({ x: -50, y: 10, width: 210, height: 230 });
    expect(outline([])).toEqual({ x: 0, y: 0, width: 0, height: 0 });
  });

  test("everything lies inside the map", () => {
    const all = box(-500, -200, 5000, 900);
    const { scale, left, top } = mapView(all, { width: 118, height: 58 });
    expect(left + all.x * scale).toBeGreaterThanOrEqual(0);
    expect(left + (all.x + all.width) * scale).toBeLessThanOrEqual(118);
    expect(top + all.y * scale).toBeGreaterThanOrEqual(0);
    expect(top + (all.y + all.height) * scale).toBeLessThanOrEqual(58);
  });
});
