import type { OptimizerKind, OptimizerSpec } from "../graph/objective.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import type { Value } from "../ir/graph.ts";
import { Maths } from "../ir/maths.ts";
import { adam, adamax, adamw, nadam, radam } from "./optimizers/adam.ts";
import { adadelta, adagrad, rmsprop, rprop } from "./optimizers/adaptive.ts";
import type {
  OptimizerDefinition,
  OptimizerOf,
  StateSlot,
  UpdateContext,
  Updated,
  UpdateRule,
  Values,
} from "./optimizers/define.ts";
import { sgd } from "./optimizers/sgd.ts";

export type { StateSlot, UpdateContext, Updated } from "./optimizers/define.ts";

/** Every optimizer; a missing one does not compile. */
const optimizers: { readonly [K in OptimizerKind]: OptimizerDefinition<K> } = {
  sgd,
  adam,
  adamw,
  adamax,
  nadam,
  radam,
  rmsprop,
  adagrad,
  adadelta,
  rprop,
};

/** LaTeX of one update. */
export const optimizerFormula = (kind: OptimizerKind): string => optimizers[kind].formula;

/** Tensors kept between updates: `parameter` ones for each parameter in its shape, `shared` ones once per objective. */
export function optimizerState(spec: OptimizerSpec): {
  readonly parameter: readonly StateSlot[];
  readonly shared: readonly StateSlot[];
} {
  return stateOfKind(spec.kind, spec);
}

function stateOfKind<K extends OptimizerKind>(kind: K, spec: OptimizerSpec) {
  const of = spec as OptimizerOf<K>;
  return { parameter: optimizers[kind].state(of), shared: optimizers[kind].shared?.(of) ?? [] };
}

/** What an update of one objective reads. */
export interface UpdateInputs {
  /** Scalar in the element type of the parameters. */
  readonly learningRate: Value;
  /** int64 scalar: the number of this update of this objective, counted from 1. */
  readonly step: Value;
  /** The shared state, by slot. */
  readonly shared?: Values;
}

/** An optimizer whose scalars are emitted: {@link PreparedOptimizer.update} is called once per parameter. */
export interface PreparedOptimizer {
  /** New shared state, by slot. */
  readonly shared: Values;
  /** Emits the update of one parameter. `gradient` is that of the loss, with penalty and clipping applied. */
  update(c: UpdateContext): Updated;
}

/**
 * Emits what all parameters of an objective share: bias corrections and scheduled factors, computed in float64 from
 * the number of the update.
 */
export function prepareOptimizer(b: GraphBuilder, spec: OptimizerSpec, inputs: UpdateInputs): PreparedOptimizer {
  return prepareKind(spec.kind, b, spec, inputs);
}

function prepareKind<K extends OptimizerKind>(
  kind: K,
  b: GraphBuilder,
  spec: OptimizerSpec,
  { learningRate, step, shared = {} }: UpdateInputs,
): PreparedOptimizer {
  const m = new Maths(b);
  const { rule, shared: next } = optimizers[kind].prepare({
    b,
    m,
    spec: spec as OptimizerOf<K>,
    learningRate,
    rate: b.cast(learningRate, "float64"),
    t: b.cast(step, "float64"),
    shared,
    single: (x) => {
      const { dtype } = learningRate.type;
      return typeof x === "number" ? b.scalar(x, dtype) : b.cast(x, dtype);
    },
  });
  return { shared: next ?? {}, update: (c) => descending(m, spec, rule, c) };
}

/** Turns the gradient round for maximisation, and adds L2 decay; in this order, so that decay shrinks in both cases. */
function descending(m: Maths, spec: OptimizerSpec, rule: UpdateRule, c: UpdateContext): Updated {
  const downhill = spec.maximize ? m.neg(c.gradient) : c.gradient;
  const decay = "weightDecay" in spec && spec.kind !== "adamw" ? spec.weightDecay : 0;
  const gradient = decay > 0 ? m.add(downhill, m.mul(c.parameter, decay)) : downhill;
  return rule({ ...c, gradient });
}
