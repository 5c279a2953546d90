import { describe, expect, it } from "vitest";
import { stoppingAfter, stoppingStart, watchMode } from "../../../src/train/early-stopping.ts";

describe("early stopping", () => {
  const run = (values: readonly number[], settings: { patience: number; minDelta: number }, mode: "min" | "max") => {
    let state = stoppingStart;
    const improved: number[] = [];
    for (const [epoch, value] of values.entries()) {
      const verdict = stoppingAfter(settings, state, epoch, value, mode);
      state = verdict.state;
      if (verdict.improved) improved.push(epoch);
      if (verdict.stop) return { epoch, state, improved };
    }
    return { epoch: null, state, improved };
  };

  it("stops after `patience` epochs that are not better", () => {
    const { epoch, state, improved } = run([3, 2, 2.5, 2, 1], { patience: 2, minDelta: 0 }, "min");
    expect(epoch).toBe(3);
    expect(state).toEqual({ best: 2, bestEpoch: 1, bad: 2 });
    expect(improved).toEqual([0, 1]);
  });

  it("goes on while there is progress", () => {
    expect(run([3, 3, 2, 2, 1, 1], { patience: 2, minDelta: 0 }, "min").epoch).toBeNull();
    expect(run([0.1, 0.1, 0.2, 0.2, 0.3], { patience: 2, minDelta: 0 }, "max").epoch).toBeNull();
  });

  it("does not count progress of at most minDelta", () => {
    expect(run([1, 0.95, 0.9], { patience: 2, minDelta: 0.1 }, "min").epoch).toBe(2);
  });

  it("stops a run that gives only NaN", () => {
    const { epoch, state } = run([Number.NaN, Number.NaN], { patience: 2, minDelta: 0 }, "min");
    expect(epoch).toBe(1);
    expect(state.bestEpoch).toBeNull();
  });

  it("knows which way is better", () => {
    expect([watchMode("loss"), watchMode("mae"), watchMode("accuracy"), watchMode("r2")]).toEqual([
      "min",
      "min",
      "max",
      "max",
    ]);
  });
});
