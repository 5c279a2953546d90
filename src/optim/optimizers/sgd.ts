import type { Value } from "../../ir/graph.ts";
import { type OptimizerDefinition, slot, stateOf } from "./define.ts";

/**
 * Stochastic gradient descent, as `torch.optim.SGD`. With momentum μ and dampening d: v = μ v + (1-d) g, where the
 * first v is g itself; w -= lr v, or with Nesterov (Sutskever et al. 2013) w -= lr (g + μ v).
 */
export const sgd: OptimizerDefinition<"sgd"> = {
  formula: String.raw`v\leftarrow\mu v+(1-d)g,\quad w\leftarrow w-\mathrm{lr}\,v`,
  state: (spec) => (spec.momentum > 0 ? [slot("velocity")] : []),
  prepare({ m, spec, learningRate, t, single }) {
    const { momentum, dampening, nesterov } = spec;
    const step = (parameter: Value, direction: Value): Value => m.sub(parameter, m.mul(direction, learningRate));
    if (momentum === 0) {
      return { rule: ({ parameter, gradient }) => ({ parameter: step(parameter, gradient), state: {} }) };
    }
    const share = dampening === 0 ? 1 : single(m.where(m.eq(t, 1), 1, m.b.scalar(1 - dampening, "float64")));
    return {
      rule({ parameter, gradient, state }) {
        const velocity = m.add(m.mul(stateOf(state, "velocity"), momentum), m.mul(gradient, share));
        const direction = nesterov ? m.add(m.mul(velocity, momentum), gradient) : velocity;
        return { parameter: step(parameter, direction), state: { velocity } };
      },
    };
  },
};
