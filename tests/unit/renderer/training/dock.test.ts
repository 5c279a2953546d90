import { describe, expect, it, vi } from "vitest";
import { layoutOf } from "../../../../renderer/training/dock/layout.ts";
import { bestEpoch, firstBad, momentsOf, spikes } from "../../../../renderer/training/dock/moments.ts";
import {
  chosenText,
  clockText,
  metricKind,
  metricText,
  numberText,
  paceText,
} from "../../../../renderer/training/dock/readings.ts";
import { pace, secondsLeft } from "../../../../renderer/training/dock/timeLeft.ts";
import { epochMarks, moved, stepAt, totalOf } from "../../../../renderer/training/dock/timeline.ts";
import { slowly } from "../../../../renderer/training/dock/useRun.ts";
import { reading } from "../../../../renderer/training/dock/words.ts";
import { emptyRun, epochEvent, stepsEvent, told } from "./support.ts";

describe("readings", () => {
  it("have three digits and a real minus", () => {
    expect([0.10849, 2.3, 96.72, 1840.4, 123_456, 4.213e-4, 0, -0.5].map(numberText)).toEqual([
      "0.108",
      "2.30",
      "96.7",
      "1,840",
      "1.23e5",
      "4.21e−4",
      "0",
      "−0.500",
    ]);
    expect([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(numberText)).toEqual([
      "NaN",
      "∞",
      "−∞",
    ]);
    expect([0.02, 1e-4, 0.5, 0].map(chosenText)).toEqual(["0.02", "1e−4", "0.5", "0"]);
  });

  it("know parts of a whole, whatever their objective and number", () => {
    expect(metricKind("main.top-k-2")).toBe("top-k");
    expect(metricText("accuracy", 0.9671)).toBe("96.7 %");
    expect(metricText("b.f1-3", 1)).toBe("100 %");
    expect(metricText("mae", 0.25)).toBe("0.250");
  });

  it("of time and pace", () => {
    expect([0, 42.4, 725, 3725].map(clockText)).toEqual(["0:00", "0:42", "12:05", "1:02:05"]);
    expect([0.416, 8.06, 16.2, 162.4, 4321].map(paceText)).toEqual(["0.42", "8.1", "16", "162", "4,321"]);
  });
});

describe("time left", () => {
  const run = emptyRun({ steps: 100, stepsPerEpoch: 10 });

  it("is not known before the first step", () => expect(secondsLeft(run)).toBeNull());

  it("comes from the pace until an epoch is over", () => {
    const begun = told(run, [stepsEvent(1, [1, 1, 1, 1])]);
    expect(pace(begun)).toBe(100);
    expect(secondsLeft(begun)).toBeCloseTo(0.96, 10);
  });

  it("comes from whole epochs afterwards: half of them, two seconds each", () => {
    const events = [1, 2, 3, 4, 5].flatMap((e) => [
      stepsEvent(e * 10 - 9, new Array(10).fill(1)),
      epochEvent(e, 10, 1),
    ]);
    expect(secondsLeft(told(run, events))).toBeCloseTo(10, 10);
    expect(secondsLeft(told(run, events.slice(0, 2)))).toBeCloseTo(18, 10);
  });
});

describe("moments", () => {
  /** Reproducible noise around a falling curve. */
  const noisy = (n: number): number[] => {
    let seed = 7;
    return Array.from({ length: n }, (_, i) => {
      seed = (seed * 16_807) % 2_147_483_647;
      return Math.exp(-i / 200) * (1 + 0.3 * (seed / 2_147_483_647 - 0.5));
    });
  };
  const series = (y: readonly number[]) => ({ x: y.map((_, i) => i + 1), y });

  it("finds the first loss that is not finite", () => {
    expect(firstBad(series([1, 2, Number.POSITIVE_INFINITY, Number.NaN]))).toBe(3);
    expect(firstBad(series([1, 2]))).toBeNull();
  });

  it("finds what stands out and not the noise", () => {
    expect(spikes(series(noisy(2000)))).toEqual([]);
    const y = noisy(2000);
    y[700] = 3;
    y[701] = 5;
    y[702] = 2;
    expect(spikes(series(y))).toEqual([{ kind: "spike", step: 702, value: 5 }]);
  });

  it("tells the highest three of many", () => {
    const y = noisy(3000);
    [500, 900, 1300, 1700, 2100].forEach((at, k) => {
      y[at] = 10 + k;
    });
    expect(spikes(series(y)).map((m) => m.step)).toEqual([1301, 1701, 2101]);
  });

  it("knows the best epoch, by validation where there is one", () => {
    const epochs = [epochEvent(1, 10, 0.5), epochEvent(2, 10, 0.2), epochEvent(3, 10, 0.3)];
    expect(bestEpoch(epochs)).toEqual({ kind: "best", step: 20, value: 0.2, epoch: 2 });
    expect(bestEpoch([epochEvent(1, 10, null), epochEvent(2, 10, null)])?.epoch).toBe(2);
    expect(bestEpoch([])).toBeNull();
  });

  it("are in order of time", () => {
    const run = told(emptyRun({ steps: 100, stepsPerEpoch: 10 }), [
      stepsEvent(1, new Array(10).fill(1)),
      epochEvent(1, 10, 0.4),
      stepsEvent(11, [2, Number.NaN]),
    ]);
    expect(momentsOf(run).map((m) => [m.kind, m.step])).toEqual([
      ["best", 10],
      ["nan", 12],
    ]);
  });
});

describe("timeline", () => {
  const run = told(emptyRun({ steps: 1200, stepsPerEpoch: 100 }), [stepsEvent(1, new Array(480).fill(1))]);

  it("is as long as the plan, and of a run that is over as long as what was done", () => {
    expect(totalOf(run)).toBe(1200);
    expect(totalOf({ ...run, phase: "done" })).toBe(480);
  });

  it("finds the step at a place, never one that has not happened", () => {
    expect(stepAt(0.1, run)).toBe(120);
    expect(stepAt(0.9, run)).toBe(480);
    expect(stepAt(-1, run)).toBe(0);
  });

  it("marks epochs, fewer where there are many", () => {
    expect(epochMarks(run)).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1100, 1200]);
    const many = epochMarks(emptyRun({ steps: 300, stepsPerEpoch: 1 }));
    expect(many.length).toBeLessThanOrEqual(31);
    expect(many.slice(0, 3)).toEqual([0, 10, 20]);
  });

  it("moves by keys: steps, epochs, to the ends", () => {
    const go = (key: string, far = false): number | null => moved(key, 250, run, far);
    expect([go("ArrowLeft"), go("ArrowRight", true), go("PageDown"), go("PageUp")]).toEqual([249, 260, 200, 300]);
    expect([go("Home"), go("End"), go("x")]).toEqual([0, 480, null]);
    expect(moved("PageDown", 200, run, false)).toBe(100);
  });
});

describe("the metric of the run bar", () => {
  const run = told(emptyRun({ steps: 40, stepsPerEpoch: 10 }), [
    stepsEvent(1, new Array(10).fill(1), { accuracy: 0.4 }),
    epochEvent(1, 10, 0.5, { accuracy: 0.6 }),
    stepsEvent(11, new Array(10).fill(1), { accuracy: 0.5 }, 2),
    epochEvent(2, 10, 0.5, { accuracy: 0.8 }),
    stepsEvent(21, [1, 1], { accuracy: 0.7 }, 3),
  ]);

  it("is that of validation, at the moment that is shown", () => {
    expect(reading(run, null)).toEqual({ metric: "accuracy", value: 0.8, where: "validation", epoch: 2 });
    expect(reading(run, 15)).toEqual({ metric: "accuracy", value: 0.6, where: "validation", epoch: 1 });
    expect(reading(run, 10)?.epoch).toBe(1);
    expect(reading(run, 4)).toBeNull();
  });

  it("is that of training data where there is no other", () => {
    const alone = { ...run, epochs: run.epochs.map((e) => ({ ...e, validation: null })) };
    expect(reading(alone, null)).toEqual({ metric: "accuracy", value: 0.7, where: "train", epoch: 3 });
    expect(reading(alone, 20)).toEqual({ metric: "accuracy", value: 0.8, where: "trained", epoch: 2 });
  });
});

describe("layout", () => {
  it("has cells side by side from 1366 px, tabs at 200 %", () => {
    // Without the inspector a window of 1366 px leaves 1062.
    expect(layoutOf(1062 / 16, false).kind).toBe("cells");
    expect(layoutOf(1062 / 16, false)).toMatchObject({ cells: expect.arrayContaining(["curves"]) });
    expect(layoutOf(870 / 32, false).kind).toBe("tabs");
  });

  it("loses no part at any width", () => {
    const parts = (width: number): string[] => {
      const l = layoutOf(width, false);
      return [...(l.kind === "cells" ? l.cells : []), ...l.tabs].sort();
    };
    expect(parts(40)).toEqual(parts(80));
    expect(parts(20)).toEqual(parts(80));
  });
});

describe("slowly", () => {
  it("tells of the first change at once, then of the last one after the interval, and of urgent ones at once", () => {
    vi.useFakeTimers();
    let value = 0;
    const listeners = new Set<() => void>();
    const set = (v: number): void => {
      value = v;
      for (const l of listeners) l();
    };
    const slow = slowly({
      read: () => value,
      subscribe: (l) => {
        listeners.add(l);
        return () => listeners.delete(l);
      },
      urgent: (_, v) => v >= 100,
      interval: 50,
    });
    const seen: number[] = [];
    const off = slow.subscribe(() => seen.push(slow.read()));
    for (const v of [1, 2, 3]) set(v);
    expect(seen).toEqual([1]);
    vi.advanceTimersByTime(49);
    expect(slow.read()).toBe(1);
    vi.advanceTimersByTime(2);
    expect(seen).toEqual([1, 3]);
    set(100);
    expect(seen).toEqual([1, 3, 100]);
    off();
    expect(listeners.size).toBe(0);
    vi.useRealTimers();
  });

  it("tells only of what is urgent where the interval has no end", () => {
    vi.useFakeTimers();
    let value = 0;
    let listener = (): void => {};
    const slow = slowly({
      read: () => value,
      subscribe: (l) => {
        listener = l;
        return () => {};
      },
      urgent: (_, v) => v >= 100,
      interval: Number.POSITIVE_INFINITY,
    });
    const seen: number[] = [];
    const off = slow.subscribe(() => seen.push(slow.read()));
    for (const v of [1, 100, 101, 5]) {
      value = v;
      listener();
    }
    vi.advanceTimersByTime(1e9);
    expect(seen).toEqual([100, 101]);
    off();
    vi.useRealTimers();
  });
});
