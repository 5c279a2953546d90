import { describe, expect, it } from "vitest";
import { chainThrough, type Ways } from "../../../../renderer/step/chain.ts";
import { chainTex } from "../../../../renderer/step/chainTex.ts";
import { placesOf, stepFrom } from "../../../../renderer/step/stops.ts";
import { checkDocument } from "../../../../src/compile/check.ts";
import { type DocumentInput, documentSchema } from "../../../../src/graph/document.ts";

/** x → a → relu → add → out, with a way past a and relu, and a second head on the relu. */
const document = documentSchema.parse({
  format: "gradloom",
  version: 1,
  name: "branches",
  nodes: [
    { id: "x", layer: "input", params: { shape: [4] } },
    { id: "a", layer: "dense", params: { units: 4 } },
    { id: "relu", layer: "relu" },
    { id: "sum", layer: "add" },
    { id: "out", layer: "dense", params: { units: 2 } },
    { id: "side", layer: "dense", params: { units: 3 } },
  ].map((n, i) => ({ ...n, position: { x: 200 * i, y: 0 } })),
  edges: [
    { id: "1", from: { node: "x" }, to: { node: "a" } },
    { id: "2", from: { node: "a" }, to: { node: "relu" } },
    { id: "3", from: { node: "relu" }, to: { node: "sum", index: 0 } },
    { id: "4", from: { node: "x" }, to: { node: "sum", index: 1 } },
    { id: "5", from: { node: "sum" }, to: { node: "out" } },
    { id: "6", from: { node: "relu" }, to: { node: "side" } },
  ],
  data: { source: { kind: "generator", name: "moons" }, inputs: { x: "x" } },
  objectives: [
    {
      id: "main",
      terms: [
        { loss: { kind: "cross-entropy" }, prediction: { node: "out" }, target: { field: "label" } },
        { loss: { kind: "mse" }, prediction: { node: "side" }, target: { field: "x" } },
      ],
      optimizer: { kind: "sgd" },
    },
  ],
} satisfies DocumentInput);
const { graph } = checkDocument(document);

const none: Ways = { next: {}, before: {} };
const ids = (at: string, ways = none): string[] => chainThrough(graph, document, at, ways).links.map((l) => l.id);

describe("the way from the data to the loss", () => {
  it("goes through all that is learned, and says where other ways begin and end", () => {
    expect(ids("out")).toEqual(["x", "a", "relu", "sum", "out"]);
    const chain = chainThrough(graph, document, "a", none);
    expect(chain.links.map((l) => [l.id, l.forks, l.joins])).toEqual([
      ["x", ["sum"], []],
      ["a", [], []],
      ["relu", ["side"], []],
      ["sum", [], ["x"]],
      ["out", [], []],
    ]);
    expect(chain.end).toMatchObject({ id: "loss:main:0", objective: "main" });
  });

  it("turns where another way is chosen", () => {
    expect(ids("out", { next: {}, before: { sum: "x" } })).toEqual(["x", "sum", "out"]);
    expect(ids("x", { next: { x: "sum" }, before: {} })).toEqual(["x", "sum", "out"]);
  });

  it("ends at the loss that a node leads to, begins at a loss with its prediction, and has no end without a loss", () => {
    expect(chainThrough(graph, document, "side", none).end?.id).toBe("loss:main:1");
    expect(ids("loss:main:1")).toEqual(["x", "a", "relu", "side"]);
    const chain = chainThrough(graph, { objectives: [] }, "relu", none);
    expect([chain.links.map((l) => l.id), chain.end]).toEqual([["x", "a", "relu"], null]);
  });

  it("is the chain rule as a formula, long ones with the middle left out", () => {
    const chain = chainThrough(graph, document, "sum", none);
    const tex = chainTex(chain, "sum", null, new Map([["sum", 0.25]]));
    expect(tex).toBe(
      "\\tfrac{\\partial L}{\\partial x_{\\text{sum}}} = \\tfrac{\\partial L}{\\partial z} \\cdot " +
        "\\tfrac{\\partial z}{\\partial a_{\\text{sum}}} \\cdot \\tfrac{\\partial a_{\\text{sum}}}{\\partial x_{\\text{sum}}}" +
        ",\\quad \\lVert \\tfrac{\\partial L}{\\partial a_{\\text{sum}}} \\rVert = 0.25",
    );
    expect(chainTex(chain, "x", null, new Map())).toContain("\\cdots");
    expect(chainTex(chain, "loss:main:0", null, new Map())).toBe("\\frac{\\partial L}{\\partial z}");
  });
});

describe("the walk", () => {
  const chain = chainThrough(graph, document, "a", none);

  it("goes from the loss back to the data, stop by stop", () => {
    expect(placesOf(chain)).toEqual(["loss:main:0", "out", "sum", "relu", "a", "x"]);
    const all = ["forward", "incoming", "outgoing"] as const;
    expect(stepFrom(chain, "relu", all, "forward", 1)).toEqual({ place: "relu", stop: "incoming" });
    expect(stepFrom(chain, "relu", all, "outgoing", 1)).toEqual({ place: "a", stop: "forward" });
    expect(stepFrom(chain, "relu", all, "forward", -1)).toEqual({ place: "sum", stop: "update" });
    expect(stepFrom(chain, "loss:main:0", ["forward", "outgoing"], "forward", -1)).toBeNull();
    expect(stepFrom(chain, "x", all, "outgoing", 1)).toBeNull();
  });
});
