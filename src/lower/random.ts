import { hash32 } from "../core/rng.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import type { Value } from "../ir/graph.ts";
import { elementCount } from "../shape/dtype.ts";

/** Makes uniform numbers for a node; `stream` tells several draws of one node apart. */
export type UniformSource = (node: string, dims: readonly number[], stream: number) => Value;

/**
 * Counter-based random numbers (in the sense of Salmon et al. 2011): element i of a draw is a hash of
 * (i, seed, step, node, stream), so a step is a pure function of its inputs: it resumes exactly, and the number of
 * threads does not matter. The hash is a multiply-xorshift finaliser on 32 bits; the upper 24 give the float, which
 * is exact and below 1. ORT's own generator would need a session rebuilt for every resume, and is slower.
 *
 * @param seed uint32 scalar of the run
 * @param step int64 scalar, the number of the training step
 */
export function uniformSource(b: GraphBuilder, seed: Value, step: Value): UniformSource {
  const word = (v: number): Value => b.scalar(v >>> 0, "uint32");
  const xorShift = (x: Value, bits: number): Value =>
    b.emit("BitwiseXor", [x, b.emit("BitShift", [x, word(bits)], { direction: "RIGHT" })]);
  const mixed = (x: Value): Value => {
    const once = b.emit("Mul", [xorShift(x, 16), word(0x7feb352d)]);
    return b.emit("Mul", [xorShift(once, 15), word(0x846ca68b)]);
  };
  return (node, dims, stream) => {
    const salted = b.emit("BitwiseXor", [seed, word(hash32(`${node}/${stream}`))]);
    const key = mixed(b.emit("Add", [mixed(salted), b.cast(step, "uint32")]));
    const counter = counters(b, elementCount(dims));
    const bits = mixed(b.emit("Add", [counter, key]));
    const upper = b.emit("BitShift", [bits, word(8)], { direction: "RIGHT" });
    return b.reshape(b.emit("Mul", [b.cast(upper, "float32"), b.scalar(2 ** -24)]), dims);
  };
}

/** 0, 1, 2, ... spread over 32 bits by an odd multiplier. Constants only: onnxruntime folds it when a session opens. */
function counters(b: GraphBuilder, count: number): Value {
  const range = b.emit("Range", [b.scalar(0, "int32"), b.scalar(count, "int32"), b.scalar(1, "int32")]);
  return b.emit("Mul", [b.cast(range, "uint32"), b.scalar(0x9e3779b1, "uint32")]);
}
