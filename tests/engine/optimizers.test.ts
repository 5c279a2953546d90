import { describe, expect, it } from "vitest";
import { rng } from "../../src/core/rng.ts";
import { type OptimizerKind, type OptimizerSpec, optimizerSchema } from "../../src/graph/objective.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import { optimizerFormula } from "../../src/optim/optimizer.ts";
import { emitClip, emitMaxNorm, emitNorm, emitPenalty } from "../../src/optim/regularize.ts";
import { type Tensor, tensor, toNumbers } from "../../src/shape/dtype.ts";
import { size, specs, updateModel, variants } from "../support/optimizer-cases.ts";
import { evaluate, openGraph } from "../support/run.ts";

const steps = 12;

/** One weight's next value after gradient g at update t with rate lr; keeps its own state, in float64. */
type Rule = (w: number, g: number, lr: number, t: number) => number;

/** The update rules as their papers and torch.optim state them, weight by weight. */
const definitions: { readonly [K in OptimizerKind]: (spec: Extract<OptimizerSpec, { kind: K }>) => Rule } = {
  sgd({ momentum, dampening, nesterov }) {
    let v = 0;
    return (w, g, lr, t) => {
      if (momentum === 0) return w - lr * g;
      v = t === 1 ? g : momentum * v + (1 - dampening) * g;
      return w - lr * (nesterov ? g + momentum * v : v);
    };
  },
  adam({ betas: [b1, b2], eps, amsgrad }) {
    let [m, v, top] = [0, 0, 0];
    return (w, g, lr, t) => {
      m = b1 * m + (1 - b1) * g;
      v = b2 * v + (1 - b2) * g * g;
      top = Math.max(top, v);
      const length = Math.sqrt((amsgrad ? top : v) / (1 - b2 ** t)) + eps;
      return w - (lr * m) / (1 - b1 ** t) / length;
    };
  },
  adamw(spec) {
    const adam = definitions.adam({ ...spec, kind: "adam" });
    return (w, g, lr, t) => adam(w * (1 - lr * spec.weightDecay), g, lr, t);
  },
  adamax({ betas: [b1, b2], eps }) {
    let [m, u] = [0, 0];
    return (w, g, lr, t) => {
      m = b1 * m + (1 - b1) * g;
      u = Math.max(b2 * u, Math.abs(g) + eps);
      return w - ((lr / (1 - b1 ** t)) * m) / u;
    };
  },
  nadam({ betas: [b1, b2], eps, momentumDecay }) {
    let [m, v, product] = [0, 0, 1];
    return (w, g, lr, t) => {
      const mu = b1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));
      const next = b1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentumDecay));
      product *= mu;
      m = b1 * m + (1 - b1) * g;
      v = b2 * v + (1 - b2) * g * g;
      const length = Math.sqrt(v / (1 - b2 ** t)) + eps;
      return w - (lr * (1 - mu) * g) / (1 - product) / length - (lr * next * m) / (1 - product * next) / length;
    };
  },
  radam({ betas: [b1, b2], eps }) {
    let [m, v] = [0, 0];
    const end = 2 / (1 - b2) - 1;
    return (w, g, lr, t) => {
      m = b1 * m + (1 - b1) * g;
      v = b2 * v + (1 - b2) * g * g;
      const mean = m / (1 - b1 ** t);
      const rho = end - (2 * t * b2 ** t) / (1 - b2 ** t);
      if (rho <= 5) return w - lr * mean;
      const rectified = Math.sqrt(((rho - 4) * (rho - 2) * end) / ((end - 4) * (end - 2) * rho));
      return w - (lr * mean * rectified * Math.sqrt(1 - b2 ** t)) / (Math.sqrt(v) + eps);
    };
  },
  rmsprop({ alpha, eps, momentum, centered }) {
    let [s, mean, v] = [0, 0, 0];
    return (w, g, lr) => {
      s = alpha * s + (1 - alpha) * g * g;
      mean = alpha * mean + (1 - alpha) * g;
      const direction = g / (Math.sqrt(centered ? s - mean * mean : s) + eps);
      v = momentum * v + direction;
      return w - lr * v;
    };
  },
  adagrad({ learningRateDecay, initialAccumulator, eps }) {
    let s = initialAccumulator;
    return (w, g, lr, t) => {
      s += g * g;
      return w - ((lr / (1 + (t - 1) * learningRateDecay)) * g) / (Math.sqrt(s) + eps);
    };
  },
  adadelta({ rho, eps }) {
    let [s, a] = [0, 0];
    return (w, g, lr) => {
      s = rho * s + (1 - rho) * g * g;
      const change = (Math.sqrt(a + eps) / Math.sqrt(s + eps)) * g;
      a = rho * a + (1 - rho) * change * change;
      return w - lr * change;
    };
  },
  rprop({ learningRate, etas: [down, up], stepSizes: [least, most] }) {
    let [previous, step] = [0, learningRate];
    return (w, g) => {
      const agreement = Math.sign(g * previous);
      step = Math.min(Math.max(step * (agreement > 0 ? up : agreement < 0 ? down : 1), least), most);
      previous = agreement < 0 ? 0 : g;
      return w - Math.sign(previous) * step;
    };
  },
};

/** L2 decay and maximisation, which all but AdamW's decay share. */
function ruleOf(spec: OptimizerSpec): Rule {
  const define = definitions[spec.kind] as (spec: OptimizerSpec) => Rule;
  const rule = define(spec);
  const decay = "weightDecay" in spec && spec.kind !== "adamw" ? spec.weightDecay : 0;
  return (w, g, lr, t) => rule(w, (spec.maximize ? -g : g) + decay * w, lr, t);
}

describe("update rules", () => {
  it.each(variants)("%j", async (variant) => {
    const spec = optimizerSchema.parse(variant);
    const random = rng(3, "gradients");
    const { graph, state } = updateModel(spec);
    const run = await openGraph(graph);
    let held = state.map((s) => s.initial);
    let weights = Array.from({ length: size }, () => random.normal());
    let found = tensor("float32", [size], weights);
    weights = Array.from(found.data);
    const rules = weights.map(() => ruleOf(spec));
    for (let t = 1; t <= steps; t++) {
      const rate = Math.fround(spec.learningRate * (1 + 0.1 * t));
      // Weight 0 never gets a gradient, weight 1 a small one; the others change sign now and then.
      const gradient = tensor(
        "float32",
        [size],
        weights.map((_, i) => (i === 0 ? 0 : random.normal() * (i === 1 ? 1e-4 : 1))),
      );
      const feeds = { w0: found, g0: gradient, rate: tensor("float32", [], [rate]), step: tensor("int64", [], [t]) };
      const results = await run({ ...feeds, ...Object.fromEntries(state.map((s, i) => [s.name, held[i] as Tensor])) });
      found = results.pop() as typeof found;
      held = results;
      weights = weights.map((w, i) => (rules[i] as Rule)(w, gradient.data[i] as number, rate, t));
      // Weights are about 1, where float32 has 6e-8, and steps up to 12 times the rate add their own rounding.
      found.data.forEach((w, i) => {
        expect(Math.abs(w - (weights[i] as number)), `update ${t}, weight ${i}`).toBeLessThan(1.5e-6);
      });
    }
  });

  it("has a case and a formula for every optimizer", () => {
    for (const { shape } of optimizerSchema.options) {
      const kind = shape.kind.value;
      expect(specs.map((s) => s.kind)).toContain(kind);
      expect(optimizerFormula(kind)).toContain("w");
    }
  });

  // Each operator is a pass over the parameter's memory, which is what a step of a wide layer waits for.
  it.each([
    ["sgd", {}, 2],
    ["sgd", { momentum: 0.9 }, 4],
    ["adam", {}, 10],
    ["adamw", { weightDecay: 0.1 }, 11],
    ["rmsprop", {}, 8],
    ["adagrad", {}, 7],
  ] as const)("%s %j takes %i operators a parameter", (kind, options, operators) => {
    const spec = optimizerSchema.parse({ kind, ...options });
    const count = (parameters: number): number =>
      updateModel(spec, parameters).graph.operators.filter((o) => o.op !== "Identity").length;
    expect(count(2) - count(1)).toBe(operators);
  });
});

const numbers = (t: Tensor | undefined): number[] => Array.from(toNumbers(t as Tensor));
const close = (found: number[], wanted: number[]): void => {
  expect(found.length).toBe(wanted.length);
  found.forEach((v, i) => {
    expect(v).toBeCloseTo(wanted[i] as number, 6);
  });
};

describe("penalties", () => {
  const weights = tensor("float32", [2, 2], [1, -2, 0, 0.5]);
  const biases = tensor("float32", [2], [3, -1]);

  it("adds l1 sum|w| + l2 sum w² and its gradient", async () => {
    const results = await evaluate([weights, biases], (b, [w, c]) => {
      const penalty = emitPenalty(b, { l1: 0.1, l2: 0.01, biases: true }, [w, c] as never);
      return [penalty.value, ...penalty.gradients] as never;
    });
    close(numbers(results[0]), [0.1 * 7.5 + 0.01 * 15.25]);
    close(numbers(results[1]), [0.12, -0.14, 0, 0.11]);
    close(numbers(results[2]), [0.16, -0.12]);
  });

  it("leaves out biases when asked to", () => {
    const b = new GraphBuilder("penalty");
    const w = b.parameter("w", weights);
    const c = b.parameter("c", biases);
    const penalty = emitPenalty(b, { l1: 0, l2: 0.5, biases: false }, [w, c]);
    expect(penalty.gradients[0]).not.toBeNull();
    expect(penalty.gradients[1]).toBeNull();
    expect(emitPenalty(b, { l1: 0, l2: 0, biases: true }, [w, c])).toEqual({ value: null, gradients: [null, null] });
    expect(emitPenalty(b, { l1: 1, l2: 0, biases: false }, [c]).value).toBeNull();
  });
});

describe("clipping", () => {
  const gradients = [tensor("float32", [2], [3, -0.5]), tensor("float32", [1, 1], [4])];
  const norm = Math.sqrt(9.25 + 16);

  it("holds each element by value", async () => {
    const results = await evaluate(gradients, (b, g) => emitClip(b, { kind: "value", limit: 1 }, g));
    expect(results.map(numbers)).toEqual([[1, -0.5], [1]]);
  });

  it("scales all gradients by one norm, and never up", async () => {
    const results = await evaluate(gradients, (b, g) => [
      ...emitClip(b, { kind: "norm", limit: 0.5 }, g),
      ...emitClip(b, { kind: "norm", limit: 100 }, g),
      emitNorm(b, g),
    ]);
    const factor = 0.5 / (norm + 1e-6);
    close(numbers(results[0]), [3 * factor, -0.5 * factor]);
    close(numbers(results[1]), [4 * factor]);
    expect(numbers(results[2])).toEqual([3, -0.5]);
    expect(numbers(results[3])).toEqual([4]);
    close(numbers(results[4]), [norm]);
  });
});

describe("max-norm", () => {
  it("shrinks the rows of a matrix and the kernels of a convolution, and no biases", async () => {
    const matrix = tensor("float32", [2, 2], [3, 4, 0.3, 0.4]);
    const kernels = tensor("float32", [2, 1, 1, 2], [0, 0, 6, 8]);
    const bias = tensor("float32", [2], [10, 10]);
    const results = await evaluate([matrix, kernels, bias], (b, all) => all.map((v) => emitMaxNorm(b, 2, v)));
    close(numbers(results[0]), [1.2, 1.6, 0.3, 0.4]);
    close(numbers(results[1]), [0, 0, 1.2, 1.6]);
    expect(numbers(results[2])).toEqual([10, 10]);
  });
});
