import katex from "katex";
import { describe, expect, it } from "vitest";
import { nodeFormula } from "../../../../renderer/inspector/node/formula.ts";
import { shapeStory } from "../../../../renderer/inspector/node/shapeStory.ts";
import { dimTex, numberTex } from "../../../../renderer/inspector/node/tex.ts";
import { type CheckedNode, checkGraph } from "../../../../src/graph/check.ts";
import { readDocument } from "../../../../src/graph/read.ts";
import type { Layer, LayerExample } from "../../../../src/layers/define.ts";
import { layerRegistry } from "../../../../src/layers/registry.ts";
import { add, floorDivide, isSymbolic, multiply, symbol } from "../../../../src/shape/dim.ts";
import type { TensorType } from "../../../../src/shape/type.ts";

/** A layer behind inputs of the given types, checked. */
function checked(layer: string, example: LayerExample): CheckedNode {
  const facts = layerRegistry.get(layer) as Layer;
  const inputs = example.inputs.map((t, i) => ({
    id: `x${i}`,
    layer: "input",
    params: { dtype: t.dtype, shape: t.shape.slice(1).map((d) => (isSymbolic(d) ? d.key : d)) },
  }));
  const ports = facts.inputs({} as never);
  const edges = inputs.map((n, i) => {
    const port = ports[Math.min(i, ports.length - 1)]?.name ?? "in";
    const index = i - ports.findIndex((p) => p.name === port);
    return { id: `e${i}`, from: { node: n.id }, to: { node: "layer", port, index } };
  });
  const nodes = [...inputs, { id: "layer", layer, params: example.params }];
  const read = readDocument({ format: "gradloom", version: 1, nodes, edges });
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  const graph = checkGraph(read.value, layerRegistry);
  expect(graph.issues).toEqual([]);
  return graph.nodes.get("layer") as CheckedNode;
}

const image = (...sizes: number[]): TensorType => ({ dtype: "float32", shape: [symbol("N"), ...sizes] });
const story = (layer: string, params: LayerExample["params"], ...inputs: TensorType[]) =>
  shapeStory(checked(layer, { params, inputs }));
const tex = (layer: string, params: LayerExample["params"], ...inputs: TensorType[]) =>
  story(layer, params, ...inputs).axes.map((a) => a.tex);

/** The value of a calculation in the LaTeX that shape stories write; NaN where it has letters. */
function resultOf(latex: string): number {
  const script = latex
    .replace(/\\left\\lfloor/g, "Math.floor(")
    .replace(/\\left\\lceil/g, "Math.ceil(")
    .replace(/\\right\\r(floor|ceil)/g, ")")
    .replace(/\\frac\{([^{}]*)\}\{([^{}]*)\}/g, "(($1)/($2))")
    .replace(/\\cdot/g, "*");
  return /^[-+*/()\d\s.,]*$/.test(script.replace(/Math\.(floor|ceil)/g, ""))
    ? (new Function(`return ${script}`)() as number)
    : Number.NaN;
}

const examples = layerRegistry.ids.flatMap((id) =>
  (layerRegistry.get(id)?.examples ?? []).map((example, i) => ({ name: `${id} ${i}`, id, example })),
);

describe("how shapes come about", () => {
  it("puts the numbers into the window formula", () => {
    const params = { filters: 6, kernel: 5, padding: "explicit", pads: 2 };
    expect(tex("conv2d", params, image(1, 28, 28))).toEqual([
      "6",
      "\\left\\lfloor \\frac{28 + 2 \\cdot 2 - 5}{1} \\right\\rfloor + 1 = 28",
    ]);
    const [channels, places] = story("conv2d", params, image(1, 28, 28)).axes;
    expect(channels).toMatchObject({ axes: ["channels"], note: "filters" });
    expect(places).toMatchObject({ axes: ["height", "width"] });
  });

  it("tells stride, dilation and uneven sizes apart", () => {
    expect(tex("conv2d", { filters: 4, kernel: 3, stride: 2, dilation: 2 }, image(3, 9, 8))).toEqual([
      "4",
      "\\left\\lfloor \\frac{9 - (2 \\cdot (3 - 1) + 1)}{2} \\right\\rfloor + 1 = 3",
      "\\left\\lfloor \\frac{8 - (2 \\cdot (3 - 1) + 1)}{2} \\right\\rfloor + 1 = 2",
    ]);
    expect(tex("conv2d", { filters: 4, stride: 2, padding: "same" }, image(3, 9, 9))[1]).toBe(
      "\\left\\lceil \\frac{9}{2} \\right\\rceil = 5",
    );
  });

  it("multiplies what Flatten puts together, adds what Concat joins", () => {
    expect(tex("flatten", {}, image(16, 5, 5))).toEqual(["16 \\cdot 5 \\cdot 5 = 400"]);
    expect(tex("concat", {}, image(2, 4, 4), image(3, 4, 4))[0]).toBe("2 + 3 = 5");
    expect(tex("reshape", { target: [-1, 4] }, image(24))).toEqual(["\\frac{24}{4} = 6", "4"]);
  });

  it("says what is stretched, and that equal shapes stay", () => {
    const [first] = story("add", {}, image(3, 4, 4), image(3, 1, 1)).axes.slice(1);
    expect(first).toMatchObject({ tex: "4,\\ 1 \\to 4", note: "stretched" });
    expect(story("add", {}, image(3, 4), image(3, 4)).summary).toBe("unchanged");
    expect(story("relu", {}, image(3, 4)).summary).toBe("unchanged");
    expect(story("batch-norm", {}, image(3, 4)).summary).toBe("normalized");
  });

  it("has words for nodes that do nothing or are not known", () => {
    const node = checked("relu", { params: {}, inputs: [image(3)] });
    const as = (state: "muted" | "bypassed") => shapeStory({ ...node, node: { ...node.node, state } }).summary;
    expect([as("muted"), as("bypassed")]).toEqual(["muted", "bypassed"]);
    expect(shapeStory({ ...node, outputTypes: null }).summary).toBe("unknown");
    expect(shapeStory(checked("input", { params: { shape: [3] }, inputs: [] })).summary).toBe("given");
  });

  it.each(examples)("$name: every calculation gives what it says, and KaTeX can draw it", ({ id, example }) => {
    const node = checked(id, example);
    for (const { tex: latex } of shapeStory(node).axes) {
      expect(() => katex.renderToString(latex, { throwOnError: true, strict: "error" })).not.toThrow();
      const [left, right] = latex.split(" = ");
      if (right === undefined || Number.isNaN(resultOf(left as string))) continue;
      expect(resultOf(left as string), latex).toBe(Number(right));
    }
    // Every axis behind the batch is told, one after the other; those that are reduced away may come on top.
    const output = node.outputTypes?.[0]?.shape ?? [];
    const told = shapeStory(node).axes.flatMap((a) => a.axes);
    if (shapeStory(node).summary === null) expect(told.length).toBeGreaterThanOrEqual(output.length - 1);
  });
});

describe("formulas with the sizes of a node", () => {
  it("has the sizes as limits of the sums", () => {
    const conv = checked("conv2d", { params: { filters: 16, kernel: 5 }, inputs: [image(6, 14, 14)] });
    expect(nodeFormula(conv)).toBe(
      "y_{o,i,j} = b_o + \\sum_{c=1}^{6}\\sum_{u=1}^{5}\\sum_{v=1}^{5} w_{o,c,u,v}\\; x_{c,\\,i+u,\\,j+v}",
    );
    const dense = checked("dense", { params: { units: 120, bias: false }, inputs: [image(400)] });
    expect(nodeFormula(dense)).toBe("y_o = \\sum_{i=1}^{400} w_{o,i}\\, x_i \\qquad o = 1 \\dots 120");
  });

  it("shows stride, dilation and padding in the index", () => {
    const params = { filters: 4, kernel: 3, stride: 2, dilation: 2, padding: "explicit", pads: 1 };
    expect(nodeFormula(checked("conv2d", { params, inputs: [image(3, 9, 9)] }))).toContain("2i+2u-1");
  });

  it.each(examples)("$name: KaTeX can draw it", ({ id, example }) => {
    const latex = nodeFormula(checked(id, example));
    expect(latex).not.toBe("");
    expect(() => katex.renderToString(latex, { throwOnError: true, strict: "error" })).not.toThrow();
  });

  it("is that of the layer while sizes are not known", () => {
    const node = checked("dense", { params: { units: 3 }, inputs: [image(4)] });
    expect(nodeFormula({ ...node, outputTypes: null })).toBe(layerRegistry.get("dense")?.formula);
  });
});

describe("dimensions in LaTeX", () => {
  it("draws floors as floors", () => {
    const T = symbol("T");
    expect(dimTex(add(floorDivide(add(T, -3), 2), 1))).toBe("\\left\\lfloor \\frac{T + 1}{2} \\right\\rfloor - 1");
    expect(dimTex(multiply(T, 2))).toBe("2 \\cdot T");
    expect(dimTex(symbol("tokens"))).toBe("\\mathit{tokens}");
    const nested = floorDivide(add(floorDivide(add(T, 1), 2), 1), 3);
    expect(dimTex(nested)).toBe(
      "\\left\\lfloor \\frac{\\left\\lfloor \\frac{T + 1}{2} \\right\\rfloor + 1}{3} \\right\\rfloor",
    );
  });

  it("writes small numbers as powers", () => {
    expect([0, 0.5, 1e-5, 2.5e-7, 1000].map(numberTex)).toEqual(["0", "0.5", "10^{-5}", "2.5 \\cdot 10^{-7}", "1000"]);
  });
});
