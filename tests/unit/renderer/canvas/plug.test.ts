import { describe, expect, test } from "vitest";
import { addInput, freshPort, movePort, removePort, renamePort } from "../../../../renderer/canvas/blockPorts.ts";
import { lossId, lossOf, removeTerms, replug } from "../../../../renderer/canvas/losses.ts";
import { pathTo } from "../../../../renderer/canvas/pathTo.ts";
import { edgesAt, plug, unplug } from "../../../../renderer/canvas/plug.ts";
import { apply, type Change, graphOf, type Scope } from "../../../../src/graph/change.ts";
import { documentSchema, type GraphDocument } from "../../../../src/graph/document.ts";
import { wires } from "./support.ts";

const document = (more: object = {}): GraphDocument =>
  documentSchema.parse({
    format: "gradloom",
    version: 1,
    nodes: [
      { id: "a", layer: "input" },
      { id: "b", layer: "relu" },
      { id: "c", layer: "relu" },
      { id: "s", layer: "add" },
    ],
    edges: wires(["a", "b"], ["b", "s"], ["c", "s.in.1"]),
    ...more,
  });

const port = (side: "in" | "out", node: string, name: string = side, slot = 0) => ({
  side,
  node,
  port: name,
  handle: name,
  slot,
});
const shown = (d: GraphDocument, scope: Scope = null) =>
  graphOf(d, scope).edges.map((e) => `${e.from.node}>${e.to.node}.${e.to.port}${e.to.index}`);

function done(d: GraphDocument, change: Change | null): GraphDocument {
  if (!change) throw new Error("nothing to do");
  const { document: after, inverse } = apply(d, change);
  // Every one of these edits can be taken back.
  expect(apply(after, inverse).document).toEqual(d);
  return after;
}

describe("plugging", () => {
  test("a new wire replaces the old one of an input", () => {
    const d = document();
    const held = { seeks: "in", from: { node: "c", port: "out" }, edge: null } as const;
    expect(shown(done(d, plug({ document: d, scope: null }, held, port("in", "b"), false)))).toEqual([
      "b>s.in0",
      "c>s.in1",
      "c>b.in0",
    ]);
  });

  test("backwards too", () => {
    const d = document({ edges: [] });
    const held = { seeks: "out", to: { node: "b", port: "in", slot: 0 }, edge: null } as const;
    expect(shown(done(d, plug({ document: d, scope: null }, held, port("out", "a"), false)))).toEqual(["a>b.in0"]);
  });

  test("the free place of a port that takes several adds a wire, a taken one replaces it", () => {
    const d = document();
    const held = { seeks: "in", from: { node: "a", port: "out" }, edge: null } as const;
    const board = { document: d, scope: null };
    expect(shown(done(d, plug(board, held, port("in", "s", "in", 2), true)))).toContain("a>s.in2");
    const replaced = shown(done(d, plug(board, held, port("in", "s", "in", 1), true)));
    expect(replaced).toContain("a>s.in1");
    expect(replaced).not.toContain("c>s.in1");
  });

  test("an end is led to another port under the same id", () => {
    const d = document();
    const held = { seeks: "in", from: { node: "a", port: "out" }, edge: "w1" } as const;
    const after = done(d, plug({ document: d, scope: null }, held, port("in", "c"), false));
    expect(after.edges.find((e) => e.id === "w1")?.to.node).toBe("c");
    const source = { seeks: "out", to: { node: "b", port: "in", slot: 0 }, edge: "w1" } as const;
    const other = done(d, plug({ document: d, scope: null }, source, port("out", "c"), false));
    expect(other.edges.find((e) => e.id === "w1")?.from.node).toBe("c");
  });

  test("a wire is taken away by its id", () => {
    const d = document();
    expect(shown(done(d, unplug({ document: d, scope: null }, "w2")))).toEqual(["a>b.in0", "c>s.in1"]);
    expect(unplug({ document: d, scope: null }, "loss:main:0:prediction")).toBeNull();
  });

  test("wires at a port come in the order of their places", () => {
    const d = document();
    expect(edgesAt({ document: d, scope: null }, port("in", "s")).map((e) => e.id)).toEqual(["w2", "w3"]);
  });
});

describe("ports of a block", () => {
  const withBlock = (): GraphDocument =>
    document({
      nodes: [
        { id: "a", layer: "input" },
        { id: "x", layer: "block", params: { block: "block1" } },
        { id: "b", layer: "relu" },
      ],
      edges: wires(["a", "x.in"], ["x.out", "b"]),
      blocks: [
        {
          id: "block1",
          nodes: [
            { id: "r", layer: "relu" },
            { id: "t", layer: "tanh" },
          ],
          edges: wires(["r", "t"]),
          inputs: [{ name: "in", to: [{ node: "r" }] }],
          outputs: [{ name: "out", from: { node: "t" } }],
        },
      ],
      objectives: [
        {
          id: "main",
          terms: [{ loss: { kind: "mse" }, prediction: { node: "x", port: "out" }, target: { field: "y" } }],
          optimizer: { kind: "sgd" },
        },
      ],
    });
  const block = (d: GraphDocument) => {
    const found = d.blocks[0];
    if (!found) throw new Error("no block");
    return found;
  };

  test("renaming follows at wires outside and at losses", () => {
    const d = withBlock();
    const after = done(d, renamePort(d, block(d), "out", "out", "features"));
    expect(after.edges.find((e) => e.from.node === "x")?.from.port).toBe("features");
    expect(after.objectives[0]?.terms[0]?.prediction.port).toBe("features");
    expect(renamePort(d, block(d), "in", "in", "in")).toBeNull();
  });

  test("removing takes the wires outside", () => {
    const d = withBlock();
    const after = done(d, removePort(d, block(d), "in", "in"));
    expect(after.edges.map((e) => e.to.node)).toEqual(["b"]);
    expect(after.blocks[0]?.inputs).toEqual([]);
  });

  test("a wire dropped on the free place makes a port, and leaves the one it had", () => {
    const d = withBlock();
    const board = { document: d, scope: "block1" };
    const held = { seeks: "out", to: { node: "t", port: "in", slot: 0 }, edge: null } as const;
    const after = done(d, plug(board, held, port("out", "port:in:", "port"), false));
    expect(after.blocks[0]?.inputs.map((p) => [p.name, p.to.map((t) => t.node)])).toEqual([
      ["in", ["r"]],
      ["in2", ["t"]],
    ]);
    expect(after.blocks[0]?.edges).toEqual([]);
  });

  test("a wire between nodes takes the input off the block's port", () => {
    const d = withBlock();
    const held = { seeks: "in", from: { node: "t", port: "out" }, edge: null } as const;
    const after = done(d, plug({ document: d, scope: "block1" }, held, port("in", "r"), false));
    expect(after.blocks[0]?.inputs[0]?.to).toEqual([]);
    expect(shown(after, "block1")).toEqual(["r>t.in0", "t>r.in0"]);
  });

  test("an output of the block is led to another node, and new ones are numbered", () => {
    const d = withBlock();
    const held = { seeks: "in", from: { node: "r", port: "out" }, edge: null } as const;
    const after = done(d, plug({ document: d, scope: "block1" }, held, port("in", "port:out:out", "port"), false));
    expect(after.blocks[0]?.outputs).toEqual([{ name: "out", from: { node: "r", port: "out" } }]);
    expect(freshPort(block(d), "out")).toBe("out2");
  });

  test("order", () => {
    const d = withBlock();
    const two = done(d, addInput(block(d), { node: "t", port: "in", index: 0 }));
    expect(done(two, movePort(block(two), "in", "in2", -1)).blocks[0]?.inputs.map((p) => p.name)).toEqual([
      "in2",
      "in",
    ]);
  });
});

describe("losses", () => {
  const d = document({
    objectives: [
      {
        id: "gan:d",
        terms: [
          { loss: { kind: "mse" }, prediction: { node: "b" }, target: { field: "y" } },
          { loss: { kind: "l1" }, prediction: { node: "c" }, target: { field: "y" } },
        ],
        metrics: [{ metric: { kind: "mae" }, prediction: { node: "b" }, target: { field: "y" } }],
        optimizer: { kind: "sgd" },
      },
    ],
  });

  test("ids read back, colons and all", () => {
    expect(lossOf(lossId({ objective: "gan:d", term: 1 }))).toEqual({ objective: "gan:d", term: 1 });
    expect(lossOf("dense1")).toBeNull();
  });

  test("another prediction takes its metrics along", () => {
    const after = done(d, replug(d, { objective: "gan:d", term: 0 }, { node: "s", port: "out" }));
    expect(after.objectives[0]?.metrics[0]?.prediction.node).toBe("s");
    expect(after.objectives[0]?.terms[1]?.prediction.node).toBe("c");
  });

  test("the objective goes with its last loss", () => {
    const one = done(d, removeTerms(d, [{ objective: "gan:d", term: 0 }]));
    expect(one.objectives[0]?.terms).toHaveLength(1);
    expect(done(one, removeTerms(one, [{ objective: "gan:d", term: 0 }])).objectives).toEqual([]);
  });
});

test("the path to the selection", () => {
  expect([...pathTo(new Set(["b"]), document().edges)].sort()).toEqual(["w1", "w2"]);
  expect(pathTo(new Set(), document().edges).size).toBe(0);
});
