import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, Value } from "../../src/ir/graph.ts";
import { symbol } from "../../src/shape/dim.ts";
import type { DType } from "../../src/shape/dtype.ts";

/** A tensor that a hand-written step carries from step to step. */
export interface Carried {
  /** Name in the hand-written model; its new contents come out as `${name}.next`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Role key of the same tensor in the compiled step; null for state that starts at 0 and is kept in another form there. */
  readonly same: string | null;
  /** The compiled step holds the transposed matrix. */
  readonly transposed?: boolean;
}

export interface StepInputs {
  readonly x: Value;
  /** Class numbers, int64 [batch]. */
  readonly y: Value;
  /** Scalars: float32, and int64 counted from 1. */
  readonly learningRate: Value;
  readonly step: Value;
  readonly tensors: { readonly [name: string]: Value };
}

export interface StepOutputs {
  readonly loss: Value;
  /** What each carried tensor becomes, by name. */
  readonly next: { readonly [name: string]: Value };
}

/**
 * A training step that a person wrote operator by operator, with the fastest formulations known: the yardstick of
 * the compiler. Nothing of `autodiff`, `layers`, `optim` or `compile` is used.
 */
export interface HandwrittenStep {
  readonly batch: number;
  /** Shape of one sample. */
  readonly sample: readonly number[];
  readonly carried: readonly Carried[];
  emit(b: GraphBuilder, inputs: StepInputs): StepOutputs;
}

/** Names of inputs and outputs that all hand-written models have in common. */
export const names = { x: "x", y: "y", learningRate: "learning_rate", step: "step", loss: "loss" } as const;
export const nextName = (carried: Carried): string => `${carried.name}.next`;

/** The model of one step: x [batch, ...sample], y [batch]. */
export function singleStep(step: HandwrittenStep): Graph {
  const b = new GraphBuilder("handwritten step");
  const inputs = stepInputs(b, step, []);
  const { loss, next } = step.emit(b, inputs);
  const outputs = step.carried.map((c) => b.named(next[c.name] as Value, nextName(c)));
  return b.finish([b.named(loss, names.loss), ...outputs]);
}

/** The model of K steps in one call: x [K, batch, ...sample], y [K, batch], loss [K]. */
export function stepLoop(step: HandwrittenStep): Graph {
  const b = new GraphBuilder("handwritten loop");
  const outer = stepInputs(b, step, [symbol("K")]);
  const body = b.body("steps");
  const iteration = body.input("iteration", { dtype: "int64", shape: [] });
  const go = body.input("go", { dtype: "bool", shape: [] });
  const inner = step.carried.map((c) => body.input(`${c.name}.now`, { dtype: "float32", shape: c.shape }));
  const { loss, next } = step.emit(body, {
    x: body.emit("Gather", [outer.x, iteration], { axis: 0 }),
    y: body.emit("Gather", [outer.y, iteration], { axis: 0 }),
    learningRate: outer.learningRate,
    step: body.emit("Add", [outer.step, iteration]),
    tensors: Object.fromEntries(step.carried.map((c, i) => [c.name, inner[i] as Value])),
  });
  const after = step.carried.map((c) => next[c.name] as Value);
  const graph = body.finish([go, ...after, loss].map((v) => body.emit("Identity", [v])));
  const count = b.emit("Gather", [b.emit("Shape", [outer.y]), b.scalar(0, "int64")], { axis: 0 });
  const always = b.constant({ dtype: "bool", dims: [], data: Uint8Array.of(1) });
  const start = step.carried.map((c) => outer.tensors[c.name] as Value);
  const results = b.emitAll("Loop", [count, always, ...start], { body: graph });
  const ends = [...step.carried.map(nextName), names.loss];
  return b.finish(ends.map((name, i) => b.named(results[i] as Value, name)));
}

function stepInputs(b: GraphBuilder, step: HandwrittenStep, leading: readonly ReturnType<typeof symbol>[]): StepInputs {
  const input = (name: string, dtype: DType, shape: readonly (number | ReturnType<typeof symbol>)[]): Value =>
    b.input(name, { dtype, shape });
  return {
    x: input(names.x, "float32", [...leading, step.batch, ...step.sample]),
    y: input(names.y, "int64", [...leading, step.batch]),
    learningRate: input(names.learningRate, "float32", []),
    step: input(names.step, "int64", []),
    tensors: Object.fromEntries(step.carried.map((c) => [c.name, input(c.name, "float32", c.shape)])),
  };
}
