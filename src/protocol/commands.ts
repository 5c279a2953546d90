import * as z from "zod";
import { look, tensorRef, watchSchema } from "./observe.ts";
import { count, filePath, protocolVersion, providerChoice, splitSchema, tensorsSchema, text } from "./values.ts";

/** Every command has a number; the reply to it has the same. */
const id = count;
const bare = <K extends string>(kind: K) => z.strictObject({ kind: z.literal(kind), id });

/** How to run, as opposed to what: nothing here changes the numbers but `provider` and `threads`. */
export const runSettings = z.strictObject({
  provider: providerChoice.default("auto"),
  /** Threads of an operator; null lets the engine take the number of cores. */
  threads: z.int().min(1).max(1024).nullable().default(null),
  /** Run folder, made where it does not exist. */
  folder: filePath,
  /** Folder that the paths of data files start from. */
  baseFolder: filePath,
  /**
   * `never` wants a folder without a run; `required` goes on from a checkpoint; `if-any` goes on from a checkpoint
   * where there is one and begins anew where not.
   */
  resume: z.enum(["never", "required", "if-any"]).default("never"),
  /** Seconds between two checkpoints; more where writing one takes long (at most 2 % of the time goes there). */
  checkpointSeconds: z.number().min(0).default(5),
  /** Length of a call that is aimed at, in milliseconds: the grain of progress, pause and stop. */
  callMilliseconds: z.number().min(1).max(10_000).default(100),
  /** Most steps in a call, whatever their length; for tests. */
  callSteps: z.int().min(1).nullable().default(null),
});
export type RunSettings = z.infer<typeof runSettings>;

/** Changes to the training section of the document for this run. They are part of the run: a resume keeps them. */
export const runOverrides = z.strictObject({
  epochs: z.int().min(1).optional(),
  steps: z.int().min(1).optional(),
  batch: z.int().min(1).optional(),
  seed: z.int().min(0).max(4294967295).optional(),
  learningRate: z.number().min(0).optional(),
});
export type RunOverrides = z.infer<typeof runOverrides>;

export const commandSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("hello"),
    id,
    protocol: z.literal(protocolVersion),
    /** Others that need the processor go first: a window stays smooth while all cores train. */
    background: z.boolean().default(false),
  }),
  bare("ping"),
  z.strictObject({
    kind: z.literal("start"),
    id,
    /** A document as JSON, checked by the engine; null takes that of the run folder. */
    document: z.unknown(),
    /** Parameters and buffers (`node.parameter`) to begin with in place of the initial ones; not for a resume. */
    tensors: tensorsSchema.nullable().default(null),
    overrides: runOverrides.prefault({}),
    settings: runSettings,
  }),
  bare("pause"),
  bare("resume"),
  /** One single step, while paused. */
  bare("step"),
  /** Ends the run after the current call, with a checkpoint. */
  bare("stop"),
  /** The base rate from the next step on, of one objective or (null) of all. */
  z.strictObject({
    kind: z.literal("set-learning-rate"),
    id,
    objective: z.string().nullable().default(null),
    value: z.number().min(0),
  }),
  /** Loss and metrics of a split: of the run under way or (idle) of a run folder. */
  z.strictObject({
    kind: z.literal("evaluate"),
    id,
    split: splitSchema.nullable().default(null),
    folder: filePath.nullable().default(null),
    checkpoint: z.enum(["last", "best"]).default("last"),
    baseFolder: filePath.nullable().default(null),
    provider: providerChoice.default("auto"),
    threads: z.int().min(1).max(1024).nullable().default(null),
  }),
  /** Runs any ONNX model on each of several sets of inputs, by input name. */
  z.strictObject({
    kind: z.literal("run-model"),
    id,
    model: z.union([
      z.strictObject({ path: filePath }),
      z.strictObject({ bytes: z.custom<Uint8Array>((v) => v instanceof Uint8Array, "bytes") }),
    ]),
    inputs: z.array(tensorsSchema).max(100_000),
    provider: providerChoice.default("auto"),
    threads: z.int().min(1).max(1024).nullable().default(null),
  }),
  z.strictObject({ kind: z.literal("watch"), id, ...watchSchema }),
  /** Tensors of some samples, forward and backward; nothing is trained. */
  z.strictObject({ kind: z.literal("inspect"), id, ...look, tensors: z.array(tensorRef).min(1).max(4096) }),
  /** Local derivatives of one node at some samples; indices are flat, the batch included. */
  z.strictObject({
    kind: z.literal("linearize"),
    id,
    ...look,
    node: text,
    /** d(this element of an output) / d(every input and parameter). */
    row: z.strictObject({ port: text, index: count }).nullable().default(null),
    /** d(every output) / d(this element of an input, counted in port order, or of a parameter). */
    column: z
      .union([
        z.strictObject({ of: z.literal("input"), input: count, index: count }),
        z.strictObject({ of: z.literal("parameter"), parameter: text, index: count }),
      ])
      .nullable()
      .default(null),
  }),
  /** The gradient of one weight beside central differences of the loss. */
  z.strictObject({
    kind: z.literal("difference"),
    id,
    ...look,
    node: text,
    parameter: text,
    index: count,
  }),
  /** Time of every node in a training step, from onnxruntime's own profile. */
  z.strictObject({ kind: z.literal("profile"), id, at: look.at, steps: z.int().min(1).max(100).default(3) }),
  /** The loss on a grid of two directions through the present parameters. */
  z.strictObject({
    kind: z.literal("landscape"),
    id,
    ...look,
    /** Points along each direction, odd: the present place is in the middle. */
    size: z.int().min(3).max(61),
    /** Greatest distance along a direction, in lengths of the parameters (each filter scaled by its own norm). */
    range: z.number().gt(0).max(100),
    /** First direction: minus the gradient, or random as the second. */
    along: z.enum(["gradient", "random"]),
    seed: z.int().min(0).max(4294967295).default(0),
  }),
  /** Gives up every landscape that is being computed; each is answered with `engine.cancelled`. */
  bare("cancel"),
  /** Parameters and buffers as they are now, and what the data set does to its fields before they are fed. */
  z.strictObject({ kind: z.literal("weights"), id, at: look.at }),
  bare("shutdown"),
]);
export type Command = z.infer<typeof commandSchema>;
/** A command as a caller writes it: whatever has a default can be left out. */
export type CommandInput = z.input<typeof commandSchema>;
export type CommandKind = Command["kind"];
