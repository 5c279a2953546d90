import { describe, expect, it } from "vitest";
import {
  axesText,
  parseAxes,
  parseList,
  parseShape,
  parseWords,
} from "../../../../renderer/inspector/fields/entries.ts";
import { bytesText, countText } from "../../../../renderer/inspector/numbers.ts";
import { evaluate } from "../../../../renderer/ui/arithmetic.ts";

describe("sums in fields", () => {
  it.each([
    ["28*28", 784],
    ["2^6", 64],
    ["2**3**2", 512],
    ["-2^2", -4],
    ["(5-1)/2", 2],
    ["1e-3", 0.001],
    ["3×4÷2", 6],
    [" 7 + 1 ", 8],
    ["（1+2）*3", 9],
    [".5", 0.5],
    ["2^-1", 0.5],
  ])("%s is %d", (text, value) => {
    expect(evaluate(text)).toBeCloseTo(value, 12);
  });

  it.each(["", "two", "1+", "(1", "1)", "1 2", "1/0", "alert(1)", "2..3", "*3"])("%s is no number", (text) => {
    expect(evaluate(text)).toBeNull();
  });
});

describe("numbers per axis", () => {
  const from1 = { min: 1, max: 10 };

  it("takes one for all axes, or one for each", () => {
    expect(parseAxes("5", 2, from1)).toBe(5);
    expect(parseAxes("5 × 3", 2, from1)).toEqual([5, 3]);
    expect(parseAxes("5x3", 2, from1)).toEqual([5, 3]);
    expect(parseAxes("5, 3", 2, from1)).toEqual([5, 3]);
    expect(parseAxes("[5, 3]", 2, from1)).toEqual([5, 3]);
    expect(parseAxes("3 3", 2, from1)).toBe(3);
    expect(parseAxes("2+1 × 2^3", 2, from1)).toEqual([3, 8]);
  });

  it("refuses other counts, other ranges, fractions", () => {
    for (const text of ["", "1 2 3", "0", "11 × 2", "1.5", "a"]) expect(parseAxes(text, 2, from1), text).toBeNull();
  });

  it("shows what it reads", () => {
    expect(axesText(5)).toBe("5");
    expect(axesText([5, 5])).toBe("5");
    expect(axesText([5, 3])).toBe("5 × 3");
    expect(parseAxes(axesText([5, 3]), 2, from1)).toEqual([5, 3]);
  });
});

describe("lists, shapes, words", () => {
  it("reads lists with negative numbers", () => {
    expect(parseList("1, -1", {}, true)).toEqual([1, -1]);
    expect(parseList("", {}, true)).toEqual([]);
    expect(parseList("0.5 0.9", { max: 1 }, false)).toEqual([0.5, 0.9]);
    expect(parseList("0.5", {}, true)).toBeNull();
    expect(parseList("2", { max: 1 }, false)).toBeNull();
  });

  it("reads shapes with letters", () => {
    expect(parseShape("1 × 28 × 28")).toEqual([1, 28, 28]);
    expect(parseShape("1x28x28")).toEqual([1, 28, 28]);
    expect(parseShape("T, 64")).toEqual(["T", 64]);
    expect(parseShape("28*28")).toEqual([784]);
    expect(parseShape("0 × 3")).toBeNull();
    expect(parseShape("?")).toBeNull();
  });

  it("reads words in both scripts", () => {
    expect(parseWords("cat, dog ，猫、狗")).toEqual(["cat", "dog", "猫", "狗"]);
    expect(parseWords(" ")).toEqual([]);
  });

  it("prints counts and bytes", () => {
    expect(countText(61706)).toBe("61,706");
    expect([0, 999, 1000, 24_100, 999_940, 999_960, 1_500_000].map(bytesText)).toEqual([
      "0 B",
      "999 B",
      "1 kB",
      "24.1 kB",
      "1 MB",
      "1 MB",
      "1.5 MB",
    ]);
  });
});
