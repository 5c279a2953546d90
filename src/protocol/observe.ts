import * as z from "zod";
import type { StatisticsRow, TensorRef } from "../compile/tensor-ref.ts";
import { count, filePath, splitSchema, tensorsSchema, text } from "./values.ts";

/**
 * How somebody looks into a network: at single tensors, at statistics of all of them, at local derivatives. Nodes are
 * those of the checked graph, with blocks expanded (`block/1/conv`).
 */

/** Of which loss a gradient is; null takes the first objective that the tensor is trained by, or reaches. */
const objective = text.nullable().default(null);

/** What {@link TensorRef} says, checked. Gradients are of the objective, penalty left out. */
export const tensorRef = z.discriminatedUnion("of", [
  z.strictObject({ of: z.literal("output"), node: text, port: text, what: z.enum(["value", "gradient"]), objective }),
  z.strictObject({
    of: z.literal("parameter"),
    node: text,
    parameter: text,
    what: z.enum(["value", "gradient", "applied", "update"]),
    objective,
  }),
  z.strictObject({
    of: z.literal("optimizer"),
    owner: z.strictObject({ node: text, parameter: text }).nullable().default(null),
    slot: text,
    objective,
  }),
  z.strictObject({ of: z.literal("target"), field: text }),
  z.strictObject({ of: z.literal("loss"), objective }),
]) satisfies z.ZodType<TensorRef>;
export type { TensorRef };
export type TensorRefInput = z.input<typeof tensorRef>;

/** Whose parameters are looked at. */
export const momentSchema = z.discriminatedUnion("kind", [
  /** The run under way, between two calls. */
  z.strictObject({ kind: z.literal("run") }),
  /** A document that is not being trained, with the given tensors (`node.parameter`) or its initial ones. */
  z.strictObject({
    kind: z.literal("document"),
    document: z.unknown(),
    tensors: tensorsSchema.nullable().default(null),
    /** Folder that relative paths of data files start from; filled in by whoever knows it. */
    baseFolder: filePath.nullable().default(null),
  }),
]);
export type LookMoment = z.infer<typeof momentSchema>;

/** Most samples that are looked at in one go. */
const sampleLimit = 65_536;

export const samplesSchema = z.discriminatedUnion("kind", [
  /**
   * The batch of the next step; of a document, its first training batch. A document without data gets a few samples of
   * random numbers from a normal distribution (zeros of integers). Where a step has several micro-batches, outputs,
   * targets and losses are those of the first, gradients and updates of trained parameters those of the whole step.
   */
  z.strictObject({ kind: z.literal("next") }),
  z.strictObject({ kind: z.literal("indices"), split: splitSchema, indices: z.array(count).min(1).max(sampleLimit) }),
  /** Contents of input nodes (batch first), and of targets by field where a loss or gradient is wanted. */
  z.strictObject({ kind: z.literal("inputs"), inputs: tensorsSchema, targets: tensorsSchema.default({}) }),
]);
export type LookSamples = z.infer<typeof samplesSchema>;

/** `training`: dropout drops, batch statistics normalise; `inference`: as an exported network does. */
export const modeSchema = z.enum(["training", "inference"]);

export const look = { at: momentSchema, samples: samplesSchema, mode: modeSchema.default("training") };

export { type StatName, statNames } from "../compile/tensor-ref.ts";

const place = z.union([
  z.strictObject({ of: z.literal("output"), node: text, port: text }),
  z.strictObject({ of: z.literal("parameter"), node: text, parameter: text }),
]);
/** One row of the statistics: of which tensor. Outputs have `value` and `gradient`; parameters `update` too. */
export const statisticsRow = z.strictObject({
  place,
  what: z.enum(["value", "gradient", "update"]),
  /** Elements of the tensor. */
  elements: count,
}) satisfies z.ZodType<StatisticsRow>;
export type { StatisticsRow };

export const floats = z.custom<Float32Array>((v) => v instanceof Float32Array, "Float32Array");

/** What an engine is to tell of its own accord while it trains; a new `watch` replaces the old one. */
export const watchSchema = {
  /** Statistics of every node, as `statistics` events. */
  statistics: z.boolean(),
  /** Tensors to be told with them, at most the first `most` samples of each. */
  pins: z.array(z.strictObject({ ref: tensorRef, most: z.int().min(1).max(4096) })).max(64),
  /** Least time between two, in milliseconds. */
  interval: z.int().min(0).max(60_000).default(200),
  /** Most of the training time that may go there; less often where one takes long. */
  share: z.number().min(0).max(1).default(0.025),
};
