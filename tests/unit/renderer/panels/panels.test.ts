import { describe, expect, it } from "vitest";
import { fixLabel } from "../../../../renderer/canvas/words.ts";
import { historyRows } from "../../../../renderer/panels/historyRows.ts";
import { blockClip, copiedBlock, freeName } from "../../../../renderer/panels/library.ts";
import { outlineRows } from "../../../../renderer/panels/outlineRows.ts";
import { paletteSections } from "../../../../renderer/panels/paletteSections.ts";
import { headline, listed, placeOfIssue, placeOfPath } from "../../../../renderer/panels/places.ts";
import { insertDocument } from "../../../../renderer/panels/templateInsert.ts";
import { checkDocument } from "../../../../src/compile/check.ts";
import { type Fix, issue, type Json, warning } from "../../../../src/core/issue.ts";
import { apply } from "../../../../src/graph/change.ts";
import type { GraphDocument } from "../../../../src/graph/document.ts";
import { makeBlock } from "../../../../src/graph/edit/blocks.ts";
import { paste } from "../../../../src/graph/edit/clipboard.ts";
import { setParam } from "../../../../src/graph/edit/nodes.ts";
import { edit, emptyHistory, undo } from "../../../../src/graph/history.ts";
import { readDocument } from "../../../../src/graph/read.ts";
import type { Locale } from "../../../../src/i18n/locale.ts";
import { uiText } from "../../../../src/i18n/ui.ts";
import { layerRegistry } from "../../../../src/layers/registry.ts";
import { readTemplate } from "../../../support/template.ts";

const lenet = readTemplate("lenet");

function empty(): GraphDocument {
  const read = readDocument({ format: "gradloom", version: 1 });
  if (!read.ok) throw new Error("no empty document");
  return read.value;
}

/** LeNet with its first convolution, activation and pooling in a block. */
function blocked(repeat = 1): GraphDocument {
  const made = makeBlock(lenet, null, ["conv2", "relu2"], "Stage");
  const document = apply(lenet, made.change).document;
  return apply(document, setParam(document, null, [made.node], "repeat", repeat)).document;
}

describe("places of issues", () => {
  it("leads into blocks, past the number of the repetition", () => {
    expect(placeOfPath(lenet, "conv1", "node")).toEqual({ path: [], node: "conv1", edge: null });
    expect(placeOfPath(blocked(), "block1/conv2", "node")).toEqual({ path: ["block1"], node: "conv2", edge: null });
    expect(placeOfPath(blocked(3), "block1/2/conv2", "node")).toEqual({ path: ["block1"], node: "conv2", edge: null });
    expect(placeOfPath(lenet, "nobody", "node").node).toBeNull();
    expect(placeOfPath(lenet, "image-conv1", "edge").edge).toBe("image-conv1");
  });

  it("is the document where nothing in the drawing is meant", () => {
    expect(placeOfIssue(lenet, issue("objective.none", {}))).toBeNull();
    expect(placeOfIssue(lenet, issue("graph.missing-input", { node: "conv1", layer: "conv2d" }))?.node).toBe("conv1");
  });

  it("shows errors first, and one cause once", () => {
    const fix = { kind: "set-param", node: "a", param: "padding", value: "same" } as const;
    const at = { node: "a", param: "kernel", layer: "conv2d", size: "-1", formula: "", fix };
    const first = issue("shape.empty", { ...at, axis: 2 });
    const second = issue("shape.empty", { ...at, axis: 3 });
    const soft = warning("objective.softmax-twice", { loss: "cross-entropy", layer: "softmax" });
    const other = issue("graph.missing-input", { node: "b", layer: "dense" });
    expect(listed([soft, first, second, other, other])).toEqual([first, other, soft]);
  });

  it("parts the first sentence from the rest, in both languages", () => {
    expect(headline("A size of 0.5 is wrong. Change it.")).toEqual({
      head: "A size of 0.5 is wrong.",
      rest: "Change it.",
    });
    expect(headline("大小应为 1。请修改。")).toEqual({ head: "大小应为 1。", rest: "请修改。" });
    expect(headline("No end")).toEqual({ head: "No end", rest: "" });
  });
});

describe("words of fixes", () => {
  const label = (fix: Fix, locale: Locale = "en"): string => fixLabel(fix, lenet, uiText[locale].canvas, locale);
  const set = (param: string, value: Json, node = "conv1"): Fix => ({ kind: "set-param", node, param, value });

  it("are a verb with its object", () => {
    const insert = { kind: "insert-layer", node: "a", port: "in", index: 0, layer: "flatten", params: {} } as const;
    expect(label(insert)).toBe("Insert Flatten");
    expect(label(insert, "zh")).toBe("插入展平");
    expect(label(set("kernel", [3, 3]))).toBe("Set kernel size to 3 × 3");
    expect(label(set("kernel", 3), "zh")).toBe("把“卷积核大小”设为 3");
    expect(label({ kind: "remove-node", node: "relu1", heal: true })).toBe("Remove ReLU");
    expect(label({ kind: "set-document", path: ["data", "inputs", "image"], value: "image" })).toBe("Connect to image");
    expect(label({ kind: "set-document", path: ["training", "batch"], value: 8 })).toBe("Set batch to 8");
  });

  it("name options as the form does", () => {
    expect(label(set("padding", "same"))).toBe("Set padding to Same size");
  });

  it("name parameters of layers that are not known by their key", () => {
    expect(label(set("odd", { a: 1 }, "nobody"))).toBe("Set odd");
  });
});

describe("history as a list", () => {
  it("counts steps back and forth from the present one", () => {
    let state = { document: lenet, history: emptyHistory };
    for (const name of ["a", "b", "c"]) state = edit(state, { kind: "set", key: "name", value: name }, { key: name });
    state = undo(state);
    expect(historyRows(state.history).map((r) => [r.name?.key ?? "start", r.distance])).toEqual([
      ["c", 1],
      ["b", 0],
      ["a", -1],
      ["start", -2],
    ]);
    expect(historyRows(emptyHistory)).toEqual([{ name: null, distance: 0 }]);
  });
});

describe("outline", () => {
  it("lists nodes in the order in which data flows", () => {
    const shuffled = { ...lenet, nodes: [...lenet.nodes].reverse() };
    const rows = outlineRows(shuffled, [], new Set());
    expect(rows.map((r) => r.id)).toEqual(lenet.nodes.map((n) => n.id));
  });

  it("shows the inside of a block while it is open, under the names of the check", () => {
    const closed = outlineRows(blocked(2), [], new Set());
    expect(closed.map((r) => r.id)).not.toContain("block1/1/conv2");
    const open = outlineRows(blocked(2), [], new Set(["block1"]));
    const inner = open.filter((r) => r.path.length === 1);
    expect(inner.map((r) => r.id)).toEqual(["block1/1/conv2", "block1/1/relu2"]);
    const ids = new Set(checkDocument(blocked(2)).graph.nodes.keys());
    expect(inner.every((r) => ids.has(r.id))).toBe(true);
  });

  it("counts issues at a node, those inside a block at the block", () => {
    const inside = issue("graph.missing-input", { node: "block1/conv2", layer: "conv2d" });
    const rows = outlineRows(blocked(), [inside], new Set(["block1"]));
    expect(rows.filter((r) => r.errors > 0).map((r) => r.id)).toEqual(["block1", "block1/conv2"]);
  });

  it("lists nodes on a circle too, and ends in a block that contains itself", () => {
    const circle = {
      ...lenet,
      edges: [...lenet.edges, { ...lenet.edges[0], id: "back", from: { node: "relu4", port: "out" } }],
    };
    expect(outlineRows(circle as GraphDocument, [], new Set())).toHaveLength(lenet.nodes.length);
    const document = blocked();
    const blocks = document.blocks.map((b) => ({
      ...b,
      nodes: [...b.nodes, { ...(document.nodes.find((n) => n.layer === "block") as (typeof b.nodes)[number]) }],
    }));
    const open = new Set(
      Array.from({ length: 40 }, (_, k) =>
        Array(k + 1)
          .fill("block1")
          .join("/"),
      ),
    );
    expect(outlineRows({ ...document, blocks }, [], open).length).toBeLessThan(200);
  });
});

describe("palette", () => {
  const none = { favourites: [], recentLayers: [] };
  const found = (query: string, locale: "en" | "zh" = "en") => paletteSections(query, locale, none)[0]?.layers ?? [];

  it("has every layer once in its category", () => {
    const layers = paletteSections("", "en", none).flatMap((s) => s.layers);
    expect([...layers].sort()).toEqual([...layerRegistry.ids].sort());
  });

  it("puts favourites and what was used last on top, without layers that no longer exist", () => {
    const sections = paletteSections("", "en", { favourites: ["dense", "gone"], recentLayers: ["relu"] });
    expect(sections.slice(0, 2)).toEqual([
      { id: "favourites", layers: ["dense"] },
      { id: "recent", layers: ["relu"] },
    ]);
  });

  it("finds by English, Chinese, pinyin, initials and other names", () => {
    expect(found("dense")[0]).toBe("dense");
    expect(found("fully connected")[0]).toBe("dense");
    expect(found("卷积", "zh").slice(0, 6)).toContain("conv2d");
    expect(found("juanji", "zh").slice(0, 6)).toContain("conv2d");
    expect(found("qlj", "zh")[0]).toBe("dense");
    expect(found("zzzz")).toEqual([]);
  });
});

describe("block library", () => {
  it("keeps a block with a node that shows it", () => {
    const clip = blockClip(blocked(), "block1");
    expect(clip.nodes).toHaveLength(1);
    expect(clip.blocks.map((b) => b.id)).toEqual(["block1"]);
    const target = empty();
    const { document } = apply(target, paste(target, null, clip, { x: 0, y: 0 }).change);
    expect(document.blocks[0]?.nodes.map((n) => n.id)).toEqual(["conv2", "relu2"]);
  });

  it("gives a copy an inside of its own, a link the same one", () => {
    const document = blocked();
    const clip = blockClip(document, "block1");
    const linked = apply(document, paste(document, null, clip, { x: 0, y: 0 }).change).document;
    expect(linked.blocks).toHaveLength(1);
    const name = freeName("Stage", document.blocks);
    const copy = copiedBlock(clip, "block1", name);
    const copied = apply(document, paste(document, null, copy, { x: 0, y: 0 }).change).document;
    expect(copied.blocks.map((b) => b.name)).toEqual(["Stage", "Stage 2"]);
    expect(new Set(copied.blocks.map((b) => b.id)).size).toBe(2);
  });

  it("counts names up", () => {
    const blocks = ["Stage", "Stage 2"].map((name) => ({
      ...(blocked().blocks[0] as GraphDocument["blocks"][number]),
      name,
    }));
    expect(freeName("Stage 2", blocks)).toBe("Stage 3");
  });
});

describe("templates put into a document", () => {
  it("make an empty document the template, settings included", () => {
    const target = empty();
    const { change, ids } = insertDocument(target, null, lenet, { x: 100, y: 50 });
    const { document } = apply(target, change);
    expect(ids).toHaveLength(lenet.nodes.length + lenet.notes.length);
    const checked = checkDocument(document);
    expect(checked.issues).toEqual([]);
    expect(document.training).toEqual(lenet.training);
    expect(document.objectives[0]?.terms[0]?.target).toEqual({ field: "label" });
    const xs = document.nodes.map((n) => n.position.x);
    expect((Math.min(...xs) + Math.max(...xs)) / 2).toBe(100);
  });

  it("leave data and objectives of a document that has them", () => {
    const { change } = insertDocument(lenet, null, readTemplate("mlp-xor"), { x: 0, y: 2000 });
    const { document } = apply(lenet, change);
    expect(document.data).toBe(lenet.data);
    expect(document.objectives).toBe(lenet.objectives);
    expect(document.nodes.length).toBe(lenet.nodes.length + readTemplate("mlp-xor").nodes.length);
  });
});
