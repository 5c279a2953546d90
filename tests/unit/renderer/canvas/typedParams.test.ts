import { describe, expect, test } from "vitest";
import { paramsFrom, readTyped } from "../../../../renderer/canvas/typedParams.ts";
import { layerRegistry } from "../../../../src/layers/registry.ts";

const params = (layer: string, ...values: string[]) => paramsFrom(layerRegistry.get(layer)?.params ?? {}, values);

describe("layers as they are typed", () => {
  test("a name and the values behind it", () => {
    expect(readTyped("conv2d 16 5x5 same")).toEqual([{ name: "conv2d", values: ["16", "5x5", "same"] }]);
    expect(readTyped("max pooling 2d")).toEqual([{ name: "max pooling 2d", values: [] }]);
    expect(readTyped("dense bias=false")).toEqual([{ name: "dense", values: ["bias=false"] }]);
    expect(readTyped("卷积 6 5")).toEqual([{ name: "卷积", values: ["6", "5"] }]);
  });

  test("several layers in a row", () => {
    expect(readTyped("conv 6 5, relu → max pool，dense 10,").map((t) => t.name)).toEqual([
      "conv",
      "relu",
      "max pool",
      "dense",
    ]);
    expect(readTyped("  ")).toEqual([]);
  });

  test("numbers go to parameters in order, words to choices, the rest by name", () => {
    expect(params("conv2d", "6", "5", "same")).toEqual({ filters: 6, kernel: 5, padding: "same" });
    expect(params("conv2d", "6", "5x3", "stride=2")).toEqual({ filters: 6, kernel: [5, 3], stride: 2 });
    expect(params("input", "1x28x28")).toEqual({ shape: [1, 28, 28] });
    expect(params("dense", "10", "bias=false")).toEqual({ units: 10, bias: false });
    expect(params("dropout", "0.3")).toEqual({ rate: 0.3 });
    expect(params("relu")).toEqual({});
  });

  test("a value without a place, or out of its range, is none", () => {
    expect(params("relu", "3")).toBeNull();
    expect(params("dense", "0")).toBeNull();
    expect(params("dense", "colour=3")).toBeNull();
    expect(params("conv2d", "6", "wide")).toBeNull();
  });
});
