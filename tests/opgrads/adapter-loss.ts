import type { Value } from "../../src/ir/graph.ts";
import { vectorNorm } from "./adapter-reduce.ts";
import { type Adapter, type Call, count, dims, op } from "./call.ts";

const allAxes = (x: Value): number[] => dims(x).map((_, i) => i);

/** Mean, sum or nothing over the elements of a loss. */
function reduced(c: Call, loss: Value): Value {
  const how = c.text("reduction", "mean");
  if (how === "none") return loss;
  return c.reduce(how === "sum" ? "ReduceSum" : "ReduceMean", loss, allAxes(loss));
}

const legacy = "size_average reduce reduction";
/** A loss of prediction and target, element by element, then reduced. */
const loss = (names: string, f: (c: Call, x: Value, target: Value) => Value): Adapter =>
  op(`input target ${names} ${legacy}`, (c) => reduced(c, f(c, c.tensor("input"), c.tensor("target"))));

const relu = (c: Call, x: Value): Value => c.b.emit("Relu", [x]);

/** Quadratic up to `width`, linear beyond, with the value and slope that fit there. */
function rounded(c: Call, x: Value, target: Value, width: number, scale: number): Value {
  const { m } = c;
  const size = m.abs(m.sub(x, target));
  if (width === 0) return m.mul(size, scale);
  const inside = m.mul(m.square(size), 0.5 / width);
  return m.mul(m.where(m.lt(size, width), inside, m.sub(size, 0.5 * width)), scale);
}

/** torch holds both logarithms at -100 and more. */
function binaryCrossEntropy(c: Call, x: Value, target: Value): Value {
  const { m } = c;
  const held = (v: Value): Value => m.max(m.log(v), -100);
  const each = m.neg(m.add(m.mul(target, held(x)), m.mul(m.sub(1, target), held(m.sub(1, x)))));
  const weight = c.maybe("weight");
  return weight ? m.mul(each, weight) : each;
}

/** (1 - t) z + (1 + (p - 1) t) softplus(-z), with p the weight of positives. */
function withLogits(c: Call, z: Value, target: Value): Value {
  const { m } = c;
  const positive = c.maybe("pos_weight");
  const factor = positive ? m.add(m.mul(m.sub(positive, 1), target), 1) : null;
  const soft = m.softplus(m.neg(z));
  const each = m.add(m.mul(m.sub(1, target), z), factor ? m.mul(factor, soft) : soft);
  const weight = c.maybe("weight");
  return weight ? m.mul(each, weight) : each;
}

/** The loss of class targets from log-probabilities [N, C, ...]; a vector is one sample. */
function negativeLogLikelihood(c: Call, logs: Value, target: Value): Value {
  const { m } = c;
  if (dims(logs).length === 1) {
    const one = negativeLogLikelihood(c, m.reshape(logs, [1, ...dims(logs)]), m.reshape(target, [1]));
    return dims(one).length === 1 ? m.reshape(one, []) : one;
  }
  const ignored = c.b.constant({
    dtype: "int64",
    dims: [],
    data: new BigInt64Array([BigInt(c.number("ignore_index", -100))]),
  });
  const counts = m.not(m.eq(target, ignored));
  const zero = c.b.constant({ dtype: "int64", dims: [], data: new BigInt64Array([0n]) });
  const safe = c.b.emit("Where", [counts, target, zero]);
  const weight = c.maybe("weight");
  const each = weight ? c.b.emit("Gather", [weight, safe]) : c.expand(c.scalar(1), dims(target));
  const weights = m.where(counts, each, 0);
  const picked = c.b.emit("GatherElements", [logs, c.b.emit("Unsqueeze", [safe, c.b.ints([1])])], { axis: 1 });
  const losses = m.neg(m.mul(weights, c.b.emit("Squeeze", [picked, c.b.ints([1])])));
  const smoothing = c.number("label_smoothing", 0);
  const all = smoothing === 0 ? losses : smoothed(c, logs, losses, counts, smoothing);
  const how = c.text("reduction", "mean");
  if (how === "none") return all;
  const total = c.reduce("ReduceSum", all, allAxes(all));
  return how === "sum" ? total : m.div(total, c.reduce("ReduceSum", weights, allAxes(weights)));
}

/** A part of each target is spread over all classes. */
function smoothed(c: Call, logs: Value, losses: Value, counts: Value, smoothing: number): Value {
  const { m } = c;
  const weight = c.maybe("weight");
  const classes = dims(logs)[1] as number;
  const weighted = weight
    ? m.mul(
        logs,
        m.reshape(weight, [
          classes,
          ...dims(logs)
            .slice(2)
            .map(() => 1),
        ]),
      )
    : logs;
  const spread = m.where(counts, m.neg(c.reduce("ReduceSum", weighted, [1])), 0);
  return m.add(m.mul(losses, 1 - smoothing), m.mul(spread, smoothing / classes));
}

function crossEntropy(c: Call): Value {
  const { m } = c;
  const x = c.tensor("input");
  const target = c.tensor("target");
  const axis = dims(x).length === 1 ? 0 : 1;
  const logs = c.b.emit("LogSoftmax", [x], { axis });
  if (target.type.dtype === "int64") return negativeLogLikelihood(c, logs, target);
  const classes = dims(x)[axis] as number;
  const smoothing = c.number("label_smoothing", 0);
  const wanted = smoothing === 0 ? target : m.add(m.mul(target, 1 - smoothing), smoothing / classes);
  const weight = c.maybe("weight");
  const terms = m.mul(wanted, logs);
  const weighted = weight
    ? m.mul(
        terms,
        m.reshape(weight, [
          classes,
          ...dims(x)
            .slice(axis + 1)
            .map(() => 1),
        ]),
      )
    : terms;
  const losses = m.neg(c.reduce("ReduceSum", weighted, [axis]));
  const how = c.text("reduction", "mean");
  if (how === "none") return losses;
  const total = c.reduce("ReduceSum", losses, allAxes(losses));
  return how === "sum" ? total : m.div(total, count(x) / classes);
}

/** -(x log p) as torch has it: targets given as probabilities or as their logarithms. */
function divergence(c: Call): Value {
  const { m } = c;
  const [x, target] = [c.tensor("input"), c.tensor("target")];
  const logTarget = c.flag("log_target");
  const each = logTarget
    ? m.mul(m.exp(target), m.sub(target, x))
    : m.sub(m.where(m.gt(target, 0), m.mul(target, m.log(target)), 0), m.mul(target, x));
  if (c.text("reduction", "mean") !== "batchmean") return reduced(c, each);
  return m.div(c.reduce("ReduceSum", each, allAxes(each)), dims(x)[0] ?? 1);
}

function poisson(c: Call, x: Value, target: Value): Value {
  const { m } = c;
  const each = c.flag("log_input", true)
    ? m.sub(m.exp(x), m.mul(target, x))
    : m.sub(x, m.mul(target, m.log(m.add(x, c.number("eps", 1e-8)))));
  if (!c.flag("full")) return each;
  const stirling = m.add(m.sub(m.mul(target, m.log(target)), target), m.mul(m.log(m.mul(target, 2 * Math.PI)), 0.5));
  return m.add(each, m.where(m.gt(target, 1), stirling, 0));
}

function gaussian(c: Call): Value {
  const { m } = c;
  const [x, target] = [c.tensor("input"), c.tensor("target")];
  const given = c.tensor("var");
  const flat = dims(given).length === dims(x).length ? given : c.b.emit("Unsqueeze", [given, c.b.ints([-1])]);
  const eps = c.number("eps", 1e-6);
  // The variance is raised to eps without telling the gradient.
  const variance = c.through(flat, (v) => m.max(v, eps), "identity");
  const each = m.mul(m.add(m.div(m.square(m.sub(x, target)), variance), m.log(variance)), 0.5);
  return reduced(c, c.flag("full") ? m.add(each, 0.5 * Math.log(2 * Math.PI)) : each);
}

function hingeEmbedding(c: Call, x: Value, target: Value): Value {
  const { m } = c;
  const apart = m.where(m.eq(target, 1), 0, m.max(m.sub(c.number("margin", 1), x), 0));
  return m.add(apart, m.where(m.eq(target, -1), 0, x));
}

function cosineSimilarity(c: Call, a: Value, b: Value, axis: number, eps: number): Value {
  const { m } = c;
  const rank = Math.max(dims(a).length, dims(b).length);
  const axes = rank === 0 ? [] : [axis < 0 ? axis + rank : axis];
  const product = m.mul(a, b);
  // Stretched first, so that the axis means the same in both.
  const [left, right] = [c.expand(a, dims(product)), c.expand(b, dims(product))];
  const length = (v: Value): Value => m.max(c.reduce("ReduceL2", v, axes), eps);
  return m.div(c.reduce("ReduceSum", product, axes), m.mul(length(left), length(right)));
}

function cosineEmbedding(c: Call): Value {
  const { m } = c;
  const [a, b, target] = [c.tensor("input1"), c.tensor("input2"), c.tensor("target")];
  const axes = [Math.max(dims(a).length, dims(b).length) - 1];
  // The loss guards its own lengths by adding 1e-12, unlike cosine_similarity.
  const square = (v: Value): Value => m.add(c.reduce("ReduceSumSquare", v, axes), 1e-12);
  const similarity = m.div(c.reduce("ReduceSum", m.mul(a, b), axes), m.sqrt(m.mul(square(a), square(b))));
  const near = m.where(m.eq(target, 1), m.sub(1, similarity), 0);
  const far = m.where(m.eq(target, -1), m.max(m.sub(similarity, c.number("margin", 0)), 0), 0);
  return reduced(c, m.add(near, far));
}

function distance(c: Call, a: Value, b: Value, p: number, eps: number, keep = false): Value {
  const difference = c.m.add(c.m.sub(a, b), eps);
  return vectorNorm(c, difference, p, [dims(difference).length - 1], keep);
}

function tripletMargin(c: Call): Value {
  const { m } = c;
  const [anchor, positive, negative] = [c.tensor("anchor"), c.tensor("positive"), c.tensor("negative")];
  const between = (a: Value, b: Value): Value => distance(c, a, b, c.number("p", 2), c.number("eps", 1e-6));
  const near = between(anchor, positive);
  let far = between(anchor, negative);
  if (c.flag("swap")) far = m.min(far, between(positive, negative));
  return reduced(c, relu(c, m.add(m.sub(near, far), c.number("margin", 1))));
}

function multilabelSoftMargin(c: Call): Value {
  const { m } = c;
  const [x, y] = [c.tensor("input"), c.tensor("target")];
  const each = m.add(m.mul(y, m.softplus(m.neg(x))), m.mul(m.sub(1, y), m.softplus(x)));
  const weight = c.maybe("weight");
  const weighted = weight ? m.mul(each, weight) : each;
  return reduced(c, c.reduce("ReduceMean", weighted, [dims(x).length - 1]));
}

const losses: { readonly [name: string]: Adapter } = {
  l1_loss: loss("", (c, x, t) => c.m.abs(c.m.sub(x, t))),
  mse_loss: loss("", (c, x, t) => c.m.square(c.m.sub(x, t))),
  smooth_l1_loss: op(`input target ${legacy} beta`, (c) =>
    reduced(c, rounded(c, c.tensor("input"), c.tensor("target"), c.number("beta", 1), 1)),
  ),
  huber_loss: op("input target reduction delta", (c) => {
    const delta = c.number("delta", 1);
    return reduced(c, rounded(c, c.tensor("input"), c.tensor("target"), delta, delta));
  }),
  binary_cross_entropy: op(`input target weight ${legacy}`, (c) =>
    reduced(c, binaryCrossEntropy(c, c.tensor("input"), c.tensor("target"))),
  ),
  binary_cross_entropy_with_logits: op(`input target weight ${legacy} pos_weight`, (c) =>
    reduced(c, withLogits(c, c.tensor("input"), c.tensor("target"))),
  ),
  nll_loss: op("input target weight size_average ignore_index reduce reduction", (c) =>
    negativeLogLikelihood(c, c.tensor("input"), c.tensor("target")),
  ),
  cross_entropy: op("input target weight size_average ignore_index reduce reduction label_smoothing", crossEntropy),
  kl_div: op(`input target ${legacy} log_target`, divergence),
  poisson_nll_loss: op("input target log_input full size_average eps reduce reduction", (c) =>
    reduced(c, poisson(c, c.tensor("input"), c.tensor("target"))),
  ),
  gaussian_nll_loss: op("input target var full eps reduction", gaussian),
  hinge_embedding_loss: op(`input target margin ${legacy}`, (c) =>
    reduced(c, hingeEmbedding(c, c.tensor("input"), c.tensor("target"))),
  ),
  cosine_embedding_loss: op(`input1 input2 target margin ${legacy}`, cosineEmbedding),
  margin_ranking_loss: op(`input1 input2 target margin ${legacy}`, (c) => {
    const difference = c.m.sub(c.tensor("input1"), c.tensor("input2"));
    const signed = c.m.neg(c.m.mul(c.tensor("target"), difference));
    return reduced(c, relu(c, c.m.add(signed, c.number("margin", 0))));
  }),
  soft_margin_loss: loss("", (c, x, t) => c.m.softplus(c.m.neg(c.m.mul(x, t)))),
  triplet_margin_loss: op(`anchor positive negative margin p eps swap ${legacy}`, tripletMargin),
  triplet_margin_with_distance_loss: op("anchor positive negative margin swap reduction", tripletMargin),
  multilabel_soft_margin_loss: op(`input target weight ${legacy}`, multilabelSoftMargin),
  pairwise_distance: op("x1 x2 p eps keepdim", (c) =>
    distance(c, c.tensor("x1"), c.tensor("x2"), c.number("p", 2), c.number("eps", 1e-6), c.flag("keepdim")),
  ),
  cosine_similarity: op("x1 x2 dim eps", (c) =>
    cosineSimilarity(c, c.tensor("x1"), c.tensor("x2"), c.number("dim", 1), c.number("eps", 1e-8)),
  ),
};

export const lossFunctions: { readonly [name: string]: Adapter } = Object.fromEntries(
  Object.entries(losses).map(([name, adapter]) => [`nn.functional.${name}`, adapter]),
);
