import type { TensorRef, TensorRefInput, WindowCommandInput } from "../../src/protocol/index.ts";
import { engine } from "../bridge/engine.ts";
import { type TrainingStore, training } from "../stores/training.ts";
import { isUnderWay } from "./run.ts";

/** What one part of the window wants to be told while a network trains. */
export interface Wish {
  /**
   * Statistics of every node. `seldom` is for later: key frames of the time machine and the diagnosis, while nobody
   * looks at them.
   */
  readonly statistics?: boolean | "seldom";
  /** Tensors, at most the first `most` samples of each. */
  readonly pins?: readonly { readonly ref: TensorRefInput; readonly most: number }[];
}

const wishes = new Map<string, Wish>();

/** Tells what `who` wants from now on, in place of what it wanted; null wants nothing any more. */
export function watch(who: string, wish: Wish | null): void {
  if (wish === null) wishes.delete(who);
  else wishes.set(who, wish);
  send();
}

type Watch = Extract<WindowCommandInput, { kind: "watch" }>;

/** Most tensors that an engine tells of its own accord. */
const mostPins = 64;

/** Pace of what nobody looks at: hardly any of the training time goes there. */
const seldomPace = { interval: 2000, share: 0.01 } as const;

/** All wishes in one command: a tensor that several want is told once, with the most samples that any of them wants. */
export function merged(all: Iterable<Wish>): Watch {
  const pins = new Map<string, { ref: TensorRefInput; most: number }>();
  let [statistics, seldom] = [false, false];
  for (const wish of all) {
    statistics ||= wish.statistics === true;
    seldom ||= wish.statistics === "seldom";
    for (const { ref, most } of wish.pins ?? []) {
      const key = refKey(ref);
      pins.set(key, { ref, most: Math.max(most, pins.get(key)?.most ?? 1) });
    }
  }
  const idle = seldom && !statistics && pins.size === 0;
  return {
    kind: "watch",
    statistics: statistics || seldom,
    pins: [...pins.values()].slice(0, mostPins),
    ...(idle ? seldomPace : {}),
  };
}

/** Equal for references to the same tensor. */
export const refKey = (ref: TensorRef | TensorRefInput): string => {
  const { of } = ref;
  if (of === "target") return `target ${ref.field}`;
  const objective = ref.objective ?? "";
  if (of === "loss") return `loss ${objective}`;
  if (of === "optimizer")
    return `${of} ${ref.owner?.node ?? ""} ${ref.owner?.parameter ?? ""} ${ref.slot} ${objective}`;
  return `${of} ${ref.node} ${of === "output" ? ref.port : ref.parameter} ${ref.what} ${objective}`;
};

let told = "";
let waiting = false;

/** Sends what is wanted, once for all that changes in one go, where it is not what the engine knows already. */
function send(): void {
  if (waiting) return;
  waiting = true;
  queueMicrotask(() => {
    waiting = false;
    const run = listener(training.getState());
    const command = merged(wishes.values());
    const now = run === null ? "" : `${run} ${JSON.stringify(command)}`;
    if (now === told) return;
    told = now;
    if (run !== null) void engine()?.command(command);
  });
}

/** Names the process that would hear a wish: a run under way and how often its engine was started. Null where none is. */
function listener({ runs, connection }: TrainingStore): string | null {
  const run = runs.find(isUnderWay);
  if (!run || connection !== "ready" || run.engine !== "up") return null;
  return `${run.key} ${run.log.filter((l) => l.what.kind === "engine" && l.what.state === "started").length}`;
}

let heard: string | null = null;
training.subscribe((s) => {
  const now = listener(s);
  if (now === heard) return;
  heard = now;
  send();
});
