import * as z from "zod";

const warmup = z
  .strictObject({
    /** Length in steps. */
    steps: z.int().min(1),
    /** The rate starts at this part of what the schedule says and rises linearly to all of it. */
    from: z.number().min(0).max(1).default(0),
  })
  .nullable()
  .default(null);

/** Learning-rate schedules; formulas are in `train/schedule.ts`. `unit` says what t counts. */
const unit = z.enum(["step", "epoch"]).default("epoch");
export const scheduleSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("constant"), warmup }),
  z.strictObject({
    kind: z.literal("step"),
    unit,
    every: z.int().min(1),
    factor: z.number().positive().default(0.1),
    warmup,
  }),
  z.strictObject({ kind: z.literal("exponential"), unit, factor: z.number().positive().default(0.95), warmup }),
  /** With `restarts`, the period is multiplied by `periodFactor` after each (SGDR, Loshchilov & Hutter 2017). */
  z.strictObject({
    kind: z.literal("cosine"),
    unit,
    period: z.int().min(1).nullable().default(null),
    minimum: z.number().min(0).default(0),
    restarts: z.boolean().default(false),
    periodFactor: z.number().min(1).default(1),
    warmup,
  }),
  /** Linear from `from` to `to` times the rate over `length`. */
  z.strictObject({
    kind: z.literal("linear"),
    unit,
    from: z.number().min(0).default(1),
    to: z.number().min(0).default(0),
    length: z.int().min(1).nullable().default(null),
    warmup,
  }),
  /** One-cycle policy (Smith 2018); the optimizer's rate is the peak. */
  z.strictObject({
    kind: z.literal("one-cycle"),
    riseFraction: z.number().gt(0).lt(1).default(0.3),
    startDivisor: z.number().positive().default(25),
    endDivisor: z.number().positive().default(1e4),
  }),
  /** Multiplies the rate by `factor` when the watched value has not improved for `patience` epochs. */
  z.strictObject({
    kind: z.literal("plateau"),
    factor: z.number().gt(0).lt(1).default(0.1),
    patience: z.int().min(0).default(5),
    minimum: z.number().min(0).default(0),
    minDelta: z.number().min(0).default(1e-4),
    warmup,
  }),
]);
export type ScheduleSpec = z.infer<typeof scheduleSchema>;

export const trainingSchema = z.strictObject({
  /** Samples a step. */
  batch: z.int().min(1).default(32),
  epochs: z.int().min(1).default(10),
  /** Stop after this many steps whatever `epochs` says. */
  steps: z.int().min(1).nullable().default(null),
  /** Micro-batches whose gradients are averaged into one update. */
  accumulate: z.int().min(1).default(1),
  /** Leave out the last batch of an epoch when it is smaller. */
  dropLast: z.boolean().default(false),
  schedule: scheduleSchema.prefault({ kind: "constant" }),
  earlyStopping: z
    .strictObject({
      /** `loss`, or the kind of a metric of the first objective, on the validation part (training part where there is none). */
      watch: z.string().default("loss"),
      patience: z.int().min(1).default(5),
      minDelta: z.number().min(0).default(0),
      /** Go back to the best checkpoint at the end. */
      restoreBest: z.boolean().default(true),
    })
    .nullable()
    .default(null),
});
export type TrainingSettings = z.infer<typeof trainingSchema>;
