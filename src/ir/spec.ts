import { invariant } from "../core/invariant.ts";
import type { Tensor } from "../shape/dtype.ts";
import { toNumbers } from "../shape/dtype.ts";
import type { TensorType } from "../shape/type.ts";
import type { Graph, Value } from "./graph.ts";

export type AttrKind = "int" | "float" | "ints" | "floats" | "string" | "tensor" | "graph";
export type AttrSchema = { readonly [name: string]: AttrKind | `${AttrKind}?` };

interface KindValue {
  int: number;
  float: number;
  ints: readonly number[];
  floats: readonly number[];
  string: string;
  tensor: Tensor;
  graph: Graph;
}

type Required<A extends AttrSchema> = {
  [K in keyof A as A[K] extends AttrKind ? K : never]: A[K] extends AttrKind ? KindValue[A[K]] : never;
};
type Optional<A extends AttrSchema> = {
  [K in keyof A as A[K] extends AttrKind ? never : K]?: A[K] extends `${infer Kind extends AttrKind}?`
    ? KindValue[Kind] | undefined
    : never;
};
/** Attribute values that fit a schema. */
export type Attrs<A extends AttrSchema> = Readonly<Required<A> & Optional<A>>;

/** What a shape rule of an operator sees. */
export interface InferContext<A extends AttrSchema = AttrSchema> {
  readonly attrs: Attrs<A>;
  readonly inputs: readonly (Value | null)[];
  /** Number of outputs asked for. */
  readonly outputs: number;
  /** Type of input `i`, which must be there. */
  type(i: number): TensorType;
  /** Contents of input `i` as numbers when it is an initializer, else null. */
  numbers(i: number): number[] | null;
}

/** One row of the op table. Numbers of inputs and outputs are [least, most]. */
export interface OpSpec<A extends AttrSchema = AttrSchema> {
  readonly attrs: A;
  readonly inputs: readonly [number, number];
  readonly outputs: readonly [number, number];
  /**
   * Types of the outputs from types of the inputs, as ONNX defines them; null where they depend on
   * values that are not known: the caller of `emit` must then say them.
   */
  infer(context: InferContext<A>): readonly TensorType[] | null;
}

/** Keeps the literal type of the attribute schema. */
export const op = <const A extends AttrSchema>(spec: OpSpec<A>): OpSpec<A> => spec;

export function inferContext<A extends AttrSchema>(
  name: string,
  inputs: readonly (Value | null)[],
  attrs: Attrs<A>,
  outputs: number,
): InferContext<A> {
  return {
    attrs,
    inputs,
    outputs,
    type(i) {
      const input = inputs[i];
      invariant(input, `${name} lacks input ${i}`);
      return input.type;
    },
    numbers(i) {
      const constant = inputs[i]?.constant;
      return constant ? Array.from(toNumbers(constant)) : null;
    },
  };
}
