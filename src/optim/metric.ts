import { type Issue, issue } from "../core/issue.ts";
import type { MetricSpec } from "../graph/objective.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import type { Value } from "../ir/graph.ts";
import { Maths } from "../ir/maths.ts";
import { isSymbolic, product } from "../shape/dim.ts";
import { isInteger } from "../shape/dtype.ts";
import { shapeText, type TensorType, typeText } from "../shape/type.ts";
import { columnOf, withoutAxis } from "./losses/class.ts";
import { alike, asValue, classAxis, countOf, laidOn, oneHot, sumAll } from "./losses/define.ts";

/** One output of a metric, to be summed over batches; `train/metrics.ts` makes numbers of the sums. */
export interface Accumulator {
  readonly name: string;
  readonly value: Value;
}

/** A confusion matrix of more classes would take longer than the network. */
const mostClasses = 2048;

/**
 * What is wrong with a metric of these types; the caller adds the place.
 *
 * Metrics of classes take logits or probabilities with class numbers (axes as for cross-entropy), or with one-hot
 * targets of their own shape; or, for two classes, one score per target of 0/1 or -1/+1, compared with the threshold.
 */
export function checkMetric(spec: MetricSpec, prediction: TensorType, target: TensorType): Issue[] {
  const wrong = (expected: string, found = `${shapeText(prediction.shape)}, ${typeText(target)}`): Issue[] => [
    issue("objective.metric", { metric: spec.kind, expected, found }),
  ];
  if (spec.kind === "mae" || spec.kind === "r2") {
    return alike(prediction.shape, target.shape) ? [] : wrong(shapeText(prediction.shape));
  }
  const labels = labelsOf(prediction, target);
  if (labels === null) return wrong("[N, C], int64[N]");
  if (spec.kind === "top-k") {
    if (labels.kind === "binary") return wrong("[N, C], int64[N]");
    return spec.k < labels.classes ? [] : wrong(`k < ${labels.classes}`, `k = ${spec.k}`);
  }
  const matrix = spec.kind !== "accuracy" && labels.kind !== "binary" && labels.classes > mostClasses;
  return matrix ? wrong(`C <= ${mostClasses}`, `C = ${labels.classes}`) : [];
}

/**
 * Emits a metric that {@link checkMetric} accepts. Accumulators by kind:
 *
 * - accuracy, top-k: `correct`, `count` (scalars)
 * - confusion-matrix, precision, recall, f1: `matrix` [C, C], counts by true class (row) and predicted class
 * - mae: `total`, `count` (scalars)
 * - r2: `count` (scalar); `sum` and `squares` of the targets and `residual` Σ(t-x)², by output column, in float64
 */
export function emitMetric(b: GraphBuilder, spec: MetricSpec, prediction: Value, target: Value): Accumulator[] {
  const m = new Maths(b);
  switch (spec.kind) {
    case "accuracy":
      return emitAccuracy(m, spec.threshold, prediction, target);
    case "top-k":
      return emitTopK(m, spec.k, prediction, target);
    case "mae": {
      const error = m.abs(m.sub(prediction, laidOn(m, target, prediction)));
      const count = asValue(m, countOf(m, prediction), prediction);
      return [
        { name: "total", value: sumAll(error, b) },
        { name: "count", value: count },
      ];
    }
    case "r2":
      return emitR2(m, prediction, target);
    default:
      return emitMatrix(m, spec.threshold, prediction, target);
  }
}

type Labels =
  /** One score per target; 0/1 or -1/+1. */
  | { readonly kind: "binary" }
  /** Class numbers, or with `oneHot` a table like the prediction. */
  | { readonly kind: "classes"; readonly axis: number; readonly classes: number; readonly oneHot: boolean };

function labelsOf(prediction: TensorType, target: TensorType): Labels | null {
  const numbered = isInteger(target.dtype) ? classAxis(prediction.shape, target.shape) : null;
  const axis = numbered ?? 1;
  const classes = prediction.shape[axis] ?? 1;
  if (numbered === null && !alike(prediction.shape, target.shape)) return null;
  if (isSymbolic(classes)) return null;
  if (classes < 2) return { kind: "binary" };
  return { kind: "classes", axis, classes, oneHot: numbered === null };
}

interface Classified {
  readonly classes: number;
  /** int64 class numbers of equal shape. */
  readonly predicted: Value;
  readonly truth: Value;
}

function classify(m: Maths, threshold: number, prediction: Value, target: Value): Classified {
  const { b } = m;
  const labels = labelsOf(prediction.type, target.type);
  if (!labels || labels.kind === "binary") {
    const truth = m.gt(laidOn(m, target, prediction), 0.5);
    return { classes: 2, predicted: b.cast(m.gt(prediction, threshold), "int64"), truth: b.cast(truth, "int64") };
  }
  const { axis, classes } = labels;
  return {
    classes,
    predicted: b.emit("ArgMax", [prediction], { axis, keepdims: 0 }),
    truth: labels.oneHot
      ? b.emit("ArgMax", [laidOn(m, target, prediction)], { axis, keepdims: 0 })
      : withoutAxis(m, columnOf(m, prediction, target, axis), axis),
  };
}

function counted(m: Maths, hits: Value, samples: Value, like: Value): Accumulator[] {
  return [
    { name: "correct", value: sumAll(m.mask(hits, like), m.b) },
    { name: "count", value: asValue(m, countOf(m, like, samples.type.shape), like) },
  ];
}

function emitAccuracy(m: Maths, threshold: number, prediction: Value, target: Value): Accumulator[] {
  const { predicted, truth } = classify(m, threshold, prediction, target);
  return counted(m, m.eq(predicted, truth), truth, prediction);
}

function emitTopK(m: Maths, k: number, prediction: Value, target: Value): Accumulator[] {
  const { b } = m;
  const { truth } = classify(m, 0, prediction, target);
  const axis = classAxis(prediction.type.shape, truth.type.shape) ?? 1;
  const best = b.emitAll("TopK", [prediction, b.ints([k])], { axis }, { outputs: 2 })[1] as Value;
  const hits = m.eq(best, columnOf(m, prediction, truth, axis));
  return counted(m, hits, truth, prediction);
}

function emitMatrix(m: Maths, threshold: number, prediction: Value, target: Value): Accumulator[] {
  const { b } = m;
  const { classes, predicted, truth } = classify(m, threshold, prediction, target);
  const rows = (labels: Value): Value => {
    const list = b.emit(
      "Reshape",
      [labels, b.ints([-1])],
      {},
      { types: [{ dtype: "int64", shape: [product(labels.type.shape)] }] },
    );
    return oneHot(m, list, classes, -1, b.scalar(0));
  };
  return [{ name: "matrix", value: b.emit("Gemm", [rows(truth), rows(predicted)], { transA: 1 }) }];
}

/** In float64: Σt² - (Σt)²/n cancels where the mean is large beside the spread. */
function emitR2(m: Maths, prediction: Value, target: Value): Accumulator[] {
  const { b } = m;
  const x = b.cast(prediction, "float64");
  const t = laidOn(m, target, x);
  const overBatch = (v: Value): Value => m.sum(v, [0], false);
  return [
    { name: "count", value: asValue(m, countOf(m, x, x.type.shape.slice(0, 1)), x) },
    { name: "sum", value: overBatch(t) },
    { name: "squares", value: overBatch(m.square(t)) },
    { name: "residual", value: overBatch(m.square(m.sub(t, x))) },
  ];
}
