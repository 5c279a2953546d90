import { useEffect, useMemo, useSyncExternalStore } from "react";
import { createStore } from "zustand/vanilla";
import type { Issue } from "../../../../src/core/issue.ts";
import { runOf, training } from "../../../stores/training.ts";
import { activeTab, workspace } from "../../../stores/workspace.ts";
import { look } from "../../looking.ts";
import type { Moment } from "../../sight.ts";
import { type Decisions, decisionsOf, joined, type Pairs, pairsOf } from "./results.ts";
import { type Situation, type Split, situationOf, splitsOf } from "./sight.ts";

/** What the network says of the samples of a part of the data. */
export interface Sweep {
  readonly run: string;
  readonly split: Split;
  /** Step of the run when it ended. */
  readonly step: number;
  /** Samples that were looked at, the first of the split, and how many there are. */
  readonly samples: number;
  readonly total: number;
  readonly decisions: Decisions | null;
  readonly pairs: Pairs | null;
  readonly issues: readonly Issue[];
  /** Whose parameters those were; a run goes on meanwhile. */
  readonly at: Moment;
}

/** Samples in a look: one size, so that one model serves all. */
const chunk = 250;
/** Most samples: while the run goes on it shall not wait, afterwards the window shall not. */
const limits = { moving: 500, still: 20_000 };
/**
 * Milliseconds between two sweeps of a run under way: so many times as long as its looks took, most of which they waited
 * for a step to end, between these limits.
 */
const rest = { least: 1000, times: 20, most: 10_000 };

const store = createStore<{ readonly sweep: Sweep | null; readonly split: Split | null }>(() => ({
  sweep: null,
  split: null,
}));

let wanted = 0;
let busy = false;
let timer: ReturnType<typeof setTimeout> | null = null;
let took = 0;
let endedAt = Number.NEGATIVE_INFINITY;
let off: readonly (() => void)[] = [];

/** The part of the data that is looked at: the chosen one where the run has it, else the first it has. */
export const splitFor = (run: Parameters<typeof splitsOf>[0], chosen: Split | null): Split | null => {
  const own = splitsOf(run);
  return own.find((s) => s === chosen) ?? own[0] ?? null;
};

export const chooseSplit = (split: Split): void => store.setState({ split });
export const useSplit = (): Split | null => useSyncExternalStore(store.subscribe, () => store.getState().split);

/** The last sweep of a run, kept up to date while somebody wants one. */
export function useSweep(run: string | null, active: boolean): Sweep | null {
  useEffect(() => (active ? want() : undefined), [active]);
  const sweep = useSyncExternalStore(store.subscribe, () => store.getState().sweep);
  const split = useSplit();
  return useMemo(() => {
    const shown = training.getState().runs.find((r) => r.key === run);
    const fits = sweep && shown && sweep.run === run && sweep.split === splitFor(shown, split);
    return fits ? sweep : null;
  }, [sweep, run, split]);
}

function want(): () => void {
  if (wanted++ === 0) {
    document.addEventListener("visibilitychange", consider);
    off = [
      training.subscribe(consider),
      workspace.subscribe(consider),
      store.subscribe(consider),
      () => document.removeEventListener("visibilitychange", consider),
    ];
  }
  consider();
  return () => {
    if (--wanted > 0) return;
    for (const end of off) end();
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
}

interface Due extends Situation {
  readonly split: Split;
}

function dueNow(): Due | null {
  const tab = activeTab(workspace.getState());
  const run = runOf(training.getState(), tab?.id ?? null);
  const situation = tab && run && training.getState().connection === "ready" ? situationOf(tab, run) : null;
  const split = situation && splitFor(situation.run, store.getState().split);
  if (!situation || !split) return null;
  const { sweep } = store.getState();
  const same = sweep && sweep.run === situation.run.key && sweep.split === split && sweep.at === situation.at;
  const whole = same && (situation.moving || sweep.samples >= Math.min(sweep.total, mostOf(situation)));
  return whole && sweep.step === situation.run.step ? null : { ...situation, split };
}

/** Numbers that are compared at the most: a sample may have thousands. */
const mostPairs = 20_000;

function mostOf({ moving, task }: Situation): number {
  const most = moving ? limits.moving : limits.still;
  return task.kind === "values" ? Math.max(1, Math.min(most, Math.floor(mostPairs / task.size))) : most;
}

/** Begins a sweep when one is due and its time has come. */
function consider(): void {
  if (timer !== null) clearTimeout(timer);
  timer = null;
  if (wanted === 0 || busy || document.hidden) return;
  const due = dueNow();
  if (!due) return;
  const pause = due.moving ? Math.min(rest.most, Math.max(rest.least, took * rest.times)) : 0;
  const first = store.getState().sweep?.run !== due.run.key;
  const wait = first ? 0 : Math.max(0, endedAt + pause - performance.now());
  timer = setTimeout(() => {
    timer = null;
    const still = dueNow();
    if (still && wanted > 0) void begin(still);
  }, wait);
}

async function begin(due: Due): Promise<void> {
  busy = true;
  const sweep = await sweepOf(due);
  endedAt = performance.now();
  busy = false;
  if (sweep) store.setState({ sweep });
  consider();
}

/** Asks for predictions on the first samples of the split; null where nobody wants them any more. */
async function sweepOf(due: Due): Promise<Sweep | null> {
  const { run, task, at, split } = due;
  const total = run.plan?.samples[split] ?? 0;
  const most = Math.min(total, mostOf(due));
  const decisions: Decisions[] = [];
  const pairs: Pairs[] = [];
  const base = { run: run.key, split, total, at };
  let step = run.step;
  let shortest = Number.POSITIVE_INFINITY;
  for (let from = 0; from < most; from += chunk) {
    if (wanted === 0) return null;
    const began = performance.now();
    const size = Math.min(chunk, most - from);
    // The last one is filled up, so that it needs no model of its own.
    const length = most < chunk ? size : chunk;
    const indices = Array.from({ length }, (_, i) => from + Math.min(i, size - 1));
    const samples = { kind: "indices", split, indices } as const;
    const reply = await look({ at, samples, mode: "inference", tensors: [task.prediction, task.target] });
    if (!reply.ok) return { ...base, step: run.step, samples: 0, decisions: null, pairs: null, issues: reply.issues };
    const [prediction, target] = reply.value.tensors;
    if (!prediction || !target) return null;
    // The first look makes its model, which no other has to.
    shortest = Math.min(shortest, performance.now() - began);
    step = at.kind === "run" ? reply.value.step : run.step;
    if (task.kind === "values") pairs.push(firstPairs(pairsOf(prediction, target), size * task.size));
    else decisions.push(firstOf(decisionsOf(task, prediction, target), size));
  }
  took = (shortest * most) / chunk;
  const values = task.kind === "values";
  return {
    ...base,
    step,
    samples: most,
    decisions: values ? null : joined(decisions),
    pairs: values ? { truth: pairs.flatMap((p) => p.truth), predicted: pairs.flatMap((p) => p.predicted) } : null,
    issues: [],
  };
}

const firstOf = (d: Decisions, n: number): Decisions => ({
  truth: d.truth.slice(0, n),
  predicted: d.predicted.slice(0, n),
  confidence: d.confidence.slice(0, n),
});
const firstPairs = (p: Pairs, n: number): Pairs => ({ truth: p.truth.slice(0, n), predicted: p.predicted.slice(0, n) });
