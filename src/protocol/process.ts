import * as z from "zod";
import { count, text } from "./values.ts";

/** What happens to the process of the engine itself, told beside its events. */
export const processEventSchema = z.discriminatedUnion("state", [
  z.strictObject({ kind: z.literal("engine"), state: z.literal("started"), pid: count }),
  /** It ended without being asked to. `restarts` counts those in a row without progress. */
  z.strictObject({
    kind: z.literal("engine"),
    state: z.literal("crashed"),
    pid: count,
    signal: text.nullable(),
    exitCode: z.int().nullable(),
    restarts: count,
  }),
  /** Another one begins after `milliseconds`, and goes on from the last checkpoint. */
  z.strictObject({ kind: z.literal("engine"), state: z.literal("restarting"), milliseconds: z.number() }),
  z.strictObject({ kind: z.literal("engine"), state: z.literal("gave-up") }),
]);
export type ProcessEvent = z.infer<typeof processEventSchema>;
