import { describe, expect, it } from "vitest";
import { withFrame } from "../../../src/train/frames.ts";
import { extended, type Series } from "../../../src/train/series.ts";

/** A curve that is told in portions, as a run tells it. */
function grown(steps: number, y: (step: number) => number, portion = 500): Series {
  let series: Series = { x: [], y: [] };
  for (let from = 1; from <= steps; from += portion) {
    const xs = Array.from({ length: Math.min(portion, steps - from + 1) }, (_, i) => from + i);
    series = extended(series, xs, xs.map(y));
  }
  return series;
}

const widest = (x: readonly number[]): number => Math.max(...x.slice(1).map((v, i) => v - (x[i] as number)));

describe("a curve of a long run", () => {
  it("is whole while it is short", () => {
    const { x, y } = grown(40_000, (s) => 1 / s);
    expect(x).toEqual(Array.from({ length: 40_000 }, (_, i) => i + 1));
    expect(y[39_999]).toBe(1 / 40_000);
  });

  it("keeps its beginning as fine as its end, and its peaks, when it is thinned many times", () => {
    const steps = 2_000_000;
    const peaks = [12_345, 777_777, 1_999_000];
    const { x, y } = grown(steps, (s) => (peaks.includes(s) ? 100 : 1 / s + (s % 7) / 1e6));
    expect(x.length).toBeLessThanOrEqual(40_000);
    expect([x[0], x.at(-1)]).toEqual([1, steps]);
    for (const p of peaks) expect(y[x.indexOf(p)]).toBe(100);
    // Five thousand parts at least, each with a point: none is farther from the next than two parts are wide.
    expect(widest(x)).toBeLessThanOrEqual((2 * steps) / 5000);
    expect(x.every((v, i) => i === 0 || v > (x[i - 1] as number))).toBe(true);
  });

  it("keeps the step at which it stopped being a number", () => {
    const { x, y } = grown(90_000, (s) => (s >= 30_001 ? Number.NaN : 1));
    expect(x[y.findIndex((v) => Number.isNaN(v))]).toBe(30_001);
    expect(x.length).toBeLessThanOrEqual(40_000);
  });
});

describe("key frames of a long run", () => {
  it("stand evenly over all of it", () => {
    let frames: readonly { readonly step: number; readonly failing?: boolean }[] = [];
    for (let step = 0; step <= 100_000; step += 10) frames = withFrame(frames, { step });
    frames = withFrame(frames, { step: 100_001, failing: true });
    expect(frames.length).toBeLessThanOrEqual(240);
    expect([frames[0]?.step, frames.at(-1)?.step]).toEqual([0, 100_001]);
    expect(widest(frames.map((f) => f.step))).toBeLessThanOrEqual((2 * 100_000) / 60);
  });
});
