import type { Issue } from "../../src/core/issue.ts";
import type {
  SupervisorEvent,
  WindowMessage,
  WindowReply,
  WindowRequest,
  WindowRequestInput,
} from "../../src/protocol/index.ts";
import { windowReplies } from "../../src/protocol/index.ts";

type Body<K extends WindowRequest["kind"]> = Omit<Extract<WindowRequestInput, { kind: K }>, "id" | "kind">;
type Reply = Extract<WindowMessage, { kind: "reply" }>;

/** A window as a test plays it: says anything, and keeps what it is told. */
export class TestWindow {
  readonly messages: WindowMessage[] = [];
  readonly #replies = new Map<number, (reply: Reply) => void>();
  readonly #listeners = new Set<() => void>();
  readonly #send: (message: unknown) => void;
  #id = 0;

  constructor(send: (message: unknown) => void) {
    this.#send = send;
  }

  receive(message: WindowMessage): void {
    this.messages.push(message);
    if (message.kind === "reply") this.#replies.get(message.id)?.(message);
    for (const listener of this.#listeners) listener();
  }

  /** Sends a request, and checks that the reply is what it promises to be. */
  async ask<K extends WindowRequest["kind"]>(kind: K, body: Body<K>): Promise<WindowReply<K>> {
    const reply = await this.raw(kind, body);
    if (reply.issues.length > 0) throw new Error(JSON.stringify(reply.issues));
    return windowReplies[kind].parse(reply.value) as WindowReply<K>;
  }

  /** Issues of a request that is refused. */
  async refused<K extends WindowRequest["kind"]>(kind: K, body: Body<K>): Promise<readonly Issue[]> {
    return (await this.raw(kind, body)).issues;
  }

  raw(kind: string, body: object): Promise<Reply> {
    const id = ++this.#id;
    return new Promise((done) => {
      this.#replies.set(id, done);
      this.#send({ kind, id, ...body });
    });
  }

  events(key?: string | null): SupervisorEvent[] {
    return this.messages.flatMap((m) => (m.kind === "events" && (key === undefined || m.key === key) ? m.events : []));
  }

  /** Waits until something told matches. */
  until(match: (e: SupervisorEvent) => boolean): Promise<SupervisorEvent> {
    return new Promise((done) => {
      const look = (): void => {
        const found = this.events().find(match);
        if (!found) return;
        this.#listeners.delete(look);
        done(found);
      };
      this.#listeners.add(look);
      look();
    });
  }

  /** Losses by step, the last told of each. */
  losses(key: string): number[] {
    const losses: number[] = [];
    for (const e of this.events(key)) {
      if (e.kind !== "steps") continue;
      e.loss.forEach((value, i) => {
        losses[e.step - 1 + i] = value;
      });
    }
    return losses;
  }
}
