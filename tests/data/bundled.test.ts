import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { fieldsOf } from "../../src/data/fields.ts";
import { dataSchema } from "../../src/data/schema.ts";
import { datasetsFolder } from "../../src/engine/data/folder.ts";
import { all, codes, open, put, temporaryFolder, value } from "./support.ts";

const mnist = { source: { kind: "builtin", name: "mnist" } };
const iris = { source: { kind: "builtin", name: "iris" } };
const counts = (labels: readonly number[]) => {
  const result = new Array<number>(Math.max(...labels) + 1).fill(0);
  for (const label of labels) (result[label] as number)++;
  return result;
};

describe("MNIST", () => {
  it("is the published set", async () => {
    const set = value(await open(mnist));
    expect([set.splits.train.count, set.splits.validation, set.splits.test?.count]).toEqual([60000, null, 10000]);
    expect(set.fields).toEqual(fieldsOf(dataSchema.parse(mnist)));
    expect(set.licence).toBe("CC BY-SA 3.0");
    const labels = all(set, "label");
    expect(labels.slice(0, 5)).toEqual([5, 0, 4, 1, 9]);
    expect(counts(labels)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect(counts(all(set, "label", "test"))).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  });

  it("is scaled to 0 to 1 where nothing else is asked for", async () => {
    const set = value(await open(mnist));
    const first = new Float32Array(784);
    set.splits.train.gather("image", [0], first, 0);
    // The first strokes of the first digit, row 5: bytes 3, 18, 18, 18, 126, 136, 175, 26, 166, 255, 247, 127.
    const row = [3, 18, 18, 18, 126, 136, 175, 26, 166, 255, 247, 127];
    expect(Array.from(first.subarray(5 * 28 + 12, 5 * 28 + 24), (v) => Math.round(v * 255))).toEqual(row);
    expect(first[5 * 28 + 21]).toBe(1);
  });

  it("is standardised with its known mean and deviation", async () => {
    const fields = { image: { normalise: "standard", reshape: [784] } };
    const set = value(await open({ ...mnist, fields }));
    const { mean, std } = set.scaling["image"] ?? { mean: [], std: [] };
    // The constants everybody uses, given to four digits.
    expect((mean[0] as number) / 255).toBeCloseTo(0.1307, 4);
    expect((std[0] as number) / 255).toBeCloseTo(0.3081, 4);
    const given = { image: { normalise: { mean: 0.1307, std: 0.3081 }, reshape: [784] } };
    const same = value(await open({ ...mnist, fields: given }));
    const [a, b] = [new Float32Array(784), new Float32Array(784)];
    set.splits.train.gather("image", [7], a, 0);
    same.splits.train.gather("image", [7], b, 0);
    // The four digits of the given constants leave 5e-5 / 0.3081 of the largest value, 2.8.
    a.forEach((v, i) => {
      expect(Math.abs(v - (b[i] as number))).toBeLessThan(1e-3);
    });
    expect(set.fields[0]?.shape).toEqual([784]);
  });

  it("has its validation part cut from the training part", async () => {
    const set = value(await open({ ...mnist, split: { train: 0.1, validation: 0.05, stratify: true } }));
    expect([set.splits.train.count, set.splits.validation?.count, set.splits.test?.count]).toEqual([6000, 3000, 10000]);
    expect(counts(all(set, "label", "validation"))).toEqual([296, 337, 298, 307, 292, 271, 296, 313, 293, 297]);
  });
});

describe("iris", () => {
  it("is the set of Fisher", async () => {
    const set = value(await open({ ...iris, split: { test: 0 }, shuffle: false }));
    expect(set.fields).toEqual(fieldsOf(dataSchema.parse(iris)));
    expect(counts(all(set, "label"))).toEqual([50, 50, 50]);
    const features = all(set, "features");
    // Sums of the four columns over all flowers, in cm, from the printed table.
    const sums = [0, 1, 2, 3].map((c) => features.filter((_, i) => i % 4 === c).reduce((a, b) => a + b));
    [876.5, 458.6, 563.7, 179.9].forEach((sum, c) => {
      // 150 numbers in float32.
      expect(sums[c]).toBeCloseTo(sum, 3);
    });
  });

  it("is standardised by its training part alone", async () => {
    const set = value(await open({ ...iris, fields: { features: { normalise: "standard" } } }));
    const features = all(set, "features");
    const n = set.splits.train.count;
    expect(n).toBe(120);
    for (let c = 0; c < 4; c++) {
      const column = features.filter((_, i) => i % 4 === c);
      const mean = column.reduce((a, b) => a + b) / n;
      const variance = column.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
      // float32 rounding of 120 numbers of magnitude 1.
      expect(mean).toBeCloseTo(0, 5);
      expect(variance).toBeCloseTo(1, 5);
    }
  });
});

describe("the folder of bundled sets", () => {
  const before = process.env["GRADLOOM_DATASETS"];
  const folder = temporaryFolder();
  afterEach(() => {
    if (before === undefined) delete process.env["GRADLOOM_DATASETS"];
    else process.env["GRADLOOM_DATASETS"] = before;
  });

  it("holds the files that its list names", () => {
    const base = value(datasetsFolder());
    const list = readFileSync(join(base, "README.md"), "utf8").matchAll(/^ {4}([0-9a-f]{64}) {2}(\S+)$/gm);
    const files = [...list].map(([, sum, name]) => [name as string, sum as string] as const);
    expect(files).toHaveLength(5);
    for (const [name, sum] of files) {
      expect(
        createHash("sha256")
          .update(readFileSync(join(base, name)))
          .digest("hex"),
      ).toBe(sum);
    }
  });

  it("can be put elsewhere, and its damage is told", async () => {
    process.env["GRADLOOM_DATASETS"] = folder;
    expect(codes(await open(iris))).toEqual(["data.file-missing"]);
    put(folder, "mnist/train-images-idx3-ubyte.gz", Uint8Array.from([0x1f, 0x8b, 1, 2, 3]));
    put(folder, "mnist/train-labels-idx1-ubyte.gz", "");
    expect(codes(await open(mnist))).toEqual([
      "data.file-format",
      "data.empty",
      "data.file-missing",
      "data.file-missing",
    ]);
  });
});
