import type { Objective, OptimizerKind, OptimizerSpec } from "../graph/objective.ts";
import {
  call,
  constant,
  type Expression,
  equation,
  leaf,
  lettersOf,
  minus,
  negative,
  over,
  plus,
  power,
  resultOf,
  root,
  size,
  times,
} from "./expression.ts";

/** Everything that decides what becomes of one weight at one step. */
export interface UpdateNumbers {
  readonly objective: Pick<Objective, "optimizer" | "penalty" | "clip" | "maxNorm" | "every">;
  /** The weight before the step. */
  readonly weight: number;
  /** Gradient of the loss, penalty left out. */
  readonly gradient: number;
  /** Rank of the parameter: penalties may leave out vectors. */
  readonly rank: number;
  /** Optimizer state of this weight before the step, by slot, and of the objective. */
  readonly state: { readonly [slot: string]: number };
  readonly shared: { readonly [slot: string]: number };
  readonly learningRate: number;
  /** Number of this step, from 1. */
  readonly step: number;
  /** The factor that clipping by norm gives all gradients; 1 where there is none. */
  readonly clipped: number;
  /** The factor that the limit of the norm gives the new weights of this unit; 1 where there is none. */
  readonly limited: number;
}

/** One update in formulas. */
export interface WorkedUpdate {
  /** LaTeX, one equation a line; the last one is `w \leftarrow …`. */
  readonly lines: readonly string[];
  /** The new weight. */
  readonly value: number;
  /** False at a step at which this objective does not train. */
  readonly due: boolean;
}

class Lines {
  readonly lines: string[] = [];

  /** Writes `letter = ...` and gives the result under its letter. */
  let(letters: string, expression: Expression, left = letters): Expression {
    const line = equation(left, expression);
    // What comes out under the name of what went in takes its place.
    this.lines.push(lettersOf(expression).includes(letters) ? line.replace("=", "\\leftarrow") : line);
    return leaf(letters, resultOf(expression));
  }
}

/** The update of one weight with its numbers, from the gradient of the loss to the new weight. */
export function workedUpdate(n: UpdateNumbers): WorkedUpdate {
  const { every } = n.objective;
  const due = n.step % every === 0;
  if (!due) return { lines: [equation("w", leaf("w", n.weight))], value: n.weight, due };
  const lines = new Lines();
  const w = leaf("w", n.weight);
  const g = descending(n, lines, applied(n, lines));
  const t = Math.max(Math.floor(n.step / every), 1);
  const next = ruleOf(n.objective.optimizer)({ n, lines, w, g, t, rate: leaf("\\eta", n.learningRate) });
  const kept = n.limited === 1 ? next : times(leaf("c", n.limited), next);
  lines.lines.push(equation("w", kept).replace("=", "\\leftarrow"));
  return { lines: lines.lines, value: resultOf(kept), due };
}

/** The gradient as the optimizer gets it: with the penalty's, and clipped. */
function applied(
  { objective: { penalty, clip }, gradient, weight, rank, clipped }: UpdateNumbers,
  lines: Lines,
): Expression {
  let g = leaf("g", gradient);
  const w = leaf("w", weight);
  if (penalty && (penalty.l1 > 0 || penalty.l2 > 0) && (penalty.biases || rank > 1)) {
    const shrink = penalty.l2 > 0 ? [times(2, constant(penalty.l2), w)] : [];
    const push = penalty.l1 > 0 ? [times(constant(penalty.l1), call("sign", w))] : [];
    g = lines.let("g", plus(g, ...shrink, ...push), "g");
  }
  if (clip?.kind === "value") g = lines.let("g", call("min", call("max", g, -clip.limit), clip.limit));
  if (clip?.kind === "norm" && clipped !== 1) g = lines.let("g", times(leaf("c", clipped), g));
  return g;
}

/** Turned round to maximise, then with L2 decay. */
function descending({ objective: { optimizer }, weight }: UpdateNumbers, lines: Lines, g: Expression): Expression {
  const downhill = optimizer.maximize ? lines.let("g", negative(g)) : g;
  const decay = "weightDecay" in optimizer && optimizer.kind !== "adamw" ? optimizer.weightDecay : 0;
  return decay > 0 ? lines.let("g", plus(downhill, times(constant(decay), leaf("w", weight)))) : downhill;
}

interface RuleContext {
  readonly n: UpdateNumbers;
  readonly lines: Lines;
  readonly w: Expression;
  readonly g: Expression;
  /** Number of this update of the objective. */
  readonly t: number;
  readonly rate: Expression;
}
type OptimizerOf<K extends OptimizerKind> = Extract<OptimizerSpec, { kind: K }>;
type Rule = (c: RuleContext) => Expression;

const ruleOf = (spec: OptimizerSpec): Rule => (rules[spec.kind] as (spec: OptimizerSpec) => Rule)(spec);

const held = ({ n }: RuleContext, slot: string): number => n.state[slot] ?? 0;

/** β old + (1 - β) x. What is kept is that divided by 1 - β. */
function running(c: RuleContext, letter: string, beta: number, betaLetters: string, slot: string, x: Expression) {
  const before = leaf(letter, (1 - beta) * held(c, slot));
  const b = leaf(betaLetters, beta);
  return c.lines.let(letter, plus(times(b, before), times(minus(1, b), x)));
}

const corrected = (c: RuleContext, letter: string, value: Expression, beta: number, betaLetters: string): Expression =>
  c.lines.let(letter, over(value, minus(1, power(leaf(betaLetters, beta), c.t))));

type Moments = Pick<OptimizerOf<"adam">, "betas">;
const meanOf = (c: RuleContext, { betas }: Moments): Expression => running(c, "m", betas[0], "\\beta_1", "mean", c.g);
const squareOf = (c: RuleContext, { betas }: Moments): Expression =>
  running(c, "v", betas[1], "\\beta_2", "square", power(c.g, 2));

/** The step of Adam for the weight, or for the weight that decay has shrunk. */
function adam(spec: OptimizerOf<"adam"> | OptimizerOf<"adamw">, from: (c: RuleContext) => Expression): Rule {
  return (c) => {
    const m = corrected(c, "\\hat m", meanOf(c, spec), spec.betas[0], "\\beta_1");
    let square = squareOf(c, spec);
    if (spec.amsgrad) {
      const before = leaf("v_{\\max}", (1 - spec.betas[1]) * held(c, "squareMaximum"));
      square = c.lines.let("v_{\\max}", call("max", before, square));
    }
    const v = corrected(c, "\\hat v", square, spec.betas[1], "\\beta_2");
    return minus(from(c), times(c.rate, over(m, plus(root(v), constant(spec.eps)))));
  };
}

const sgd =
  (spec: OptimizerOf<"sgd">): Rule =>
  (c) => {
    if (spec.momentum === 0) return minus(c.w, times(c.rate, c.g));
    const share = c.t === 1 ? 1 : 1 - spec.dampening;
    const mu = leaf("\\mu", spec.momentum);
    const velocity = c.lines.let("v", plus(times(mu, leaf("v", held(c, "velocity"))), times(constant(share), c.g)));
    const direction = spec.nesterov ? plus(c.g, times(mu, velocity)) : velocity;
    return minus(c.w, times(c.rate, direction));
  };

const nadam =
  (spec: OptimizerOf<"nadam">): Rule =>
  (c) => {
    const momentum = (at: number): number => spec.betas[0] * (1 - 0.5 * 0.96 ** (at * spec.momentumDecay));
    const [now, next] = [momentum(c.t), momentum(c.t + 1)];
    const product = (c.n.shared["momentumProduct"] ?? 1) * now;
    const m = meanOf(c, spec);
    const v = corrected(c, "\\hat v", squareOf(c, spec), spec.betas[1], "\\beta_2");
    const [mu, mu2, pi, pi2] = [
      leaf("\\mu_t", now),
      leaf("\\mu_{t+1}", next),
      leaf("\\Pi_t", product),
      leaf("\\Pi_{t+1}", product * next),
    ];
    const byGradient = over(times(minus(1, mu), c.g), minus(1, pi));
    const byMean = over(times(mu2, m), minus(1, pi2));
    return minus(c.w, times(over(c.rate, plus(root(v), constant(spec.eps))), plus(byGradient, byMean)));
  };

const radam =
  (spec: OptimizerOf<"radam">): Rule =>
  (c) => {
    const [, beta2] = spec.betas;
    const m = corrected(c, "\\hat m", meanOf(c, spec), spec.betas[0], "\\beta_1");
    const v = squareOf(c, spec);
    const end = 2 / (1 - beta2) - 1;
    const rho = end - (2 * c.t * beta2 ** c.t) / (1 - beta2 ** c.t);
    c.lines.lines.push(equation("\\rho_t", leaf("\\rho_t", rho)));
    if (rho <= 5) return minus(c.w, times(c.rate, m));
    const r = Math.sqrt(((rho - 4) * (rho - 2) * end) / ((end - 4) * (end - 2) * rho));
    const length = over(root(minus(1, power(leaf("\\beta_2", beta2), c.t))), plus(root(v), constant(spec.eps)));
    return minus(c.w, times(c.rate, m, leaf("r_t", r), length));
  };

const rmsprop =
  (spec: OptimizerOf<"rmsprop">): Rule =>
  (c) => {
    const s = running(c, "s", spec.alpha, "\\alpha", "square", power(c.g, 2));
    const mean = spec.centered ? running(c, "\\bar g", spec.alpha, "\\alpha", "mean", c.g) : null;
    // Rounding may bring s below the square of the mean.
    const spread = mean ? call("max", minus(s, power(mean, 2)), 0) : s;
    const direction = over(c.g, plus(root(spread), constant(spec.eps)));
    if (spec.momentum === 0) return minus(c.w, times(c.rate, direction));
    const before = leaf("v", held(c, "velocity") / Math.sqrt(1 - spec.alpha));
    return minus(c.w, times(c.rate, c.lines.let("v", plus(times(leaf("\\mu", spec.momentum), before), direction))));
  };

const adagrad =
  (spec: OptimizerOf<"adagrad">): Rule =>
  (c) => {
    const s = c.lines.let("s", plus(leaf("s", held(c, "square")), power(c.g, 2)));
    const rate =
      spec.learningRateDecay === 0
        ? c.rate
        : over(c.rate, plus(1, times(constant(c.t - 1), constant(spec.learningRateDecay))));
    return minus(c.w, times(rate, over(c.g, plus(root(s), constant(spec.eps)))));
  };

const adadelta =
  (spec: OptimizerOf<"adadelta">): Rule =>
  (c) => {
    const a = leaf("a", (1 - spec.rho) * held(c, "delta"));
    const s = running(c, "s", spec.rho, "\\rho", "square", power(c.g, 2));
    const eps = constant(spec.eps);
    const change = c.lines.let("\\Delta", times(root(over(plus(a, eps), plus(s, eps))), c.g));
    return minus(c.w, times(c.rate, change));
  };

const rprop =
  (spec: OptimizerOf<"rprop">): Rule =>
  (c) => {
    const agreement = resultOf(c.g) * held(c, "previous");
    const [down, up] = spec.etas;
    const factor = agreement < 0 ? down : agreement > 0 ? up : 1;
    const before = leaf("\\delta", c.n.state["stepSize"] ?? spec.learningRate);
    const [least, most] = spec.stepSizes;
    const moved = factor === 1 ? before : times(before, constant(factor));
    const stepSize = c.lines.let("\\delta", call("min", call("max", moved, least), most));
    const resting = agreement < 0;
    const direction = resting ? constant(0) : call("sign", c.g);
    return minus(c.w, times(stepSize, direction));
  };

const adamax =
  (spec: OptimizerOf<"adamax">): Rule =>
  (c) => {
    const m = meanOf(c, spec);
    const decayed = times(leaf("\\beta_2", spec.betas[1]), leaf("u", held(c, "norm")));
    const u = c.lines.let("u", call("max", decayed, plus(size(c.g), constant(spec.eps))));
    const rate = over(c.rate, minus(1, power(leaf("\\beta_1", spec.betas[0]), c.t)));
    return minus(c.w, times(rate, over(m, u)));
  };

/** How every optimizer moves a weight; a missing one does not compile. */
const rules: { readonly [K in OptimizerKind]: (spec: OptimizerOf<K>) => Rule } = {
  sgd,
  adam: (spec) => adam(spec, (c) => c.w),
  adamw: (spec) =>
    adam(spec, (c) => (spec.weightDecay > 0 ? times(minus(1, times(c.rate, constant(spec.weightDecay))), c.w) : c.w)),
  adamax,
  nadam,
  radam,
  rmsprop,
  adagrad,
  adadelta,
  rprop,
};
