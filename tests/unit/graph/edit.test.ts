import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../../src/compile/index.ts";
import { roleKey } from "../../../src/compile/manifest.ts";
import { apply, type Change, graphOf } from "../../../src/graph/change.ts";
import type { GraphDocument } from "../../../src/graph/document.ts";
import { align, distribute } from "../../../src/graph/edit/arrange.ts";
import { makeBlock, unpackBlock, withBlocks } from "../../../src/graph/edit/blocks.ts";
import { clipText, copy, parseClip, paste } from "../../../src/graph/edit/clipboard.ts";
import {
  addNode,
  moveNodes,
  removeNodes,
  renameNode,
  replaceLayer,
  setParam,
  updateNodes,
} from "../../../src/graph/edit/nodes.ts";
import {
  connect,
  connectInOrder,
  insertIntoEdge,
  portsOf,
  reroute,
  swapInputs,
  wireFault,
} from "../../../src/graph/edit/wires.ts";
import { type Edited, edit, emptyHistory, redo, undo } from "../../../src/graph/history.ts";
import { parseDocument, readDocument, serializeDocument } from "../../../src/graph/read.ts";
import { layerRegistry } from "../../../src/layers/registry.ts";
import { readTemplate } from "../../support/template.ts";

const lenet = readTemplate("lenet");
const residual = readTemplate("resnet-small");

/** One random edit of a document, drawn from numbers; an empty change where the draw fits nothing. */
function randomChange(document: GraphDocument, pick: (n: number) => number): Change {
  const nothing: Change = { kind: "batch", changes: [] };
  const layers = withBlocks(layerRegistry, document.blocks);
  const { nodes, edges } = document;
  const some = <T>(list: readonly T[]): T | undefined => list[pick(list.length)];
  const ids = (): string[] => nodes.filter(() => pick(4) === 0).map((n) => n.id);
  const node = some(nodes);
  const edge = some(edges);
  const kinds: (() => Change)[] = [
    () =>
      addNode(document, null, some(["relu", "dense", "conv2d", "add", "split"]) as string, layers, {
        x: pick(900),
        y: pick(600),
      }).change,
    () => removeNodes(document, null, ids(), pick(2) === 0, layers),
    () => (node ? setParam(document, null, [node.id], "units", pick(2) ? pick(64) + 1 : undefined) : nothing),
    () => moveNodes(document, null, new Map(ids().map((id) => [id, { x: pick(900), y: pick(600) }]))),
    () =>
      updateNodes(document, null, ids(), () => ({ state: some(["active", "muted", "bypassed"] as const) ?? "active" })),
    () => (node ? (renameNode(document, null, node.id, `n${pick(1000)}`) ?? nothing) : nothing),
    () => (node ? replaceLayer(document, null, node.id, some(["tanh", "dense", "add"]) as string, layers) : nothing),
    () => {
      const target = some(nodes);
      if (!node || !target) return nothing;
      const [out, into] = [portsOf(node, layers).outputs[0], portsOf(target, layers).inputs[0]];
      if (!out || !into || wireFault(document, { node: node.id, port: out.name }, { node: target.id, port: into.name }))
        return nothing;
      return connect(
        document,
        null,
        { node: node.id, port: out.name },
        { node: target.id, port: into.name, several: !!into.several },
      ).change;
    },
    () => (edge ? { kind: "remove", scope: null, list: "edges", id: edge.id } : nothing),
    () =>
      edge && node && edge.from.node !== node.id && edge.to.node !== node.id
        ? insertIntoEdge(document, null, edge.id, node, layers)
        : nothing,
    () => (edge ? reroute(document, null, edge.id, [{ x: pick(100), y: pick(100) }]) : nothing),
    () => (node ? swapInputs(document, null, node.id) : nothing),
    () => paste(document, null, copy(document, null, new Set(ids())), { x: 20, y: 20 }, pick(2) === 0).change,
    () => {
      const chosen = ids();
      return chosen.length > 0 ? makeBlock(document, null, chosen, "Block").change : nothing;
    },
    () => {
      const block = nodes.find((n) => n.layer === "block" && document.blocks.some((b) => b.id === n.params["block"]));
      return block ? unpackBlock(document, null, block.id).change : nothing;
    },
    () => connectInOrder(document, null, ids(), layers),
    () => align(document, null, ids(), some(["left", "top", "middle"] as const) ?? "left", new Map()),
    () => distribute(document, null, ids(), "horizontal", new Map()),
    () => ({ kind: "set", key: "seed", value: pick(1000) }),
  ];
  // Graphs that grow without end make the property slow and show nothing more.
  return nodes.length > 60
    ? removeNodes(
        document,
        null,
        nodes.slice(0, 40).map((n) => n.id),
        true,
        layers,
      )
    : (some(kinds) as () => Change)();
}

describe("history", () => {
  it("1,000 random edits with random undo and redo equal a replay", () => {
    // A linear congruential generator: the run is the same everywhere, and one failure names one step.
    let state = 12345;
    const pick = (n: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return n <= 0 ? 0 : Math.floor((state / 2 ** 32) * n);
    };
    let edited: Edited = { document: lenet, history: emptyHistory };
    let trail: GraphDocument[] = [lenet];
    let at = 0;
    let edits = 0;
    while (edits < 1000) {
      const dice = pick(10);
      if (dice < 2) {
        edited = undo(edited);
        // Steps beyond the limit of the history are forgotten.
        if (edited.document !== trail[at]) at--;
      } else if (dice < 4) {
        const before = edited.document;
        edited = redo(edited);
        if (edited.document !== before) at++;
      } else {
        const change = randomChange(edited.document, pick);
        const next = edit(edited, change, { key: "edit" });
        edits++;
        if (next.document === edited.document) continue;
        edited = next;
        trail = [...trail.slice(0, at + 1), edited.document];
        at++;
      }
      expect(serializeDocument(edited.document), `after ${edits} edits`).toBe(
        serializeDocument(trail[at] as GraphDocument),
      );
    }
    while (edited.history.past.length > 0) edited = undo(edited);
    while (edited.history.future.length > 0) edited = redo(edited);
    expect(serializeDocument(edited.document)).toBe(serializeDocument(trail.at(-1) as GraphDocument));
  }, 120_000);

  it("every edit is undone to the byte by its inverse, and gives a document that can be read back", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 12 }), (numbers, steps) => {
        const pick = (n: number): number => (n <= 0 ? 0 : (numbers.next().value as number) % n);
        let document = residual;
        for (let i = 0; i < steps; i++) {
          const applied = apply(document, randomChange(document, pick));
          expect(serializeDocument(apply(applied.document, applied.inverse).document)).toBe(
            serializeDocument(document),
          );
          document = applied.document;
        }
        expect(parseDocument(serializeDocument(document)).ok).toBe(true);
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it("joins a gesture into one step and ends it when another comes", () => {
    const start: Edited = { document: lenet, history: emptyHistory };
    const move = (x: number) => moveNodes(lenet, null, new Map([["conv1", { x, y: 0 }]]));
    let edited = edit(start, move(5), { key: "move" }, "drag1");
    edited = edit(edited, move(9), { key: "move" }, "drag1");
    expect(edited.history.past.length).toBe(1);
    edited = edit(edited, move(12), { key: "move" }, "drag2");
    expect(edited.history.past.length).toBe(2);
    expect(serializeDocument(undo(undo(edited)).document)).toBe(serializeDocument(lenet));
  });
});

/** Hash of what a document compiles to with names left out: operators, attributes and parameter shapes in order. */
function structure(document: GraphDocument): string {
  const model = compile(document, { kind: "inference", values: undefined as never });
  if (!model.ok) throw new Error(JSON.stringify(model.issues));
  const numbers = new Map<unknown, number>();
  const number = (v: unknown): number => numbers.get(v) ?? numbers.set(v, numbers.size).size - 1;
  const { graph, manifest } = model.value;
  return JSON.stringify({
    operators: graph.operators.map((o) => [o.op, o.inputs.map(number), o.outputs.map(number), o.attrs]),
    parameters: graph.initializers.map((v) => v.type),
    ports: [manifest.inputs, manifest.outputs].map((ports) => ports.map((p) => p.shape)),
  });
}

describe("what must not change the network", () => {
  const chain = ["conv2", "relu2", "pool2"];

  it("making a block and unpacking it", () => {
    const made = makeBlock(lenet, null, chain, "Stage");
    const blocked = apply(lenet, made.change).document;
    expect(structure(blocked)).toBe(structure(lenet));
    const unpacked = apply(blocked, unpackBlock(blocked, null, made.node).change).document;
    expect(unpacked.blocks).toEqual([]);
    expect(structure(unpacked)).toBe(structure(lenet));
    const sorted = (d: GraphDocument) => d.nodes.map((n) => n.id).sort();
    expect(sorted(unpacked)).toEqual(sorted(lenet));
  });

  it("a block around the node an objective looks at", () => {
    const last = lenet.objectives[0]?.terms[0]?.prediction.node as string;
    const blocked = apply(lenet, makeBlock(lenet, null, [last], "Head").change).document;
    expect(blocked.objectives[0]?.terms[0]?.prediction.node).toBe("block1");
    expect(structure(blocked)).toBe(structure(lenet));
  });

  it("blocks in blocks, and unpacking them from the outside", () => {
    const inner = makeBlock(lenet, null, ["relu2", "pool2"], "Inner");
    const once = apply(lenet, inner.change).document;
    const outer = makeBlock(once, null, ["conv2", inner.node], "Outer");
    const twice = apply(once, outer.change).document;
    expect(structure(twice)).toBe(structure(lenet));
    const out = apply(twice, unpackBlock(twice, null, outer.node).change).document;
    expect(structure(out)).toBe(structure(lenet));
  });

  it("a block of a residual branch", () => {
    const branch = residual.nodes.filter((n) => /^block2-(conv|norm|relu1)/.test(n.id)).map((n) => n.id);
    expect(branch.length).toBeGreaterThan(1);
    const blocked = apply(residual, makeBlock(residual, null, branch, "Branch").change).document;
    expect(structure(blocked)).toBe(structure(residual));
  });

  it("repeating a block three times equals three of it in a row", () => {
    const made = makeBlock(lenet, null, ["relu3"], "Twice");
    const blocked = apply(lenet, made.change).document;
    const repeated = apply(blocked, setParam(blocked, null, [made.node], "repeat", 3)).document;
    const byHand = apply(repeated, unpackBlock(repeated, null, made.node).change).document;
    expect(byHand.nodes.filter((n) => n.layer === "relu").length).toBe(
      lenet.nodes.filter((n) => n.layer === "relu").length + 2,
    );
    expect(structure(byHand)).toBe(structure(repeated));
  });

  it("a copy pasted as text into an empty document", () => {
    const all = new Set(lenet.nodes.map((n) => n.id));
    const clip = parseClip(clipText(copy(lenet, null, all)));
    const empty = readDocument({ format: "gradloom", version: 1, seed: lenet.seed });
    if (!clip || !empty.ok) throw new Error("no clip");
    const pasted = apply(empty.value, paste(empty.value, null, clip, { x: 0, y: 0 }).change).document;
    expect(structure(pasted)).toBe(structure({ ...lenet, objectives: [], data: null }));
  });

  it("moving, aligning, pinning and collapsing", () => {
    const ids = lenet.nodes.map((n) => n.id);
    const aligned = apply(lenet, align(lenet, null, ids, "top", new Map())).document;
    const pinned = apply(
      aligned,
      updateNodes(aligned, null, ids, () => ({ pinned: true, collapsed: true })),
    ).document;
    expect(structure(pinned)).toBe(structure(lenet));
    expect(graphOf(pinned, null).nodes.every((n) => n.pinned)).toBe(true);
  });
});

it("role keys of parameters do not depend on the order of nodes", () => {
  const shuffled = { ...lenet, nodes: [...lenet.nodes].reverse(), edges: [...lenet.edges].reverse() };
  const ports = (d: GraphDocument) => {
    const model = compile(d, { kind: "training-step" });
    if (!model.ok) throw new Error("not compiled");
    return {
      keys: model.value.manifest.inputs.map((p) => roleKey(p.role)),
      bytes: Buffer.from(model.value.bytes).toString("base64"),
    };
  };
  expect(ports(shuffled)).toEqual(ports(lenet));
});
