import { describe, expect, it } from "vitest";
import { checkData, fieldsOf } from "../../../src/data/fields.ts";
import { dataSchema, hasOwnTest, splitFractions } from "../../../src/data/schema.ts";

const read = (value: unknown) => dataSchema.parse(value);
const codes = (value: unknown) => checkData(read(value)).map((i) => `${i.code} ${i.path}`);
const mnist = { kind: "builtin", name: "mnist" };
const iris = { kind: "builtin", name: "iris" };
const generator = (name: string, options = {}) => ({ kind: "generator", name, options });

describe("the schema of a data section", () => {
  it("fills in every default", () => {
    expect(read({ source: { kind: "generator", name: "spirals" } })).toEqual({
      source: { kind: "generator", name: "spirals", options: { samples: 500, noise: 0.02, classes: 2, turns: 1.25 } },
      split: { validation: 0, stratify: false },
      shuffle: true,
      fields: {},
      inputs: {},
    });
  });

  it("is stable: reading what it gave changes nothing", () => {
    for (const source of [
      mnist,
      generator("blobs", { centers: 5 }),
      { kind: "csv", path: "a.csv", columns: { x: { from: ["a", 1] } } },
    ]) {
      const once = read({ source });
      expect(read(JSON.parse(JSON.stringify(once)))).toEqual(once);
    }
  });

  it.each([
    [{ source: mnist, extra: 1 }],
    [{ source: { ...mnist, path: "x" } }],
    [{ source: generator("moons", { factor: 0.5 }) }],
    [{ source: generator("moons", { noise: Number.POSITIVE_INFINITY }) }],
    [{ source: generator("nothing") }],
    [{ source: { kind: "csv", path: "a.csv" } }],
    [{ source: { kind: "images", path: "a", size: [28] } }],
    [{ source: { kind: "images", path: "a", size: [28, 28], channels: 2 } }],
    [{ source: mnist, split: { validation: 1.5 } }],
    [{ source: mnist, fields: { image: { normalise: { mean: 0, std: 0 } } } }],
  ])("refuses %j", (value) => {
    expect(dataSchema.safeParse(value).success).toBe(false);
  });
});

describe("split fractions", () => {
  const fractions = (value: object) => splitFractions(read(value));

  it("holds back a fifth for tests, nothing of a truth table, nothing of a set with its own tests", () => {
    expect(fractions({ source: iris })).toEqual({ train: 0.8, validation: 0, test: 0.2 });
    expect(fractions({ source: generator("xor") })).toEqual({ train: 1, validation: 0, test: 0 });
    expect(fractions({ source: mnist, split: { test: 0.5, validation: 0.25 } })).toEqual({
      train: 0.75,
      validation: 0.25,
      test: 0,
    });
  });

  it("takes decimals that do not sum to exactly 1, and nothing beyond", () => {
    expect(fractions({ source: iris, split: { train: 0.7, validation: 0.2, test: 0.1 } })).not.toBeNull();
    expect(fractions({ source: iris, split: { train: 0.7, validation: 0.2, test: 0.2 } })).toBeNull();
    expect(fractions({ source: iris, split: { validation: 0.6, test: 0.6 } })).toBeNull();
  });

  it("knows files that bring their own test part", () => {
    const files = { fields: { image: "a" }, test: { image: "b" } };
    expect(hasOwnTest(read({ source: { kind: "idx", ...files } }).source)).toBe(true);
    expect(hasOwnTest(read({ source: { kind: "npy", fields: files.fields } }).source)).toBe(false);
  });
});

describe("fields known from the section alone", () => {
  const fields = (value: object) => fieldsOf(read(value));

  it("of MNIST, with transforms", () => {
    const transforms = { image: { reshape: [784], normalise: "standard" }, label: { oneHot: 10 } };
    expect(fields({ source: mnist })?.map((f) => [f.name, f.dtype, f.shape])).toEqual([
      ["image", "float32", [1, 28, 28]],
      ["label", "int64", []],
    ]);
    expect(fields({ source: mnist, fields: transforms })?.map((f) => [f.name, f.dtype, f.shape])).toEqual([
      ["image", "float32", [784]],
      ["label", "float32", [10]],
    ]);
  });

  it("of generated sets: a target only where there are two classes", () => {
    const names = (source: object) => fields({ source })?.map((f) => f.name);
    expect(names(generator("moons"))).toEqual(["x", "label", "target"]);
    expect(names(generator("spirals", { classes: 3 }))).toEqual(["x", "label"]);
    expect(names(generator("regression"))).toEqual(["x", "y"]);
    expect(fields({ source: generator("blobs", { centers: 4 }) })?.[1]?.classes).toEqual(["0", "1", "2", "3"]);
  });

  it("is null where a file must be read", () => {
    expect(fields({ source: { kind: "idx", fields: { x: "x" } } })).toBeNull();
  });
});

describe("what the schema cannot express", () => {
  it.each([
    [{ split: { train: 1, test: 0.5 } }, "data.option data.split"],
    [{ fields: { petals: {} } }, "binding.unknown-field data.fields.petals"],
    [{ fields: { features: { reshape: [5] } } }, "data.option data.fields.features.reshape"],
    [{ fields: { features: { oneHot: 3 } } }, "data.option data.fields.features.oneHot"],
    [{ fields: { label: { oneHot: 2 } } }, "data.option data.fields.label.oneHot"],
    [{ fields: { label: { normalise: "unit" } } }, "data.option data.fields.label.normalise"],
    [
      { fields: { features: { normalise: { mean: [1, 2], std: 1 } } } },
      "data.option data.fields.features.normalise.mean",
    ],
  ])("%j", (section, expected) => {
    expect(codes({ source: iris, ...section })).toEqual([expected]);
  });

  it("finds nothing wrong with a good section", () => {
    const fields = { features: { normalise: { mean: [1, 2, 3, 4], std: 2 }, reshape: [2, 2] }, label: { oneHot: 3 } };
    expect(codes({ source: iris, fields })).toEqual([]);
  });
});
