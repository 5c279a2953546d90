import { describe, expect, it } from "vitest";
import {
  idle,
  type Phase,
  phases,
  type RunEffect,
  type RunEvent,
  type RunState,
  reduce,
  start,
} from "../../../src/train/run-state.ts";

const length = { stepsPerEpoch: 10, epochs: 3, totalSteps: 30 };

/** A state of each phase, in the middle of the first epoch. */
const at = (phase: Phase, changes: Partial<RunState> = {}): RunState => ({
  ...idle,
  phase,
  length,
  position: { step: 4, epoch: 0, stepInEpoch: 4 },
  ...changes,
});

const events: readonly RunEvent[] = [
  { kind: "start" },
  { kind: "prepared", position: start, length },
  { kind: "trained", steps: 2 },
  { kind: "epoch-closed", stop: false },
  { kind: "finished" },
  { kind: "pause" },
  { kind: "resume" },
  { kind: "step" },
  { kind: "stop" },
  { kind: "fail" },
];

/** Every phase with every event: the phase after it and the effects; what is not listed is refused. */
const table: { readonly [P in Phase]: { readonly [E in RunEvent["kind"]]?: readonly [Phase, ...string[]] } } = {
  idle: { start: ["preparing", "prepare"] },
  preparing: {
    prepared: ["running", "train 10"],
    pause: ["preparing"],
    stop: ["preparing"],
    fail: ["failed"],
  },
  running: {
    trained: ["running", "train 4"],
    "epoch-closed": ["running", "train 10"],
    pause: ["running"],
    stop: ["running"],
    fail: ["failed"],
  },
  paused: {
    resume: ["running", "train 6"],
    step: ["running", "train 1"],
    stop: ["stopping", "finish stopped"],
    fail: ["failed"],
  },
  stopping: { finished: ["done"], fail: ["failed"] },
  done: { start: ["preparing", "prepare"] },
  failed: { start: ["preparing", "prepare"] },
};

const text = (e: RunEffect): string =>
  e.kind === "train" ? `train ${e.limit}` : e.kind === "finish" ? `finish ${e.reason}` : e.kind;

describe("run state machine", () => {
  for (const phase of phases) {
    for (const event of events) {
      const expected = table[phase][event.kind];
      it(`${phase}, ${event.kind}: ${expected ? expected.join(", ") : "refused"}`, () => {
        const before = at(phase);
        const after = reduce(before, event);
        if (!expected) return expect(after).toEqual({ state: before, effects: [], refused: true });
        expect(after.refused).toBe(false);
        expect([after.state.phase, ...after.effects.map(text)]).toEqual(expected);
      });
    }
  }

  const following = (state: RunState, ...list: RunEvent[]): { phase: Phase; effects: string[]; state: RunState } =>
    list.reduce(
      (t, event) => {
        const next = reduce(t.state, event);
        return { phase: next.state.phase, effects: next.effects.map(text), state: next.state };
      },
      { phase: state.phase, effects: [] as string[], state },
    );

  it("pauses when the call under way returns, with a checkpoint, and goes on where it was", () => {
    const paused = following(at("running"), { kind: "pause" }, { kind: "trained", steps: 2 });
    expect(paused).toMatchObject({ phase: "paused", effects: ["checkpoint"] });
    expect(paused.state.position).toEqual({ step: 6, epoch: 0, stepInEpoch: 6 });
    expect(following(paused.state, { kind: "resume" })).toMatchObject({ phase: "running", effects: ["train 4"] });
  });

  it("does one single step and pauses again", () => {
    const stepped = following(at("paused"), { kind: "step" }, { kind: "trained", steps: 1 });
    expect(stepped).toMatchObject({ phase: "paused", effects: ["checkpoint"] });
    expect(stepped.state.position.step).toBe(5);
  });

  it("takes a pause back when resumed before the call returns", () => {
    const on = following(at("running"), { kind: "pause" }, { kind: "resume" }, { kind: "trained", steps: 2 });
    expect(on).toMatchObject({ phase: "running", effects: ["train 4"] });
  });

  it("stops when the call returns, and no pause can come in between", () => {
    const asked = following(at("running"), { kind: "stop" });
    expect(reduce(asked.state, { kind: "pause" }).refused).toBe(true);
    const stopped = following(asked.state, { kind: "trained", steps: 2 });
    expect(stopped).toMatchObject({ phase: "stopping", effects: ["finish stopped"] });
    expect(following(stopped.state, { kind: "finished" })).toMatchObject({ phase: "done", state: { end: "stopped" } });
  });

  it("keeps a pause or stop that comes before everything is prepared", () => {
    const prepared: RunEvent = { kind: "prepared", position: start, length };
    expect(following(at("preparing"), { kind: "pause" }, prepared)).toMatchObject({ phase: "paused" });
    expect(following(at("preparing"), { kind: "stop" }, prepared)).toMatchObject({ phase: "stopping" });
  });

  it("closes an epoch that is full before it pauses", () => {
    const full = following(at("running"), { kind: "pause" }, { kind: "trained", steps: 6 });
    expect(full).toMatchObject({ phase: "running", effects: ["close-epoch"] });
    const closed = following(full.state, { kind: "epoch-closed", stop: false });
    expect(closed).toMatchObject({ phase: "paused", effects: ["checkpoint"] });
    expect(closed.state.position).toEqual({ step: 10, epoch: 1, stepInEpoch: 0 });
  });

  it("finishes after the last epoch, at the limit of steps, and by early stopping", () => {
    const last = at("running", { position: { step: 30, epoch: 2, stepInEpoch: 10 } });
    expect(following(last, { kind: "epoch-closed", stop: false })).toMatchObject({ effects: ["finish finished"] });
    const limited = at("running", { length: { ...length, totalSteps: 6 } });
    expect(following(limited, { kind: "trained", steps: 2 })).toMatchObject({ effects: ["finish finished"] });
    const early = at("running", { position: { step: 10, epoch: 0, stepInEpoch: 10 } });
    expect(following(early, { kind: "epoch-closed", stop: true })).toMatchObject({
      effects: ["finish early-stopping"],
    });
  });

  it("never trains past the end of an epoch or of the run", () => {
    const prepared = (step: number): RunEvent => {
      return {
        kind: "prepared",
        position: { step, epoch: 0, stepInEpoch: step },
        length: { ...length, totalSteps: 9 },
      };
    };
    expect(following(at("preparing"), prepared(3)).effects).toEqual(["train 6"]);
    expect(following(at("preparing"), prepared(9)).effects).toEqual(["finish finished"]);
  });
});
