import type { SupervisorEvent } from "../../src/protocol/index.ts";

/** Least milliseconds from one telling to the next: figures that change faster are not read, only drawn. */
const shortest = 30;
/** Milliseconds after which events are told though no frame was drawn: a hidden window draws none. */
const longest = 250;

/** Gathers events and hands them on when a frame is drawn, some thirty times a second at most. */
export class Batch {
  readonly #tell: (key: string, events: readonly SupervisorEvent[]) => void;
  #waiting: { readonly key: string; readonly events: SupervisorEvent[] }[] = [];
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #told = Number.NEGATIVE_INFINITY;

  constructor(tell: (key: string, events: readonly SupervisorEvent[]) => void) {
    this.#tell = tell;
  }

  add(key: string, events: readonly SupervisorEvent[]): void {
    const last = this.#waiting.at(-1);
    if (last?.key === key) last.events.push(...events);
    else this.#waiting.push({ key, events: [...events] });
    if (this.#timer !== undefined) return;
    this.#await();
    this.#timer = setTimeout(() => this.flush(), longest);
  }

  #await(): void {
    this.#frame = requestAnimationFrame(() => {
      if (performance.now() - this.#told < shortest) this.#await();
      else this.flush();
    });
  }

  flush(): void {
    this.#told = performance.now();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { key, events } of this.#waiting.splice(0)) this.#tell(key, events);
  }
}
