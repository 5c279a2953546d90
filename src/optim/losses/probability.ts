import { checkAlike, countOf, type LossDefinition, laidOn, reduced, scaled, sumAll } from "./define.ts";

/**
 * Binary cross-entropy of logits z, as `torch.nn.BCEWithLogitsLoss` with w = `pos_weight`:
 *
 *     L = -w t log σ(z) - (1-t) log(1-σ(z)) = (1-t) z + (1+(w-1)t) log(1+e^-z)
 *
 * with log(1+e^-z) = max(-z, 0) + log(1+e^-|z|), which does not overflow. Targets in [0, 1], of the shape of the
 * logits; mean over all elements. dL/dz = (1-t) - (1+(w-1)t)(1-σ(z)), which is σ(z) - t for w = 1.
 */
export const bceWithLogits: LossDefinition<"bce-with-logits"> = {
  formula: String.raw`L=-w\,t\log\sigma(z)-(1-t)\log(1-\sigma(z))`,
  check: checkAlike,
  emit({ m, spec, prediction: z, target }) {
    const t = laidOn(m, target, z);
    const weight = countOf(m, z);
    const w = spec.positiveWeight ?? 1;
    const minus = m.neg(z);
    const softplus = m.add(m.b.emit("Relu", [minus]), m.softplus(m.neg(m.abs(z))));
    const untrue = m.sub(1, t);
    const factor = w === 1 ? null : m.add(m.mul(t, w - 1), 1);
    const losses = m.add(m.mul(untrue, z), factor ? m.mul(factor, softplus) : softplus);
    const s = m.sigmoid(z);
    const byLogit = factor ? m.add(m.mul(factor, m.sub(s, 1)), untrue) : m.sub(s, t);
    const byTarget = w === 1 ? minus : m.add(m.mul(softplus, w - 1), minus);
    const seeds = [
      { value: z, gradient: scaled(m, byLogit, spec.reduction, weight) },
      { value: t, gradient: scaled(m, byTarget, spec.reduction, weight) },
    ];
    return { ...reduced(m, losses, spec.reduction, weight), seeds };
  },
};

/**
 * Kullback-Leibler divergence, as `torch.nn.KLDivLoss`: L = t (log t - x) for log-probabilities x and target
 * probabilities t of the same shape; 0 where t = 0. `batch-mean` divides the sum by the samples (axis 0), `mean` by
 * the elements.
 */
export const kl: LossDefinition<"kl"> = {
  formula: String.raw`L=t\,(\log t-x)`,
  check: checkAlike,
  emit({ m, b, spec, prediction: x, target }) {
    const t = laidOn(m, target, x);
    const batch = x.type.shape.slice(0, 1);
    const weight = countOf(m, x, spec.reduction === "mean" ? x.type.shape : batch);
    const reduction = spec.reduction === "sum" ? "sum" : "mean";
    const some = m.gt(t, 0);
    const logRatio = m.sub(m.log(m.where(some, t, 1)), x);
    const losses = m.mul(t, logRatio);
    const seeds = [
      { value: x, gradient: scaled(m, t, reduction, weight, -1) },
      { value: t, gradient: scaled(m, m.add(logRatio, 1), reduction, weight) },
    ];
    const total = sumAll(losses, b);
    return { ...reduced(m, total, reduction, weight), seeds };
  },
};
