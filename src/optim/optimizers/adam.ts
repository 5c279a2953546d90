import type { Value } from "../../ir/graph.ts";
import type { Maths, Operand } from "../../ir/maths.ts";
import {
  decayed,
  type OptimizerDefinition,
  type OptimizerOf,
  type PrepareContext,
  type StateSlot,
  slot,
  stateOf,
  type UpdateRule,
  type Values,
} from "./define.ts";

/*
 * The family of Adam. With m and v the running means of g and g², all of these keep M = m / (1-β1) and
 * V = v / (1-β2) (see `decayed`). For instance
 *
 *     lr/(1-β1^t) m / (√(v/(1-β2^t)) + ε)  =  lr (1-β1)/(1-β1^t) r M / (√V + ε r),   r = √((1-β2^t)/(1-β2))
 */

const moments: readonly StateSlot[] = [slot("mean"), slot("square")];

function meanOf(m: Maths, state: Values, beta: number, gradient: Value): Value {
  return decayed(m, stateOf(state, "mean"), beta, gradient);
}

function squareOf(m: Maths, state: Values, beta: number, gradient: Value): Value {
  return decayed(m, stateOf(state, "square"), beta, m.square(gradient));
}

/** 1 - β^t. */
const correction = (m: Maths, beta: number, t: Value): Value => m.sub(1, m.pow(beta, t));

const adamState = (spec: OptimizerOf<"adam"> | OptimizerOf<"adamw">): StateSlot[] =>
  spec.amsgrad ? [...moments, slot("squareMaximum")] : [...moments];

/** The step of Adam for a parameter that decoupled weight decay has shrunk by `keep`. */
function adamRule(c: PrepareContext<"adam"> | PrepareContext<"adamw">, keep: Value | null): UpdateRule {
  const { m, spec, rate, t, single } = c;
  const [beta1, beta2] = spec.betas;
  const root = m.sqrt(m.div(correction(m, beta2, t), 1 - beta2));
  const size = single(m.mul(m.div(m.mul(rate, 1 - beta1), correction(m, beta1, t)), root));
  const eps = single(m.mul(root, spec.eps));
  return ({ parameter, gradient, state }) => {
    const mean = meanOf(m, state, beta1, gradient);
    const square = squareOf(m, state, beta2, gradient);
    const maximum = spec.amsgrad ? { squareMaximum: m.max(stateOf(state, "squareMaximum"), square) } : {};
    const length = m.sqrt(maximum.squareMaximum ?? square);
    const step = m.mul(m.div(mean, m.add(length, eps)), size);
    const from = keep ? m.mul(parameter, keep) : parameter;
    return { parameter: m.sub(from, step), state: { mean, square, ...maximum } };
  };
}

/**
 * Adam (Kingma & Ba 2015), as `torch.optim.Adam`: weight decay is L2, ε is added to √v̂. With AMSGrad (Reddi et al.
 * 2018) the greatest v so far takes the place of v.
 */
export const adam: OptimizerDefinition<"adam"> = {
  formula: String.raw`w\leftarrow w-\mathrm{lr}\,\frac{\hat m}{\sqrt{\hat v}+\varepsilon},\quad\hat m=\frac{m}{1-\beta_1^t},\ \hat v=\frac{v}{1-\beta_2^t}`,
  state: adamState,
  prepare: (c) => ({ rule: adamRule(c, null) }),
};

/** AdamW (Loshchilov & Hutter 2019), as `torch.optim.AdamW`: Adam after w *= 1 - lr λ. */
export const adamw: OptimizerDefinition<"adamw"> = {
  formula: String.raw`w\leftarrow(1-\mathrm{lr}\,\lambda)w-\mathrm{lr}\,\frac{\hat m}{\sqrt{\hat v}+\varepsilon}`,
  state: adamState,
  prepare(c) {
    const { m, spec, rate, single } = c;
    const keep = spec.weightDecay > 0 ? single(m.sub(1, m.mul(rate, spec.weightDecay))) : null;
    return { rule: adamRule(c, keep) };
  },
};

/** Adamax (Kingma & Ba 2015), as `torch.optim.Adamax`: u = max(β2 u, |g| + ε), w -= lr/(1-β1^t) m/u. */
export const adamax: OptimizerDefinition<"adamax"> = {
  formula: String.raw`u\leftarrow\max(\beta_2u,\lvert g\rvert+\varepsilon),\quad w\leftarrow w-\frac{\mathrm{lr}}{1-\beta_1^t}\,\frac mu`,
  state: () => [slot("mean"), slot("norm")],
  prepare({ m, spec, rate, t, single }) {
    const [beta1, beta2] = spec.betas;
    const size = single(m.div(m.mul(rate, 1 - beta1), correction(m, beta1, t)));
    return {
      rule({ parameter, gradient, state }) {
        const mean = meanOf(m, state, beta1, gradient);
        const norm = m.max(m.mul(stateOf(state, "norm"), beta2), m.add(m.abs(gradient), spec.eps));
        return { parameter: m.sub(parameter, m.mul(m.div(mean, norm), size)), state: { mean, norm } };
      },
    };
  },
};

/**
 * NAdam (Dozat 2016), as `torch.optim.NAdam`: with μ_t = β1 (1 - 0.96^(tψ)/2), momentum decay ψ and Π the product of
 * all μ so far, which is kept as state,
 *
 *     w -= lr ((1-μ_t)/(1-Π_t) g + μ_{t+1}/(1-Π_{t+1}) m) / (√v̂ + ε)
 */
export const nadam: OptimizerDefinition<"nadam"> = {
  formula: String.raw`w\leftarrow w-\frac{\mathrm{lr}}{\sqrt{\hat v}+\varepsilon}\left(\frac{(1-\mu_t)\,g}{1-\prod_{i\le t}\mu_i}+\frac{\mu_{t+1}\,m}{1-\prod_{i\le t+1}\mu_i}\right)`,
  state: () => moments,
  shared: () => [{ name: "momentumProduct", shape: "scalar", initial: 1 }],
  prepare({ b, m, spec, rate, t, shared, single }) {
    const [beta1, beta2] = spec.betas;
    const momentum = (at: Value): Value =>
      m.mul(m.sub(1, m.mul(m.pow(0.96, m.mul(at, spec.momentumDecay)), 0.5)), beta1);
    const [now, next] = [momentum(t), momentum(m.add(t, 1))];
    const product = m.mul(b.cast(stateOf(shared, "momentumProduct"), "float64"), now);
    const root = m.sqrt(m.div(correction(m, beta2, t), 1 - beta2));
    const scale = m.mul(rate, root);
    const byGradient = single(m.div(m.mul(scale, m.sub(1, now)), m.sub(1, product)));
    const byMean = single(m.div(m.mul(scale, next, 1 - beta1), m.sub(1, m.mul(product, next))));
    const eps = single(m.mul(root, spec.eps));
    return {
      shared: { momentumProduct: single(product) },
      rule({ parameter, gradient, state }) {
        const mean = meanOf(m, state, beta1, gradient);
        const square = squareOf(m, state, beta2, gradient);
        const direction = m.add(m.mul(gradient, byGradient), m.mul(mean, byMean));
        const step = m.div(direction, m.add(m.sqrt(square), eps));
        return { parameter: m.sub(parameter, step), state: { mean, square } };
      },
    };
  },
};

/**
 * RAdam (Liu et al. 2020), as `torch.optim.RAdam`: with ρ∞ = 2/(1-β2) - 1 and ρ = ρ∞ - 2tβ2^t/(1-β2^t),
 *
 *     ρ <= 5:  w -= lr m̂
 *     ρ > 5:   w -= lr m̂ √(1-β2^t)/(√v + ε) √((ρ-4)(ρ-2)ρ∞ / ((ρ∞-4)(ρ∞-2)ρ))
 *
 * where ε is added to the uncorrected √v.
 */
export const radam: OptimizerDefinition<"radam"> = {
  formula: String.raw`w\leftarrow w-\mathrm{lr}\,\hat m\cdot\begin{cases}r_t\,\sqrt{1-\beta_2^t}/(\sqrt v+\varepsilon)&\rho_t>5\\1&\text{else}\end{cases}`,
  state: () => moments,
  prepare({ m, spec, rate, t, single }) {
    const [beta1, beta2] = spec.betas;
    const correction2 = correction(m, beta2, t);
    const end = 2 / (1 - beta2) - 1;
    const rho = m.sub(end, m.div(m.mul(t, m.pow(beta2, t), 2), correction2));
    const tractable = m.gt(rho, 5);
    const choose = (yes: Operand, no: number): Value => m.where(tractable, yes, m.b.scalar(no, "float64"));
    const safe = choose(rho, 5);
    const excess = m.div(m.mul(m.sub(safe, 4), m.sub(safe, 2), end / ((end - 4) * (end - 2))), safe);
    const factor = choose(m.sqrt(m.div(m.mul(excess, correction2), 1 - beta2)), 1);
    const size = single(m.div(m.mul(rate, factor, 1 - beta1), correction(m, beta1, t)));
    const share = single(choose(1, 0));
    const rest = single(choose(spec.eps / Math.sqrt(1 - beta2), 1));
    return {
      rule({ parameter, gradient, state }) {
        const mean = meanOf(m, state, beta1, gradient);
        const square = squareOf(m, state, beta2, gradient);
        // √V + ε, or 1 while the variance cannot be trusted.
        const length = m.add(m.mul(m.sqrt(square), share), rest);
        return { parameter: m.sub(parameter, m.mul(m.div(mean, length), size)), state: { mean, square } };
      },
    };
  },
};
