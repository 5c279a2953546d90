import { describe, expect, it } from "vitest";
import { freePlace } from "../../../../renderer/probes/place.ts";
import { type Probe, readProbe, refsOf } from "../../../../renderer/probes/probes.ts";

const size = { width: 340, height: 220 };
const node = { x: 0, y: 0, width: 152, height: 64 };

describe("place of a card", () => {
  it("is below its node where there is room", () => {
    expect(freePlace(node, size, [])).toEqual({ x: 0, y: 80 });
  });

  it("gives way to what is there, and never covers its own node", () => {
    const below = { x: -50, y: 70, width: 400, height: 220 };
    const { x, y } = freePlace(node, size, [below]);
    const covers = (b: typeof node): boolean =>
      x < b.x + b.width && b.x < x + size.width && y < b.y + b.height && b.y < y + size.height;
    expect(covers(node)).toBe(false);
    expect(covers(below)).toBe(false);
  });

  it("stays inside of what is seen", () => {
    const seen = { x: -400, y: -20, width: 1000, height: 200 };
    const { x, y } = freePlace(node, { width: 340, height: 180 }, [], seen);
    expect(y + 180).toBeLessThanOrEqual(200);
    expect(x >= 152 || x + 340 <= 0).toBe(true);
  });
});

describe("probes", () => {
  const probe: Omit<Probe, "id"> = {
    node: "conv1",
    of: "parameter",
    name: "weight",
    offset: { x: 1, y: 2 },
    source: "validation",
    sample: 3,
    parts: ["value", "gradient", "update"],
    view: "filters",
    preview: false,
  };

  it("look at a tensor for each of their columns; outputs have no update", () => {
    expect(refsOf({ ...probe, id: "p" }).map((r) => "what" in r && r.what)).toEqual(["value", "gradient", "update"]);
    expect(refsOf({ ...probe, id: "p", of: "output", name: "out" })).toEqual([
      { of: "output", node: "conv1", port: "out", what: "value" },
      { of: "output", node: "conv1", port: "out", what: "gradient" },
    ]);
  });

  it("are read back as they were kept", () => {
    expect(readProbe(JSON.parse(JSON.stringify(probe)))).toEqual(probe);
  });

  it.each([null, 7, {}, { node: 3, of: "output", name: "out" }, { node: "a", of: "edge", name: "out" }])(
    "%j is none",
    (value) => expect(readProbe(value)).toBeNull(),
  );

  it("what is damaged of one has its default", () => {
    const kept = { node: "a", of: "output", name: "out", offset: { x: "1" }, sample: -1, parts: [9], view: "cube" };
    expect(readProbe(kept)).toEqual({
      node: "a",
      of: "output",
      name: "out",
      offset: { x: 0, y: 100 },
      source: "batch",
      sample: 0,
      parts: ["value"],
      view: null,
      preview: false,
    });
  });
});
