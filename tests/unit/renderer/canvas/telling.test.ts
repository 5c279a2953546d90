import { describe, expect, test } from "vitest";
import { telling } from "../../../../renderer/canvas/telling.ts";
import { textWidth } from "../../../../renderer/canvas/textWidth.ts";
import { resolveParams } from "../../../../src/graph/params.ts";
import { uiText } from "../../../../src/i18n/ui.ts";
import { layerRegistry } from "../../../../src/layers/registry.ts";
import { symbol } from "../../../../src/shape/dim.ts";
import type { TensorType } from "../../../../src/shape/type.ts";

function told(layer: string, given: object, input: TensorType | null = null, locale: "en" | "zh" = "en") {
  const facts = layerRegistry.get(layer);
  const params = resolveParams(facts?.params ?? {}, given as never, { node: "n", layer });
  if (!params.ok) return ["bad parameters"];
  return telling(layer, { params: params.value, input, words: uiText[locale].canvas.telling });
}

const vector = (size: number): TensorType => ({ dtype: "float32", shape: [symbol("N"), size] });

describe("telling parameters", () => {
  test.each<[string, object, readonly string[]]>([
    ["conv2d", { filters: 16, kernel: 5 }, ["16 @ 5×5"]],
    ["conv2d", { filters: 6, kernel: 5, padding: "explicit", pads: 2 }, ["6 @ 5×5 · pad 2"]],
    ["conv2d", { filters: 6, kernel: [3, 5], stride: 2 }, ["6 @ 3×5 · stride 2"]],
    ["conv2d", { filters: 6, padding: "same" }, ["6 @ 3×3 · same"]],
    ["conv1d", { filters: 8, kernel: 7 }, ["8 @ 7"]],
    ["max-pool2d", { kernel: 2 }, ["2×2 · stride 2"]],
    ["max-pool2d", { kernel: 3, stride: 1 }, ["3×3 · stride 1"]],
    ["dropout", {}, ["p 0.5"]],
    ["embedding", { vocabulary: 5000, dimensions: 32 }, ["5000 ids → 32"]],
    ["leaky-relu", {}, ["α 0.01"]],
    ["reshape", { target: [-1, 4, 4] }, ["→ ?×4×4"]],
    ["slice", { start: 2 }, ["axis 1 · 2 : "]],
    ["flatten", {}, []],
    ["relu", {}, []],
    ["no-such-layer", {}, []],
  ])("%s %o", (layer, params, lines) => {
    expect(told(layer, params)).toEqual(lines);
  });

  test("a dense layer names what arrives when that is known", () => {
    expect(told("dense", { units: 120 }, vector(400))).toEqual(["400 → 120"]);
    expect(told("dense", { units: 120 })).toEqual(["120 units"]);
  });

  test("speaks Chinese", () => {
    expect(told("max-pool2d", { kernel: 2 }, null, "zh")).toEqual(["2×2 · 步幅 2"]);
  });

  test("what does not fit on one line goes to a second, and never to a third", () => {
    const lines = told("conv2d", {
      filters: 128,
      kernel: [11, 11],
      stride: 4,
      padding: "same",
      dilation: 2,
      groups: 8,
    });
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(textWidth(line, 11)).toBeLessThanOrEqual(134);
  });

  test("every layer of the registry tells without a gap or an object in the text", () => {
    for (const layer of layerRegistry.ids) {
      const text = told(layer, {}).join(" ");
      expect(text, layer).not.toMatch(/undefined|\[object|NaN/);
    }
  });
});
