import { describe, expect, test } from "vitest";
import { decorator } from "../../../../renderer/canvas/decorate.ts";
import { flowDeriver } from "../../../../renderer/canvas/flow.ts";
import { textWidth } from "../../../../renderer/canvas/textWidth.ts";
import { workspace } from "../../../../renderer/stores/workspace.ts";
import { apply } from "../../../../src/graph/change.ts";
import { moveNodes, setParam } from "../../../../src/graph/edit/nodes.ts";
import { uiText } from "../../../../src/i18n/ui.ts";
import { branches, open, wires } from "./support.ts";

const text = uiText.en.canvas;

describe("nodes and wires as they are drawn", () => {
  const tab = open(branches);
  const derive = flowDeriver();
  const graph = derive(tab(), text);
  const view = (id: string) => graph.views.get(id);

  test("a node tells kind, name, parameters and output shape", () => {
    expect(view("wide")).toMatchObject({
      kind: "Conv2d",
      name: "wide",
      lines: [{ text: "64 @ 3×3 · same" }, { text: "N×64×28×28", mono: true }],
      width: 152,
    });
    expect(view("flat")).toMatchObject({ kind: "Flatten", name: null, lines: [], height: 28 });
    expect(view("out")?.lines.map((l) => l.text)).toEqual(["50176 → 10", "N×10"]);
  });

  test("a port that takes several has a place for each wire and a free one", () => {
    expect(view("sum")?.inputs.map((p) => [p.handle, p.wired, p.y])).toEqual([
      ["in#0", true, 14],
      ["in#1", false, 34],
    ]);
  });

  test("a node is as high as its ports need", () => {
    expect(view("sum")?.height).toBe(48);
  });

  test("open inputs are no alarm", () => {
    expect(view("sum")?.severity).toBe("open");
    expect(view("wide")?.severity).toBeNull();
  });

  test("wires carry the shape of a sample and end at the right place", () => {
    const wire = graph.edges.find((e) => e.id === "w3");
    expect(wire).toMatchObject({
      source: "wide",
      target: "sum",
      targetHandle: "in#0",
      data: { label: "64×28×28", faulty: false },
    });
  });

  test("a screen reader hears all of it", () => {
    expect(view("wide")?.label).toBe("Conv2d wide, 64 @ 3×3 · same, output N×64×28×28");
    expect(view("sum")?.label).toContain("1 problem");
  });

  test("words fit into their node, in both languages", () => {
    for (const locale of ["en", "zh"] as const) {
      for (const v of flowDeriver()(tab(), uiText[locale].canvas).views.values()) {
        expect(31 + textWidth(v.kind, 12.5)).toBeLessThanOrEqual(v.width);
        for (const line of v.lines)
          expect(18 + textWidth(line.text, line.mono ? 10.5 : 11, line.mono)).toBeLessThanOrEqual(v.width);
      }
    }
  });
});

describe("what does not change is not drawn again", () => {
  test("moving a node leaves the others and all wires as they are", () => {
    const tab = open(branches);
    const derive = flowDeriver();
    const before = derive(tab(), text);
    workspace
      .getState()
      .edit(moveNodes(tab().edited.document, null, new Map([["flat", { x: 9, y: 9 }]])), { key: "move" });
    const after = derive(tab(), text);
    const changed = after.nodes.filter((n, i) => n !== before.nodes[i]).map((n) => n.id);
    expect(changed).toEqual(["flat"]);
    expect(after.edges.every((e, i) => e === before.edges[i])).toBe(true);
  });

  test("a parameter changes its node and what comes after", () => {
    const tab = open(branches);
    const derive = flowDeriver();
    const before = derive(tab(), text);
    workspace.getState().edit(setParam(tab().edited.document, null, ["flat"], "startAxis", 2), { key: "setParam" });
    const after = derive(tab(), text);
    const changed = after.nodes.filter((n, i) => n !== before.nodes[i]).map((n) => n.id);
    expect(changed.sort()).toEqual(["flat", "out"]);
  });

  test("selecting draws one node again", () => {
    const tab = open(branches);
    const graph = flowDeriver()(tab(), text);
    const decorate = decorator();
    const plain = { selection: tab().selection, moving: null, resizing: null, focus: null, spoken: new Map() };
    const before = decorate(graph, plain);
    const after = decorate(graph, { ...plain, selection: { ...tab().selection, nodes: new Set(["flat"]) } });
    expect(after.nodes.filter((n, i) => n !== before.nodes[i]).map((n) => n.id)).toEqual(["flat"]);
  });
});

test("a wire that brings the wrong shape is at fault, others are not", () => {
  const tab = open({ nodes: branches.nodes, edges: wires(["image", "wide"], ["wide", "out"]) });
  const { edges, views } = flowDeriver()(tab(), text);
  expect(edges.map((e) => [e.id, e.data?.faulty])).toEqual([
    ["w1", false],
    ["w2", true],
  ]);
  expect(views.get("out")).toMatchObject({ severity: "error" });
  expect(views.get("out")?.lines.at(-1)).toMatchObject({ text: "?", tone: "error" });
});

test("inside a block its ports stand beside its content", () => {
  const tab = open({
    nodes: [
      { id: "image", layer: "input", params: { shape: [3, 8, 8] } },
      { id: "b", layer: "block", params: { block: "block1", repeat: 3 } },
    ],
    edges: wires(["image", "b"]),
    blocks: [
      {
        id: "block1",
        name: "Stage",
        nodes: [{ id: "conv", layer: "conv2d", params: { filters: 3, padding: "same" } }],
        inputs: [{ name: "in", to: [{ node: "conv" }] }],
        outputs: [{ name: "out", from: { node: "conv" } }],
      },
    ],
  });
  const derive = flowDeriver();
  expect(derive(tab(), text).views.get("b")).toMatchObject({ kind: "Stage", name: "×3", repeat: 3 });
  expect(derive(tab(), text).views.get("b")?.lines.at(-1)?.text).toBe("N×3×8×8");
  workspace.getState().enter("b");
  const inside = derive(tab(), text);
  const ports = inside.nodes.filter((n) => n.type === "port").map((n) => [n.id, n.data.shape]);
  expect(ports).toEqual([
    ["port:in:in", "3×8×8"],
    ["port:in:", null],
    ["port:out:out", "3×8×8"],
    ["port:out:", null],
  ]);
  expect(inside.edges.map((e) => `${e.source}>${e.target}`)).toEqual(["port:in:in>conv", "conv>port:out:out"]);
  const conv = inside.nodes.find((n) => n.id === "conv");
  for (const p of inside.nodes) {
    if (p.type !== "port") continue;
    if (p.data.side === "in") expect(p.position.x + (p.width ?? 0)).toBeLessThan(conv?.position.x ?? 0);
    else expect(p.position.x).toBeGreaterThan((conv?.position.x ?? 0) + (conv?.width ?? 0));
  }
});

test("an edit that is undone gives the drawing of before", () => {
  const tab = open(branches);
  const before = flowDeriver()(tab(), text);
  const { document } = tab().edited;
  const { inverse } = apply(document, setParam(document, null, ["wide"], "filters", 8));
  workspace.getState().edit(setParam(document, null, ["wide"], "filters", 8), { key: "setParam" });
  workspace.getState().edit(inverse, { key: "setParam" });
  expect(flowDeriver()(tab(), text)).toEqual(before);
});
