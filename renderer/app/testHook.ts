import type { GraphDocument } from "../../src/graph/document.ts";
import { readDocument } from "../../src/graph/read.ts";
import type { SupervisorEvent } from "../../src/protocol/index.ts";
import { tensor } from "../../src/shape/dtype.ts";
import { engine } from "../bridge/engine.ts";
import { runOf, training } from "../stores/training.ts";
import { activeTab, fittedWeights, workspace } from "../stores/workspace.ts";
import { newRun, type Run } from "../training/run.ts";

/** What the tests of the window may ask for without going through the screen. */
export interface TestHook {
  /** The active document; null on the start page. */
  document(): GraphDocument | null;
  /** Codes of its issues. */
  issues(): string[];
  /** Steps that can be undone. */
  steps(): number;
  /** Opens a document in a tab of its own; false when it is none. */
  open(document: unknown): boolean;
  /** Its trained weights as numbers; null when it was not trained. */
  weights(): TestWeights | null;
  /** Gives it weights as a training would. */
  train(weights: TestWeights): void;
  /** Tells the window events of a run of the active document as if an engine had; the first call begins the run. */
  tell(events: readonly SupervisorEvent[]): void;
  /** The run that the active tab shows. */
  run(): TestRun | null;
  /** Number of the engine's process that was started last; null before the first. */
  enginePid(): number | null;
}

/** What a test compares with what another way to the same run says. */
export interface TestRun extends Pick<Run, "key" | "phase" | "step" | "engine" | "recovered"> {
  /** Step and loss of every point of the curve. */
  readonly steps: readonly number[];
  readonly loss: readonly number[];
  readonly frames: number;
}

interface TestWeights {
  readonly step: number;
  readonly tensors: { readonly [key: string]: { readonly dims: readonly number[]; readonly data: readonly number[] } };
}

declare global {
  interface Window {
    gradloomTest?: TestHook;
  }
}

const tab = () => activeTab(workspace.getState());

/** Gives tests a way to the document, only where the address asks for it (`?test`). */
export function exposeTestHook(): void {
  if (!new URLSearchParams(location.search).has("test")) return;
  let pid: number | null = null;
  // Once the page has found its program.
  queueMicrotask(() =>
    engine()?.onEvents((_, events) => {
      for (const e of events) if (e.kind === "engine" && e.state === "started") pid = e.pid;
    }),
  );
  window.gradloomTest = {
    enginePid: () => pid,
    run() {
      const run = runOf(training.getState(), tab()?.id ?? null);
      if (!run) return null;
      const { key, phase, step, engine: process, recovered, loss, frames } = run;
      return { key, phase, step, engine: process, recovered, steps: loss.x, loss: loss.y, frames: frames.length };
    },
    document: () => tab()?.edited.document ?? null,
    issues: () => tab()?.checked.issues.map((i) => i.code) ?? [],
    steps: () => tab()?.edited.history.past.length ?? 0,
    open(document) {
      const read = readDocument(document);
      if (read.ok) workspace.getState().open(read.value, null);
      return read.ok;
    },
    weights() {
      const now = tab();
      const weights = now && fittedWeights(now).weights;
      if (!weights) return null;
      const tensors = [...weights.tensors].map(([key, { dims, data }]) => [
        key,
        { dims, data: Array.from(data, Number) },
      ]);
      return { step: weights.step, tensors: Object.fromEntries(tensors) as TestWeights["tensors"] };
    },
    train({ step, tensors: given }) {
      const tensors = Object.entries(given).map(([k, { dims, data }]) => [k, tensor("float32", dims, data)] as const);
      const { active, setWeights } = workspace.getState();
      if (active) setWeights(active, { tensors: new Map(tensors), standardise: {}, step, epoch: 0 });
    },
    tell(events) {
      const now = tab();
      if (!now) return;
      const key = `test ${now.id}`;
      const { runs, add, tell } = training.getState();
      if (!runs.some((r) => r.key === key)) add(newRun(key, now.id, now.edited.document, Date.now()));
      tell(key, events);
    },
  };
}
