import { MessageChannelMain, type MessagePortMain } from "electron";

/** One window's line to whoever serves it. */
export interface Link {
  receive(message: unknown): void;
  close(): void;
}

/** Makes the far end of a line; `post` says something to the window. */
export type Connect = (post: (message: unknown) => void) => Link;

/**
 * The line between the page and the engine's service: a port of its own, so that what a training tells does not queue with
 * the rest. Messages are sent without transfer lists: Electron loses those it is given.
 */
export class EngineLine {
  readonly #connect: Connect;
  #link: Link | null = null;
  #port: MessagePortMain | null = null;

  constructor(connect: Connect) {
    this.#connect = connect;
  }

  /** Lays a fresh line and gives the end for the page. */
  open(): MessagePortMain {
    this.close();
    const { port1, port2 } = new MessageChannelMain();
    const link = this.#connect((message) => port1.postMessage(message));
    port1.on("message", ({ data }) => link.receive(data));
    port1.on("close", () => {
      if (this.#port === port1) this.close();
    });
    port1.start();
    this.#port = port1;
    this.#link = link;
    return port2;
  }

  /** The page is gone, or lays a new one. */
  close(): void {
    const [link, port] = [this.#link, this.#port];
    this.#link = null;
    this.#port = null;
    link?.close();
    port?.close();
  }
}
