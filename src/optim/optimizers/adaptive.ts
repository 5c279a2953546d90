import type { Value } from "../../ir/graph.ts";
import type { Maths } from "../../ir/maths.ts";
import { decayed, type OptimizerDefinition, slot, stateOf, type Values } from "./define.ts";

const squareOf = (m: Maths, state: Values, decay: number, x: Value, name = "square"): Value =>
  decayed(m, stateOf(state, name), decay, m.square(x));

/**
 * RMSProp (Hinton 2012), as `torch.optim.RMSprop`: s = α s + (1-α) g², w -= lr g/(√s + ε). Centred (Graves 2013), it
 * has √(s-ḡ²) for √s, with ḡ the running mean of g. With momentum μ: v = μ v + g/(√s + ε), w -= lr v. Frameworks differ
 * here: others add ε inside the root or take α = 0.9.
 */
export const rmsprop: OptimizerDefinition<"rmsprop"> = {
  formula: String.raw`s\leftarrow\alpha s+(1-\alpha)g^2,\quad w\leftarrow w-\mathrm{lr}\,\frac{g}{\sqrt s+\varepsilon}`,
  state: (spec) => [
    slot("square"),
    ...(spec.centered ? [slot("mean")] : []),
    ...(spec.momentum > 0 ? [slot("velocity")] : []),
  ],
  prepare({ m, spec, rate, single }) {
    const { alpha, momentum } = spec;
    // The state is s / (1-α), see `decayed`: √s + ε = √(1-α) (√S + ε/√(1-α)).
    const root = Math.sqrt(1 - alpha);
    const size = single(m.div(rate, root));
    return {
      rule({ parameter, gradient, state }) {
        const square = squareOf(m, state, alpha, gradient);
        const mean = spec.centered ? { mean: decayed(m, stateOf(state, "mean"), alpha, gradient) } : {};
        // Rounding may bring s below ḡ² where g hardly changes.
        const spread = mean.mean ? m.max(m.sub(square, m.mul(m.square(mean.mean), 1 - alpha)), 0) : square;
        const direction = m.div(gradient, m.add(m.sqrt(spread), spec.eps / root));
        const velocity = momentum > 0 ? { velocity: decayed(m, stateOf(state, "velocity"), momentum, direction) } : {};
        const step = m.mul(velocity.velocity ?? direction, size);
        return { parameter: m.sub(parameter, step), state: { square, ...mean, ...velocity } };
      },
    };
  },
};

/**
 * Adagrad (Duchi, Hazan & Singer 2011), as `torch.optim.Adagrad`: s += g², w -= lr/(1 + (t-1) η) g/(√s + ε) with
 * learning-rate decay η. The sum starts at `initialAccumulator` (0 here, 0.1 in others).
 */
export const adagrad: OptimizerDefinition<"adagrad"> = {
  formula: String.raw`s\leftarrow s+g^2,\quad w\leftarrow w-\frac{\mathrm{lr}}{1+(t-1)\eta}\,\frac{g}{\sqrt s+\varepsilon}`,
  state: (spec) => [slot("square", spec.initialAccumulator)],
  prepare({ m, spec, learningRate, rate, t, single }) {
    const decay = spec.learningRateDecay;
    const size = decay === 0 ? learningRate : single(m.div(rate, m.add(m.mul(m.sub(t, 1), decay), 1)));
    return {
      rule({ parameter, gradient, state }) {
        const square = m.add(stateOf(state, "square"), m.square(gradient));
        const step = m.mul(m.div(gradient, m.add(m.sqrt(square), spec.eps)), size);
        return { parameter: m.sub(parameter, step), state: { square } };
      },
    };
  },
};

/**
 * Adadelta (Zeiler 2012), as `torch.optim.Adadelta`: with running means s of g² and a of Δ², Δ = √(a+ε)/√(s+ε) g,
 * w -= lr Δ.
 */
export const adadelta: OptimizerDefinition<"adadelta"> = {
  formula: String.raw`\Delta=\sqrt{\frac{a+\varepsilon}{s+\varepsilon}}\;g,\quad w\leftarrow w-\mathrm{lr}\,\Delta`,
  state: () => [slot("square"), slot("delta")],
  prepare({ m, spec, learningRate }) {
    // Both means are kept divided by 1-ρ, and so ε: the factor cancels in the quotient.
    const eps = spec.eps / (1 - spec.rho);
    return {
      rule({ parameter, gradient, state }) {
        const square = squareOf(m, state, spec.rho, gradient);
        const ratio = m.div(m.add(stateOf(state, "delta"), eps), m.add(square, eps));
        const change = m.mul(m.sqrt(ratio), gradient);
        const delta = squareOf(m, state, spec.rho, change, "delta");
        return { parameter: m.sub(parameter, m.mul(change, learningRate)), state: { square, delta } };
      },
    };
  },
};

/**
 * Rprop (Riedmiller & Braun 1993), as `torch.optim.Rprop`, for full batches: every weight has a step size that grows by
 * η+ while the sign of its gradient stays and shrinks by η- when it changes, in which case the weight rests. The
 * learning rate is the first step size only.
 */
export const rprop: OptimizerDefinition<"rprop"> = {
  formula: String.raw`\delta\leftarrow\operatorname{clip}(\delta\cdot\eta^{\pm}),\quad w\leftarrow w-\delta\,\operatorname{sign}g`,
  state: (spec) => [slot("previous"), slot("stepSize", spec.learningRate)],
  prepare({ b, m, spec }) {
    const [down, up] = spec.etas;
    const [least, most] = spec.stepSizes;
    return {
      rule({ parameter, gradient, state }) {
        const number = (x: number): Value => b.scalar(x, gradient.type.dtype);
        const agreement = m.mul(gradient, stateOf(state, "previous"));
        const turned = m.lt(agreement, 0);
        const factor = m.where(turned, down, m.where(m.gt(agreement, 0), up, number(1)));
        const stepSize = b.emit("Clip", [m.mul(stateOf(state, "stepSize"), factor), number(least), number(most)]);
        const previous = m.where(turned, 0, gradient);
        const step = m.mul(b.emit("Sign", [previous]), stepSize);
        return { parameter: m.sub(parameter, step), state: { previous, stepSize } };
      },
    };
  },
};
