import { describe, expect, it } from "vitest";
import { checkDocument } from "../../../src/compile/check.ts";
import { nodeCost, totalCost } from "../../../src/compile/cost.ts";
import type { DocumentNode, GraphDocument } from "../../../src/graph/document.ts";
import { readDocument } from "../../../src/graph/read.ts";
import { layerRegistry } from "../../../src/layers/registry.ts";
import { readTemplate } from "../../support/template.ts";

const lenet = readTemplate("lenet");
const cost = (document: GraphDocument, id: string) => nodeCost(checkDocument(document), id);

const changed = (id: string, change: Partial<DocumentNode>): GraphDocument => ({
  ...lenet,
  nodes: lenet.nodes.map((n) => (n.id === id ? { ...n, ...change } : n)),
});

function chain(...nodes: readonly { layer: string; params?: object; frozen?: boolean; share?: string }[]) {
  const list = nodes.map((n, i) => ({ id: `n${i}`, ...n }));
  const edges = list.slice(1).map((n, i) => ({ id: `e${i}`, from: { node: `n${i}` }, to: { node: n.id } }));
  const read = readDocument({ format: "gradloom", version: 1, nodes: list, edges });
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  return read.value;
}

describe("cost of LeNet", () => {
  it("has the parameters of the classic: 156 + 2,416 + 48,120 + 10,164 + 850", () => {
    expect(totalCost(checkDocument(lenet)).parameters).toBe(61_706);
  });

  it("has 44,426 parameters where the first convolution is not padded", () => {
    const bare = changed("conv1", { params: { filters: 6, kernel: 5 } });
    expect(totalCost(checkDocument(bare)).parameters).toBe(156 + 2416 + (256 * 120 + 120) + 10_164 + 850);
    expect(totalCost(checkDocument(bare)).parameters).toBe(44_426);
  });

  it("has 416,520 multiply-adds: every output of a layer takes as many as a window or a row has weights", () => {
    const conv1 = 6 * 28 * 28 * (1 * 5 * 5);
    const conv2 = 16 * 10 * 10 * (6 * 5 * 5);
    const dense = 400 * 120 + 120 * 84 + 84 * 10;
    expect(totalCost(checkDocument(lenet)).multiplyAdds).toBe(conv1 + conv2 + dense);
    expect(conv1 + conv2 + dense).toBe(416_520);
  });

  it("of the second convolution: two products as large go back, its input is kept and gets a gradient", () => {
    expect(cost(lenet, "conv2")).toEqual({
      parameters: 2416,
      forward: { multiplyAdds: 240_000, bytes: 16 * 10 * 10 * 4 },
      backward: { multiplyAdds: 480_000, bytes: 2 * (6 * 14 * 14 * 4) },
      assumed: [],
    });
  });

  it("of the first: nothing trained lies before it, so its input gets no gradient", () => {
    expect(cost(lenet, "conv1")?.backward).toEqual({ multiplyAdds: 117_600, bytes: 28 * 28 * 4 });
  });

  it("of a frozen layer: the weights get no gradient", () => {
    const backward = cost(changed("dense2", { frozen: true }), "dense2")?.backward;
    expect(backward).toEqual({ multiplyAdds: 120 * 84, bytes: 120 * 4 });
  });

  it("of Flatten: a view takes no memory, its gradient does", () => {
    const flatten = cost(lenet, "flatten");
    expect(flatten?.forward).toEqual({ multiplyAdds: 0, bytes: 0 });
    expect(flatten?.backward).toEqual({ multiplyAdds: 0, bytes: 400 * 4 });
  });

  it("of ReLU: one tensor is kept", () => {
    expect(cost(lenet, "relu2")?.backward?.bytes).toBe(2 * (16 * 10 * 10 * 4));
  });
});

describe("cost of other graphs", () => {
  it("counts parameters that are shared once", () => {
    const dense = { layer: "dense", params: { units: 8 } };
    const document = chain({ layer: "input", params: { shape: [8] } }, dense, { ...dense, share: "n1" });
    expect(totalCost(checkDocument(document)).parameters).toBe(8 * 8 + 8);
    expect(cost(document, "n2")).toMatchObject({ parameters: 0, forward: { multiplyAdds: 64 } });
  });

  it("counts a transposed convolution by its input", () => {
    const params = { filters: 4, kernel: 3, stride: 2, groups: 2 };
    const document = chain({ layer: "input", params: { shape: [2, 5, 5] } }, { layer: "conv-transpose2d", params });
    expect(cost(document, "n1")?.forward.multiplyAdds).toBe(2 * 5 * 5 * (2 * 3 * 3));
  });

  it("takes symbols without a number as 1 and names them", () => {
    const document = chain({ layer: "input", params: { shape: ["T", 4] } }, { layer: "dense", params: { units: 3 } });
    expect(cost(document, "n1")).toMatchObject({ forward: { multiplyAdds: 12 }, assumed: ["T"] });
  });

  it("is not known while shapes are not, nor where nothing is done", () => {
    const lonely = chain({ layer: "dense" });
    expect(cost(lonely, "n0")).toBeNull();
    expect(cost(changed("relu1", { state: "bypassed" }), "relu1")).toBeNull();
    expect(cost(lenet, "nobody")).toBeNull();
  });

  it("follows a change of a node", () => {
    const before = checkDocument(lenet);
    expect(nodeCost(before, "dense1")?.parameters).toBe(48_120);
    const after = checkDocument(changed("dense1", { params: { units: 10 } }), undefined, before);
    expect(nodeCost(after, "dense1")?.forward.multiplyAdds).toBe(4000);
    expect(nodeCost(after, "dense2")?.forward.multiplyAdds).toBe(840);
  });

  it("is known for every example of every layer that has numbers", () => {
    const unknown = layerRegistry.ids.filter((id) => {
      const example = layerRegistry.get(id)?.examples[0];
      const inputs = (example?.inputs ?? []).map((t, i) => ({
        id: `x${i}`,
        layer: "input",
        params: { dtype: t.dtype, shape: t.shape.slice(1).map((d) => (typeof d === "number" ? d : 7)) },
      }));
      const ports = layerRegistry.get(id)?.inputs({} as never) ?? [];
      const port = (i: number) => ports[Math.min(i, ports.length - 1)]?.name ?? "in";
      const first = (i: number) => ports.findIndex((p) => p.name === port(i));
      const read = readDocument({
        format: "gradloom",
        version: 1,
        nodes: [...inputs, { id: "layer", layer: id, params: example?.params ?? {} }],
        edges: inputs.map((n, i) => {
          const to = { node: "layer", port: port(i), index: i - first(i) };
          return { id: `e${i}`, from: { node: n.id }, to };
        }),
      });
      if (!read.ok) return true;
      const found = cost(read.value, "layer");
      return !found?.backward;
    });
    expect(unknown).toEqual([]);
  });
});
