import { type Issue, issue } from "../../src/core/issue.ts";
import { fail, ok, type Result } from "../../src/core/result.ts";
import {
  type ReplyValue,
  type SupervisorEvent,
  type WindowCommandInput,
  type WindowMessage,
  type WindowReply,
  type WindowRequest,
  windowMessageSchema,
  windowProtocolVersion,
  windowReplies,
} from "../../src/protocol/index.ts";
import type { Body, EngineClient } from "./engine.ts";
import type { Dial, Line } from "./engineLine.ts";

type Kind = WindowRequest["kind"];
type Connection = "connecting" | "ready" | "lost" | "other-version";
type Told = Exclude<WindowMessage, { kind: "reply" }>;

/** What whoever uses the client hears of it. */
export interface ClientListener {
  /** `value`: what the program says of its run, each time the connection is made. */
  onReady(value: WindowReply<"attach">): void;
  onConnection(connection: Connection): void;
  onMessage(message: Told): void;
}

interface Pending {
  readonly kind: Kind;
  readonly done: (reply: Result<unknown>) => void;
}

interface Waiting {
  readonly go: () => void;
  readonly giveUp: (issues: readonly Issue[]) => void;
}

export interface ClientOptions {
  /** Milliseconds before the second try to connect; doubled for each further one. */
  readonly backoff?: number;
  readonly longestBackoff?: number;
  /** Milliseconds that a request waits for a connection. */
  readonly patience?: number;
}

/**
 * The program behind the window, over lines that may break. A request that was sent over a line that broke fails, as
 * nobody knows whether it was done; one that comes while there is no line waits for the next.
 */
export class ConnectedEngine implements EngineClient {
  readonly #dial: Dial;
  readonly #listener: ClientListener;
  readonly #options: Required<ClientOptions>;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<(key: string | null, events: readonly SupervisorEvent[]) => void>();
  #waiting: Waiting[] = [];
  #id = 0;
  #line: Line | null = null;
  #ready = false;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #over = false;

  constructor(
    dial: Dial,
    listener: ClientListener,
    { backoff = 250, longestBackoff = 5000, patience = 10_000 }: ClientOptions = {},
  ) {
    this.#dial = dial;
    this.#listener = listener;
    this.#options = { backoff, longestBackoff, patience };
    this.#connect();
  }

  async request<K extends Kind>(kind: K, body: Body<K>): Promise<Result<WindowReply<K>>> {
    const connected = await this.#connected();
    return connected.ok ? this.#send(kind, body) : connected;
  }

  command(command: WindowCommandInput): Promise<Result<ReplyValue>> {
    return this.request("engine", { command });
  }

  onEvents(listener: (key: string | null, events: readonly SupervisorEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Tries again now, where it waits for the next try. */
  hurry(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#connect();
  }

  close(): void {
    this.#over = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#line?.close();
  }

  #connect(): void {
    this.#timer = null;
    let line: Line | null = null;
    this.#dial({
      onOpen: (opened) => {
        line = opened;
        this.#line = opened;
        void this.#attach();
      },
      onMessage: (message) => {
        if (line !== null && line === this.#line) this.#receive(message);
      },
      onClose: () => {
        if (this.#line === line) this.#lost();
      },
    });
  }

  async #attach(): Promise<void> {
    const attached = await this.#send("attach", { version: windowProtocolVersion });
    if (attached.ok && attached.value.version === windowProtocolVersion) {
      this.#tries = 0;
      this.#ready = true;
      this.#listener.onReady(attached.value);
      this.#listener.onConnection("ready");
      for (const { go } of this.#waiting.splice(0)) go();
      return;
    }
    // It broke off, and is being made again.
    if (!attached.ok && attached.issues.some((i) => i.code === "program.lost")) return;
    this.#over = true;
    this.#line?.close();
    this.#listener.onConnection("other-version");
    for (const { giveUp } of this.#waiting.splice(0)) giveUp([issue("program.other-version", {})]);
  }

  #lost(): void {
    const was = this.#ready;
    this.#line = null;
    this.#ready = false;
    for (const { done } of [...this.#pending.values()]) done(fail(issue("program.lost", {})));
    this.#pending.clear();
    if (this.#over) return;
    if (was || this.#tries > 0) this.#listener.onConnection("lost");
    const { backoff, longestBackoff } = this.#options;
    this.#timer = setTimeout(() => this.#connect(), Math.min(longestBackoff, backoff * 2 ** this.#tries));
    this.#tries++;
  }

  /** Waits for a connection, for a while. */
  #connected(): Promise<Result<null>> {
    if (this.#ready) return Promise.resolve(ok(null));
    if (this.#over) return Promise.resolve(fail(issue("program.other-version", {})));
    return new Promise((done) => {
      const settle = (result: Result<null>): void => {
        clearTimeout(timer);
        this.#waiting = this.#waiting.filter((w) => w !== waiting);
        done(result);
      };
      const waiting: Waiting = { go: () => settle(ok(null)), giveUp: (issues) => settle(fail(...issues)) };
      const timer = setTimeout(() => settle(fail(issue("program.lost", {}))), this.#options.patience);
      this.#waiting.push(waiting);
    });
  }

  #send<K extends Kind>(kind: K, body: Body<K>): Promise<Result<WindowReply<K>>> {
    const line = this.#line;
    if (!line) return Promise.resolve(fail(issue("program.lost", {})));
    const id = ++this.#id;
    return new Promise((done) => {
      this.#pending.set(id, { kind, done: (reply) => done(reply as Result<WindowReply<K>>) });
      line.send({ kind, id, ...body });
    });
  }

  #receive(message: unknown): void {
    const read = windowMessageSchema.safeParse(message);
    if (!read.success) {
      // Of another version, or broken: what was asked for gets its answer all the same.
      const id = typeof message === "object" && message !== null && "id" in message ? message.id : null;
      this.#settle(Number(id), fail(issue("engine.protocol", { reason: faultOf(read.error) })));
      return;
    }
    if (read.data.kind === "reply") {
      const { id, issues, value } = read.data;
      const errors = issues.filter((i) => i.severity === "error");
      this.#settle(id, errors.length > 0 ? fail(...errors) : this.#value(id, value));
      return;
    }
    if (read.data.kind === "events") for (const hear of this.#listeners) hear(read.data.key, read.data.events);
    this.#listener.onMessage(read.data);
  }

  #value(id: number, value: unknown): Result<unknown> {
    const kind = this.#pending.get(id)?.kind;
    const read = kind && windowReplies[kind].safeParse(value);
    if (!read) return ok(value);
    return read.success ? ok(read.data) : fail(issue("engine.protocol", { reason: faultOf(read.error) }));
  }

  #settle(id: number, result: Result<unknown>): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.done(result);
  }
}

function faultOf(error: {
  readonly issues: readonly { readonly path: PropertyKey[]; readonly message: string }[];
}): string {
  const first = error.issues[0];
  return `${first?.path.join(".") ?? ""}: ${first?.message ?? ""}`.slice(0, 300);
}
