import { describe, expect, it } from "vitest";
import { autoLayout, type LayoutBox, type LayoutWire } from "../../../../renderer/app/autoLayout.ts";

const chain = (n: number): { boxes: LayoutBox[]; wires: LayoutWire[] } => ({
  boxes: Array.from({ length: n }, (_, i) => ({ id: `n${i}`, width: i % 2 ? 80 : 152, height: i % 2 ? 30 : 76 })),
  wires: Array.from({ length: n - 1 }, (_, i) => ({ from: `n${i}`, to: `n${i + 1}` })),
});

const overlaps = (boxes: readonly LayoutBox[], at: ReturnType<typeof autoLayout>): string[] =>
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
    const at = autoLayout(boxes, wires, 2000);
    expect([...at.values()].map((p) => p.y)).toEqual([0, 0, 0, 0]);
    for (const w of wires) {
      const from = boxes.find((b) => b.id === w.from)!;
      expect(at.get(w.to)!.x - (at.get(w.from)!.x + from.width)).toBe(72);
    }
  });

  it("wraps a long chain into rows that fit the width and flow on from the left", () => {
    const { boxes, wires } = chain(13);
    const at = autoLayout(boxes, wires, 900);
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
    const at = autoLayout(boxes, [...wires, { from: "n4", to: "n7" }], 6 * 172);
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
    const at = autoLayout(boxes, [...wires, { from: "elsewhere", to: "a" }], 2000);
    expect(at.size).toBe(5);
    expect(overlaps(boxes, at)).toEqual([]);
  });

  it("is the same every time", () => {
    const { boxes, wires } = chain(20);
    expect([...autoLayout(boxes, wires, 700)]).toEqual([...autoLayout(boxes, wires, 700)]);
  });
});
