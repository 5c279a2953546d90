import * as z from "zod";

/** An output port of a node. */
export const portRef = z.strictObject({ node: z.string(), port: z.string().default("out") });
export type PortRef = z.infer<typeof portRef>;

/** What a prediction is compared with: a field of the data set, another port, or nothing (a loss of one argument). */
export const targetRef = z.union([z.strictObject({ field: z.string() }), portRef]);
export type TargetRef = z.infer<typeof targetRef>;

const reduction = z.enum(["mean", "sum"]).default("mean");
const positive = z.number().positive();
const fraction = z.number().min(0).max(1);

/** Losses; formulas and shapes are in `optim/losses`. All take logits where a stable form exists. */
export const lossSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("cross-entropy"),
    reduction,
    labelSmoothing: fraction.default(0),
    classWeights: z.array(z.number().min(0)).nullable().default(null),
    ignoreIndex: z.int().nullable().default(null),
  }),
  z.strictObject({
    kind: z.literal("nll"),
    reduction,
    classWeights: z.array(z.number().min(0)).nullable().default(null),
    ignoreIndex: z.int().nullable().default(null),
  }),
  z.strictObject({ kind: z.literal("bce-with-logits"), reduction, positiveWeight: positive.nullable().default(null) }),
  z.strictObject({ kind: z.literal("mse"), reduction }),
  z.strictObject({ kind: z.literal("l1"), reduction }),
  z.strictObject({ kind: z.literal("huber"), reduction, delta: positive.default(1) }),
  z.strictObject({ kind: z.literal("smooth-l1"), reduction, beta: positive.default(1) }),
  z.strictObject({ kind: z.literal("log-cosh"), reduction }),
  z.strictObject({ kind: z.literal("kl"), reduction: z.enum(["batch-mean", "mean", "sum"]).default("batch-mean") }),
  z.strictObject({
    kind: z.literal("hinge"),
    reduction,
    margin: positive.default(1),
    squared: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal("perceptron"), reduction }),
  z.strictObject({ kind: z.literal("cosine"), reduction }),
  z.strictObject({ kind: z.literal("contrastive"), reduction, margin: positive.default(1) }),
]);
export type LossSpec = z.infer<typeof lossSchema>;
export type LossKind = LossSpec["kind"];

/** With one score per target: a score above this is class 1. 0 for logits, 0.5 for probabilities. */
const threshold = z.number().default(0);
const average = z.enum(["macro", "micro"]).default("macro");

export const metricSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("accuracy"), threshold }),
  z.strictObject({ kind: z.literal("top-k"), k: z.int().min(1).default(5) }),
  z.strictObject({ kind: z.literal("confusion-matrix"), threshold }),
  z.strictObject({ kind: z.literal("precision"), average, threshold }),
  z.strictObject({ kind: z.literal("recall"), average, threshold }),
  z.strictObject({ kind: z.literal("f1"), average, threshold }),
  z.strictObject({ kind: z.literal("mae") }),
  z.strictObject({ kind: z.literal("r2") }),
]);
export type MetricSpec = z.infer<typeof metricSchema>;
export type MetricKind = MetricSpec["kind"];

const learningRate = z.number().min(0);
const weightDecay = z.number().min(0).default(0);
const maximize = z.boolean().default(false);
const beta = z.number().min(0).lt(1);
const betas = z.tuple([beta, beta]).default([0.9, 0.999]);
const eps = z.number().min(0);

/** Optimizers with PyTorch's formulas, stated in `optim/optimizers`. `weightDecay` is L2 except where it says decoupled. */
export const optimizerSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("sgd"),
    learningRate: learningRate.default(0.01),
    momentum: z.number().min(0).default(0),
    dampening: z.number().default(0),
    nesterov: z.boolean().default(false),
    weightDecay,
    maximize,
  }),
  z.strictObject({
    kind: z.literal("adam"),
    learningRate: learningRate.default(0.001),
    betas,
    eps: eps.default(1e-8),
    weightDecay,
    amsgrad: z.boolean().default(false),
    maximize,
  }),
  z.strictObject({
    kind: z.literal("adamw"),
    learningRate: learningRate.default(0.001),
    betas,
    eps: eps.default(1e-8),
    /** Decoupled (Loshchilov & Hutter 2019): parameters shrink by learningRate * weightDecay. */
    weightDecay: z.number().min(0).default(0.01),
    amsgrad: z.boolean().default(false),
    maximize,
  }),
  z.strictObject({
    kind: z.literal("adamax"),
    learningRate: learningRate.default(0.002),
    betas,
    eps: eps.default(1e-8),
    weightDecay,
    maximize,
  }),
  z.strictObject({
    kind: z.literal("nadam"),
    learningRate: learningRate.default(0.002),
    betas,
    eps: eps.default(1e-8),
    momentumDecay: z.number().min(0).default(0.004),
    weightDecay,
    maximize,
  }),
  z.strictObject({
    kind: z.literal("radam"),
    learningRate: learningRate.default(0.001),
    betas,
    eps: eps.default(1e-8),
    weightDecay,
    maximize,
  }),
  z.strictObject({
    kind: z.literal("rmsprop"),
    learningRate: learningRate.default(0.01),
    alpha: beta.default(0.99),
    eps: eps.default(1e-8),
    momentum: z.number().min(0).default(0),
    centered: z.boolean().default(false),
    weightDecay,
    maximize,
  }),
  z.strictObject({
    kind: z.literal("adagrad"),
    learningRate: learningRate.default(0.01),
    learningRateDecay: z.number().min(0).default(0),
    initialAccumulator: z.number().min(0).default(0),
    eps: eps.default(1e-10),
    weightDecay,
    maximize,
  }),
  z.strictObject({
    kind: z.literal("adadelta"),
    learningRate: learningRate.default(1),
    rho: beta.default(0.9),
    eps: eps.default(1e-6),
    weightDecay,
    maximize,
  }),
  z.strictObject({
    kind: z.literal("rprop"),
    learningRate: learningRate.default(0.01),
    etas: z.tuple([z.number().gt(0).lt(1), z.number().gt(1)]).default([0.5, 1.2]),
    stepSizes: z.tuple([positive, positive]).default([1e-6, 50]),
    maximize,
  }),
]);
export type OptimizerSpec = z.infer<typeof optimizerSchema>;
export type OptimizerKind = OptimizerSpec["kind"];

/** Added to the loss: l1 * sum|w| + l2 * sum w^2 over the trained parameters (both: elastic net). */
export const penaltySchema = z.strictObject({
  l1: z.number().min(0).default(0),
  l2: z.number().min(0).default(0),
  /** False leaves out parameters of rank 1: biases, and gains and shifts of normalisations. */
  biases: z.boolean().default(true),
});

export const clipSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("value"), limit: positive }),
  /** One norm over all parameters; gradients are scaled by min(1, limit / (norm + 1e-6)). */
  z.strictObject({ kind: z.literal("norm"), limit: positive }),
]);

export const objectiveSchema = z.strictObject({
  id: z.string().min(1),
  /** The objective minimises the sum of weight * loss over its terms. */
  terms: z
    .array(
      z.strictObject({
        loss: lossSchema,
        prediction: portRef,
        target: targetRef.nullable().default(null),
        weight: z.number().default(1),
        /** Where the loss is drawn; beside its prediction when null. */
        position: z.strictObject({ x: z.number(), y: z.number() }).nullable().default(null),
      }),
    )
    .min(1),
  metrics: z.array(z.strictObject({ metric: metricSchema, prediction: portRef, target: targetRef })).default([]),
  /** Nodes whose parameters this objective trains. */
  parameters: z.union([z.literal("all"), z.array(z.string())]).default("all"),
  optimizer: optimizerSchema,
  penalty: penaltySchema.nullable().default(null),
  clip: clipSchema.nullable().default(null),
  /** Max-norm constraint: after the update each row (output unit) of a matrix or kernel has at most this L2 norm. */
  maxNorm: positive.nullable().default(null),
  /** Trained at every n-th step. */
  every: z.int().min(1).default(1),
});
export type Objective = z.infer<typeof objectiveSchema>;
export type ObjectiveTerm = Objective["terms"][number];
