import type { OptimizerKind, OptimizerSpec } from "../../graph/objective.ts";
import type { GraphBuilder } from "../../ir/builder.ts";
import type { Value } from "../../ir/graph.ts";
import type { Maths, Operand } from "../../ir/maths.ts";

/** A tensor that an optimizer keeps between updates: one per parameter in its shape, or one scalar per objective. */
export interface StateSlot {
  readonly name: string;
  readonly shape: "like" | "scalar";
  /** Every element before the first update. */
  readonly initial: number;
}

export type Values = { readonly [slot: string]: Value };

export type OptimizerOf<K extends OptimizerKind> = Extract<OptimizerSpec, { kind: K }>;

/** What an optimizer sees once per update of an objective. */
export interface PrepareContext<K extends OptimizerKind> {
  readonly b: GraphBuilder;
  readonly m: Maths;
  readonly spec: OptimizerOf<K>;
  /** Scalar, in the element type of the parameters. */
  readonly learningRate: Value;
  /** The same as float64: bias corrections such as 1 - 0.999^t lose half of float32's digits at t = 1. */
  readonly rate: Value;
  /** Number of this update as float64, counted from 1. */
  readonly t: Value;
  readonly shared: Values;
  /** A float64 scalar, or a number, in the element type of the parameters. */
  single(x: Operand): Value;
}

/** What it sees once per parameter. `gradient` has maximisation and L2 decay in it already. */
export interface UpdateContext {
  readonly parameter: Value;
  readonly gradient: Value;
  readonly state: Values;
}

export interface Updated {
  readonly parameter: Value;
  readonly state: Values;
}

export type UpdateRule = (c: UpdateContext) => Updated;

/** One optimizer: its state, and its update split into what all parameters share and what each needs. */
export interface OptimizerDefinition<K extends OptimizerKind> {
  /** LaTeX of one update of the parameter w with gradient g at update t; lr is the learning rate. */
  readonly formula: string;
  state(spec: OptimizerOf<K>): readonly StateSlot[];
  shared?(spec: OptimizerOf<K>): readonly StateSlot[];
  prepare(c: PrepareContext<K>): { readonly rule: UpdateRule; readonly shared?: Values };
}

export const slot = (name: string, initial = 0): StateSlot => ({ name, shape: "like", initial });

/**
 * decay * sum + x, the running mean of `x` divided by 1 - decay. Optimizers keep means in this form and put the factor
 * into their scalars: it saves a pass over every parameter.
 */
export const decayed = (m: Maths, sum: Value, decay: number, x: Value): Value => m.add(m.mul(sum, decay), x);

export const stateOf = (state: Values, name: string): Value => state[name] as Value;
