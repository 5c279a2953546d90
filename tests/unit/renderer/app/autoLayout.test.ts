import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { autoLayout, type LayoutBox, type LayoutWire } from "../../../../renderer/app/autoLayout.ts";

const chain = (n: number): { boxes: LayoutBox[]; wires: LayoutWire[] } => ({
  boxes: Array.from({ length: n }, (_, i) => ({ id: `n${i}`, width: i % 2 ? 80 : 152, height: i % 2 ? 30 : 76 })),
  wires: Array.from({ length: n - 1 }, (_, i) => ({ from: `n${i}`, to: `n${i + 1}` })),
});

const overlaps = (boxes: readonly LayoutBox[], at: ReadonlyMap<string, { x: number; y: number }>): string[] =>
  boxes.flatMap((a, i) =>
    boxes.slice(i + 1).flatMap((b) => {
      const p = at.get(a.id)!;
      const q = at.get(b.id)!;
      const apart = p.x + a.width <= q.x || q.x + b.width <= p.x || p.y + a.height <= q.y || q.y + b.height <= p.y;
      return apart ? [] : [`${a.id}/${b.id}`];
    }),
  );

describe("autoLayout", () => {
  it("puts a chain that fits on one line, tops aligned, with room for labels", () => {
    const { boxes, wires } = chain(4);
    const at = autoLayout(boxes, wires, { width: 2000, height: 600 }).places;
    expect([...at.values()].map((p) => p.y)).toEqual([0, 0, 0, 0]);
    for (const w of wires) {
      const from = boxes.find((b) => b.id === w.from)!;
      expect(at.get(w.to)!.x - (at.get(w.from)!.x + from.width)).toBe(72);
    }
  });

  it("wraps a long chain into rows that fit the width and flow on from the left", () => {
    const { boxes, wires } = chain(13);
    const at = autoLayout(boxes, wires, { width: 900, height: 600 }).places;
    const right = Math.max(...boxes.map((b) => at.get(b.id)!.x + b.width));
    expect(right).toBeLessThanOrEqual(900);
    const tops = [...new Set([...at.values()].map((p) => p.y))];
    expect(tops.length).toBeGreaterThan(1);
    for (const y of tops) expect(Math.min(...[...at.values()].filter((p) => p.y === y).map((p) => p.x))).toBe(0);
    expect(overlaps(boxes, at)).toEqual([]);
  });

  it("ends a row where one wire is torn rather than inside a residual branch", () => {
    // Six columns fit; a branch spans columns 4 to 7, so the row must end before its beginning.
    const boxes = Array.from({ length: 10 }, (_, i) => ({ id: `n${i}`, width: 100, height: 40 }));
    const wires = Array.from({ length: 9 }, (_, i) => ({ from: `n${i}`, to: `n${i + 1}` }));
    const at = autoLayout(boxes, [...wires, { from: "n4", to: "n7" }], { width: 6 * 172, height: 600 }).places;
    const x = (id: string): number => at.get(id)!.x;
    expect(x("n3")).toBeGreaterThan(x("n2"));
    expect(x("n4")).toBe(0);
    for (const id of ["n5", "n6", "n7"]) expect(x(id)).toBeGreaterThan(x("n4"));
    expect(overlaps(boxes, at)).toEqual([]);
  });

  it("does not overlap with branches, and ignores wires from outside the selection", () => {
    const boxes = ["a", "b", "c", "d", "e"].map((id) => ({ id, width: 120, height: 60 }));
    const wires = ["b", "c", "d"].flatMap((id) => [
      { from: "a", to: id },
      { from: id, to: "e" },
    ]);
    const at = autoLayout(boxes, [...wires, { from: "elsewhere", to: "a" }], { width: 2000, height: 600 }).places;
    expect(at.size).toBe(5);
    expect(overlaps(boxes, at)).toEqual([]);
  });

  it("leads a wire that skips nodes beside them, and keeps the chain straight", () => {
    const boxes = ["a", "b", "c", "d", "e"].map((id) => ({ id, width: 100, height: 60 }));
    const wires = [
      { from: "a", to: "b" },
      { from: "b", to: "c" },
      { from: "c", to: "d" },
      { from: "d", to: "e" },
      { from: "b", to: "d" },
    ];
    const { places, lanes } = autoLayout(boxes, wires, { width: 2000, height: 600 });
    expect(new Set([...places.values()].map((p) => p.y)).size).toBe(1);
    expect([...lanes.keys()]).toEqual(["b\nd"]);
    const { y } = places.get("c")!;
    for (const p of lanes.get("b\nd")!) expect(p.y < y || p.y > y + 60).toBe(true);
  });

  it("makes rows longer where that keeps blocks whole and the picture large", () => {
    // Eight residual blocks of four nodes each.
    const boxes = Array.from({ length: 33 }, (_, i) => ({ id: `n${i}`, width: 120, height: 60 }));
    const chain = Array.from({ length: 32 }, (_, i) => ({ from: `n${i}`, to: `n${i + 1}` }));
    const skips = Array.from({ length: 8 }, (_, i) => ({ from: `n${i * 4}`, to: `n${i * 4 + 4}` }));
    const { places, lanes } = autoLayout(boxes, [...chain, ...skips], { width: 800, height: 500 });
    const width = Math.max(...boxes.map((b) => places.get(b.id)!.x + b.width));
    expect(width).toBeGreaterThan(800);
    // No skip is torn: each has its lane.
    expect(lanes.size).toBeGreaterThanOrEqual(6);
  });

  it("stacks parallel branches without overlap, on both sides of the chain", () => {
    // An inception block: four branches of one, two, two and two boxes.
    const ids = ["in", "b0", "b10", "b11", "b20", "b21", "b30", "b31", "join", "out"];
    const boxes = ids.map((id, i) => ({ id, width: 100 + (i % 3) * 20, height: 40 + (i % 2) * 22 }));
    const wires = [
      ["in", "b0"],
      ["in", "b10"],
      ["b10", "b11"],
      ["in", "b20"],
      ["b20", "b21"],
      ["in", "b30"],
      ["b30", "b31"],
      ["b0", "join"],
      ["b11", "join"],
      ["b21", "join"],
      ["b31", "join"],
      ["join", "out"],
    ].map(([from, to]) => ({ from: from!, to: to! }));
    const { places } = autoLayout(boxes, wires, { width: 1600, height: 900 });
    expect(overlaps(boxes, places)).toEqual([]);
    for (const [a, b] of [
      ["b10", "b11"],
      ["b20", "b21"],
      ["b30", "b31"],
    ])
      expect(places.get(a!)!.y, a).toBe(places.get(b!)!.y);
  });

  it("lays out thousands of nodes, and a cycle", () => {
    const { boxes, wires } = chain(3000);
    expect(autoLayout(boxes, wires, { width: 900, height: 600 }).places.size).toBe(3000);
    const three = chain(3);
    const cyclic = [...three.wires, { from: "n2", to: "n0" }];
    expect(overlaps(three.boxes, autoLayout(three.boxes, cyclic, { width: 900, height: 600 }).places)).toEqual([]);
  });

  it("never lets boxes overlap", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 13 })), { maxLength: 30 }),
        fc.integer({ min: 300, max: 3000 }),
        (pairs, width) => {
          const boxes = Array.from({ length: 14 }, (_, i) => ({
            id: `n${i}`,
            width: 80 + (i % 4) * 25,
            height: 30 + (i % 3) * 20,
          }));
          const wires = pairs.filter(([a, b]) => a < b).map(([a, b]) => ({ from: `n${a}`, to: `n${b}` }));
          expect(overlaps(boxes, autoLayout(boxes, wires, { width, height: 600 }).places)).toEqual([]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("is the same every time", () => {
    const { boxes, wires } = chain(20);
    const area = { width: 700, height: 500 };
    expect([...autoLayout(boxes, wires, area).places]).toEqual([...autoLayout(boxes, wires, area).places]);
  });
});
