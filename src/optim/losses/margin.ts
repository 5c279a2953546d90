import type { Issue } from "../../core/issue.ts";
import type { Value } from "../../ir/graph.ts";
import type { Maths, Operand } from "../../ir/maths.ts";
import { checkClasses, classCount, columnOf, numbered, withoutAxis } from "./class.ts";
import {
  alike,
  countOf,
  type LossCheck,
  type LossContext,
  type LossDefinition,
  type LossEmission,
  laidOn,
  oneHot,
  reduced,
  scaled,
} from "./define.ts";

type MarginLoss = "hinge" | "perceptron";

/**
 * Hinge loss with margin k, squared when the specification says so (p = 2, else 1).
 *
 * Binary, one score s per target of -1/+1 or 0/1: L = max(0, k - y s)^p, averaged over all elements.
 * Several classes, class numbers y for scores [N, C]: L = Σ_{j≠y} max(0, k - s_y + s_j)^p / C, as
 * `torch.nn.MultiMarginLoss` (Weston & Watkins 1999), averaged over the samples.
 */
export const hinge: LossDefinition<"hinge"> = {
  formula: String.raw`L=\max(0,k-y\,s)^p\qquad L=\tfrac1C\textstyle\sum_{j\ne y}\max(0,k-s_y+s_j)^p`,
  check: checkMargin,
  emit: (c) => (isBinary(c) ? binaryHinge(c) : classHinge(c)),
};

/**
 * Perceptron loss (Rosenblatt 1958). Binary, one score s per target of -1/+1 or 0/1: L = max(0, -y s).
 * Several classes: L = max_j s_j - s_y. Averaged over the targets.
 *
 * Where y s = 0 the derivative is taken as -y, the subgradient of the side that learns: a perceptron that starts from
 * zeros would stay there with the other.
 */
export const perceptron: LossDefinition<"perceptron"> = {
  formula: String.raw`L=\max(0,-y\,s)\qquad L=\max_j s_j-s_y`,
  check: checkMargin,
  emit: (c) => (isBinary(c) ? binaryPerceptron(c) : classPerceptron(c)),
};

const isBinary = ({ prediction, target }: { prediction: Value; target: Value }): boolean =>
  alike(prediction.type.shape, target.type.shape);

function checkMargin<K extends MarginLoss>(c: LossCheck<K>): Issue[] {
  return alike(c.prediction.shape, c.target.shape) ? [] : checkClasses(c);
}

/** Targets as -1 and +1: whatever is above 0 is +1, so that 0/1 does as well. */
const signs = (m: Maths, target: Value, like: Value): Value =>
  m.where(m.gt(laidOn(m, target, like), 0), 1, minusOne(m, like));

const minusOne = (m: Maths, like: Value): Value => m.b.scalar(-1, like.type.dtype);

function binaryHinge({ b, m, spec, prediction: s, target }: LossContext<"hinge">): LossEmission {
  const y = signs(m, target, s);
  const weight = countOf(m, s);
  const slack = b.emit("Relu", [m.sub(spec.margin, m.mul(y, s))]);
  const losses = spec.squared ? m.square(slack) : slack;
  const bySlack = spec.squared ? m.mul(slack, y) : m.where(m.gt(slack, 0), y, 0);
  const gradient = scaled(m, bySlack, spec.reduction, weight, spec.squared ? -2 : -1);
  return { ...reduced(m, losses, spec.reduction, weight), seeds: [{ value: s, gradient }] };
}

function binaryPerceptron({ b, m, spec, prediction: s, target }: LossContext<"perceptron">): LossEmission {
  const y = signs(m, target, s);
  const weight = countOf(m, s);
  const margin = m.mul(y, s);
  const losses = b.emit("Relu", [m.neg(margin)]);
  const gradient = scaled(m, m.where(m.le(margin, 0), y, 0), spec.reduction, weight, -1);
  return { ...reduced(m, losses, spec.reduction, weight), seeds: [{ value: s, gradient }] };
}

interface Classes {
  readonly axis: number;
  readonly count: number;
  /** 1 at the class of each sample. */
  readonly own: Value;
  readonly samples: Operand;
}

function classesOf({ m, prediction: s, target }: { m: Maths; prediction: Value; target: Value }): Classes {
  const axis = numbered(s.type.shape, target) ?? 1;
  const column = columnOf(m, s, target, axis);
  const count = classCount(s, axis);
  const own = oneHot(m, withoutAxis(m, column, axis), count, axis, s);
  return { axis, count, own, samples: countOf(m, s, column.type.shape) };
}

function classHinge(c: LossContext<"hinge">): LossEmission {
  const { b, m, spec, prediction: s } = c;
  const { axis, count, own, samples } = classesOf(c);
  const others = m.sub(1, own);
  const ownScore = m.sum(m.mul(s, own), [axis]);
  const slack = m.mul(b.emit("Relu", [m.add(m.sub(s, ownScore), spec.margin)]), others);
  const losses = m.div(spec.squared ? m.square(slack) : slack, count);
  const pull = spec.squared ? slack : m.mask(m.gt(slack, 0), s);
  const gradient = m.sub(pull, m.mul(own, m.sum(pull, [axis])));
  const factor = (spec.squared ? 2 : 1) / count;
  const seed = { value: s, gradient: scaled(m, gradient, spec.reduction, samples, factor) };
  return { ...reduced(m, losses, spec.reduction, samples), seeds: [seed] };
}

function classPerceptron(c: LossContext<"perceptron">): LossEmission {
  const { b, m, spec, prediction: s } = c;
  const { axis, count, own, samples } = classesOf(c);
  const losses = m.sub(b.reduce("ReduceMax", s, [axis]), m.sum(m.mul(s, own), [axis]));
  const best = oneHot(m, b.emit("ArgMax", [s], { axis, keepdims: 0 }), count, axis, s);
  const seed = { value: s, gradient: scaled(m, m.sub(best, own), spec.reduction, samples) };
  return { ...reduced(m, losses, spec.reduction, samples), seeds: [seed] };
}
