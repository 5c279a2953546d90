import type { Value } from "../../ir/graph.ts";
import type { Maths } from "../../ir/maths.ts";
import { checkAlike, countOf, type LossDefinition, laidOn, reduced, scaled } from "./define.ts";

/** Lengths below this count as this, as in `torch.nn.functional.cosine_similarity`. */
const leastLength = 1e-8;
/** Squared distances below this count as this where their root is needed: the root has no derivative at 0. */
const leastSquare = 1e-12;

/**
 * Cosine distance L = 1 - x·t / (‖x‖ ‖t‖) along the last axis, averaged over all others; as
 * `torch.nn.CosineEmbeddingLoss` for pairs that belong together. With c the cosine, dL/dx = -(t/‖t‖ - c x/‖x‖) / ‖x‖,
 * and the same for t.
 */
export const cosine: LossDefinition<"cosine"> = {
  formula: String.raw`L=1-\frac{x\cdot t}{\lVert x\rVert\,\lVert t\rVert}`,
  check: (c) => (c.prediction.shape.length < 2 ? [c.shape("[N, D]")] : checkAlike(c)),
  emit({ m, spec, prediction: x, target }) {
    const t = laidOn(m, target, x);
    const axis = x.type.shape.length - 1;
    const [lengthX, lengthT] = [length(m, x, axis), length(m, t, axis)];
    const [unitX, unitT] = [m.div(x, lengthX), m.div(t, lengthT)];
    const similarity = m.sum(m.mul(unitX, unitT), [axis]);
    const weight = countOf(m, x, similarity.type.shape);
    const by = (one: Value, other: Value, size: Value): Value =>
      scaled(m, m.div(m.sub(m.mul(similarity, one), other), size), spec.reduction, weight);
    const seeds = [
      { value: x, gradient: by(unitX, unitT, lengthX) },
      { value: t, gradient: by(unitT, unitX, lengthT) },
    ];
    return { ...reduced(m, m.sub(1, similarity), spec.reduction, weight), seeds };
  },
};

const length = (m: Maths, x: Value, axis: number): Value =>
  m.max(m.b.emit("ReduceL2", [x, m.b.ints([axis])], { keepdims: 1 }), leastLength);

/**
 * Contrastive loss (Hadsell, Chopra & LeCun 2006) of squared distances d² with margin k:
 *
 *     L = y d² + (1-y) max(0, k-d)²,  dL/d(d²) = y - (1-y) max(0, k-d)/d
 *
 * The prediction is d²; y is 1 for pairs that belong together and 0 for others. Mean over all pairs (the paper halves
 * both terms).
 */
export const contrastive: LossDefinition<"contrastive"> = {
  formula: String.raw`L=y\,d^2+(1-y)\max(0,k-d)^2`,
  check: checkAlike,
  emit({ b, m, spec, prediction: square, target }) {
    const y = laidOn(m, target, square);
    const weight = countOf(m, square);
    const d = m.sqrt(m.max(square, leastSquare));
    const slack = b.emit("Relu", [m.sub(spec.margin, d)]);
    const apart = m.sub(1, y);
    const losses = m.add(m.mul(y, square), m.mul(apart, m.square(slack)));
    const gradient = m.sub(y, m.mul(apart, m.div(slack, d)));
    const seed = { value: square, gradient: scaled(m, gradient, spec.reduction, weight) };
    return { ...reduced(m, losses, spec.reduction, weight), seeds: [seed] };
  },
};
