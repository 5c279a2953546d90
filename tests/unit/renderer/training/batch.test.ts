import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Batch } from "../../../../renderer/training/batch.ts";
import type { SupervisorEvent } from "../../../../src/protocol/index.ts";

const heartbeat = (n: number): SupervisorEvent => ({ kind: "heartbeat", callMilliseconds: n });

describe("events on their way to the store", () => {
  let frames: (() => void)[] = [];
  let told: [string, number[]][] = [];
  let batch: Batch;

  beforeEach(() => {
    vi.useFakeTimers();
    frames = [];
    told = [];
    vi.stubGlobal("requestAnimationFrame", (f: () => void) => frames.push(f));
    vi.stubGlobal("cancelAnimationFrame", (n: number) => {
      if (n > 0) frames[n - 1] = () => {};
    });
    batch = new Batch((key, events) =>
      told.push([key, events.map((e) => (e.kind === "heartbeat" ? e.callMilliseconds : -1))]),
    );
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("arrive once for every frame that is drawn, in order", () => {
    batch.add("a", [heartbeat(1), heartbeat(2)]);
    batch.add("a", [heartbeat(3)]);
    batch.add("b", [heartbeat(4)]);
    batch.add("a", [heartbeat(5)]);
    expect([told, frames.length]).toEqual([[], 1]);
    frames[0]?.();
    expect(told).toEqual([
      ["a", [1, 2, 3]],
      ["b", [4]],
      ["a", [5]],
    ]);
    vi.runAllTimers();
    expect(told).toHaveLength(3);
    batch.add("a", [heartbeat(6)]);
    expect(frames).toHaveLength(2);
  });

  it("arrive some thirty times a second, however often frames are drawn", () => {
    batch.add("a", [heartbeat(1)]);
    frames[0]?.();
    batch.add("a", [heartbeat(2)]);
    vi.advanceTimersByTime(16);
    frames[1]?.();
    expect(told).toEqual([["a", [1]]]);
    vi.advanceTimersByTime(16);
    frames[2]?.();
    expect(told).toEqual([
      ["a", [1]],
      ["a", [2]],
    ]);
  });

  it("arrive in a window that is hidden and draws no frames", () => {
    batch.add("a", [heartbeat(1)]);
    vi.advanceTimersByTime(300);
    expect(told).toEqual([["a", [1]]]);
    frames[0]?.();
    expect(told).toHaveLength(1);
  });
});
