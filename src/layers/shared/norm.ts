import { fail, ok, type Result } from "../../core/result.ts";
import type { ParameterSpec } from "../../graph/layer.ts";
import type { GraphBuilder } from "../../ir/builder.ts";
import type { Affine } from "../../ir/functions/normalization.ts";
import type { Value } from "../../ir/graph.ts";
import { elementCount, tensor } from "../../shape/dtype.ts";
import { shapeText, type TensorType } from "../../shape/type.ts";
import { type CheckContext, inputOfRankAtLeast, numbers, offer } from "./check.ts";

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

/** The last `axes` dimensions of a type whose rule was {@link trailingType}. */
export const trailingShape = (x: TensorType, axes: number): readonly number[] => x.shape.slice(-axes) as number[];

/** The input of a normalisation over its last `axes` axes, which do not reach the batch and have known sizes. */
export function trailingType(
  c: CheckContext & { readonly params: { readonly axes: number } },
): Result<readonly TensorType[]> {
  const x = inputOfRankAtLeast(c, 2);
  if (!x.ok) return x;
  const { shape } = x.value;
  const { axes } = c.params;
  if (axes >= shape.length) {
    const payload = { what: "axes", found: String(axes), expected: `<= ${shape.length - 1}` };
    return fail(c.issue("shape.range", payload, { param: "axes", fix: c.setParam("axes", shape.length - 1) }));
  }
  if (numbers(shape.slice(-axes))) return ok([x.value]);
  const known = [...shape].reverse().findIndex((d) => typeof d !== "number");
  const fix = known > 0 ? c.setParam("axes", known) : null;
  return fail(c.issue("shape.symbolic", { what: "axes", found: shapeText(shape) }, { param: "axes", ...offer(fix) }));
}
