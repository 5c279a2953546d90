import path from "node:path";
import { forkProcess } from "../../../src/engine/process.ts";
import type { CommandInput, EngineEvent, ReplyValue } from "../../../src/protocol/index.ts";

type Asked = CommandInput extends infer C ? (C extends unknown ? Omit<C, "id"> : never) : never;

const entry = path.resolve(import.meta.dirname, "../../../dist/engine.cjs");

/** An engine in a process of its own, which no window knows of: another path to the same numbers. */
export class OtherEngine {
  readonly #process = forkProcess(entry);
  readonly #waiting = new Map<number, (reply: Extract<EngineEvent, { kind: "reply" }>) => void>();
  #count = 0;

  constructor() {
    this.#process.onMessage((message) => {
      for (const event of message as readonly EngineEvent[]) {
        if (event.kind !== "reply") continue;
        this.#waiting.get(event.id)?.(event);
        this.#waiting.delete(event.id);
      }
    });
  }

  /** What a command gives; its issues are faults of the test. */
  async ask<K extends NonNullable<ReplyValue>["kind"]>(command: Asked): Promise<Extract<ReplyValue, { kind: K }>> {
    const id = ++this.#count;
    const reply = await new Promise<Extract<EngineEvent, { kind: "reply" }>>((done) => {
      this.#waiting.set(id, done);
      this.#process.send({ ...command, id });
    });
    if (!reply.value) throw new Error(reply.issues.map((i) => i.code).join());
    return reply.value as Extract<ReplyValue, { kind: K }>;
  }

  end(): void {
    this.#process.kill();
  }
}
