import { describe, expect, it } from "vitest";
import type { Fix } from "../../../src/core/issue.ts";
import { expandBlocks } from "../../../src/graph/blocks.ts";
import { apply } from "../../../src/graph/change.ts";
import { type DocumentInput, documentSchema, type GraphDocument } from "../../../src/graph/document.ts";
import { applyFix, fixChange } from "../../../src/graph/fix.ts";

const make = (parts: Partial<DocumentInput>): GraphDocument =>
  documentSchema.parse({ format: "gradloom", version: 1, ...parts });

const chain = make({
  nodes: [
    { id: "x", layer: "input", position: { x: 0, y: 0 } },
    { id: "s", layer: "softmax", position: { x: 100, y: 40 } },
    { id: "y", layer: "dense", share: null },
  ],
  edges: [
    { id: "a", from: { node: "x" }, to: { node: "s" } },
    { id: "b", from: { node: "s" }, to: { node: "y" } },
  ],
  objectives: [
    {
      id: "o",
      optimizer: { kind: "sgd" },
      terms: [
        { loss: { kind: "mse" }, prediction: { node: "s" }, target: { node: "s" } },
        { loss: { kind: "l1" }, prediction: { node: "y" }, target: { field: "t" } },
      ],
      metrics: [{ metric: { kind: "mae" }, prediction: { node: "s" }, target: { field: "t" } }],
    },
  ],
});

/** `outer` shows the block twice in a row; `one` once. */
const nested = make({
  nodes: [
    { id: "x", layer: "input" },
    { id: "outer", layer: "block", params: { block: "b", repeat: 2 } },
    { id: "one", layer: "block", params: { block: "b" } },
  ],
  edges: [
    { id: "a", from: { node: "x" }, to: { node: "outer", port: "in" } },
    { id: "c", from: { node: "outer", port: "out" }, to: { node: "one", port: "in" } },
  ],
  blocks: [
    {
      id: "b",
      nodes: [
        { id: "d", layer: "dense" },
        { id: "r", layer: "relu" },
      ],
      edges: [{ id: "i", from: { node: "d" }, to: { node: "r" } }],
      inputs: [{ name: "in", to: [{ node: "d" }] }],
      outputs: [{ name: "out", from: { node: "r" } }],
    },
  ],
});

const insert = (node: string, port = "in", index = 0): Fix => ({
  kind: "insert-layer",
  node,
  port,
  index,
  layer: "flatten",
  params: {},
});

describe("applying a fix", () => {
  it("sets a parameter and keeps the others", () => {
    const once = applyFix(chain, { kind: "set-param", node: "y", param: "units", value: 5 });
    const twice = applyFix(once, { kind: "set-param", node: "y", param: "bias", value: false });
    expect(twice.nodes[2]?.params).toEqual({ units: 5, bias: false });
  });

  it("puts a layer into the right wire of several", () => {
    const merged = make({
      nodes: ["p", "q", "flatten", "m"].map((id) => ({ id, layer: "input" })),
      edges: [
        // Order in the file is not order at the port.
        { id: "second", from: { node: "q" }, to: { node: "m", port: "in", index: 1 } },
        { id: "first", from: { node: "p" }, to: { node: "m", port: "in", index: 0 } },
      ],
    });
    const fixed = applyFix(merged, insert("m", "in", 1));
    const inserted = fixed.nodes.at(-1);
    expect(inserted).toMatchObject({ id: "flatten-2", layer: "flatten", layerVersion: 1 });
    expect(fixed.edges.find((e) => e.id === "second")?.to).toEqual({ node: "flatten-2", port: "in", index: 0 });
    expect(fixed.edges.at(-1)).toMatchObject({
      from: { node: "flatten-2", port: "out" },
      to: { node: "m", port: "in", index: 1 },
    });
    expect(fixed.edges.find((e) => e.id === "first")).toEqual(merged.edges[1]);
  });

  it("writes the version of the inserted layer and stands halfway", () => {
    const lookup = { get: () => ({ version: 3 }) as never, ids: [] };
    expect(applyFix(chain, insert("s"), lookup).nodes.at(-1)).toMatchObject({
      layerVersion: 3,
      position: { x: 50, y: 20 },
    });
  });

  it("heals a removed node: wires, objectives, shared weights", () => {
    const shared = { ...chain, nodes: [...chain.nodes, { ...chain.nodes[1], id: "t", share: "s" }] } as GraphDocument;
    const fixed = applyFix(shared, { kind: "remove-node", node: "s", heal: true });
    expect(fixed.nodes.map((n) => [n.id, n.share])).toEqual([
      ["x", null],
      ["y", null],
      ["t", null],
    ]);
    expect(fixed.edges).toEqual([{ ...chain.edges[1], from: { node: "x", port: "out" } }]);
    expect(fixed.objectives[0]?.terms[0]).toMatchObject({ prediction: { node: "x" }, target: { node: "x" } });
    expect(fixed.objectives[0]?.metrics[0]).toMatchObject({ prediction: { node: "x" } });
  });

  it("removes a node with its wires when it is not to heal", () => {
    const fixed = applyFix(chain, { kind: "remove-node", node: "s", heal: false });
    expect(fixed.edges).toEqual([]);
    expect(fixed.nodes.length).toBe(2);
  });

  it("removes edges, terms, and an objective with its last term", () => {
    expect(applyFix(chain, { kind: "remove-edge", edge: "a" }).edges.map((e) => e.id)).toEqual(["b"]);
    const one = applyFix(chain, { kind: "remove-objective-term", objective: "o", term: 0 });
    expect(one.objectives[0]?.terms.map((t) => t.loss.kind)).toEqual(["l1"]);
    expect(applyFix(one, { kind: "remove-objective-term", objective: "o", term: 0 }).objectives).toEqual([]);
  });

  it("sets values anywhere in the document", () => {
    const set = (path: (string | number)[], value: never) => applyFix(chain, { kind: "set-document", path, value });
    expect(set(["training", "batch"], 7 as never).training).toEqual({ ...chain.training, batch: 7 });
    expect(set(["seed"], 3 as never).seed).toBe(3);
    expect(set(["objectives", 0, "terms", 1, "weight"], 0.5 as never).objectives[0]?.terms[1]?.weight).toBe(0.5);
    expect(set(["nodes", 2, "params", "units"], 4 as never).nodes[2]?.params).toEqual({ units: 4 });
  });

  it("reaches into blocks, once for all that show them", () => {
    const deep = applyFix(nested, { kind: "set-param", node: "outer/2/d", param: "units", value: 4 });
    expect(deep.blocks[0]?.nodes[0]?.params).toEqual({ units: 4 });
    expect(applyFix(nested, { kind: "set-param", node: "one/d", param: "units", value: 4 })).toEqual(deep);
    expect(applyFix(nested, { kind: "remove-edge", edge: "outer/1/i" }).blocks[0]?.edges).toEqual([]);
  });

  it("puts a layer behind an input of a block", () => {
    const fixed = applyFix(nested, insert("one/d"));
    expect(fixed.blocks[0]?.inputs[0]?.to).toEqual([{ node: "flatten", port: "in", index: 0 }]);
    const wires = expandBlocks(fixed).document.edges.map((e) => `${e.from.node} > ${e.to.node}`);
    expect(wires).toContain("outer/2/r > one/flatten");
    expect(wires).toContain("one/flatten > one/d");
    expect(wires).toContain("outer/1/r > outer/2/flatten");
  });

  it("heals inside a block up to its output", () => {
    const fixed = applyFix(nested, { kind: "remove-node", node: "one/r", heal: true });
    expect(fixed.blocks[0]?.outputs[0]?.from).toEqual({ node: "d", port: "out" });
  });

  it.each<Fix>([
    { kind: "set-param", node: "gone", param: "units", value: 1 },
    { kind: "set-param", node: "y/inner", param: "units", value: 1 },
    { kind: "remove-edge", edge: "gone" },
    { kind: "remove-node", node: "gone", heal: true },
    insert("y", "other"),
    insert("y", "in", 1),
    { kind: "set-document", path: ["unknown"], value: 1 },
    { kind: "set-document", path: ["nodes", 9, "params"], value: {} },
    { kind: "remove-objective-term", objective: "o", term: 2 },
    { kind: "remove-objective-term", objective: "gone", term: 0 },
  ])("leaves the document as it is where a fix no longer fits: %j", (fix) => {
    expect(fixChange(chain, fix)).toBeNull();
    expect(applyFix(chain, fix)).toBe(chain);
  });

  it.each<Fix>([
    { kind: "set-param", node: "y", param: "units", value: 1 },
    insert("s"),
    { kind: "remove-node", node: "s", heal: true },
    { kind: "remove-edge", edge: "a" },
    { kind: "set-document", path: ["training", "batch"], value: 1 },
    { kind: "remove-objective-term", objective: "o", term: 1 },
  ])("can be undone: %j", (fix) => {
    const change = fixChange(chain, fix);
    if (!change) throw new Error("no change");
    const { document, inverse } = apply(chain, change);
    expect(document).not.toEqual(chain);
    expect(apply(document, inverse).document).toEqual(chain);
  });
});
