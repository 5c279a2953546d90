import { describe, expect, it } from "vitest";
import { checkDocument } from "../../../src/compile/index.ts";
import type { DocumentInput, GraphDocument } from "../../../src/graph/document.ts";
import { readDocument } from "../../../src/graph/read.ts";
import { tensor } from "../../../src/shape/dtype.ts";
import {
  fitWeights,
  followNodes,
  liveWeights,
  ownerOf,
  sameWeights,
  type Weights,
} from "../../../src/train/weights.ts";

type Node = NonNullable<DocumentInput["nodes"]>[number];

/** A dense layer at its place. */
const dense = (id: string, x: number, units = 4): Node => ({
  id,
  layer: "dense",
  params: { units },
  position: { x, y: 0 },
});
const input: Node = { id: "x", layer: "input", params: { shape: [4] } };

function read(changes: Partial<DocumentInput>): GraphDocument {
  const result = readDocument({ format: "gradloom", version: 1, ...changes });
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.value;
}

/** Nodes in a row. */
const row = (...nodes: Node[]): GraphDocument =>
  read({
    nodes: [input, ...nodes],
    edges: nodes.map((n, i) => ({ id: `e${i}`, from: { node: [input, ...nodes][i]?.id ?? "" }, to: { node: n.id } })),
  });

/** One weight for each node. */
const of = (...nodes: string[]): Weights => ({
  tensors: new Map(nodes.map((n, i) => [`${n}.weight`, tensor("float32", [1], [i])])),
  standardise: {},
  step: 1,
  epoch: 0,
});
const owners = (w: Weights): string[] => [...w.tensors.keys()].map((key) => ownerOf(key).node);
const follow = (w: Weights, before: GraphDocument, after: GraphDocument): Weights =>
  followNodes(w, checkDocument(before), checkDocument(after));

describe("weights after an edit", () => {
  const before = row(dense("a", 1), dense("b", 2));

  it("go with a node that is renamed, and back", () => {
    const after = row(dense("a", 1), dense("head", 2));
    const weights = of("a", "b");
    const renamed = follow(weights, before, after);
    expect(owners(renamed)).toEqual(["a", "head"]);
    expect(renamed.tensors.get("head.weight")).toBe(weights.tensors.get("b.weight"));
    expect(owners(follow(renamed, after, before))).toEqual(["a", "b"]);
  });

  it("stay as they are when a node is deleted, moved or gets other settings", () => {
    const weights = of("a", "b");
    expect(follow(weights, before, row(dense("a", 1)))).toBe(weights);
    expect(follow(weights, before, row(dense("a", 1), dense("b", 9)))).toBe(weights);
    expect(follow(weights, before, row(dense("a", 1), dense("b", 2, 7)))).toBe(weights);
  });

  it("do not go to another node that came at the same time", () => {
    const weights = of("a", "b");
    expect(follow(weights, before, row(dense("a", 1), dense("c", 5)))).toBe(weights);
    expect(follow(weights, before, row(dense("a", 1), dense("c", 2, 7)))).toBe(weights);
  });

  it("go into a block with their node, and out of it again", () => {
    const block = (repeat: number): GraphDocument =>
      read({
        nodes: [input, dense("a", 1), { id: "part", layer: "block", params: { block: "part", repeat } }],
        edges: [
          { id: "e0", from: { node: "x" }, to: { node: "a" } },
          { id: "e1", from: { node: "a" }, to: { node: "part", port: "in" } },
        ],
        blocks: [
          {
            id: "part",
            nodes: [dense("b", 0)],
            inputs: [{ name: "in", to: [{ node: "b" }] }],
            outputs: [{ name: "out", from: { node: "b" } }],
          },
        ],
      });
    const inside = follow(of("a", "b"), before, block(1));
    expect(owners(inside)).toEqual(["a", "part/b"]);
    expect(owners(follow(inside, block(1), before))).toEqual(["a", "b"]);
    // Of two copies nobody knows which one it is.
    expect(owners(follow(of("a", "b"), before, block(2)))).toEqual(["a", "b"]);
  });

  it("of a muted node are kept, and do not count while it is", () => {
    const document = row(dense("a", 1), { ...dense("b", 2), state: "muted" });
    const tensors = new Map(["a.bias", "b.bias"].map((key) => [key, tensor("float32", [4], [1, 2, 3, 4])]));
    const weights: Weights = { ...of(), tensors };
    expect(fitWeights(weights, checkDocument(document))).toEqual({ weights, misfits: [] });
    expect(owners(liveWeights(weights, checkDocument(document)).weights ?? of())).toEqual(["a"]);
  });

  it("are the same when their tensors are, under the same names", () => {
    const weights = of("a", "b");
    expect(sameWeights(weights, { ...weights, tensors: new Map(weights.tensors) })).toBe(true);
    expect(sameWeights(weights, of("a", "b"))).toBe(false);
    expect(sameWeights(weights, null)).toBe(false);
    expect(sameWeights(null, null)).toBe(true);
  });
});
