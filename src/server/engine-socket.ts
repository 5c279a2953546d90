import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { WindowMessage } from "../protocol/window.ts";
import { decodeMessage, encodeMessage, wireLimit } from "../protocol/wire.ts";

/** What is behind the socket: `WindowService` of the engine. */
export interface Program {
  connect(post: (message: WindowMessage) => void): { receive(message: unknown): void; close(): void };
}

/** Where the page finds it. */
export const socketPath = "/engine";

/** A browser has a handful of windows. */
const connectionLimit = 64;
const pingInterval = 30_000;
/** Bytes under way to a page from which on what is not urgent waits. */
const fullAt = 1024 * 1024;
/** Bytes of events that wait for a page before it is taken to be stuck. */
const waitingLimit = 8 * 1024 * 1024;

/** Codes of closing, RFC 6455. */
const unsupported = 1003;
const malformed = 1007;
const tooSlow = 1013;

/** Carries messages between pages and the program. Who may connect is decided before. */
export class EngineSocket {
  readonly #program: Program;
  readonly #server: WebSocketServer;
  readonly #timer: NodeJS.Timeout;
  readonly #silent = new WeakSet<WebSocket>();

  constructor(program: Program, interval = pingInterval) {
    this.#program = program;
    this.#server = new WebSocketServer({ noServer: true, maxPayload: wireLimit, perMessageDeflate: false });
    this.#timer = setInterval(() => this.#ping(), interval);
    this.#timer.unref();
  }

  /** Takes over a connection of a page that may have one. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#server.clients.size >= connectionLimit) refuse(socket, 503);
    else this.#server.handleUpgrade(request, socket, head, (page) => this.#serve(page));
  }

  close(): void {
    clearInterval(this.#timer);
    for (const page of this.#server.clients) page.terminate();
    this.#server.close();
  }

  #serve(page: WebSocket): void {
    const queue = new Queue(page);
    const link = this.#program.connect((message) => queue.post(message));
    page.on("pong", () => this.#silent.delete(page));
    page.on("error", () => {});
    page.on("close", () => link.close());
    page.on("message", (data, isBinary) => {
      if (!isBinary) return page.close(unsupported);
      const message = decodeMessage(data as Buffer);
      if (message.ok) link.receive(message.value);
      else page.close(malformed);
    });
  }

  /** A page that did not answer the last one is gone. */
  #ping(): void {
    for (const page of this.#server.clients) {
      if (this.#silent.has(page)) page.terminate();
      else {
        this.#silent.add(page);
        page.ping();
      }
    }
  }
}

/**
 * What goes to one page. While much is under way, messages wait; a page that does not read is cut off before they take
 * much memory, and told all it missed when it comes again. An answer it asked for may be of any size.
 */
class Queue {
  readonly #page: WebSocket;
  #waiting: Uint8Array[] = [];
  #told = 0;

  constructor(page: WebSocket) {
    this.#page = page;
  }

  post(message: WindowMessage): void {
    if (this.#page.readyState !== this.#page.OPEN) return;
    const bytes = encodeMessage(message);
    if (this.#waiting.length === 0 && this.#page.bufferedAmount < fullAt) {
      this.#send(bytes);
      return;
    }
    this.#waiting.push(bytes);
    if (message.kind !== "reply") this.#told += bytes.length;
    if (this.#told < waitingLimit) return;
    this.#waiting = [];
    this.#page.close(tooSlow);
  }

  #send(bytes: Uint8Array): void {
    this.#page.send(bytes, () => this.#drain());
  }

  #drain(): void {
    while (this.#waiting.length > 0 && this.#page.bufferedAmount < fullAt)
      this.#send(this.#waiting.shift() as Uint8Array);
    if (this.#waiting.length === 0) this.#told = 0;
  }
}

/** Answers an upgrade that is not granted. */
export function refuse(socket: Duplex, status: 403 | 404 | 503): void {
  const reason = { 403: "Forbidden", 404: "Not Found", 503: "Service Unavailable" }[status];
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
