import type * as z from "zod";
import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { type Command, commandSchema } from "./commands.ts";
import { type EngineEvent, messageSchema } from "./events.ts";
import type { ProcessEvent } from "./process.ts";

export type { Command, CommandInput, CommandKind, RunOverrides, RunSettings } from "./commands.ts";
export { commandSchema, runOverrides, runSettings } from "./commands.ts";
export type { EngineEvent, EngineEventKind, Evaluation, EventOf, ReplyValue } from "./events.ts";
export type {
  LookMoment,
  LookSamples,
  StatisticsRow,
  StatName,
  TensorRef,
  TensorRefInput,
} from "./observe.ts";
export { statNames } from "./observe.ts";
export type { ProcessEvent } from "./process.ts";
export type { Metrics, ProviderChoice, ProviderReport, Score, Tensors } from "./values.ts";
export { protocolVersion, providerChoices } from "./values.ts";
export type {
  Curves,
  EarlierRun,
  ProviderState,
  RunTold,
  WindowCommand,
  WindowCommandInput,
  WindowMessage,
  WindowReply,
  WindowRequest,
  WindowRequestInput,
} from "./window.ts";
export { windowMessageSchema, windowProtocolVersion, windowReplies, windowRequestSchema } from "./window.ts";

/** What whoever keeps an engine tells: its events, and what happens to its process. */
export type SupervisorEvent = EngineEvent | ProcessEvent;

/** Reads what arrived at an engine. Errors: `engine.protocol`. */
export const readCommand = (message: unknown): Result<Command> => read(commandSchema, message);

/** Reads what arrived from an engine. Errors: `engine.protocol`. */
export const readEvents = (message: unknown): Result<readonly EngineEvent[]> => read(messageSchema, message);

function read<T extends z.ZodType>(schema: T, message: unknown): Result<z.output<T>> {
  const parsed = schema.safeParse(message);
  if (parsed.success) return ok(parsed.data);
  const first = parsed.error.issues[0];
  const reason = `${first?.path.join(".") ?? ""}: ${first?.message ?? ""}`.slice(0, 300);
  return fail(issue("engine.protocol", { reason }));
}
