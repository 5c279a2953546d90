import { useEffect, useId, useMemo, useRef, useState } from "react";
import type { Issue } from "../../src/core/issue.ts";
import { map, type Result } from "../../src/core/result.ts";
import type { ReplyValue, TensorRefInput } from "../../src/protocol/index.ts";
import type { Tensor } from "../../src/shape/dtype.ts";
import { engine } from "../bridge/engine.ts";
import { runOf, useTraining } from "../stores/training.ts";
import type { Tab } from "../stores/workspace.ts";
import { keep, pinnedAt, pinnedNow } from "./pinned.ts";
import type { Run } from "./run.ts";
import { type Moment, type Samples, sightOf } from "./sight.ts";
import { refKey, watch } from "./watching.ts";

export type LookedTensors = Extract<ReplyValue, { kind: "tensors" }>;
type Mode = "training" | "inference";

/** What somebody wants to see of a network. */
export interface LookRequest {
  readonly at: Moment;
  readonly samples: Samples;
  readonly mode: Mode;
  readonly tensors: readonly TensorRefInput[];
}

interface Waiting {
  readonly request: LookRequest;
  answer(result: Result<LookedTensors>): void;
}

let queue: Waiting[] = [];
let busy = false;

/**
 * Tensors in the order asked for; one question at a time goes to the engine. What several want of the same samples at
 * the same moment is asked in one go.
 */
export function look(request: LookRequest): Promise<Result<LookedTensors>> {
  return new Promise((answer) => {
    queue.push({ request, answer });
    queueMicrotask(() => void next());
  });
}

async function next(): Promise<void> {
  const client = engine();
  const [first] = queue;
  if (busy || !first || !client) return;
  const together = queue.filter((w) => sameSight(w.request, first.request));
  queue = queue.filter((w) => !together.includes(w));
  const refs = new Map(together.flatMap((w) => w.request.tensors.map((r) => [refKey(r), r] as const)));
  const { at, samples, mode } = first.request;
  busy = true;
  const reply = await client.command({ kind: "inspect", at, samples, mode, tensors: [...refs.values()] });
  busy = false;
  const places = new Map([...refs.keys()].map((key, i) => [key, i]));
  for (const { request, answer } of together) {
    answer(
      map(reply as Result<LookedTensors>, (value) => ({
        ...value,
        tensors: request.tensors.map((r) => value.tensors[places.get(refKey(r)) as number] as Tensor),
      })),
    );
  }
  void next();
}

function sameSight(a: LookRequest, b: LookRequest): boolean {
  return sameMoment(a.at, b.at) && a.mode === b.mode && sameSamples(a.samples, b.samples);
}

function sameMoment(a: Moment, b: Moment): boolean {
  if (a.kind === "run" || b.kind === "run") return a.kind === b.kind;
  return a.document === b.document && a.tensors === b.tensors;
}

/** Contents that were given are the same only where they are one object. */
const sameSamples = (a: Samples, b: Samples): boolean =>
  a === b || (a.kind !== "inputs" && b.kind !== "inputs" && JSON.stringify(a) === JSON.stringify(b));

/** What is seen at the moment. */
export interface Seen {
  /** In the order asked for; null where nothing is known (yet), or the network does not have it. */
  readonly tensors: readonly (Tensor | null)[];
  /** Steps done when they were so; null before the first answer. */
  readonly step: number | null;
  /** Which samples those are, where they were chosen. */
  readonly samples: LookedTensors["samples"];
  /** The time machine stands at a step of which these tensors were not kept. */
  readonly unknown: boolean;
  readonly busy: boolean;
  readonly issues: readonly Issue[];
}

export interface Want {
  /** `next` follows a run under way live. */
  readonly samples: Samples;
  readonly mode?: Mode;
  /** Most samples of each tensor. */
  readonly most?: number;
  /** False looks at nothing and wants nothing. */
  readonly active?: boolean;
  /** Name of contents that are given: what was seen of them is found again under it. */
  readonly name?: string;
  /** Milliseconds between two looks at a run under way. */
  readonly pause?: number;
  /** What is looked at does not change while a network learns, such as its data: one look is enough. */
  readonly still?: boolean;
}

/** Milliseconds after an edit before the network is looked at again, and between two looks at a run under way. */
const editPause = 200;
const runPause = 1000;

/**
 * Tensors of a tab's network: live from its run, at the moment of the time machine where that is known, else as the
 * document makes them with the weights at hand.
 */
export function useTensors(tab: Tab, refs: readonly TensorRefInput[], want: Want): Seen {
  const { samples, mode = "training", most = 1, active = true, still = false } = want;
  const who = useId();
  const run = useTraining((s) => runOf(s, tab.id));
  const cursor = useTraining((s) => s.cursor);
  const ready = useTraining((s) => s.connection === "ready");
  const key = refs.map(refKey).join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal references are one list
  const asked = useMemo(() => refs, [key]);
  const live = samples.kind === "next" && mode === "training";
  useEffect(() => {
    watch(who, active && live ? { pins: asked.map((ref) => ({ ref, most })) } : null);
    return () => watch(who, null);
  }, [who, active, live, asked, most]);

  const moving = run?.phase === "running" || run?.phase === "preparing" || run?.phase === "stopping";
  const fromPins = live && moving;
  const now = cursor === null || still;
  const name = live ? "" : (want.name ?? `${samples.kind === "inputs" ? "" : JSON.stringify(samples)} ${mode}`);
  const wanted = active && ready && !fromPins && now && run?.phase !== "preparing";
  const looked = useLooked(tab, run, asked, { ...want, samples, mode, wanted, moving: moving && !still, name });
  return useMemo(() => {
    if (run && !now) return past(run, asked, cursor ?? 0, name);
    return run && fromPins ? present(run, asked) : looked;
  }, [run, cursor, now, name, fromPins, asked, looked]);
}

function past(run: Run, refs: readonly TensorRefInput[], cursor: number, name: string): Seen {
  const found = refs.map((r) => pinnedAt(run, r, cursor, name));
  const step = found.find((f) => f !== null)?.step ?? null;
  return {
    tensors: found.map((f) => f?.tensor ?? null),
    step,
    samples: null,
    unknown: step === null,
    busy: false,
    issues: [],
  };
}

function present(run: Run, refs: readonly TensorRefInput[]): Seen {
  const found = refs.map((r) => pinnedNow(run, r));
  const step = found.find((f) => f !== null)?.step ?? null;
  return {
    tensors: found.map((f) => f?.tensor ?? null),
    step,
    samples: null,
    unknown: false,
    busy: step === null,
    issues: [],
  };
}

const nothing: Seen = { tensors: [], step: null, samples: null, unknown: false, busy: false, issues: [] };

function useLooked(
  tab: Tab,
  run: Run | null,
  refs: readonly TensorRefInput[],
  looking: Want & { readonly mode: Mode; readonly wanted: boolean; readonly moving: boolean; readonly name: string },
): Seen {
  const { samples, mode, wanted, moving, still = false, pause = runPause, name } = looking;
  const [answer, setAnswer] = useState({ refs, seen: nothing });
  const [tick, setTick] = useState(0);
  const sight = sightOf(tab, run, refs);
  const seenKey = sight.seen.join();
  const samplesKey = samples.kind === "inputs" ? samples : JSON.stringify(samples);
  const step = still ? 0 : moving ? tick : (run?.step ?? 0);
  const key = run?.key ?? "";
  const latest = useRef({ sight, samples, key, name, made: 0 });
  latest.current = { sight, samples, key, name, made: tab.weights?.step ?? 0 };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the latest sight is the one of these keys
  useEffect(() => {
    if (!wanted) return;
    const setSeen = (seen: Seen): void => setAnswer({ refs, seen });
    let dropped = false;
    let again: ReturnType<typeof setTimeout> | undefined;
    const go = async (): Promise<void> => {
      const { at, seen: there } = latest.current.sight;
      const tensors = refs.filter((_, i) => there[i]);
      if (tensors.length === 0) {
        setSeen({ ...nothing, tensors: refs.map(() => null), step: latest.current.made });
        return;
      }
      setAnswer((a) => ({ refs, seen: { ...(a.refs === refs ? a.seen : nothing), busy: true } }));
      const result = await look({ at, samples: latest.current.samples, mode, tensors });
      if (dropped) return;
      const { key: seenRun, name: seenName } = latest.current;
      if (result.ok && at.kind === "run" && !still) {
        for (const [i, ref] of tensors.entries()) {
          const tensor = result.value.tensors[i];
          if (tensor) keep(seenRun, ref, { step: result.value.step, tensor }, seenName);
        }
      }
      const made = at.kind === "document" ? latest.current.made : null;
      setSeen(result.ok ? answered(refs, there, result.value, made) : { ...nothing, issues: result.issues });
      if (moving) again = setTimeout(() => setTick((t) => t + 1), pause);
    };
    const timer = setTimeout(() => void go(), latest.current.sight.at.kind === "document" ? editPause : 0);
    return () => {
      dropped = true;
      clearTimeout(timer);
      clearTimeout(again);
    };
  }, [wanted, refs, sight.at, seenKey, samplesKey, mode, step, moving, still, pause]);
  // What was seen of other tensors is not shown as these.
  return answer.refs === refs ? answer.seen : nothing;
}

/** `made`: steps that the weights of a document were trained for; null in a run, which says so itself. */
function answered(
  refs: readonly TensorRefInput[],
  there: readonly boolean[],
  value: LookedTensors,
  made: number | null,
): Seen {
  let at = 0;
  return {
    tensors: refs.map((_, i) => (there[i] ? (value.tensors[at++] ?? null) : null)),
    step: made ?? value.step,
    samples: value.samples,
    unknown: false,
    busy: false,
    issues: [],
  };
}
