/**
 * The life of a run as a pure state machine. The engine performs the effects and reports back; commands of the user
 * arrive as events between two calls of onnxruntime. Every state answers every event: one that makes no sense there
 * is refused and changes nothing.
 */

export const phases = ["idle", "preparing", "running", "paused", "stopping", "done", "failed"] as const;
export type Phase = (typeof phases)[number];

/** Neither at its end nor not begun. */
export const isUnderWay = (phase: Phase): boolean =>
  phase === "preparing" || phase === "running" || phase === "paused" || phase === "stopping";

/** Where a run stands: what is done, not what comes next. */
export interface Position {
  /** Steps done since the beginning. */
  readonly step: number;
  /** Epochs done. */
  readonly epoch: number;
  /** Steps done of the epoch that is open. */
  readonly stepInEpoch: number;
}

export const start: Position = { step: 0, epoch: 0, stepInEpoch: 0 };

/** Length of a run in steps. */
export interface RunLength {
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  readonly totalSteps: number;
}

/** Why a run came to its end. */
export type EndReason = "finished" | "stopped" | "early-stopping";

export interface RunState {
  readonly phase: Phase;
  readonly position: Position;
  readonly length: RunLength;
  /** What the user asked for while a call was under way; done as soon as it returns. */
  readonly asked: "nothing" | "pause" | "stop";
  /** Why the run ends; null before. */
  readonly end: EndReason | null;
}

export type RunEvent =
  | { readonly kind: "start" }
  /** Models and data are there; `position` is not the beginning when a run goes on from a checkpoint. */
  | { readonly kind: "prepared"; readonly position: Position; readonly length: RunLength }
  | { readonly kind: "trained"; readonly steps: number }
  /** The epoch was evaluated; `stop` says that early stopping has had enough. */
  | { readonly kind: "epoch-closed"; readonly stop: boolean }
  | { readonly kind: "finished" }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  /** One single step, then pause again. */
  | { readonly kind: "step" }
  | { readonly kind: "stop" }
  | { readonly kind: "fail" };

export type RunEffect =
  | { readonly kind: "prepare" }
  /** Train at most `limit` steps in one call; answered by `trained`. */
  | { readonly kind: "train"; readonly limit: number }
  /** Evaluate and close the epoch; answered by `epoch-closed`. */
  | { readonly kind: "close-epoch" }
  | { readonly kind: "checkpoint" }
  /** Last evaluation, models, checkpoint; answered by `finished`. */
  | { readonly kind: "finish"; readonly reason: EndReason };

export interface Transition {
  readonly state: RunState;
  readonly effects: readonly RunEffect[];
  /** The event makes no sense in this state. */
  readonly refused: boolean;
}

export const idle: RunState = {
  phase: "idle",
  position: start,
  length: { stepsPerEpoch: 1, epochs: 0, totalSteps: 0 },
  asked: "nothing",
  end: null,
};

/** The next state and what the engine must do for it. */
export function reduce(state: RunState, event: RunEvent): Transition {
  switch (event.kind) {
    case "start":
      return isOver(state.phase) ? to({ ...idle, phase: "preparing" }, { kind: "prepare" }) : refuse(state);
    case "fail":
      return isOver(state.phase) ? refuse(state) : to({ ...state, phase: "failed", asked: "nothing" });
    case "prepared":
      if (state.phase !== "preparing") return refuse(state);
      return goOn({ ...state, phase: "running", position: event.position, length: event.length });
    case "trained":
      return state.phase === "running" ? trained(state, event.steps) : refuse(state);
    case "epoch-closed":
      return state.phase === "running" ? epochClosed(state, event.stop) : refuse(state);
    case "finished":
      return state.phase === "stopping" ? to({ ...state, phase: "done" }) : refuse(state);
    case "pause":
    case "stop":
    case "resume":
    case "step":
      return command(state, event.kind);
  }
}

const isOver = (phase: Phase): boolean => phase === "idle" || phase === "done" || phase === "failed";

const to = (state: RunState, ...effects: RunEffect[]): Transition => ({ state, effects, refused: false });
const refuse = (state: RunState): Transition => ({ state, effects: [], refused: true });

function command(state: RunState, kind: "pause" | "stop" | "resume" | "step"): Transition {
  const busy = state.phase === "running" || state.phase === "preparing";
  if (kind === "stop") {
    if (busy) return to({ ...state, asked: "stop" });
    return state.phase === "paused" ? finish(state, "stopped") : refuse(state);
  }
  if (kind === "pause") {
    return busy && state.asked !== "stop" ? to({ ...state, asked: "pause" }) : refuse(state);
  }
  if (state.phase === "paused") {
    const running: RunState = { ...state, phase: "running", asked: kind === "step" ? "pause" : "nothing" };
    return to(running, kind === "step" ? { kind: "train", limit: 1 } : train(running));
  }
  // Resuming takes back a pause that has not come into force yet.
  return busy && kind === "resume" && state.asked === "pause" ? to({ ...state, asked: "nothing" }) : refuse(state);
}

function trained(state: RunState, steps: number): Transition {
  const { step, epoch, stepInEpoch } = state.position;
  const position = { step: step + steps, epoch, stepInEpoch: stepInEpoch + steps };
  return goOn({ ...state, position });
}

function epochClosed(state: RunState, stop: boolean): Transition {
  const { step, epoch } = state.position;
  const next: RunState = { ...state, position: { step, epoch: epoch + 1, stepInEpoch: 0 } };
  if (stop && state.asked !== "stop") return finish(next, "early-stopping");
  return goOn(next);
}

/** What a running run does next. An epoch that is full is closed first, whatever was asked for. */
function goOn(state: RunState): Transition {
  const { position, length } = state;
  if (position.stepInEpoch >= length.stepsPerEpoch) return to(state, { kind: "close-epoch" });
  if (isAtEnd(position, length)) return finish(state, "finished");
  if (state.asked === "stop") return finish(state, "stopped");
  if (state.asked === "pause") return to({ ...state, phase: "paused", asked: "nothing" }, { kind: "checkpoint" });
  return to(state, train(state));
}

const isAtEnd = ({ step, epoch }: Position, { epochs, totalSteps }: RunLength): boolean =>
  step >= totalSteps || epoch >= epochs;

const finish = (state: RunState, reason: EndReason): Transition =>
  to({ ...state, phase: "stopping", asked: "nothing", end: reason }, { kind: "finish", reason });

/** A call never crosses the end of an epoch or of the run. */
function train({ position, length }: RunState): RunEffect {
  const inEpoch = length.stepsPerEpoch - position.stepInEpoch;
  return { kind: "train", limit: Math.min(inEpoch, length.totalSteps - position.step) };
}
