import * as z from "zod";
import { commandSchema, runOverrides } from "./commands.ts";
import { eventSchema, replyValue, weightsValue } from "./events.ts";
import { processEventSchema } from "./process.ts";
import { count, issueSchema, numbers, providerChoice, providers, tensorsSchema, text } from "./values.ts";

/**
 * What a window and the program behind it say to each other: over a WebSocket in the browser, over a message port in
 * the desktop app. The program keeps the engine alive, chooses folders, and remembers what a run told, so that a window
 * that is reloaded or reopened catches up.
 */

/** Raised when a message changes its meaning; a page of another version is told to reload. */
export const windowProtocolVersion = 1;

const id = count;
/** The window's name for what it trains: one document of one tab. */
export const runKey = z.string().min(1).max(200);

type EngineCommand = (typeof commandSchema.options)[number];
/** Commands that the window may give to the engine as they are; the program fills in nothing. */
const passed = ["pause", "resume", "step", "stop", "set-learning-rate", "watch", "evaluate", "cancel"] as const;
const looks = ["inspect", "linearize", "difference", "profile", "landscape", "weights"] as const;
type Passed = (typeof passed)[number] | (typeof looks)[number];
type PassedCommand = Extract<z.infer<EngineCommand>, { kind: Passed }>;
const passable: ReadonlySet<string> = new Set([...passed, ...looks]);

/** A command to the engine without its number, which the program gives it. */
export type WindowCommand = PassedCommand extends infer C ? (C extends PassedCommand ? Omit<C, "id"> : never) : never;
/** As a window writes it: what has a default can be left out. */
export type WindowCommandInput =
  z.input<EngineCommand> extends infer C ? (C extends { kind: Passed } ? Omit<C, "id"> : never) : never;

const namesFolder = (at: unknown): boolean => typeof at === "object" && at !== null && "baseFolder" in at;

const engineCommand = z.custom<WindowCommandInput>((v) => {
  if (typeof v !== "object" || v === null || !("kind" in v) || !passable.has(String(v.kind))) return false;
  // A window knows no folders; those of runs are named by key.
  if ("folder" in v || "baseFolder" in v || ("at" in v && namesFolder(v.at))) return false;
  return commandSchema.safeParse({ ...v, id: 0 }).success;
}, "command");

export const windowRequestSchema = z.discriminatedUnion("kind", [
  /** The first request: everything about the run under way, or the last one, then events as they come. */
  z.strictObject({ kind: z.literal("attach"), id, version: count }),
  /** Trains a document in a run folder of its own. One run at a time: refused while another is under way. */
  z.strictObject({
    kind: z.literal("start"),
    id,
    key: runKey,
    document: z.unknown(),
    overrides: runOverrides.prefault({}),
    provider: providerChoice.default("auto"),
    threads: z.int().min(1).max(1024).nullable().default(null),
    /** Tensors to begin with; null begins with the initial ones. */
    tensors: tensorsSchema.nullable().default(null),
    /** File of the document, where the window knows it: paths of data files start from its folder. */
    file: text.nullable().default(null),
  }),
  /** Goes on with an earlier run that was not finished, or with a finished one for longer. */
  z.strictObject({
    kind: z.literal("continue"),
    id,
    key: runKey,
    run: text,
    overrides: runOverrides.prefault({}),
  }),
  /** `file` is that of a document that is looked at, where the window knows it, as in `start`. */
  z.strictObject({ kind: z.literal("engine"), id, command: engineCommand, file: text.nullable().default(null) }),
  /** Parameters and buffers of a run, under way or over. */
  z.strictObject({ kind: z.literal("weights"), id, key: runKey }),
  /** Ends the run under way without waiting and forgets it: the document is untrained again. */
  z.strictObject({ kind: z.literal("reset"), id }),
  /** Earlier runs that can be gone on with, newest first. */
  z.strictObject({ kind: z.literal("runs"), id }),
  z.strictObject({ kind: z.literal("forget-run"), id, run: text }),
  /** Which execution providers work here, and why others do not; found out `again`, or as it was found before. */
  z.strictObject({ kind: z.literal("providers"), id, again: z.boolean().default(false) }),
]);
export type WindowRequest = z.infer<typeof windowRequestSchema>;
export type WindowRequestInput = z.input<typeof windowRequestSchema>;

const told = z.array(z.union([processEventSchema, eventSchema]));
const series = z.strictObject({ x: numbers, y: numbers });

/** What the `steps` events of a run said, as curves: by step, thinned where they are long. */
const curves = z.strictObject({
  loss: series,
  others: z.record(z.string(), series),
  learningRate: series,
  metrics: z.record(z.string(), series),
  samplesPerSecond: z.number(),
});
export type Curves = z.infer<typeof curves>;

const runSummary = {
  key: runKey,
  /** Name of its folder. */
  run: text,
  /** As it is trained, but for the overrides. */
  document: z.unknown(),
  /** Milliseconds since 1970. */
  began: z.number(),
};

/** A run as it stands, for a window that did not hear of it from the beginning. */
const runTold = z.strictObject({
  ...runSummary,
  curves,
  /** All else that was told, in order; of many statistics some. What a restart took back is left out. */
  events: told,
  /** When each of them was told, in milliseconds since 1970. */
  times: z.array(z.number()),
});
export type RunTold = z.infer<typeof runTold>;

const earlierRun = z.strictObject({
  run: text,
  name: text,
  /** Milliseconds since 1970. */
  time: z.number(),
  step: count,
  epoch: count,
  document: z.unknown(),
});
export type EarlierRun = z.infer<typeof earlierRun>;

const providerState = z.strictObject({
  name: z.enum(providers),
  state: z.enum(["works", "missing-libraries", "no-device", "not-in-build", "unknown"]),
  /** What onnxruntime says, or which libraries are missing; null where it works. */
  reason: text.nullable(),
  /** How far CUDA is set up, where onnxruntime has it; null for other providers. */
  setup: z
    .strictObject({
      driver: z.boolean(),
      /** onnxruntime's own libraries, which do not come with its package. */
      libraries: z.boolean(),
      /** Libraries of CUDA and cuDNN that are not found. */
      missing: z.array(text),
    })
    .nullable(),
});
export type ProviderState = z.infer<typeof providerState>;

/** What the program answers or tells. */
export const windowMessageSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("reply"), id, issues: z.array(issueSchema), value: z.unknown() }),
  z.strictObject({
    kind: z.literal("events"),
    /** Key of the run that they belong to; null for those of the engine alone. */
    key: runKey.nullable(),
    events: told,
  }),
  /** Another window has started a run. */
  z.strictObject({ kind: z.literal("run"), ...runSummary }),
  /** A run was reset or could not be started: it is as if it had never been. */
  z.strictObject({ kind: z.literal("gone"), key: runKey }),
]);
export type WindowMessage = z.infer<typeof windowMessageSchema>;

/** Value of the reply to each request; those not named here give null. */
export const windowReplies = {
  attach: z.strictObject({
    version: count,
    run: runTold.nullable(),
    threads: count,
  }),
  start: z.strictObject({ run: text }),
  continue: runTold,
  engine: replyValue,
  weights: weightsValue,
  runs: z.array(earlierRun),
  providers: z.array(providerState),
  reset: z.null(),
  "forget-run": z.null(),
} as const satisfies { readonly [K in WindowRequest["kind"]]: z.ZodType };
export type WindowReply<K extends WindowRequest["kind"]> = z.infer<(typeof windowReplies)[K]>;
