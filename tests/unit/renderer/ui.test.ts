import { describe, expect, it } from "vitest";
import { evaluate } from "../../../renderer/ui/arithmetic.ts";
import { inRange, parseEntry } from "../../../renderer/ui/NumberField.tsx";
import { commandTerms, fitness, layersByUse, layerTerms, search } from "../../../renderer/ui/search.ts";

describe("evaluate", () => {
  it.each([
    ["28*28", 784],
    ["2^6", 64],
    ["2^3^2", 512],
    ["-2^2", -4],
    ["2^-1", 0.5],
    ["(5-1)/2", 2],
    ["1e-3", 0.001],
    [".5", 0.5],
    ["3×4÷2", 6],
    [" 1 + 2 * 3 ", 7],
    ["10-4-3", 3],
    ["64/4/2", 8],
    ["−3", -3],
    ["（1+2）*2", 6],
    ["2**3", 8],
  ])("%s = %d", (text, value) => expect(evaluate(text)).toBe(value));

  it.each(["", "abc", "1+", "(1", "1)", "1 2", "1/0", "alert(1)", "0x10", "1,5", "2(3)", "..", "1e999"])(
    "%j is no number",
    (text) => expect(evaluate(text)).toBeNull(),
  );
});

describe("numbers of a field", () => {
  it("keeps to the range and drops binary dust", () => {
    expect(inRange(0.1 + 0.2, {})).toBe(0.3);
    expect(inRange(7.6, { integer: true, max: 7 })).toBe(7);
    expect(inRange(-1, { min: 0 })).toBe(0);
  });

  it("takes what was typed only as it is", () => {
    expect(parseEntry("5*5", { integer: true, min: 1 })).toBe(25);
    expect(parseEntry("5/2", { integer: true })).toBeNull();
    expect(parseEntry("0", { min: 1 })).toBeNull();
  });
});

describe("search", () => {
  const layer = (query: string, locale: "en" | "zh" = "en") =>
    search(query, layersByUse, (id) => layerTerms(id, locale))[0];

  it.each([
    ["relu", "relu"],
    ["dense", "dense"],
    ["卷积", "conv2d"],
    ["二维卷积", "conv2d"],
    ["erweijuanji", "conv2d"],
    ["ewjj", "conv2d"],
    ["quanlianjie", "dense"],
    ["conv 2", "conv2d"],
    ["cv2", "conv2d"],
    ["batch norm", "batch-norm"],
  ])("%s finds %s first in either language", (query, id) => {
    expect(layer(query, "en")).toBe(id);
    expect(layer(query, "zh")).toBe(id);
  });

  it("finds commands by their title, their other language, or sound", () => {
    for (const query of ["undo", "撤销", "chexiao", "cx"])
      expect(fitness(query, commandTerms("edit.undo", "en"))).toBeGreaterThan(0);
  });

  it("finds nothing where letters are out of order, and everything for nothing", () => {
    expect(fitness("uler", ["relu"])).toBe(0);
    expect(search("  ", ["b", "a"], (t) => [t])).toEqual(["b", "a"]);
  });
});
