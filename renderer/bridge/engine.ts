import type { Result } from "../../src/core/result.ts";
import type {
  ReplyValue,
  SupervisorEvent,
  WindowCommandInput,
  WindowReply,
  WindowRequest,
  WindowRequestInput,
} from "../../src/protocol/index.ts";

/** A request as its sender writes it. */
export type Body<K extends WindowRequest["kind"]> = Omit<Extract<WindowRequestInput, { kind: K }>, "id" | "kind">;

/** The program behind the window, wherever it is. Never throws; what goes wrong is in the results. */
export interface EngineClient {
  /** Asks the program; waits while the connection is being made anew. */
  request<K extends WindowRequest["kind"]>(kind: K, body: Body<K>): Promise<Result<WindowReply<K>>>;
  /** Gives the engine a command. The reply's value is of the command's kind, null for those that only have effects. */
  command(command: WindowCommandInput): Promise<Result<ReplyValue>>;
  /** Calls `listener` with everything that is told, in order; gives a function that ends this. */
  onEvents(listener: (key: string | null, events: readonly SupervisorEvent[]) => void): () => void;
}

let client: EngineClient | null = null;

/** Set once a program is known to be behind the window; null takes it away. */
export const setEngine = (engine: EngineClient | null): void => {
  client = engine;
};

/** The program behind the window, or null where there is none: everything but training and looking works without. */
export const engine = (): EngineClient | null => client;
