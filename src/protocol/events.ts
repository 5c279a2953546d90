import * as z from "zod";
import { phases } from "../train/run-state.ts";
import { floats, statisticsRow, tensorRef } from "./observe.ts";
import {
  anyNumber,
  count,
  filePath,
  issueSchema,
  metricsSchema,
  numbers,
  providerReport,
  scoreSchema,
  splitSchema,
  tensorSchema,
  tensorsSchema,
  text,
} from "./values.ts";

const evaluation = z.strictObject({
  split: splitSchema,
  samples: count,
  ...scoreSchema.shape,
});
export type Evaluation = z.infer<typeof evaluation>;

const best = z.strictObject({ step: count, epoch: count, value: anyNumber });

/** Parameters and buffers, and what the data set does to its fields before they are fed. */
export const weightsValue = z.strictObject({
  kind: z.literal("weights"),
  tensors: tensorsSchema,
  standardise: z.record(z.string(), z.strictObject({ mean: z.array(z.number()), std: z.array(z.number()) }).nullable()),
  step: count,
  epoch: count,
});

/** What a command gave, by its kind; null for those that only have effects. */
export const replyValue = z.union([
  z.null(),
  z.strictObject({ kind: z.literal("evaluation"), evaluation }),
  z.strictObject({
    kind: z.literal("outputs"),
    outputs: z.array(tensorsSchema),
    provider: providerReport,
    seconds: z.number(),
  }),
  z.strictObject({
    kind: z.literal("tensors"),
    /** In the order of the request; a gradient that nothing reaches is zeros. */
    tensors: z.array(tensorSchema),
    /** Steps done of the run that was looked at; 0 of a document. */
    step: count,
    /** Which samples those were; null for contents that were given. */
    samples: z.strictObject({ split: splitSchema, indices: z.array(count) }).nullable(),
  }),
  z.strictObject({
    kind: z.literal("linear"),
    row: z
      .strictObject({ inputs: z.array(tensorSchema.nullable()), parameters: z.record(z.string(), tensorSchema) })
      .nullable(),
    /** By output port. */
    column: z.record(z.string(), tensorSchema).nullable(),
  }),
  z.strictObject({
    kind: z.literal("difference"),
    /** The gradient in the precision of the differences. */
    analytic: anyNumber,
    /** The gradient in single precision, as training has it and step-through shows it. */
    shown: anyNumber,
    /** The value that the differences tend to. */
    numeric: anyNumber,
    /** The loss at w, and whether it was computed in double precision. */
    loss: anyNumber,
    double: z.boolean(),
    /** What it was found from: loss at w + h and w - h. */
    steps: z.array(z.strictObject({ h: z.number(), up: anyNumber, down: anyNumber, slope: anyNumber })),
  }),
  z.strictObject({
    kind: z.literal("profile"),
    /** Microseconds in one step by node (null: loss, metrics, optimizer of none) and pass. */
    nodes: z.array(z.strictObject({ node: text.nullable(), pass: text, microseconds: z.number(), operators: count })),
    /** Microseconds of the whole step, which is less than the sum where operators run side by side. */
    total: z.number(),
    provider: providerReport,
  }),
  z.strictObject({
    kind: z.literal("landscape"),
    /** Places along both directions, in lengths of the parameters. */
    places: z.array(z.number()),
    /** Row i: second direction at `places[i]`; column j: first direction at `places[j]`. */
    loss: floats,
  }),
  weightsValue,
]);
export type ReplyValue = z.infer<typeof replyValue>;

/** What an engine tells. Everything is small and goes through a structured clone. */
export const eventSchema = z.discriminatedUnion("kind", [
  /** The answer to `hello`. */
  z.strictObject({
    kind: z.literal("ready"),
    pid: count,
    protocol: count,
    versions: z.record(z.string(), text),
    /** Providers of this build of onnxruntime, and whether their libraries come with it. */
    providers: z.array(z.strictObject({ name: text, bundled: z.boolean() })),
    /** Threads of an operator where none are asked for. */
    threads: count,
  }),
  /** The answer to every other command: a value or issues. */
  z.strictObject({
    kind: z.literal("reply"),
    id: count,
    issues: z.array(issueSchema),
    value: replyValue,
  }),
  z.strictObject({ kind: z.literal("state"), state: z.enum(phases), step: count, epoch: count }),
  /** What is going to be trained, once models and data are there. */
  z.strictObject({
    kind: z.literal("plan"),
    name: text,
    folder: filePath,
    seed: count,
    steps: count,
    epochs: count,
    stepsPerEpoch: count,
    batch: count,
    accumulate: count,
    parameters: count,
    samples: z.strictObject({ train: count, validation: count, test: count }),
    provider: providerReport,
    threads: count,
  }),
  /** The run goes on after so many steps: those of its checkpoint, or none where it had written none. */
  z.strictObject({ kind: z.literal("resumed"), step: count, epoch: count }),
  /** Consecutive steps of one epoch, the first of them numbered `step` (from 1). */
  z.strictObject({
    kind: z.literal("steps"),
    step: count,
    /** Epoch under way, from 1. */
    epoch: count,
    /** Value of the first objective at each step, penalty included. */
    loss: numbers,
    /** The same of further objectives, by id. */
    others: z.record(z.string(), numbers).optional(),
    learningRate: numbers,
    /** Metrics over the epoch so far. */
    metrics: metricsSchema,
    samplesPerSecond: z.number(),
  }),
  z.strictObject({
    kind: z.literal("epoch"),
    /** Number of the epoch that ended, from 1. */
    epoch: count,
    /** Steps done. */
    step: count,
    train: scoreSchema,
    validation: scoreSchema.nullable(),
    /** Base rate of the first objective in the next epoch. */
    learningRate: z.number(),
    seconds: z.number(),
    best: z.boolean(),
  }),
  /** What the rows of `statistics` are of; told before the first of them, and again when it changes. */
  z.strictObject({ kind: z.literal("layout"), rows: z.array(statisticsRow) }),
  /**
   * Statistics of the batch that step `step + 1` gets, with the parameters after `step` steps: eight numbers
   * (`statNames`) for every row of the layout. `failing`: those of the step whose loss is not finite.
   */
  z.strictObject({
    kind: z.literal("statistics"),
    step: count,
    epoch: count,
    values: floats,
    loss: anyNumber,
    failing: z.boolean().optional(),
  }),
  /** The pinned tensors at the same moment, in the order of `watch`; null where one is not in the network. */
  z.strictObject({
    kind: z.literal("pins"),
    step: count,
    pins: z.array(z.strictObject({ ref: tensorRef, tensor: tensorSchema.nullable() })),
  }),
  z.strictObject({ kind: z.literal("checkpoint"), step: count, path: filePath }),
  z.strictObject({ kind: z.literal("issue"), issue: issueSchema }),
  z.strictObject({
    kind: z.literal("done"),
    reason: z.enum(["finished", "stopped", "early-stopping"]),
    /** On the test split, or where there is none on validation or training data, as `split` says. */
    test: evaluation,
    steps: count,
    epochs: count,
    seconds: z.number(),
    provider: providerReport,
    best: best.nullable(),
    folder: filePath,
  }),
  /** Sent every second the engine is free to, and before long work. `callMilliseconds` is the longest call of late. */
  z.strictObject({ kind: z.literal("heartbeat"), callMilliseconds: z.number() }),
]);
export type EngineEvent = z.infer<typeof eventSchema>;
export type EngineEventKind = EngineEvent["kind"];
export type EventOf<K extends EngineEventKind> = Extract<EngineEvent, { readonly kind: K }>;

/** Engines gather events and send them as one message, at most some thirty a second. */
export const messageSchema = z.array(eventSchema).max(100_000);
