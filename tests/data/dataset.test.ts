import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { encode } from "fast-png";
import { describe, expect, it } from "vitest";
import { fileIssue, readDataFile } from "../../src/engine/data/files.ts";
import { writeNpy } from "../../src/engine/data/formats/npy.ts";
import { writeNpz } from "../../src/engine/data/formats/npz.ts";
import { type DType, type Tensor, tensor } from "../../src/shape/dtype.ts";
import { all, codes, idxBytes, idxFile, issues, open, put, temporaryFolder, value } from "./support.ts";

const folder = temporaryFolder();
const noSplit = { split: { test: 0 }, shuffle: false };
const at = (section: object) => open({ ...noSplit, ...section }, { baseFolder: folder });
const npy = (name: string, dtype: DType, dims: readonly number[], values: readonly number[]) =>
  put(folder, name, writeNpy(tensor(dtype, dims, values)));
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

describe("files", () => {
  it("that cannot be read are told apart", async () => {
    mkdirSync(join(folder, "sub"), { recursive: true });
    put(folder, "empty", "");
    put(folder, "large", new Uint8Array(100));
    expect(issues(await readDataFile(join(folder, "none")))).toMatchObject([
      { code: "data.file-missing", reason: "ENOENT" },
    ]);
    expect(codes(await readDataFile(join(folder, "large", "x")))).toEqual(["data.file-missing"]);
    expect(issues(await readDataFile(join(folder, "sub")))).toMatchObject([
      { code: "file.unreadable", reason: "EISDIR" },
    ]);
    expect(codes(await readDataFile(join(folder, "empty")))).toEqual(["data.empty"]);
    expect(issues(await readDataFile(join(folder, "large"), 99))).toMatchObject([
      { code: "data.too-large", bytes: 100, limit: 99, file: join(folder, "large") },
    ]);
    expect(fileIssue(Object.assign(new Error(), { code: "EACCES" }), "f")).toMatchObject({
      code: "file.unreadable",
      reason: "EACCES",
      file: "f",
    });
  });

  it.runIf(process.platform !== "win32")("that never end are not opened", async () => {
    // Where there is such a device; it has size 0 and would be read for ever.
    expect(issues(await readDataFile("/dev/zero"))).toMatchObject([{ code: "file.unreadable", reason: "ENOTFILE" }]);
  });
});

describe("arrays", () => {
  it("of IDX: pictures get a channel, bytes of one dimension are labels, gzip is read as it is", async () => {
    put(folder, "images", gzipSync(idxBytes([3, 2, 2])));
    put(folder, "labels", idxFile(8, [3], Uint8Array.from([2, 0, 1])));
    const set = value(await at({ source: { kind: "idx", fields: { image: "images", label: "labels" } } }));
    expect(set.fields).toEqual([
      { name: "image", dtype: "float32", shape: [1, 2, 2], classes: null },
      { name: "label", dtype: "int64", shape: [], classes: ["0", "1", "2"] },
    ]);
    expect(all(set, "image")).toEqual(upTo(12).map((v) => Math.fround(v / 255)));
    expect(all(set, "label")).toEqual([2, 0, 1]);
  });

  it("of NPY, with a test part of their own", async () => {
    npy("x", "float64", [4, 2], upTo(8));
    npy("x-test", "float64", [1, 2], [8, 9]);
    const set = value(
      await at({ source: { kind: "npy", fields: { x: "x" }, test: { x: "x-test" } }, split: { validation: 0.25 } }),
    );
    expect([all(set, "x"), all(set, "x", "validation"), all(set, "x", "test")]).toEqual([upTo(6), [6, 7], [8, 9]]);
  });

  it("of NPZ, all of them or those that are named", async () => {
    const arrays = new Map<string, Tensor>([
      ["a", tensor("float32", [2, 1], [1, 2])],
      ["b", tensor("int64", [2], [0, 1])],
    ]);
    put(folder, "set.npz", writeNpz(arrays));
    const names = (fields?: object) => at({ source: { kind: "npz", path: "set.npz", ...(fields ? { fields } : {}) } });
    expect(value(await names()).fields.map((f) => f.name)).toEqual(["a", "b"]);
    expect(value(await names({ y: "b" })).fields.map((f) => f.name)).toEqual(["y"]);
    expect(issues(await names({ y: "c" }))).toMatchObject([
      { code: "binding.unknown-field", field: "c", fields: ["a", "b"] },
    ]);
  });

  it.each<[DType, readonly number[], string, readonly number[], number]>([
    ["uint8", [2], "int64", [], 1],
    ["bool", [2], "int64", [], 1],
    ["int32", [2], "int64", [], 1],
    ["uint32", [2, 3], "int64", [3], 1],
    ["bool", [2, 3], "float32", [3], 1],
    ["uint8", [2, 3], "float32", [3], 255],
    ["uint8", [2, 3, 4], "float32", [1, 3, 4], 255],
    ["uint8", [2, 2, 3, 4], "float32", [2, 3, 4], 255],
    ["float64", [2], "float32", [], 1],
  ])("%s%j is delivered as %s%j", async (dtype, dims, expected, shape, divisor) => {
    const count = dims.reduce((a, b) => a * b);
    const values = upTo(count).map((i) => (dtype === "bool" ? i % 2 : i));
    npy("any", dtype, dims, values);
    const set = value(await at({ source: { kind: "npy", fields: { any: "any" } } }));
    expect(set.fields[0]).toMatchObject({ dtype: expected, shape });
    expect(all(set, "any")).toEqual(values.map((v) => Math.fround(v / divisor)));
  });

  it("takes large or negative integers for numbers and not for classes", async () => {
    for (const labels of [
      [0, 1000],
      [-1, 0],
    ]) {
      npy("n", "int64", [2], labels);
      const set = value(await at({ source: { kind: "npy", fields: { n: "n" } } }));
      expect(set.fields[0]?.classes).toBeNull();
      expect(all(set, "n")).toEqual(labels);
    }
  });

  it("that do not fit each other are refused", async () => {
    npy("two", "float32", [2, 1], [1, 2]);
    npy("three", "float32", [3, 1], [1, 2, 3]);
    npy("ints", "int32", [2, 1], [1, 2]);
    npy("scalar", "float32", [], [1]);
    npy("nothing", "float32", [0, 2], []);
    const fields = (files: object, test?: object) =>
      at({ source: { kind: "npy", fields: files, ...(test ? { test } : {}) } });
    expect(issues(await fields({ a: "two", b: "three" }))).toMatchObject([
      { code: "data.length-mismatch", a: "a", countA: 2, b: "b", countB: 3 },
    ]);
    expect(issues(await fields({ a: "two" }, { a: "ints" }))).toMatchObject([
      { code: "data.other-type", field: "a", expected: "float32[1]", found: "int32[1]" },
    ]);
    expect(codes(await fields({ a: "two" }, { b: "two" }))).toEqual(["data.other-type"]);
    expect(codes(await fields({ a: "scalar" }))).toEqual(["data.other-type"]);
    expect(codes(await fields({ a: "nothing" }))).toEqual(["data.empty"]);
    expect(codes(await fields({}))).toEqual(["data.empty"]);
    expect(codes(await fields({ a: "none", b: "sub" }))).toEqual(["data.file-missing", "file.unreadable"]);
  });

  it("with numbers that are not finite are refused, also those too large for float32", async () => {
    npy("nan", "float32", [2, 2], [1, 2, 3, Number.NaN]);
    npy("huge", "float64", [2], [1, 1e39]);
    expect(issues(await at({ source: { kind: "npy", fields: { x: "nan" } } }))).toMatchObject([
      { code: "data.not-finite", field: "x", sample: 1, found: "NaN" },
    ]);
    expect(issues(await at({ source: { kind: "npy", fields: { x: "huge" } } }))).toMatchObject([
      { code: "data.not-finite", sample: 1, found: "1e+39" },
    ]);
  });
});

describe("transforms", () => {
  const csv = (fields: object) => {
    put(folder, "t.csv", "a,b,y\n1,10,u\n3,10,v\n5,10,u\n");
    const columns = { x: { from: ["a", "b"] }, y: { from: ["y"], as: "class" } };
    return at({ source: { kind: "csv", path: "t.csv", columns }, fields });
  };

  it("standard: mean 0 and deviation 1 for each feature, and a constant one is only centred", async () => {
    const set = value(await csv({ x: { normalise: "standard" } }));
    const deviation = Math.sqrt(8 / 3);
    expect(set.scaling["x"]).toEqual({ mean: [3, 10], std: [deviation, 1] });
    expect(all(set, "x")).toEqual([-2 / deviation, 0, 0, 0, 2 / deviation, 0].map(Math.fround));
  });

  it("given numbers, for all features or for each", async () => {
    expect(all(value(await csv({ x: { normalise: { mean: 1, std: [2, 3] } } })), "x")).toEqual([0, 3, 1, 3, 2, 3]);
    expect(all(value(await csv({ x: { normalise: "unit" } })), "x").slice(0, 2)).toEqual(
      [1 / 255, 10 / 255].map(Math.fround),
    );
  });

  it("of pictures: for each channel, in numbers of 0 to 1", async () => {
    npy("p", "uint8", [2, 2, 1, 2], [0, 255, 10, 10, 255, 0, 20, 20]);
    const source = { kind: "npy", fields: { p: "p" } };
    const standard = value(await at({ source, fields: { p: { normalise: "standard" } } }));
    expect(standard.scaling["p"]).toEqual({ mean: [127.5, 15], std: [127.5, 5] });
    expect(all(standard, "p")).toEqual([-1, 1, -1, -1, 1, -1, 1, 1]);
    const given = value(await at({ source, fields: { p: { normalise: { mean: [0.5, 0], std: [0.5, 1] } } } }));
    expect(all(given, "p").slice(0, 4)).toEqual([-1, 1, 10 / 255, 10 / 255].map(Math.fround));
    expect(all(value(await at({ source, fields: { p: { normalise: "none" } } })), "p").slice(0, 3)).toEqual([
      0, 255, 10,
    ]);
  });

  it("one-hot and reshape", async () => {
    const set = value(await csv({ y: { oneHot: 3 }, x: { reshape: [1, 2, 1] } }));
    expect(set.fields.map((f) => [f.dtype, f.shape])).toEqual([
      ["float32", [1, 2, 1]],
      ["float32", [3]],
    ]);
    expect(all(set, "y")).toEqual([1, 0, 0, 0, 1, 0, 1, 0, 0]);
  });

  it("one-hot columns of a CSV", async () => {
    put(folder, "h.csv", "y\nb\na\n");
    const set = value(
      await at({ source: { kind: "csv", path: "h.csv", columns: { y: { from: ["y"], as: "one-hot" } } } }),
    );
    expect(set.fields).toEqual([{ name: "y", dtype: "float32", shape: [2], classes: ["a", "b"] }]);
    expect(all(set, "y")).toEqual([0, 1, 1, 0]);
  });

  it("element types: integers as numbers, whole numbers as classes, and no others", async () => {
    npy("i", "int64", [3], [4, 5, 6]);
    npy("f", "float64", [3], [0, 1, 1]);
    npy("g", "float64", [3], [0, 0.5, 1]);
    const one = (file: string, dtype: string) =>
      at({ source: { kind: "npy", fields: { v: file } }, fields: { v: { dtype } } });
    expect(value(await one("i", "float32")).fields[0]?.dtype).toBe("float32");
    expect(all(value(await one("i", "float32")), "v")).toEqual([4, 5, 6]);
    expect(value(await one("f", "int64")).fields[0]?.dtype).toBe("int64");
    expect(issues(await one("g", "int64"))).toMatchObject([
      { code: "data.option", path: "data.fields.v.dtype", found: "0.5" },
    ]);
  });

  it("that do not fit are refused", async () => {
    expect(issues(await csv({ z: {} }))).toMatchObject([
      { code: "binding.unknown-field", field: "z", fields: ["x", "y"] },
    ]);
    expect(issues(await csv({ x: { reshape: [3] }, y: { oneHot: 3, normalise: "unit" } }))).toMatchObject([
      { code: "data.option", path: "data.fields.x.reshape" },
      { code: "data.option", path: "data.fields.y.normalise" },
    ]);
    npy("tokens", "int64", [2], [0, 5000]);
    const tokens = await at({ source: { kind: "npy", fields: { t: "tokens" } }, fields: { t: { oneHot: 10 } } });
    expect(issues(tokens)).toMatchObject([{ code: "data.label-range", field: "t", found: 5000, classes: 10 }]);
  });
});

describe("splits", () => {
  const source = { kind: "generator", name: "blobs", options: { samples: 90 } };

  it("are disjoint, cover everything, and follow the seed", async () => {
    const section = { source, split: { validation: 0.2, test: 0.2, stratify: true } };
    const set = value(await open(section));
    const { train, validation, test } = set.splits;
    expect([train.count, validation?.count, test?.count]).toEqual([54, 18, 18]);
    const points = (["train", "validation", "test"] as const).flatMap((split) => all(set, "x", split));
    expect(new Set(points).size).toBe(180);
    for (const split of ["train", "validation", "test"] as const) {
      const labels = all(set, "label", split);
      expect(upTo(3).map((k) => labels.filter((v) => v === k).length)).toEqual(new Array(3).fill(labels.length / 3));
    }
    expect(all(value(await open(section)), "x")).toEqual(all(set, "x"));
    expect(all(value(await open(section, { seed: 2 })), "x")).not.toEqual(all(set, "x"));
  });

  it("that leave nothing to train on, or have no classes to go by, are refused", async () => {
    expect(issues(await open({ source, split: { test: 1 } }))).toMatchObject([{ code: "data.empty", what: "train" }]);
    expect(codes(await open({ source, split: { train: 1, test: 1 } }))).toEqual(["data.option"]);
    const regression = { source: { kind: "generator", name: "regression" }, split: { stratify: true } };
    expect(issues(await open(regression))).toMatchObject([{ code: "data.option", path: "data.split.stratify" }]);
  });

  it("come with warnings where a part is empty or there is one class", async () => {
    put(folder, "one.csv", "a,y\n1,u\n2,u\n");
    const columns = { x: { from: ["a"] }, y: { from: ["y"], as: "class" } };
    const set = value(await at({ source: { kind: "csv", path: "one.csv", columns }, split: { test: 0.2 } }));
    expect(set.warnings).toMatchObject([
      { code: "data.one-class", severity: "warning", field: "y", class: "u" },
      { code: "data.empty-split", severity: "warning", split: "test", samples: 2 },
    ]);
    expect(set.splits.test).toBeNull();
  });
});

describe("gather", () => {
  it("puts any samples in any order at any place, and touches nothing else", async () => {
    const set = value(
      await open({
        source: { kind: "generator", name: "moons", options: { samples: 20 } },
        fields: { label: { oneHot: 2 } },
      }),
    );
    const everything = { x: all(set, "x"), label: all(set, "label"), target: all(set, "target") };
    const indices = [3, 3, 15, 0];
    for (const [field, size] of [
      ["x", 2],
      ["label", 2],
      ["target", 1],
    ] as const) {
      const out = new Float32Array(size * 6).fill(-7);
      expect(set.splits.train.gather(field, indices, out, size)).toBeNull();
      const naive = indices.flatMap((i) => everything[field].slice(i * size, (i + 1) * size));
      expect(Array.from(out)).toEqual([...new Array(size).fill(-7), ...naive, ...new Array(size).fill(-7)]);
    }
  });

  it("copies long samples as it does short ones", async () => {
    npy("long", "float32", [5, 40], upTo(200));
    const set = value(await at({ source: { kind: "npy", fields: { v: "long" } } }));
    const out = new Float32Array(80);
    set.splits.train.gather("v", [4, 1], out, 0);
    expect(Array.from(out)).toEqual([...upTo(40).map((i) => 160 + i), ...upTo(40).map((i) => 40 + i)]);
  });
});

describe("folders of pictures", () => {
  const picture = (shade: number, width = 2, height = 2) =>
    encode({ width, height, channels: 1, depth: 8, data: new Uint8Array(width * height).fill(shade) });
  const images = (path: string, extra = {}) =>
    at({
      source: { kind: "images", path, size: [2, 2], channels: 1, ...extra },
      fields: { image: { normalise: "none" } },
    });

  it("are read in the order of names, classes from the sub-folders", async () => {
    put(folder, "good/dog/b.PNG", picture(2));
    put(folder, "good/dog/a.png", picture(1));
    put(folder, "good/cat/10.png", picture(4, 5, 7));
    put(folder, "good/cat/9.png", picture(5));
    put(folder, "good/cat/notes.txt", "no picture");
    put(folder, "good/.hidden/x.png", "no picture");
    put(folder, "good/readme.md", "no class");
    const set = value(await images("good"));
    expect(set.fields).toEqual([
      { name: "image", dtype: "float32", shape: [1, 2, 2], classes: null },
      { name: "label", dtype: "int64", shape: [], classes: ["cat", "dog"] },
    ]);
    expect(all(set, "image").filter((_, i) => i % 4 === 0)).toEqual([4, 5, 1, 2]);
    expect(all(set, "label")).toEqual([0, 0, 1, 1]);
    // A second time from memory.
    expect(all(set, "image").filter((_, i) => i % 4 === 3)).toEqual([4, 5, 1, 2]);
    const standard = await at({
      source: { kind: "images", path: "good", size: [2, 2], channels: 3 },
      fields: { image: { normalise: "standard" } },
    });
    expect(value(standard).scaling["image"]?.mean).toEqual([3, 3, 3]);
  });

  it("have their statistics taken from a thousand of them", async () => {
    const bytes = [picture(40), picture(0)].map((b) => Buffer.from(b)) as [Buffer, Buffer];
    // 1000 spread evenly over 1001 leave out the last one, the only one that is not even.
    for (let i = 0; i <= 1000; i++)
      put(folder, `thousand/a/${String(i).padStart(4, "0")}.png`, bytes[i === 1000 ? 1 : 0]);
    const source = { kind: "images", path: "thousand", size: [1, 1], channels: 1 };
    const set = value(await at({ source, fields: { image: { normalise: "standard" } } }));
    expect(set.scaling["image"]).toEqual({ mean: [40], std: [1] });
  });

  // Windows lets only administrators make links.
  it.runIf(process.platform !== "win32")("follow links, but not to what is no file", async () => {
    put(folder, "linked/a/1.png", picture(1));
    symlinkSync(join(folder, "linked/a"), join(folder, "linked/b"));
    expect(value(await images("linked")).fields[1]?.classes).toEqual(["a", "b"]);
    symlinkSync("/dev/zero", join(folder, "linked/a/2.png"));
    expect(codes(await images("linked"))).toEqual(["file.unreadable", "file.unreadable"]);
  });

  it("tell what is wrong with each file when they are opened", async () => {
    put(folder, "bad/a/1.png", picture(1));
    put(folder, "bad/a/2.png", "<svg/>");
    put(folder, "bad/a/3.jpg", "");
    mkdirSync(join(folder, "bad/a/4.png"));
    put(folder, "bad/b/5.png", picture(1).subarray(0, 20));
    mkdirSync(join(folder, "bad/c"));
    put(folder, "bad/d/6.gif", "GIF89a");
    const found = issues(await images("bad"));
    expect(found.map((i) => [i.code, i.file?.slice(folder.length + 5)])).toEqual([
      ["data.empty", "c"],
      ["data.image", "d/6.gif"],
      ["data.image", "a/2.png"],
      ["data.empty", "a/3.jpg"],
      ["file.unreadable", "a/4.png"],
      ["data.image", "b/5.png"],
    ]);
  });

  it("that are no folders, or have none, are refused", async () => {
    put(folder, "flat/1.png", picture(1));
    expect(codes(await images("flat"))).toEqual(["data.empty"]);
    expect(codes(await images("flat/1.png"))).toEqual(["data.file-missing"]);
    expect(codes(await images("nowhere"))).toEqual(["data.file-missing"]);
  });

  it("stop after 20 problems", async () => {
    for (let i = 0; i < 30; i++) put(folder, `many/a/${i}.png`, "x");
    expect(codes(await images("many"))).toHaveLength(21);
  });

  it("tell of a file that is damaged behind its header when it is read", async () => {
    put(folder, "late/a/1.png", picture(1));
    put(folder, "late/a/2.png", picture(1).subarray(0, 50));
    const set = value(await images("late"));
    const out = new Float32Array(8);
    expect(set.splits.train.gather("image", [0], out, 0)).toBeNull();
    expect(set.splits.train.gather("image", [1], out, 0)).toMatchObject({
      code: "data.image",
      problem: "corrupt",
      file: join(folder, "late/a/2.png"),
    });
  });
});
