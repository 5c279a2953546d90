import { describe, expect, it } from "vitest";
import type { EventOf } from "../../../src/protocol/index.ts";
import { withEpoch } from "../../../src/train/epochs.ts";

type Epoch = EventOf<"epoch">;

const epoch = (n: number, loss: number): Epoch => ({
  ...({ kind: "epoch", epoch: n, step: n * 4, learningRate: 0.1, seconds: n, best: false } as const),
  train: { loss: 9, metrics: {} },
  validation: { loss, metrics: {} },
});

function many(count: number, loss: (n: number) => number): readonly Epoch[] {
  let kept: readonly Epoch[] = [];
  for (let n = 1; n <= count; n++) kept = withEpoch(kept, epoch(n, loss(n)));
  return kept;
}

describe("the epochs of a run", () => {
  it("are all kept while there are few", () => {
    expect(many(2000, () => 1).map((e) => e.epoch)).toEqual(Array.from({ length: 2000 }, (_, i) => i + 1));
  });

  it("are thinned evenly once there are thousands: the first, the last and the best one stay", () => {
    const best = 7778;
    const kept = many(50_001, (n) => Math.abs(n - best));
    expect(kept.length).toBeLessThanOrEqual(2000);
    const numbers = kept.map((e) => e.epoch);
    expect(numbers[0]).toBe(1);
    expect(numbers.slice(-2)).toEqual([50_000, 50_001]);
    expect(numbers).toContain(best);
    expect([...numbers].sort((a, b) => a - b)).toEqual(numbers);
    // Five hundred parts at least, each with an epoch: none is farther from the next than two parts are wide.
    const gaps = numbers.slice(1).map((n, i) => n - (numbers[i] as number));
    expect(Math.max(...gaps)).toBeLessThanOrEqual((2 * 50_000) / 500);
  });
});
