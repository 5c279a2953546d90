import { describe, expect, it } from "vitest";
import { newRun, runFromTold, withEvent } from "../../../renderer/training/run.ts";
import { RunMemory } from "../../../src/engine/run-memory.ts";
import { documentFormat, documentSchema, documentVersion } from "../../../src/graph/document.ts";
import type { SupervisorEvent } from "../../../src/protocol/index.ts";

const document = documentSchema.parse({ format: documentFormat, version: documentVersion, name: "Net" });

const steps = (from: number, loss: readonly number[], metrics = {}): SupervisorEvent => ({
  kind: "steps",
  step: from,
  epoch: 1,
  loss,
  learningRate: loss.map(() => 0.1),
  metrics,
  samplesPerSecond: 100,
});
const statistics = (step: number, failing = false): SupervisorEvent => ({
  kind: "statistics",
  step,
  epoch: 0,
  values: new Float32Array(8),
  loss: 1,
  ...(failing ? { failing } : {}),
});
const epoch = (n: number, step: number): SupervisorEvent => ({
  ...({ kind: "epoch", epoch: n, step, learningRate: 0.1, seconds: n, best: false } as const),
  train: { loss: 1, metrics: {} },
  validation: null,
});

/** A run with a crash in it, as it was told. */
const eventful: readonly SupervisorEvent[] = [
  { kind: "engine", state: "started", pid: 1 },
  { kind: "state", state: "preparing", step: 0, epoch: 0 },
  { kind: "layout", rows: [{ place: { of: "output", node: "a", port: "out" }, what: "value", elements: 4 }] },
  { kind: "state", state: "running", step: 0, epoch: 0 },
  steps(1, [5, 4, 3], { accuracy: 0.5, r2: null }),
  statistics(2),
  epoch(1, 3),
  { kind: "checkpoint", step: 3, path: "x" },
  steps(4, [2, Number.NaN], { accuracy: 0.6 }),
  statistics(4),
  { kind: "engine", state: "crashed", pid: 1, signal: "SIGKILL", exitCode: null, restarts: 1 },
  { kind: "engine", state: "restarting", milliseconds: 250 },
  { kind: "engine", state: "started", pid: 2 },
  { kind: "resumed", step: 3, epoch: 1 },
  { kind: "state", state: "running", step: 3, epoch: 1 },
  steps(4, [2, 1], { accuracy: 0.7 }),
  statistics(5),
];

/** What a window makes of what the memory tells. */
function caughtUp(events: readonly SupervisorEvent[]) {
  const memory = new RunMemory();
  for (const e of events) memory.add(e, 7);
  return runFromTold({ key: "k", run: "net-1", document, began: 1, ...structuredClone(memory.told) }, null);
}

describe("what is remembered of a run", () => {
  it("gives a window that comes later what one has that was there all the time", () => {
    const all = eventful.reduce((run, e) => withEvent(run, e, 7), newRun("k", null, document, 1));
    const late = caughtUp(eventful);
    const { log: lateLog, ...lateRest } = late ?? { log: [] };
    const { log, ...rest } = all;
    expect(lateRest).toEqual(rest);
    expect(late?.loss).toEqual({ x: [1, 2, 3, 4, 5], y: [5, 4, 3, 2, 1] });
    expect(late?.metrics).toEqual({ accuracy: { x: [3, 5], y: [0.5, 0.7] } });
    expect(late?.frames.map((f) => f.step)).toEqual([2, 5]);
    expect(late?.recovered).toBe(3);
    // The epoch that is told again after a restart is one line less for who comes later; all else is there.
    expect(lateLog.map((l) => l.what.kind)).toEqual(log.map((l) => l.what.kind));
  });

  it("stays of one size in a run of any length", () => {
    const memory = new RunMemory();
    const long = Array.from({ length: 1000 }, (_, i) => 1 / (i + 1));
    for (let k = 0; k < 500; k++) {
      memory.add(steps(1 + k * 1000, long, { accuracy: 0.5 }), 0);
      memory.add(statistics(k * 1000), 0);
      memory.add({ kind: "checkpoint", step: k * 1000, path: "x" }, 0);
      memory.add({ kind: "pins", step: k, pins: [] }, 0);
    }
    const { curves, events } = memory.told;
    expect(curves.loss.x.length).toBeLessThanOrEqual(40_000);
    expect(curves.loss.x.at(-1)).toBe(500_000);
    expect(events.filter((e) => e.kind === "statistics").length).toBeLessThanOrEqual(240);
    expect(events.filter((e) => e.kind === "checkpoint").length).toBeLessThanOrEqual(200);
    expect(events.filter((e) => e.kind === "pins")).toHaveLength(1);
    expect(memory.step).toBe(500_000);
  });

  it("keeps the statistics of the step that failed", () => {
    const memory = new RunMemory();
    memory.add(statistics(3, true), 0);
    for (let k = 4; k < 2000; k++) memory.add(statistics(k), 0);
    expect(memory.told.events.find((e) => e.kind === "statistics" && e.failing)).toBeDefined();
  });

  it("stays small in a run of thousands of epochs, and forgets those that a restart does again", () => {
    const memory = new RunMemory();
    for (let n = 1; n <= 5000; n++) memory.add(epoch(n, n), n);
    const epochs = (): number[] => memory.told.events.flatMap((e) => (e.kind === "epoch" ? [e.epoch] : []));
    expect(epochs().length).toBeLessThanOrEqual(2000);
    expect([epochs()[0], epochs().at(-1)]).toEqual([1, 5000]);
    memory.add({ kind: "resumed", step: 4000, epoch: 4000 }, 0);
    expect(Math.max(...epochs())).toBeLessThanOrEqual(4000);
    memory.add(epoch(4001, 4001), 0);
    expect(epochs().at(-1)).toBe(4001);
  });

  it("shows how far the run was while another engine prepares, then where that goes on from", () => {
    const upTo = eventful.findIndex((e) => e.kind === "resumed");
    const preparing: SupervisorEvent = { kind: "state", state: "preparing", step: 0, epoch: 0 };
    const during = [...eventful.slice(0, upTo), preparing];
    const run = (events: readonly SupervisorEvent[]) =>
      events.reduce((r, e) => withEvent(r, e, 0), newRun("k", null, document, 0));
    expect(run(during)).toMatchObject({ phase: "preparing", step: 5, epoch: 1 });
    expect(run([...during, ...eventful.slice(upTo, upTo + 2)])).toMatchObject({ phase: "running", step: 3 });
  });
});
