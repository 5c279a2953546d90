import type { GraphBuilder } from "./builder.ts";
import type { AttrValue, Value } from "./graph.ts";

/** Execution providers a model can be written for; formulations differ, results do not. */
export type Provider = "cpu" | "cuda" | "dml" | "webgpu" | "coreml";

/**
 * What a gradient rule sees. The operator computes y = f(x); given dy = dL/dy the rule returns dL/dx,
 * one entry per input, null where an input is not differentiable or {@link needs} is false; nulls at the end
 * may be left out or be more than there are inputs.
 *
 * The driver fits a gradient to the shape of its input (sums axes along which the input was stretched, stretches
 * axes along which the gradient is constant), adds up what arrives from several users, names, and copies the
 * origin: rules do only the maths. Shapes are numbers in a training step, so rules may use {@link size}.
 */
export interface GradientContext {
  readonly b: GraphBuilder;
  readonly provider: Provider;
  readonly attrs: { readonly [name: string]: AttrValue };
  /** Forward inputs; null is an optional input left out. */
  readonly inputs: readonly (Value | null)[];
  readonly outputs: readonly Value[];
  /** Forward input `i`, which must be there. */
  x(i: number): Value;
  /** Forward output `i`. */
  y(i?: number): Value;
  /** Gradient that arrives at output `i`; zeros when none does. */
  dy(i?: number): Value;
  /** True when some gradient arrives at output `i`. */
  hasDy(i: number): boolean;
  /** True when the gradient of input `i` is wanted. */
  needs(i: number): boolean;
  /** Dimensions of a value as numbers. */
  size(v: Value): number[];
  /**
   * Gradients of `wrt` through the operators that the body of a Loop, Scan or If holds so far, appended to it.
   * A seed is a value of the body and the gradient that arrives there.
   */
  within(body: GraphBuilder, seeds: readonly Seed[], wrt: readonly Value[]): readonly Value[] | NotYet;
}

/** A value and the gradient of the objective with respect to it, from which a backward pass starts. */
export interface Seed {
  readonly value: Value;
  readonly gradient: Value;
}

/** Why there is no gradient although there could be one. */
export interface NotYet {
  readonly notYet: string;
}

export const isNotYet = (v: object): v is NotYet => "notYet" in v;

/**
 * For a Loop, Scan or If the inputs go on, after those of the operator, with the values of the graph around it
 * that its bodies use.
 */
export type GradientRule = (c: GradientContext) => readonly (Value | null)[] | NotYet;

/**
 * Several operators that have one gradient rule between them, such as GELU or batch normalisation:
 * the rule is shorter or stabler than what the chain rule over the parts would give.
 */
export interface Composite {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attrs: { readonly [name: string]: AttrValue };
  readonly rule: GradientRule;
  /** Positions of its operators in the builder, [first, last). */
  readonly range: readonly [number, number];
}
