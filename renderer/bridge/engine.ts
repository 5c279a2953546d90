import type { Result } from "../../src/core/result.ts";
import type {
  ReplyValue,
  SupervisorEvent,
  WindowCommandInput,
  WindowReply,
  WindowRequest,
  WindowRequestInput,
} from "../../src/protocol/index.ts";

type Body<K extends WindowRequest["kind"]> = Omit<Extract<WindowRequestInput, { kind: K }>, "id" | "kind">;

/** The program behind the window, wherever it is. Never throws; what goes wrong is in the results. */
export interface EngineClient {
  /** Asks the program; waits while the connection is being made anew. */
  request<K extends WindowRequest["kind"]>(kind: K, body: Body<K>): Promise<Result<WindowReply<K>>>;
  /** Gives the engine a command. The reply's value is of the command's kind, null for those that only have effects. */
  command(command: WindowCommandInput): Promise<Result<ReplyValue>>;
  /** Calls `listener` with everything that is told, in order; gives a function that ends this. */
  onEvents(listener: (key: string | null, events: readonly SupervisorEvent[]) => void): () => void;
}
