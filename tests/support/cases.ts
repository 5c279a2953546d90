import { expect } from "vitest";
import { rng } from "../../src/core/rng.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, Operator, Value } from "../../src/ir/graph.ts";
import type { OpName } from "../../src/ir/ops.ts";
import { isSymbolic } from "../../src/shape/dim.ts";
import { type DType, elementCount, type Tensor, tensor } from "../../src/shape/dtype.ts";
import type { TensorType } from "../../src/shape/type.ts";

/** An input that is an initializer of the model: axes, shapes, pads. */
export interface Fixed {
  readonly fixed: Tensor;
}

/** One use of one operator: how it is run, and what must come out where that is known. */
export interface OpCase {
  readonly note?: string;
  /** A tensor is fed, null is an optional input left out. */
  readonly inputs: readonly (Tensor | Fixed | null)[];
  readonly attrs?: Operator["attrs"];
  /** Values of the graph around the operator that its bodies use. */
  readonly captured?: readonly Tensor[];
  /** Attributes that are graphs. */
  readonly bodies?: (b: GraphBuilder, captured: readonly Value[]) => Operator["attrs"];
  readonly outputs?: number;
  readonly types?: readonly TensorType[];
  /** Known values of the outputs, from the definition in the ONNX standard. */
  readonly expect?: readonly (readonly number[])[];
  /** Outputs that take part in the gradient check; all of a float type when left out. */
  readonly through?: readonly number[];
  /** The gradient is the exact one, but onnxruntime has no double kernel to check it by. */
  readonly single?: true;
  /** The rule is checked as it is written for DirectML (run on the CPU). */
  readonly provider?: "dml";
}

export const fixed = (values: readonly number[], dtype: DType = "int64"): Fixed => ({
  fixed: tensor(dtype, [values.length], values),
});
export const fixedScalar = (value: number, dtype: DType): Fixed => ({ fixed: tensor(dtype, [], [value]) });

export const isFixed = (input: Tensor | Fixed | null): input is Fixed => input !== null && "fixed" in input;

/** Makes inputs of one element type. Every call has its own numbers; the same script has the same numbers. */
export class Inputs {
  readonly dtype: "float32" | "float64";
  readonly #label: string;
  #count = 0;

  constructor(label: string, dtype: "float32" | "float64") {
    this.#label = label;
    this.dtype = dtype;
  }

  /** Uniform in [low, high). */
  uniform(dims: readonly number[], low = -1, high = 1): Tensor {
    const random = rng(7, `${this.#label}/${this.#count++}`);
    return this.of(
      dims,
      Array.from({ length: elementCount(dims) }, () => low + (high - low) * random.uniform()),
    );
  }

  /** Uniform in ±[near, far]: away from a kink at 0. */
  awayFromZero(dims: readonly number[], near = 0.1, far = 2): Tensor {
    const random = rng(7, `${this.#label}/${this.#count++}`);
    return this.of(
      dims,
      Array.from(
        { length: elementCount(dims) },
        () => (near + (far - near) * random.uniform()) * (random.below(2) ? 1 : -1),
      ),
    );
  }

  /** A shuffled grid: any two elements differ by at least `gap`, so that a small step changes no order. */
  apart(dims: readonly number[], gap = 0.1): Tensor {
    const count = elementCount(dims);
    const values = Float64Array.from({ length: count }, (_, i) => (i - count / 2 + 0.25) * gap);
    return this.of(dims, rng(7, `${this.#label}/${this.#count++}`).shuffle(values));
  }

  of(dims: readonly number[], values: ArrayLike<number>): Tensor {
    return tensor(this.dtype, dims, values);
  }

  fixed(dims: readonly number[], values: ArrayLike<number>): Fixed {
    return { fixed: this.of(dims, values) };
  }
}

export const ints = (dims: readonly number[], values: readonly number[], dtype: DType = "int64"): Tensor =>
  tensor(dtype, dims, values);

/** The operator of a case in a builder, its inputs (and then what it captures), and what to feed. */
export function buildCase(op: OpName, c: OpCase) {
  const b = new GraphBuilder(op);
  const feeds: { [name: string]: Tensor } = {};
  const inputs = c.inputs.map((input, i): Value | null => {
    if (input === null) return null;
    if (isFixed(input)) return b.constant(input.fixed);
    feeds[`x${i}`] = input;
    return b.input(`x${i}`, { dtype: input.dtype, shape: input.dims });
  });
  const captured = (c.captured ?? []).map((t, i) => {
    const name = `x${c.inputs.length + i}`;
    feeds[name] = t;
    return b.input(name, { dtype: t.dtype, shape: t.dims });
  });
  const outputs = b.at({ node: "case", pass: "forward" }, () =>
    b.emitDynamic(
      op,
      inputs,
      { ...c.attrs, ...c.bodies?.(b, captured) },
      {
        ...(c.outputs === undefined ? {} : { outputs: c.outputs }),
        ...(c.types === undefined ? {} : { types: c.types }),
      },
    ),
  );
  return { b, inputs: [...inputs, ...captured], outputs, feeds };
}

/** The graph with the result of every operator as an output: shows whether declared types are what comes out. */
export const withEveryResult = (graph: Graph): Graph => ({
  ...graph,
  outputs: graph.operators.flatMap((o) => o.outputs),
});

/** Fails when a tensor is not of the type its value was given by inference; a symbol stands for any size. */
export function expectDeclaredType(t: Tensor, v: Value): void {
  const shape = v.type.shape.map((d, i) => (isSymbolic(d) ? t.dims[i] : d));
  expect({ name: v.name, dtype: t.dtype, shape: [...t.dims] }).toEqual({ name: v.name, dtype: v.type.dtype, shape });
}
