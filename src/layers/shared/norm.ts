import type { ParameterSpec } from "../../graph/layer.ts";
import type { GraphBuilder } from "../../ir/builder.ts";
import type { Affine } from "../../ir/functions/normalization.ts";
import type { Value } from "../../ir/graph.ts";
import { elementCount, tensor } from "../../shape/dtype.ts";

/** Factor and offset of a normalisation, which start as the identity. */
export function affineParameters(affine: boolean, shape: readonly number[]): ParameterSpec[] {
  if (!affine) return [];
  return [
    { name: "weight", shape, init: { kind: "ones" }, kind: "parameter" },
    { name: "bias", shape, init: { kind: "zeros" }, kind: "parameter" },
  ];
}

export const affineOf = (c: {
  readonly params: { readonly affine: boolean };
  parameter(name: string): Value;
}): Affine | null => (c.params.affine ? { scale: c.parameter("weight"), bias: c.parameter("bias") } : null);

const filled = (b: GraphBuilder, dims: readonly number[], value: number): Value =>
  b.constant(tensor("float32", dims, new Float32Array(elementCount(dims)).fill(value)));

export const ones = (b: GraphBuilder, dims: readonly number[]): Value => filled(b, dims, 1);
export const zeros = (b: GraphBuilder, dims: readonly number[]): Value => filled(b, dims, 0);
