import type { Issue } from "../../src/core/issue.ts";
import type { GraphDocument } from "../../src/graph/document.ts";
import { readDocument } from "../../src/graph/read.ts";
import type { EventOf, RunTold, StatisticsRow, SupervisorEvent, TensorRef } from "../../src/protocol/index.ts";
import type { Tensor } from "../../src/shape/dtype.ts";
import { withEpoch } from "../../src/train/epochs.ts";
import { withFrame } from "../../src/train/frames.ts";
import { type Phase, isUnderWay as phaseIsUnderWay } from "../../src/train/run-state.ts";
import { extended, type Series, until } from "./series.ts";

/** Statistics of every node at one moment of a run. */
export interface Frame {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  /** Eight numbers (`statNames`) for each row of the layout. */
  readonly values: Float32Array;
  /** The step whose loss is not finite. */
  readonly failing: boolean;
}

export interface LogLine {
  /** Milliseconds since 1970, when the window heard of it. */
  readonly time: number;
  readonly step: number;
  readonly what:
    | { readonly kind: "issue"; readonly issue: Issue }
    | { readonly kind: "plan"; readonly plan: EventOf<"plan"> }
    | { readonly kind: "phase"; readonly phase: Phase }
    | { readonly kind: "epoch"; readonly epoch: EventOf<"epoch"> }
    | { readonly kind: "resumed"; readonly step: number }
    | { readonly kind: "checkpoint"; readonly step: number }
    | { readonly kind: "engine"; readonly state: "crashed" | "restarting" | "started" | "gave-up" }
    | { readonly kind: "learning-rate"; readonly value: number };
}

export interface Pinned {
  readonly step: number;
  readonly ref: TensorRef;
  readonly tensor: Tensor | null;
}

/** One training as the window knows it: everything that was told, in a form that can be drawn. */
export interface Run {
  readonly key: string;
  /** Tab that it was started from; null once that is closed. */
  readonly tab: string | null;
  /** The document as it is trained, without later edits. */
  readonly document: GraphDocument;
  readonly began: number;
  readonly phase: Phase;
  readonly step: number;
  readonly epoch: number;
  readonly plan: EventOf<"plan"> | null;
  /** Loss of the first objective at every step; those of others by id. */
  readonly loss: Series;
  readonly others: { readonly [objective: string]: Series };
  readonly learningRate: Series;
  /** Metrics over the epoch so far, at the end of every message, by name. */
  readonly metrics: { readonly [name: string]: Series };
  /** Thinned in a run of thousands. */
  readonly epochs: readonly EventOf<"epoch">[];
  readonly samplesPerSecond: number;
  readonly rows: readonly StatisticsRow[];
  readonly frames: readonly Frame[];
  readonly pins: readonly Pinned[];
  readonly done: EventOf<"done"> | null;
  readonly issues: readonly Issue[];
  readonly log: readonly LogLine[];
  /**
   * The engine's process: `down` while another one is being started; `gone`: the program that kept it has ended, and the
   * run with it.
   */
  readonly engine: "up" | "down" | "gave-up" | "gone";
  /** Step from which the last restart went on; null while nothing was restarted. */
  readonly recovered: number | null;
}

export function newRun(key: string, tab: string | null, document: GraphDocument, began: number): Run {
  return {
    key,
    tab,
    document,
    began,
    phase: "preparing",
    step: 0,
    epoch: 0,
    plan: null,
    loss: { x: [], y: [] },
    others: {},
    learningRate: { x: [], y: [] },
    metrics: {},
    epochs: [],
    samplesPerSecond: 0,
    rows: [],
    frames: [],
    pins: [],
    done: null,
    issues: [],
    log: [],
    engine: "up",
    recovered: null,
  };
}

/** A run of which the window hears only now, as the program remembers it. Null where its document is none here. */
export function runFromTold(told: RunTold, tab: string | null): Run | null {
  const document = readDocument(told.document);
  if (!document.ok) return null;
  const { loss, learningRate, others, metrics, samplesPerSecond } = told.curves;
  let run = newRun(told.key, tab, document.value, told.began);
  for (const [i, event] of told.events.entries()) run = withEvent(run, event, told.times[i] ?? told.began);
  const step = Math.max(run.step, loss.x.at(-1) ?? 0);
  return { ...run, loss, learningRate, others, metrics, samplesPerSecond, step };
}

/** Lines of the log that are kept. */
const logLimit = 2000;

/** A run after an event: pure but for its series, which grow in place. */
export function withEvent(run: Run, event: SupervisorEvent, time: number): Run {
  switch (event.kind) {
    case "plan":
      return logged({ ...run, plan: event }, time, { kind: "plan", plan: event });
    case "state":
      return onState(run, event, time);
    case "resumed":
      return logged(rewound(run, event.step), time, { kind: "resumed", step: event.step });
    case "steps":
      return onSteps(run, event);
    case "epoch":
      return logged({ ...run, epoch: event.epoch, step: event.step, epochs: withEpoch(run.epochs, event) }, time, {
        kind: "epoch",
        epoch: event,
      });
    case "layout":
      return { ...run, rows: event.rows, frames: sameRows(run.rows, event.rows) ? run.frames : [] };
    case "statistics": {
      const { step, epoch, loss, values, failing = false } = event;
      return { ...run, frames: withFrame(run.frames, { step, epoch, loss, values, failing }) };
    }
    case "pins":
      return { ...run, pins: event.pins.map((p) => ({ ...p, step: event.step })) };
    case "checkpoint":
      return logged(run, time, { kind: "checkpoint", step: event.step });
    case "issue":
      return logged({ ...run, issues: [...run.issues, event.issue] }, time, { kind: "issue", issue: event.issue });
    case "done":
      return { ...run, done: event };
    case "engine":
      return onProcess(run, event, time);
    default:
      return run;
  }
}

function onState(run: Run, { state, step, epoch }: EventOf<"state">, time: number): Run {
  // An engine in the place of one that died prepares from 0; where it goes on from it tells as `resumed`.
  const kept = state === "failed" || state === "preparing" ? run : { step: 0, epoch: 0 };
  const next = { ...run, phase: state, step: Math.max(step, kept.step), epoch: Math.max(epoch, kept.epoch) };
  return state === run.phase ? next : logged(next, time, { kind: "phase", phase: state });
}

function onSteps(run: Run, event: EventOf<"steps">): Run {
  const xs = event.loss.map((_, i) => event.step + i);
  const last = xs.at(-1) ?? run.step;
  const others = Object.entries(event.others ?? {}).map(([id, ys]) => [
    id,
    extended(run.others[id] ?? { x: [], y: [] }, xs, ys),
  ]);
  const metrics = Object.entries(event.metrics).flatMap(([name, value]) =>
    value === null ? [] : [[name, extended(run.metrics[name] ?? { x: [], y: [] }, [last], [value])] as const],
  );
  return {
    ...run,
    step: last,
    loss: extended(run.loss, xs, event.loss),
    learningRate: extended(run.learningRate, xs, event.learningRate),
    others: { ...run.others, ...Object.fromEntries(others) },
    metrics: { ...run.metrics, ...Object.fromEntries(metrics) },
    samplesPerSecond: event.samplesPerSecond,
  };
}

function onProcess(run: Run, event: Extract<SupervisorEvent, { kind: "engine" }>, time: number): Run {
  const engine = event.state === "gave-up" ? "gave-up" : event.state === "started" ? "up" : "down";
  return logged({ ...run, engine }, time, { kind: "engine", state: event.state });
}

/** What was told of steps that a restart does again is forgotten: it will be told again, with the same numbers. */
function rewound(run: Run, step: number): Run {
  const cut = (s: Series): Series => until(s, step);
  const all = (s: { readonly [k: string]: Series }) =>
    Object.fromEntries(Object.entries(s).map(([k, v]) => [k, cut(v)]));
  return {
    ...run,
    step,
    recovered: run.log.some((l) => l.what.kind === "engine" && l.what.state === "crashed") ? step : run.recovered,
    loss: cut(run.loss),
    learningRate: cut(run.learningRate),
    others: all(run.others),
    metrics: all(run.metrics),
    epochs: run.epochs.filter((e) => e.step <= step),
    frames: run.frames.filter((f) => f.step <= step),
  };
}

function logged(run: Run, time: number, what: LogLine["what"]): Run {
  const log = run.log.length >= logLimit ? run.log.slice(-logLimit / 2) : run.log;
  return { ...run, log: [...log, { time, step: run.step, what }] };
}

const sameRows = (a: readonly StatisticsRow[], b: readonly StatisticsRow[]): boolean =>
  a.length === b.length && JSON.stringify(a) === JSON.stringify(b);

/** Whether a run is neither at its end nor not begun. */
export const isUnderWay = (run: Pick<Run, "phase"> | null): boolean => run !== null && phaseIsUnderWay(run.phase);
