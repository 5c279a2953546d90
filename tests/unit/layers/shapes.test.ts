import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeSchema } from "../../../src/graph/document.ts";
import type { Layer } from "../../../src/layers/define.ts";
import { layerRegistry, migrateNode } from "../../../src/layers/registry.ts";
import { type Dim, symbol } from "../../../src/shape/dim.ts";
import { shapeText, substituteShape } from "../../../src/shape/type.ts";
import { inferExample, issuesOf } from "../../support/layer.ts";

const ids = ["conv", "conv-transpose", "max-pool", "average-pool"].flatMap((kind) =>
  [1, 2, 3].map((d) => `${kind}${d}d`),
);
const [N, T] = [symbol("N"), symbol("T")];

const window = (spatial: number) => {
  const list = (min: number, max: number) =>
    fc.array(fc.integer({ min, max }), { minLength: spatial, maxLength: spatial });
  return fc.record({
    kernel: list(1, 5),
    stride: list(1, 3),
    dilation: list(1, 3),
    padding: fc.constantFrom("valid", "same", "explicit"),
    pads: list(0, 3),
    ceilMode: fc.boolean(),
    filters: fc.integer({ min: 1, max: 4 }),
  });
};

describe("symbols in sizes", () => {
  it.each(ids)("%s: numbers put in before or after give the same shape", (id) => {
    const layer = layerRegistry.get(id) as Layer;
    const spatial = Number(id.at(-2));
    const property = fc.property(
      window(spatial),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 9 }),
      (settings, t, n) => {
        const params = Object.fromEntries(Object.entries(settings).filter(([name]) => name in layer.params));
        const shape: Dim[] = [N, 3, T, ...[7, 8].slice(0, spatial - 1)];
        const infer = (s: readonly Dim[]) =>
          inferExample(layer, { params, inputs: [{ dtype: "float32", shape: s }] }).result;
        const [symbolic, numeric] = [infer(shape), infer(substituteShape(shape, { N: n, T: t }))];
        // A symbol hides that an axis is too short; any other issue is the same, or asks for the number.
        if (!symbolic.ok || !numeric.ok) {
          const codes = issuesOf(symbolic).map((i) => i.code);
          const late = issuesOf(numeric).every((i) => i.code === "shape.empty" || i.param === "dilation");
          return codes.includes("shape.symbolic") || !symbolic.ok === !numeric.ok || late;
        }
        const [a, b] = [symbolic.value[0], numeric.value[0]];
        return shapeText(substituteShape(a?.shape ?? [], { N: n, T: t })) === shapeText(b?.shape ?? []);
      },
    );
    fc.assert(property, { seed: 7, numRuns: 300 });
  });

  it("a kernel that fits gives as many windows as there are places for it", () => {
    const layer = layerRegistry.get("conv1d") as Layer;
    const property = fc.property(window(1), fc.integer({ min: 1, max: 20 }), (s, size) => {
      const params = { kernel: s.kernel, stride: s.stride, dilation: s.dilation, padding: "explicit", pads: s.pads };
      const { result } = inferExample(layer, { params, inputs: [{ dtype: "float32", shape: [N, 1, size] }] });
      const [k, d, p, step] = [s.kernel[0], s.dilation[0], s.pads[0], s.stride[0]] as [number, number, number, number];
      const starts = Array.from({ length: size + 2 * p }, (_, i) => i).filter(
        (i) => i % step === 0 && i + d * (k - 1) < size + 2 * p,
      );
      return result.ok ? result.value[0]?.shape[2] === starts.length : starts.length === 0;
    });
    fc.assert(property, { seed: 7, numRuns: 500 });
  });
});

describe("the registry", () => {
  it("migrates parameters step by step, and leaves newer and unknown nodes alone", () => {
    const relu = layerRegistry.get("relu") as Layer;
    const newer: Layer = {
      ...relu,
      version: 3,
      migrate: { 1: (p) => ({ ...p, a: 1 }), 2: ({ a, ...rest }) => ({ ...rest, b: a ?? null }) },
    };
    const registry = { get: (id: string) => (id === "relu" ? newer : null) };
    const node = (layerVersion: number, layer = "relu") =>
      nodeSchema.parse({ id: "n", layer, layerVersion, params: { c: 2 } });
    expect(migrateNode(node(1), registry)).toMatchObject({ layerVersion: 3, params: { c: 2, b: 1 } });
    expect(migrateNode(node(2), registry)).toMatchObject({ layerVersion: 3, params: { c: 2, b: null } });
    for (const kept of [node(3), node(9), node(1, "unknown")]) expect(migrateNode(kept, registry)).toBe(kept);
  });
});
