import type { SupervisorEvent } from "../../src/protocol/index.ts";

/** Milliseconds after which events are told though no frame was drawn: a hidden window draws none. */
const longest = 250;

/** Gathers events and hands them on at most once for every frame that is drawn. */
export class Batch {
  readonly #tell: (key: string, events: readonly SupervisorEvent[]) => void;
  #waiting: { readonly key: string; readonly events: SupervisorEvent[] }[] = [];
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (key: string, events: readonly SupervisorEvent[]) => void) {
    this.#tell = tell;
  }

  add(key: string, events: readonly SupervisorEvent[]): void {
    const last = this.#waiting.at(-1);
    if (last?.key === key) last.events.push(...events);
    else this.#waiting.push({ key, events: [...events] });
    if (this.#timer !== undefined) return;
    this.#frame = requestAnimationFrame(() => this.flush());
    this.#timer = setTimeout(() => this.flush(), longest);
  }

  flush(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { key, events } of this.#waiting.splice(0)) this.#tell(key, events);
  }
}
