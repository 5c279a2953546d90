import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cut, figureScene, plainText, wrapped } from "../../../renderer/figures/scene.ts";
import { nothing, type Tab } from "../../../renderer/stores/workspace.ts";
import { drawFigure, type FigureOptions } from "../../../src/codegen/figure/draw.ts";
import { figurePalettes } from "../../../src/codegen/figure/palette.ts";
import type { FigureScene } from "../../../src/codegen/figure/scene.ts";
import { element, escapeXml } from "../../../src/codegen/figure/xml.ts";
import { checkDocument } from "../../../src/compile/check.ts";
import { apply } from "../../../src/graph/change.ts";
import type { GraphDocument } from "../../../src/graph/document.ts";
import { makeBlock } from "../../../src/graph/edit/blocks.ts";
import { emptyHistory } from "../../../src/graph/history.ts";
import { uiText } from "../../../src/i18n/ui.ts";
import { readTemplate } from "../../support/template.ts";

const lenet = readTemplate("lenet");
const text = uiText.en.canvas;
const plain: FigureOptions = { theme: "light", background: "white", scale: 2 };
const all = { text, wires: "curved", only: null } as const;

const tabOf = (document: GraphDocument, path: readonly string[] = []): Tab => ({
  id: "tab",
  file: null,
  place: null,
  weights: null,
  savedWeights: null,
  edited: { document, history: emptyHistory },
  saved: document,
  checked: checkDocument(document),
  path,
  selection: nothing,
});

const draw = (document: GraphDocument, options: Partial<FigureOptions> = {}): string =>
  drawFigure(figureScene(tabOf(document), all), { ...plain, ...options });

/** Names of all elements, or why the text is no well-formed XML with this one root. */
function elementsOf(xml: string): string[] {
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, "").trimEnd();
  const open: string[] = [];
  const seen: string[] = [];
  const tag = /<(\/?)([A-Za-z]+)((?:\s+[A-Za-z-]+="[^"<]*")*)\s*(\/?)>/gy;
  for (let at = 0; at < body.length; ) {
    tag.lastIndex = at;
    const found = tag.exec(body);
    if (!found) {
      const end = body.indexOf("<", at + 1);
      const words = body.slice(at, end < 0 ? body.length : end);
      if (words.startsWith("<") || /&(?!amp;|lt;|gt;|quot;)/.test(words))
        throw new Error(`not well-formed: ${words.slice(0, 60)}`);
      at += words.length;
      continue;
    }
    const [whole, closing, name, attributes, empty] = found as unknown as [string, string, string, string, string];
    const keys = [...attributes.matchAll(/([A-Za-z-]+)=/g)].map((m) => m[1]);
    if (new Set(keys).size !== keys.length) throw new Error(`doubled attribute: ${whole}`);
    if (closing) {
      if (open.pop() !== name) throw new Error(`closes ${name}`);
    } else {
      seen.push(name);
      if (!empty) open.push(name);
    }
    at += whole.length;
    if (open.length === 0 && at < body.length) throw new Error("more than one root");
  }
  if (open.length > 0) throw new Error(`open: ${open}`);
  return seen;
}

describe("figures", () => {
  it.each(["perceptron", "mlp-xor", "iris-softmax", "lenet", "resnet-small"])(
    "%s is well-formed and standalone",
    (name) => {
      const svg = draw(readTemplate(name));
      expect(elementsOf(svg)[0]).toBe("svg");
      expect(svg).not.toMatch(/href|url\(|class=|<style|currentColor|var\(/);
      expect(svg).not.toContain("NaN");
      expect(svg).not.toContain("undefined");
    },
  );

  it("has every node, every wire and every shape", () => {
    const svg = draw(lenet);
    for (const { id } of lenet.nodes) expect(svg).toContain(`data-node="${id}"`);
    for (const { id } of lenet.edges) expect(svg).toContain(`data-wire="${id}"`);
    expect(svg).toContain(`data-node="loss:main:0"`);
    for (const shape of ["1×28×28", "6×28×28", "6×14×14", "16×10×10", "16×5×5", "400", "120", "84", "10"]) {
      expect(svg).toContain(`>${shape}</text>`);
    }
    for (const word of ["Conv2d", "conv1", "6 @ 5×5 · same", "N×16×10×10", "Cross-entropy"])
      expect(svg).toContain(`>${word}</text>`);
  });

  it("gives the same bytes for the same document", () => {
    expect(draw(lenet)).toBe(draw(structuredClone(lenet)));
  });

  it("grows with its scale, and its view box does not", () => {
    const size = (svg: string) => /width="([\d.]+)" height="([\d.]+)" viewBox="([^"]+)"/.exec(svg)?.slice(1) ?? [];
    const [one, three] = [size(draw(lenet, { scale: 1 })), size(draw(lenet, { scale: 3 }))];
    expect(Number(three[0])).toBe(3 * Number(one[0]));
    expect(three[2]).toBe(one[2]);
  });

  it("has a ground, or none", () => {
    const first = (svg: string) => svg.split("\n")[3] ?? "";
    expect(first(draw(lenet))).toMatch(/^<rect .*fill="#ffffff"\/>$/);
    expect(first(draw(lenet, { background: "canvas", theme: "dark" }))).toContain(
      `fill="${figurePalettes.dark.canvas}"`,
    );
    expect(first(draw(lenet, { background: "transparent" }))).not.toMatch(/^<rect/);
  });

  it("draws only what is chosen, and wires between", () => {
    const scene = figureScene(tabOf(lenet), { ...all, only: new Set(["conv1", "relu1", "conv2"]) });
    expect(scene.nodes.map((n) => n.id)).toEqual(["conv1", "relu1", "conv2"]);
    expect(scene.wires.map((w) => w.id)).toEqual(["conv1-relu1"]);
    expect(scene.notes).toEqual([]);
  });

  it("draws the inside of a block with its ports, and the block as a stack", () => {
    const made = makeBlock(lenet, null, ["conv2", "relu2"], "Stage");
    const { document } = apply(lenet, made.change);
    expect(figureScene(tabOf(document), all).nodes.find((n) => n.id === "block1")).toMatchObject({
      stacked: true,
      kind: "Stage",
    });
    const inside = figureScene(tabOf(document, ["block1"]), all);
    expect(inside.nodes.map((n) => n.id)).toEqual(["conv2", "relu2", "port:in:in", "port:out:out"]);
    expect(inside.wires).toHaveLength(3);
    expect(elementsOf(drawFigure(inside, plain))[0]).toBe("svg");
  });

  it("keeps hostile names and notes text", () => {
    const note = {
      id: "n",
      kind: "note",
      text: "<script>alert(1)</script> & \u0001 ]]>",
      position: { x: 0, y: 0 },
      size: { width: 300, height: 90 },
      colour: null,
    } as const;
    const frame = { ...note, id: "f", kind: "frame", text: '"><image href="x"/>' } as const;
    const hostile = { ...lenet, name: "a < b & \u0000c", notes: [note, frame] };
    const svg = draw(hostile);
    expect(elementsOf(svg)).not.toContain("script");
    expect(elementsOf(svg)).not.toContain("image");
    expect(svg).toContain("<title>a &lt; b &amp; c</title>");
  });

  it("draws an empty document", () => {
    const empty: FigureScene = { title: "", frames: [], notes: [], wires: [], nodes: [] };
    expect(elementsOf(drawFigure(empty, plain))).toEqual(["svg", "title", "rect"]);
  });

  it("draws muted and bypassed nodes dashed", () => {
    const nodes = lenet.nodes.map((n) => (n.id === "relu1" ? { ...n, state: "muted" as const } : n));
    const svg = draw({ ...lenet, nodes });
    expect(/data-node="relu1">.*?<\/g>/s.exec(svg)?.[0]).toMatch(/stroke-dasharray="4 3"/);
    expect(svg).toContain('text-decoration="line-through"');
  });
});

describe("words in figures", () => {
  it("are cut with an ellipsis where they are too wide", () => {
    expect(cut("conv1", 100, 10.5, true)).toBe("conv1");
    expect(cut("a_very_long_name", 40, 10.5, true)).toMatch(/^a_.*…$/);
    expect(cut("anything", 0, 10, false)).toBe("…");
  });

  it("lose the marks of Markdown", () => {
    expect(plainText("# Title\n- **one** and `two`\n> [see](http://x) $x^2$")).toEqual([
      "Title",
      "• one and two",
      "see x^2",
    ]);
  });

  it("break at spaces and between Chinese characters", () => {
    const lines = wrapped("one two three four five six", 60, 11.5);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join(" ")).toBe("one two three four five six");
    const zh = wrapped("卷积层寻找笔画及其组合", 60, 11.5);
    expect(zh.join("")).toBe("卷积层寻找笔画及其组合");
    expect(Math.max(...zh.map((l) => l.length))).toBeLessThanOrEqual(5);
    expect(wrapped("", 60, 11.5)).toEqual([""]);
  });

  it("are escaped in elements and attributes", () => {
    expect(escapeXml(`<a b="c">&\u0007`)).toBe("&lt;a b=&quot;c&quot;&gt;&amp;");
    expect(element("rect", { x: 1.23456, y: null, id: '"' })).toBe('<rect x="1.23" id="&quot;"/>');
  });
});

describe("colours of figures", () => {
  const css = readFileSync(new URL("../../../renderer/styles/tokens.css", import.meta.url), "utf8");
  /** A token of a theme, with tokens it refers to followed. */
  function token(theme: "light" | "dark", name: string): string {
    const start = theme === "light" ? css.indexOf('[data-theme="light"] {') : css.indexOf('[data-theme="dark"] {');
    const block = css.slice(start, css.indexOf("\n}", start));
    const value = new RegExp(`--${name}: ([^;]+);`).exec(block)?.[1] ?? "";
    const other = /^var\(--([\w-]+)\)$/.exec(value)?.[1];
    return other ? token(theme, other) : value;
  }
  const names = {
    canvas: "bg-canvas",
    node: "bg-node",
    line: "line-strong",
    text: "text",
    text2: "text-2",
    text3: "text-3",
    wire: "edge-ink",
    port: "edge-ink-strong",
  } as const;
  const severity = { blue: "sev-info", green: "sev-ok", red: "sev-error", yellow: "sev-warn" } as const;

  it.each(["light", "dark"] as const)("are the tokens of the %s theme", (theme) => {
    const palette = figurePalettes[theme];
    for (const [key, name] of Object.entries(names))
      expect(palette[key as keyof typeof names], name).toBe(token(theme, name));
    for (const [key, value] of Object.entries(palette.categories)) expect(value, key).toBe(token(theme, `cat-${key}`));
    for (const [key, name] of Object.entries(severity)) {
      const tint = {
        ink: token(theme, name),
        line: token(theme, `${name}-line`),
        ground: token(theme, `${name}-soft`),
      };
      expect(palette.tints[key as keyof typeof severity], key).toEqual(tint);
    }
    const violet = {
      ink: token(theme, "accent"),
      line: token(theme, "accent-line"),
      ground: token(theme, "accent-soft"),
    };
    expect(palette.tints.violet).toEqual(violet);
    const grey = { ink: token(theme, "text-3"), line: token(theme, "line-strong"), ground: token(theme, "bg-sunken") };
    expect(palette.tints.grey).toEqual(grey);
  });
});
