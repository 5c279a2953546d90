import type { Objective } from "../graph/objective.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import type { Value } from "../ir/graph.ts";
import { Maths } from "../ir/maths.ts";

type Penalty = NonNullable<Objective["penalty"]>;
type Clip = NonNullable<Objective["clip"]>;

export interface PenaltyEmission {
  /** l1 Σ|w| + l2 Σw² over the parameters it counts, to be added to the loss; null when it counts none. */
  readonly value: Value | null;
  /** l1 sign(w) + 2 l2 w for each parameter, null where the penalty does not count it. */
  readonly gradients: readonly (Value | null)[];
}

/**
 * L1 (Tibshirani 1996), L2 (Tikhonov) or both (elastic net, Zou & Hastie 2005). The loss contains the penalty, without
 * a factor 1/2. With `biases: false`, parameters of rank 1 do not count.
 */
export function emitPenalty(
  b: GraphBuilder,
  { l1, l2, biases }: Penalty,
  parameters: readonly Value[],
): PenaltyEmission {
  const m = new Maths(b);
  const counts = (w: Value): boolean => (l1 > 0 || l2 > 0) && (biases || w.type.shape.length > 1);
  const total = (op: "ReduceL1" | "ReduceSumSquare", w: Value, factor: number): Value[] =>
    factor > 0 ? [m.mul(b.emit(op, [w], { keepdims: 0 }), factor)] : [];
  const parts = parameters
    .filter(counts)
    .flatMap((w) => [...total("ReduceL1", w, l1), ...total("ReduceSumSquare", w, l2)]);
  const gradient = (w: Value): Value => {
    const shrink = l2 > 0 ? m.mul(w, 2 * l2) : null;
    const sign = l1 > 0 ? m.mul(signOf(m, w), l1) : null;
    return shrink && sign ? m.add(shrink, sign) : ((shrink ?? sign) as Value);
  };
  return {
    value: parts.length > 0 ? parts.reduce((sum, part) => m.add(sum, part)) : null,
    gradients: parameters.map((w) => (counts(w) ? gradient(w) : null)),
  };
}

/** sign(w), exact from |w| = 1e-30 on and 0 at 0: onnxruntime's Sign takes several times as long. */
const signOf = (m: Maths, w: Value): Value =>
  m.b.emit("Clip", [m.mul(w, 1e30), m.b.scalar(-1, w.type.dtype), m.b.scalar(1, w.type.dtype)]);

/**
 * Clips gradients. By value: each element into ±limit. By norm (Pascanu et al. 2013), as
 * `torch.nn.utils.clip_grad_norm_`: all of them are scaled by min(1, limit / (norm + 1e-6)) with one norm over all.
 */
export function emitClip(b: GraphBuilder, clip: Clip, gradients: readonly Value[]): readonly Value[] {
  const m = new Maths(b);
  const number = (x: number, like: Value): Value => b.scalar(x, like.type.dtype);
  if (clip.kind === "value") {
    return gradients.map((g) => b.emit("Clip", [g, number(-clip.limit, g), number(clip.limit, g)]));
  }
  if (gradients.length === 0) return [];
  const factor = m.min(m.div(clip.limit, m.add(emitNorm(b, gradients), 1e-6)), 1);
  return gradients.map((g) => m.mul(g, factor));
}

/** L2 norm over all elements of all values: a scalar. There is at least one. */
export function emitNorm(b: GraphBuilder, values: readonly Value[]): Value {
  const m = new Maths(b);
  const squares = values.map((v) => b.emit("ReduceSumSquare", [v], { keepdims: 0 }));
  return m.sqrt(squares.reduce((sum, s) => m.add(sum, s)));
}

/**
 * Max-norm constraint (Srebro & Shraibman 2005), after the update: every output unit's weights, which are the slices of
 * axis 0 of a matrix or kernel, are scaled down to at most `limit`. Parameters of rank below 2 are left as they are.
 */
export function emitMaxNorm(b: GraphBuilder, limit: number, parameter: Value): Value {
  const rank = parameter.type.shape.length;
  if (rank < 2) return parameter;
  const m = new Maths(b);
  const axes = Array.from({ length: rank - 1 }, (_, i) => i + 1);
  const norm = b.emit("ReduceL2", [parameter, b.ints(axes)], { keepdims: 1 });
  return m.mul(parameter, m.div(limit, m.max(norm, limit)));
}
