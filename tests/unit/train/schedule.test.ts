import { describe, expect, it } from "vitest";
import { type ScheduleSpec, scheduleSchema } from "../../../src/graph/training.ts";
import {
  improves,
  learningRateAt,
  type PlateauState,
  plateauAfter,
  plateauStart,
  type SchedulePoint,
} from "../../../src/train/schedule.ts";

const schedule = (spec: object): ScheduleSpec => scheduleSchema.parse(spec);
const point = (step: number, more: Partial<SchedulePoint> = {}): SchedulePoint => {
  return { step, epoch: Math.floor(step / 4), totalSteps: 20, totalEpochs: 5, ...more };
};
const rates = (spec: object, steps: number, base = 0.1): number[] =>
  Array.from({ length: steps }, (_, i) => learningRateAt(schedule(spec), base, point(i)));
const expectRates = (found: number[], wanted: number[]): void => {
  expect(found.length).toBe(wanted.length);
  found.forEach((rate, i) => {
    expect(rate, `step ${i}`).toBeCloseTo(wanted[i] as number, 12);
  });
};

describe("learning rate", () => {
  it("is constant by default", () => {
    expectRates(rates({ kind: "constant" }, 3), [0.1, 0.1, 0.1]);
  });

  // Rates of torch.optim.lr_scheduler, from the traces mlp__lr_step2_0.5, mlp__lr_cosine_T5, mlp__lr_linear_warmup_0.1_4.
  it("falls in steps as in StepLR", () => {
    const spec = { kind: "step", unit: "step", every: 2, factor: 0.5 };
    expectRates(rates(spec, 5), [0.1, 0.1, 0.05, 0.05, 0.025]);
  });

  it("falls along a cosine as in CosineAnnealingLR", () => {
    const spec = { kind: "cosine", unit: "step", period: 5 };
    const wanted = [0.1, 0.09045084971874738, 0.06545084971874737, 0.03454915028125263, 0.009549150281252633];
    expectRates(rates(spec, 7), [...wanted, 0, 0]);
  });

  it("warms up as in LinearLR", () => {
    const warmup = { steps: 4, from: 0.1 };
    const wanted = [0.01, 0.0325, 0.055, 0.0775, 0.1, 0.1];
    expectRates(rates({ kind: "constant", warmup }, 6), wanted);
    expectRates(rates({ kind: "linear", unit: "step", from: 0.1, to: 1, length: 4 }, 6), wanted);
  });

  it("warms up in front of another schedule", () => {
    const spec = { kind: "exponential", unit: "step", factor: 0.5, warmup: { steps: 2, from: 0 } };
    expectRates(rates(spec, 4), [0, 0.1 * 0.5 * 0.5, 0.1 * 0.25, 0.1 * 0.125]);
  });

  it("counts epochs by default", () => {
    expectRates(rates({ kind: "exponential", factor: 0.5 }, 9), [
      ...new Array<number>(4).fill(0.1),
      ...new Array<number>(4).fill(0.05),
      0.025,
    ]);
  });

  it("spans the whole run where no length is given", () => {
    const at = (spec: object, step: number): number => learningRateAt(schedule(spec), 1, point(step));
    expect(at({ kind: "cosine", unit: "step" }, 10)).toBeCloseTo(0.5, 12);
    expect(at({ kind: "cosine", minimum: 0.2 }, 20)).toBeCloseTo(0.2, 12);
    expect(at({ kind: "linear", unit: "step", to: 0.1 }, 20)).toBeCloseTo(0.1, 12);
  });

  it("restarts a cosine with longer and longer periods", () => {
    const spec = { kind: "cosine", unit: "step", period: 2, restarts: true, periodFactor: 2, minimum: 0.02 };
    const half = 0.02 + 0.08 * 0.5;
    const quarter = (part: number): number => 0.02 + 0.04 * (1 + Math.cos(Math.PI * part));
    expectRates(rates(spec, 7), [0.1, half, 0.1, quarter(0.25), half, quarter(0.75), 0.1]);
    expectRates(rates({ ...spec, periodFactor: 1 }, 5), [0.1, half, 0.1, half, 0.1]);
  });

  it("goes up and down once as in OneCycleLR", () => {
    const spec = { kind: "one-cycle", riseFraction: 0.25, startDivisor: 10, endDivisor: 100 };
    const found = rates(spec, 20);
    expect(found[0]).toBeCloseTo(0.01, 12);
    expect(found[2]).toBeCloseTo(0.01 + 0.09 * 0.5, 12);
    expect(found[4]).toBeCloseTo(0.1, 12);
    expect(Math.max(...found)).toBe(found[4]);
    expect(found[19]).toBeCloseTo(0.0001, 12);
    for (let i = 5; i < 20; i++) expect(found[i]).toBeLessThan(found[i - 1] as number);
  });

  it("has a one-cycle for runs of any length", () => {
    for (const totalSteps of [1, 2, 3]) {
      for (let step = 0; step < totalSteps; step++) {
        const rate = learningRateAt(schedule({ kind: "one-cycle" }), 0.1, point(step, { totalSteps }));
        expect(rate > 0 && rate <= 0.1, `step ${step} of ${totalSteps}`).toBe(true);
      }
    }
  });
});

describe("plateau", () => {
  const spec = schedule({ kind: "plateau", factor: 0.1, patience: 1, minimum: 0.002 }) as Extract<
    ScheduleSpec,
    { kind: "plateau" }
  >;
  const stateAfter = (values: number[], mode?: "min" | "max"): PlateauState =>
    values.reduce((state, v) => plateauAfter(spec, state, v, mode), plateauStart);
  const rate = (plateau: PlateauState): number => learningRateAt(spec, 0.1, point(0, { plateau }));

  it("reduces after more than `patience` epochs without an improvement", () => {
    expect(stateAfter([1, 1])).toEqual({ best: 1, bad: 1, reductions: 0 });
    expect(stateAfter([1, 1, 1.2])).toEqual({ best: 1, bad: 0, reductions: 1 });
    expect(rate(stateAfter([1, 1, 1.2]))).toBeCloseTo(0.01, 12);
    expect(rate(stateAfter([1, 1, 1, 1, 1]))).toBeCloseTo(0.002, 12);
  });

  it("starts counting again after an improvement, which must exceed minDelta", () => {
    expect(stateAfter([1, 2, 0.5, 2])).toMatchObject({ best: 0.5, bad: 1, reductions: 0 });
    expect(stateAfter([1, 0.99995, 0.9999])).toMatchObject({ best: 1, reductions: 1 });
  });

  it("watches values that should rise", () => {
    expect(stateAfter([0.5, 0.6, 0.7], "max")).toMatchObject({ best: 0.7, reductions: 0 });
    expect(stateAfter([0.5, 0.4, 0.4], "max")).toMatchObject({ best: 0.5, reductions: 1 });
  });

  it("never raises a rate that is below the minimum", () => {
    expect(learningRateAt(spec, 0.001, point(0, { plateau: plateauStart }))).toBe(0.001);
  });

  it("takes NaN as no improvement", () => {
    expect(stateAfter([Number.NaN, Number.NaN])).toMatchObject({ best: null, reductions: 1 });
    expect(improves(Number.NaN, 1, 0, "max")).toBe(false);
  });
});
