import type { DType, Tensor } from "../shape/dtype.ts";
import type { TensorType } from "../shape/type.ts";

/** Which part of the compiler made an operator. */
export type Pass = "forward" | "loss" | "metric" | "backward" | "optimizer" | "probe" | "loop";

/** Where an operator comes from: the box on the canvas (null for the training step itself) and the pass. */
export interface Origin {
  readonly node: string | null;
  readonly pass: Pass;
}

/** An SSA value: made once, by an operator, an initializer or a graph input. Compared by identity. */
export interface Value {
  readonly name: string;
  readonly type: TensorType;
  /** Contents when the value is an initializer. */
  readonly constant: Tensor | null;
}

export type AttrValue = number | readonly number[] | string | Tensor | Graph;

/** One ONNX operator of the default domain. A null input is an optional input left out. */
export interface Operator {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly (Value | null)[];
  readonly outputs: readonly Value[];
  readonly attrs: { readonly [name: string]: AttrValue };
  readonly origin: Origin;
}

/**
 * Operators in topological order. The body of a Loop, Scan or If is a Graph too and may use values of
 * the graphs around it.
 */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly initializers: readonly Value[];
  readonly operators: readonly Operator[];
}

export const isGraph = (a: AttrValue): a is Graph => typeof a === "object" && "operators" in a;
export const isTensor = (a: AttrValue): a is Tensor => typeof a === "object" && "dtype" in a;

/** Graphs held in attributes of an operator, in attribute order. */
export function bodies(operator: Operator): Graph[] {
  return Object.values(operator.attrs).filter(isGraph);
}

/** ONNX TensorProto.DataType numbers. */
export const onnxType: { readonly [D in DType]: number } = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
  uint32: 12,
};
