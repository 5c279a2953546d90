import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchCount, batchIndices, epochOrder, splitSamples } from "../../../src/data/sampler.ts";

const sorted = (values: Iterable<number>) => [...values].sort((a, b) => a - b);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
const fractions = { train: 0.7, validation: 0.1, test: 0.2 };

describe("splitting", () => {
  it("gives every sample to exactly one part when the fractions make up the whole", () => {
    fc.assert(
      fc.property(
        fc.nat(300),
        fc.nat(1000),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 0, max: 10 }).chain((v) => fc.tuple(fc.constant(v), fc.integer({ min: 0, max: 10 - v }))),
        (count, seed, shuffle, stratified, [v, t]) => {
          const labels = stratified ? upTo(count).map((i) => i % 3) : null;
          const parts = splitSamples(
            count,
            { train: 1 - v / 10 - t / 10, validation: v / 10, test: t / 10 },
            { seed, shuffle, labels },
          );
          expect(sorted([...parts.train, ...parts.validation, ...parts.test])).toEqual(upTo(count));
        },
      ),
    );
  });

  it("rounds sizes to the nearest sample and leaves the rest out", () => {
    const parts = splitSamples(
      150,
      { train: 0.1, validation: 0.1, test: 0.2 },
      { seed: 1, shuffle: true, labels: null },
    );
    expect([parts.train.length, parts.validation.length, parts.test.length]).toEqual([15, 15, 30]);
  });

  it("keeps file order where it is not shuffled", () => {
    const parts = splitSamples(10, fractions, { seed: 1, shuffle: false, labels: null });
    expect([[...parts.train], [...parts.validation], [...parts.test]]).toEqual([upTo(7), [7], [8, 9]]);
  });

  it("depends on the seed", () => {
    const test = (seed: number) => [...splitSamples(100, fractions, { seed, shuffle: true, labels: null }).test];
    expect(test(1)).toEqual(test(1));
    expect(test(1)).not.toEqual(test(2));
  });

  it("keeps the proportions of the classes", () => {
    const labels = upTo(200).map((i) => (i < 20 ? 1 : 0));
    const parts = splitSamples(200, fractions, { seed: 3, shuffle: true, labels });
    const ones = (part: Uint32Array) => part.filter((i) => labels[i] === 1).length;
    expect([parts.train, parts.validation, parts.test].map(ones)).toEqual([14, 2, 4]);
  });
});

describe("epochs", () => {
  it("visits every sample once, in another order each epoch", () => {
    const first = epochOrder(500, 1, 0, true);
    expect(sorted(first)).toEqual(upTo(500));
    expect([...epochOrder(500, 1, 1, true)]).not.toEqual([...first]);
    expect([...epochOrder(500, 2, 0, true)]).not.toEqual([...first]);
    expect([...epochOrder(500, 1, 0, true)]).toEqual([...first]);
  });

  it("has no bias of the first place", () => {
    const counts = new Array<number>(5).fill(0);
    for (let e = 0; e < 5000; e++) (counts[epochOrder(5, 9, e, true)[0] as number] as number)++;
    // Binomial with mean 1000 and standard deviation 28: five deviations.
    for (const n of counts) expect(Math.abs(n - 1000)).toBeLessThan(141);
  });

  it("counts batches up to those of the whole order", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 1, max: 50 }), fc.boolean(), (count, batch, dropLast) => {
        const order = epochOrder(count, 1, 0, true);
        const batches = upTo(batchCount(count, batch, dropLast)).map((b) => batchIndices(order, batch, b));
        const all = batches.flatMap((b) => [...b]);
        const kept = dropLast ? count - (count % batch) : count;
        expect(all).toEqual([...order.subarray(0, kept)]);
        expect(batches.slice(0, -1).every((b) => b.length === batch)).toBe(true);
        expect(batches.every((b) => b.length > 0)).toBe(true);
      }),
    );
  });
});
