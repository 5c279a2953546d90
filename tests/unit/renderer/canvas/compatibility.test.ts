import { describe, expect, test } from "vitest";
import { accepts, downstream, gives, judge, upstream } from "../../../../renderer/canvas/compatibility.ts";
import { flowDeriver } from "../../../../renderer/canvas/flow.ts";
import { marksFor } from "../../../../renderer/canvas/marks.ts";
import { plug } from "../../../../renderer/canvas/plug.ts";
import { refusalText } from "../../../../renderer/canvas/words.ts";
import { checkDocument } from "../../../../src/compile/check.ts";
import { apply, batch } from "../../../../src/graph/change.ts";
import { fixChange } from "../../../../src/graph/fix.ts";
import { uiText } from "../../../../src/i18n/ui.ts";
import { layerRegistry } from "../../../../src/layers/registry.ts";
import { symbol } from "../../../../src/shape/dim.ts";
import { branches, open, wires } from "./support.ts";

const out = (node: string) => ({ node, port: "out" });
const into = (node: string, port = "in", slot = 0) => ({ node, port, slot });

describe("may a wire be drawn", () => {
  const tab = open(branches);

  test.each([
    ["itself", out("sum"), into("sum"), "same-node"],
    ["a circle", out("out"), into("flat"), "cycle"],
    ["the same again", out("wide"), into("sum"), "doubled"],
  ] as const)("refuses %s", (_, from, to, fault) => {
    expect(judge(tab(), from, to).refusal).toEqual({ kind: "fault", fault });
  });

  test("says what arrives and what the node would give", () => {
    const { refusal, arriving, leaving } = judge(tab(), out("narrow"), into("flat"));
    expect(refusal).toBeNull();
    expect(arriving?.shape.slice(1)).toEqual([128, 14, 14]);
    expect(leaving?.shape[1]).toBe(128 * 14 * 14);
  });

  test("an image into a dense layer is refused with a layer to insert", () => {
    const { refusal } = judge(tab(), out("narrow"), into("out"));
    expect(refusal).toMatchObject({ kind: "issues", fix: { kind: "insert-layer", layer: "flatten" } });
  });

  test("what cannot be added is refused, and its fix makes it fit", () => {
    const verdict = judge(tab(), out("narrow"), into("sum", "in", 1));
    expect(verdict.refusal).toMatchObject({ kind: "issues", issues: [{ code: "shape.mismatch" }] });
    if (verdict.refusal?.kind !== "issues" || !verdict.refusal.fix) throw new Error("no fix is offered");
    const { document } = tab().edited;
    const target = { side: "in", node: "sum", port: "in", handle: "in#1", slot: 1 } as const;
    const wired = plug({ document, scope: null }, { seeks: "in", from: out("narrow"), edge: null }, target, true);
    const after = apply(document, wired ?? batch([])).document;
    const mended = fixChange(after, verdict.refusal.fix, layerRegistry);
    const { document: done } = apply(after, mended ?? batch([]));
    expect(checkDocument(done).graph.nodes.get("sum")?.outputTypes?.[0]?.shape.slice(1)).toEqual([128, 14, 14]);
  });

  test("inputs that are still open are not held against a wire", () => {
    const empty = open({
      nodes: [
        { id: "a", layer: "input" },
        { id: "m", layer: "matmul" },
        { id: "s", layer: "add" },
      ],
      edges: [],
    });
    expect(judge(empty(), out("a"), into("m", "a")).refusal).toBeNull();
    expect(judge(empty(), out("a"), into("s")).refusal).toBeNull();
  });

  test("a wire that is led elsewhere does not count where it was", () => {
    const tab = open(branches);
    expect(judge(tab(), out("wide"), into("sum"), "w3").refusal).toBeNull();
  });

  test("elements of the wrong type are refused", () => {
    const { refusal } = judge(tab(), out("image"), into("ids"));
    expect(refusal).toMatchObject({ kind: "issues", issues: [{ code: "shape.dtype" }] });
    expect(judge(tab(), out("words"), into("ids")).refusal).toBeNull();
  });

  test("every refusal has a reason in both languages", () => {
    for (const [from, to] of [
      [out("sum"), into("sum")],
      [out("out"), into("flat")],
      [out("image"), into("ids")],
    ] as const) {
      const { refusal } = judge(tab(), from, to);
      if (!refusal) throw new Error("not refused");
      const [en, zh] = (["en", "zh"] as const).map((l) => refusalText(refusal, uiText[l].canvas, l));
      expect(en).toMatch(/[a-z]{3}/);
      expect(zh).toMatch(/\p{Script=Han}{2}/u);
    }
  });
});

test("a block takes what the nodes inside take", () => {
  const tab = open({
    nodes: [
      { id: "image", layer: "input", params: { shape: [3, 8, 8] } },
      { id: "row", layer: "input", params: { shape: [12] } },
      { id: "b", layer: "block", params: { block: "block1", repeat: 2 } },
    ],
    edges: [],
    blocks: [
      {
        id: "block1",
        nodes: [{ id: "conv", layer: "conv2d", params: { filters: 3, padding: "same" } }],
        inputs: [{ name: "in", to: [{ node: "conv" }] }],
        outputs: [{ name: "out", from: { node: "conv" } }],
      },
    ],
  });
  expect(judge(tab(), out("image"), into("b")).refusal).toBeNull();
  expect(judge(tab(), out("row"), into("b")).refusal).toMatchObject({
    kind: "issues",
    issues: [{ code: "shape.rank" }],
  });
});

test("a loss takes a prediction that fits its target", () => {
  const tab = open({
    nodes: [
      { id: "image", layer: "input", params: { shape: [1, 28, 28] } },
      { id: "flat", layer: "flatten" },
      { id: "out", layer: "dense", params: { units: 10 } },
    ],
    edges: wires(["image", "flat"], ["flat", "out"]),
    data: { source: { kind: "builtin", name: "mnist" }, inputs: { image: "image" } },
    objectives: [
      {
        id: "main",
        terms: [{ loss: { kind: "cross-entropy" }, prediction: { node: "out" }, target: { field: "label" } }],
        optimizer: { kind: "sgd" },
      },
    ],
  });
  expect(judge(tab(), out("out"), into("loss:main:0", "prediction")).refusal).toBeNull();
  expect(judge(tab(), out("image"), into("loss:main:0", "prediction")).refusal?.kind).toBe("issues");
});

describe("marks while a wire is held", () => {
  const tab = open(branches);
  const marks = marksFor(
    tab(),
    flowDeriver()(tab(), uiText.en.canvas),
    { seeks: "in", from: out("narrow"), edge: null },
    "narrow",
    uiText.en.canvas,
  );

  test("ports that fit, and a word where none does", () => {
    expect([...(marks.get("flat")?.fits ?? [])]).toEqual(["in"]);
    expect(marks.get("out")).toMatchObject({ why: "another number of axes" });
    expect(marks.get("ids")).toMatchObject({ why: "needs whole numbers" });
  });

  test("nothing upstream of the wire, and not the node it comes from", () => {
    expect(marks.get("image")?.fits.size).toBe(0);
    expect(marks.has("narrow")).toBe(false);
  });
});

describe("new layers for a wire", () => {
  const image = { dtype: "float32", shape: [symbol("N"), 3, 8, 8] } as const;
  const layer = (id: string) => {
    const found = layerRegistry.get(id);
    if (!found) throw new Error(`no layer ${id}`);
    return found;
  };

  test.each([
    ["conv2d", true],
    ["relu", true],
    ["add", true],
    ["conv1d", false],
    ["dense", false],
    ["embedding", false],
    ["input", false],
  ])("%s takes an image: %s", (id, fits) => {
    expect(accepts(layer(id), image)).toBe(fits);
  });

  test("all layers give something", () => {
    expect(layerRegistry.ids.filter((id) => !gives(layer(id)))).toEqual([]);
  });
});

test("what lies up and down the wires", () => {
  const graph = open(branches)().edited.document;
  expect([...upstream(graph, "flat")].sort()).toEqual(["flat", "image", "wide"]);
  expect([...downstream(graph, "wide")].sort()).toEqual(["flat", "out", "sum", "wide"]);
});
