import type { EngineEvent, EventOf } from "../protocol/index.ts";

/** Milliseconds between two messages: at most some thirty a second cross the border. */
const messageInterval = 33;
/** Most steps in one event. */
const mergeLimit = 10_000;

type Steps = EventOf<"steps">;

/** `next` put behind `last`, where both are steps of one epoch without a gap; else null. */
export function merged(last: EngineEvent | undefined, next: EngineEvent): Steps | null {
  if (last?.kind !== "steps" || next.kind !== "steps" || last.epoch !== next.epoch) return null;
  if (last.step + last.loss.length !== next.step || last.loss.length + next.loss.length > mergeLimit) return null;
  const others = Object.entries(next.others ?? {}).map(([id, values]) => [
    id,
    [...(last.others?.[id] ?? []), ...values],
  ]);
  return {
    ...next,
    step: last.step,
    loss: [...last.loss, ...next.loss],
    learningRate: [...last.learningRate, ...next.learningRate],
    ...(others.length > 0 ? { others: Object.fromEntries(others) } : {}),
  };
}

/** Gathers events and hands them on as few messages, in order. What is not a step or an epoch goes out at once. */
export class Outbox {
  readonly #post: (events: readonly EngineEvent[]) => void;
  readonly #interval: number;
  #waiting: EngineEvent[] = [];
  #sent = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(post: (events: readonly EngineEvent[]) => void, interval = messageInterval) {
    this.#post = post;
    this.#interval = interval;
  }

  add(event: EngineEvent): void {
    const joined = merged(this.#waiting.at(-1), event);
    if (joined) this.#waiting[this.#waiting.length - 1] = joined;
    else this.#waiting.push(event);
    const urgent = event.kind !== "steps" && event.kind !== "epoch";
    const due = this.#sent + this.#interval - performance.now();
    if (urgent || due <= 0) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), due);
  }

  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waiting.length === 0) return;
    const events = this.#waiting;
    this.#waiting = [];
    this.#sent = performance.now();
    this.#post(events);
  }
}
