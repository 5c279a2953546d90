import { describe, expect, it } from "vitest";
import { common, paramViews } from "../../../../renderer/inspector/node/values.ts";
import type { DocumentNode } from "../../../../src/graph/document.ts";
import { newNode } from "../../../../src/graph/edit/nodes.ts";
import { layerRegistry } from "../../../../src/layers/registry.ts";

const schema = layerRegistry.get("conv2d")?.params ?? {};
const conv = (id: string, params: DocumentNode["params"]): DocumentNode =>
  newNode(id, "conv2d", 1, { x: 0, y: 0 }, params);
const view = (name: string, ...nodes: DocumentNode[]) => paramViews(schema, nodes).find((v) => v.name === name);

describe("parameters of one node", () => {
  it("has the default where the node says nothing", () => {
    expect(view("kernel", conv("a", {}))).toMatchObject({ value: 3, mixed: false, changed: false });
    expect(view("kernel", conv("a", { kernel: 5 }))).toMatchObject({ value: 5, mixed: false, changed: true });
  });

  it("is not changed by saying the default in other words", () => {
    expect(view("kernel", conv("a", { kernel: [3, 3] }))?.changed).toBe(false);
  });

  it("shows a parameter only while its condition holds", () => {
    expect(view("pads", conv("a", {}))).toBeUndefined();
    expect(view("pads", conv("a", { padding: "explicit" }))).toBeDefined();
    expect(view("biasInit", conv("a", { bias: false }))).toBeUndefined();
  });
});

describe("parameters of several nodes", () => {
  it("are mixed where the nodes differ", () => {
    const kernel = view("kernel", conv("a", { kernel: 5 }), conv("b", {}));
    expect(kernel).toMatchObject({ value: null, mixed: true, changed: true });
    const filters = view("filters", conv("a", { filters: 6 }), conv("b", { filters: 6 }));
    expect(filters).toMatchObject({ value: 6, mixed: false });
  });

  it("are not mixed where the same is written in two ways", () => {
    expect(view("kernel", conv("a", { kernel: 5 }), conv("b", { kernel: [5, 5] }))).toMatchObject({ mixed: false });
  });

  it("leaves out what not all of them show", () => {
    expect(view("pads", conv("a", { padding: "explicit" }), conv("b", {}))).toBeUndefined();
  });

  it("finds what all have in common", () => {
    expect(common([1, 1, 1], (n) => n * 2)).toBe(2);
    expect(common([1, 2], (n) => n)).toBeNull();
    expect(common([], (n) => n)).toBeNull();
    expect(common([false, false], (b) => b)).toBe(false);
  });
});
