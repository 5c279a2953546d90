import * as z from "zod";
import {
  type LossSpec,
  lossSchema,
  type Objective,
  objectiveSchema,
  optimizerSchema,
} from "../../src/graph/objective.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import { emitLoss } from "../../src/optim/loss.ts";
import { runGraph } from "../support/run.ts";
import { type Trace, TraceFault, TraceSkip, type TraceTensor, toTensor } from "./trace.ts";

/** One term of the loss of a trace, over its outputs and targets. */
export interface Term {
  readonly loss: LossSpec;
  /** Which of the trace's outputs it takes. */
  readonly output: number;
  readonly target: string;
  readonly weight: number;
  /** The loss is of the log-softmax of the output. */
  readonly logSoftmax: boolean;
}

/**
 * The loss of a trace. Where the trace leaves out a constant or a convention (beta of smooth L1, the weight of a
 * second head), the first of the usual ones counts that gives the loss of the first step from its own outputs.
 */
export async function lossTerms(trace: Trace): Promise<readonly Term[]> {
  const candidates = candidatesOf(trace);
  if (candidates.length === 1) return candidates[0] as Term[];
  for (const terms of candidates) if (await explains(trace, terms)) return terms;
  throw new TraceFault(`no known form of the loss "${trace.loss.type}" gives the loss of the first step`);
}

/** Mark of `loss` at each step, relative. */
export const lossMark = 1e-5;

async function explains(trace: Trace, terms: readonly Term[]): Promise<boolean> {
  const step = trace.steps[0];
  if (!step?.batches.every((b) => b.outputs)) return true;
  let total = 0;
  for (const { outputs = [], target } of step.batches) {
    for (const term of terms) total += term.weight * (await lossOf(term, outputs, target));
  }
  const loss = total / step.batches.length + penaltyOf(trace);
  return Math.abs(loss - step.loss) <= lossMark * Math.abs(step.loss);
}

/** The loss by the product's own emitter; NaN where it does not accept the types. */
async function lossOf(
  term: Term,
  outputs: readonly TraceTensor[],
  targets: { readonly [name: string]: TraceTensor },
): Promise<number> {
  const [output, target] = [outputs[term.output], targets[term.target]];
  if (!output || !target) return Number.NaN;
  const [x, t] = [toTensor(output), toTensor(target)];
  const b = new GraphBuilder("loss");
  const prediction = b.input("x", { dtype: x.dtype, shape: x.dims });
  const shown = term.logSoftmax ? b.emit("LogSoftmax", [prediction], { axis: -1 }) : prediction;
  const { value } = emitLoss(b, term.loss, shown, b.input("t", { dtype: t.dtype, shape: t.dims }));
  const [result] = await runGraph(b.finish([b.emit("Identity", [value])]), { x, t });
  return Number(result?.data[0]);
}

/** Penalties of the traces are over the parameters that are not biases. */
function penaltyOf({ penalty, params }: Trace): number {
  if (!penalty) return 0;
  const [l1, l2] = penalty;
  return Object.values(params)
    .filter((p) => p.shape.length > 1)
    .flatMap((p) => p.data)
    .reduce((sum, w) => sum + l1 * Math.abs(w) + l2 * w * w, 0);
}

type Options = { readonly [key: string]: unknown };

function candidatesOf(trace: Trace): Term[][] {
  const targets = Object.keys(trace.steps[0]?.batches[0]?.target ?? {});
  const target = targets[0] ?? "";
  const { type, ...given } = trace.loss;
  const name = type.toLowerCase().replaceAll("-", "_");
  const reduction = given["reduction"] ?? (/_sum(_|$)/.test(name) ? "sum" : "mean");
  const one = (kind: string, options: Options = {}, logSoftmax = false): Term[] => [
    { loss: spec({ kind, reduction, ...options }), output: 0, target, weight: 1, logSoftmax },
  ];
  const each = (values: readonly number[], key: string, kind: string, fixed: unknown = undefined): Term[][] =>
    fixed === undefined ? values.map((v) => one(kind, { [key]: v })) : [one(kind, { [key]: fixed })];
  switch (familyOf(name)) {
    case "two_head":
      return [0.3, 0.5, 1, 0.1].map((weight) => [
        { loss: spec({ kind: "cross-entropy" }), output: 0, target, weight: 1, logSoftmax: false },
        { loss: spec({ kind: "mse" }), output: 1, target: targets[1] ?? "", weight, logSoftmax: false },
      ]);
    case "cross_entropy": {
      const classWeights = given["weight"] ?? given["weights"] ?? given["class_weights"] ?? null;
      const ignoreIndex = given["ignore_index"] ?? null;
      const smoothing = given["label_smoothing"] ?? given["smoothing"] ?? (name.includes("smoothing") ? 0.1 : 0);
      return [one("cross-entropy", { classWeights, ignoreIndex, labelSmoothing: smoothing })];
    }
    case "nll_of_log_softmax":
      return [one("nll", {}, true)];
    case "nll":
      return [one("nll"), one("nll", {}, true)];
    case "bce":
      return [one("bce-with-logits", { positiveWeight: given["pos_weight"] ?? null })];
    case "mse":
    case "l1":
      return [one(familyOf(name) as string)];
    case "smooth_l1":
      return each([1, 0.5, 0.1, 2], "beta", "smooth-l1", given["beta"]);
    case "huber":
      return each([1, 0.5, 0.1, 2, 1.5], "delta", "huber", given["delta"]);
    case "log_cosh":
      return [one("log-cosh")];
    case "kl":
      return ["batch-mean", "mean", "sum"].flatMap((r) =>
        [true, false].map((logSoftmax) => one("kl", { reduction: r }, logSoftmax)),
      );
    case "hinge":
      return [false, true].flatMap((squared) => [1, 0.5].map((margin) => one("hinge", { squared, margin })));
    case "cosine":
      return [one("cosine")];
    case "perceptron":
      return [one("perceptron")];
    case "contrastive":
      return [one("contrastive", { margin: Number(/margin_?([\d.]+)/.exec(name)?.[1] ?? given["margin"] ?? 1) })];
    default:
      throw new TraceSkip(`no loss "${type}"`);
  }
}

/** Losses by the start of their name in a trace; longer names first. */
const families = [
  "two_head",
  "cross_entropy",
  "nll_of_log_softmax",
  "nll",
  "bce",
  "mse",
  "smooth_l1",
  "l1",
  "huber",
  "log_cosh",
  "kl",
  "hinge",
  "cosine",
  "perceptron",
  "contrastive",
] as const;

function familyOf(name: string): (typeof families)[number] | null {
  if (/^multi_?margin/.test(name)) return "hinge";
  return families.find((f) => name.startsWith(f)) ?? null;
}

const spec = (value: Options): LossSpec => parsed(lossSchema, value, "loss");

function parsed<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new TraceFault(`${what}: ${z.prettifyError(result.error).replaceAll("\n", " ")}`);
}

/** Optimizers of torch.optim and their settings under the names used here. */
const optimizers: {
  readonly [torch: string]: { readonly kind: string; readonly keys: { readonly [key: string]: string } };
} = {
  sgd: { kind: "sgd", keys: { momentum: "momentum", dampening: "dampening", nesterov: "nesterov" } },
  adam: { kind: "adam", keys: { betas: "betas", eps: "eps", amsgrad: "amsgrad" } },
  adamw: { kind: "adamw", keys: { betas: "betas", eps: "eps", amsgrad: "amsgrad" } },
  adamax: { kind: "adamax", keys: { betas: "betas", eps: "eps" } },
  nadam: { kind: "nadam", keys: { betas: "betas", eps: "eps", momentum_decay: "momentumDecay" } },
  radam: { kind: "radam", keys: { betas: "betas", eps: "eps" } },
  rmsprop: { kind: "rmsprop", keys: { alpha: "alpha", eps: "eps", momentum: "momentum", centered: "centered" } },
  adagrad: {
    kind: "adagrad",
    keys: { lr_decay: "learningRateDecay", initial_accumulator_value: "initialAccumulator", eps: "eps" },
  },
  adadelta: { kind: "adadelta", keys: { rho: "rho", eps: "eps" } },
  rprop: { kind: "rprop", keys: { etas: "etas", step_sizes: "stepSizes" } },
};

const common = { lr: "learningRate", weight_decay: "weightDecay", maximize: "maximize" };
/** Settings of torch that choose an implementation and not a formula. */
const formless = ["foreach", "capturable", "differentiable", "fused"];

function optimizerOf({ type, ...given }: Trace["optimizer"]): Objective["optimizer"] {
  const decoupled = given["decoupled_weight_decay"] === true;
  const name = decoupled && type.toLowerCase() === "adam" ? "adamw" : type.toLowerCase();
  const known = optimizers[name];
  if (!known) throw new TraceSkip(`no optimizer "${type}"`);
  if (decoupled && known.kind !== "adamw") throw new TraceFault(`${type} with decoupled weight decay is not known`);
  const keys: { readonly [key: string]: string } = { ...common, ...known.keys };
  const settings = Object.entries(given)
    .filter(([key]) => !formless.includes(key) && key !== "decoupled_weight_decay")
    .map(([key, value]) => {
      const own = keys[key];
      if (own === undefined) throw new TraceFault(`do not know the setting "${key}" of ${type}`);
      return [own, value] as const;
    })
    // Rprop has none, and torch says so by a 0 that the schema would refuse.
    .filter(([key, value]) => !(known.kind === "rprop" && key === "weightDecay" && value === 0));
  return parsed(optimizerSchema, { kind: known.kind, ...Object.fromEntries(settings) }, "optimizer");
}

export interface TermPlace {
  readonly node: string;
  readonly port: string;
}

/** The objective of a trace whose terms take their predictions from `places`. */
export function objectiveOf(trace: Trace, terms: readonly Term[], places: readonly TermPlace[]): Objective {
  const { penalty, clip } = trace;
  return objectiveSchema.parse({
    id: "main",
    terms: terms.map(({ loss, target, weight }, i) => ({
      loss,
      prediction: places[i],
      target: { field: target },
      weight,
    })),
    optimizer: optimizerOf(trace.optimizer),
    penalty: penalty ? { l1: penalty[0], l2: penalty[1], biases: false } : null,
    clip: clip ? { kind: clip[0], limit: clip[1] } : null,
  });
}
