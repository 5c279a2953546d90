import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PlanSettings, planRun, sampleAt, segmentAt } from "../../../src/train/plan.ts";

const settings = (changes: Partial<PlanSettings> = {}): PlanSettings => ({
  batch: 10,
  epochs: 2,
  steps: null,
  accumulate: 1,
  dropLast: false,
  ...changes,
});
const plan = (samples: number, changes: Partial<PlanSettings> = {}) => {
  const result = planRun(samples, settings(changes));
  return result.ok ? result.value : null;
};

describe("run plan", () => {
  it("has a smaller last batch, or leaves it out", () => {
    expect(plan(25)).toMatchObject({
      stepsPerEpoch: 3,
      totalSteps: 6,
      segments: [
        { first: 0, steps: 2, batch: 10, accumulate: 1, sample: 0 },
        { first: 2, steps: 1, batch: 5, accumulate: 1, sample: 20 },
      ],
    });
    expect(plan(25, { dropLast: true })).toMatchObject({ stepsPerEpoch: 2, segments: [{ steps: 2 }] });
  });

  it("makes what accumulation leaves over two smaller steps", () => {
    expect(plan(95, { accumulate: 4 })?.segments).toEqual([
      { first: 0, steps: 2, batch: 10, accumulate: 4, sample: 0 },
      { first: 2, steps: 1, batch: 10, accumulate: 1, sample: 80 },
      { first: 3, steps: 1, batch: 5, accumulate: 1, sample: 90 },
    ]);
  });

  it("takes a set smaller than the batch as one batch, unless that is to be left out", () => {
    expect(plan(4, { batch: 32 })).toMatchObject({ batch: 4, stepsPerEpoch: 1 });
    const refused = planRun(4, settings({ batch: 32, dropLast: true }));
    const path = "training.batch";
    expect(refused).toMatchObject({
      ok: false,
      issues: [{ code: "training.bad-value", path, expected: "<= 4", found: "32" }],
    });
  });

  it("ends at the limit of steps", () => {
    expect(plan(25, { steps: 4 })).toMatchObject({ totalSteps: 4 });
    expect(plan(25, { steps: 100 })).toMatchObject({ totalSteps: 6 });
  });

  it("visits every sample of an epoch once, in order", () => {
    const arbitrary = fc.record({
      samples: fc.integer({ min: 1, max: 300 }),
      batch: fc.integer({ min: 1, max: 40 }),
      accumulate: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(arbitrary, ({ samples, batch, accumulate }) => {
        const p = plan(samples, { batch, accumulate });
        if (!p) return false;
        let next = 0;
        for (let step = 0; step < p.stepsPerEpoch; step++) {
          const segment = segmentAt(p, step);
          if (sampleAt(segment, step) !== next) return false;
          next += segment.batch * segment.accumulate;
        }
        return next === samples;
      }),
    );
  });
});
