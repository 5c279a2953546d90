import { type CheckedDocument, checkDocument } from "../../../../src/compile/check.ts";
import { fieldsOf } from "../../../../src/data/fields.ts";
import type { DataSection } from "../../../../src/data/schema.ts";
import type { GraphDocument } from "../../../../src/graph/document.ts";
import type { PortRef, TargetRef } from "../../../../src/graph/objective.ts";
import type { TensorRefInput } from "../../../../src/protocol/index.ts";
import { isSymbolic } from "../../../../src/shape/dim.ts";

/** How one reads what a network says of a sample. */
export interface Task {
  /**
   * `classes`: one score for each class. `binary`: one score, above the threshold it is class 1. `values`: numbers that
   * are to meet those of the target.
   */
  readonly kind: "classes" | "binary" | "values";
  /** How scores become a share of confidence; null where they are none. */
  readonly confidence: "softmax" | "exponential" | "sigmoid" | null;
  readonly threshold: number;
  /** Number of classes; of values how many there are in a sample. */
  readonly size: number;
  /** Sizes of one prediction, the batch left out. */
  readonly dims: readonly number[];
  readonly classes: readonly string[];
  readonly prediction: TensorRefInput;
  readonly target: TensorRefInput;
  /** What the network is shown: its first input. */
  readonly input: TensorRefInput | null;
  readonly inputDims: readonly number[];
}

const tasks = new WeakMap<GraphDocument, Task | null>();

/** How the predictions of a document read, after its first objective; null where samples have no such. */
export function taskOf(document: GraphDocument): Task | null {
  if (!tasks.has(document)) tasks.set(document, makeTask(checkDocument(document)));
  return tasks.get(document) ?? null;
}

const classLosses: ReadonlySet<string> = new Set(["cross-entropy", "nll", "hinge", "perceptron", "bce-with-logits"]);
const classMetrics: ReadonlySet<string> = new Set([
  "accuracy",
  "top-k",
  "confusion-matrix",
  "precision",
  "recall",
  "f1",
]);
const valueLosses: ReadonlySet<string> = new Set(["mse", "l1", "huber", "smooth-l1", "log-cosh"]);

function makeTask(checked: CheckedDocument): Task | null {
  const { document } = checked;
  const [objective] = document.objectives;
  const term = objective?.terms[0];
  if (!objective || !term?.target) return null;
  const { loss } = term;
  const metric = objective.metrics.find((m) => classMetrics.has(m.metric.kind));
  const classes = classLosses.has(loss.kind) || (valueLosses.has(loss.kind) && metric !== undefined);
  if (!classes && !valueLosses.has(loss.kind)) return null;
  // A loss of values may be measured as a decision too; then the metric says what is compared.
  const chosen = !classLosses.has(loss.kind) && metric ? metric : term;
  const target = chosen.target;
  const dims = sampleDims(checked, chosen.prediction);
  if (!target || !dims) return null;
  const size = dims.reduce((a, b) => a * b, 1);
  // Classes of every place of a picture or a sequence are not decisions about a sample.
  if (classes && dims.filter((d) => d !== 1).length > 1) return null;
  const kind = !classes ? "values" : size > 1 ? "classes" : "binary";
  // Several independent decisions of one sample are shown as their values.
  if (kind === "classes" && loss.kind === "bce-with-logits") return null;
  const input = firstInput(checked);
  const own = metric && metric.prediction.node === chosen.prediction.node ? metric.metric : null;
  return {
    kind,
    confidence: confidenceOf(loss.kind, kind),
    threshold: own && "threshold" in own ? own.threshold : 0,
    size: kind === "binary" ? 2 : size,
    dims,
    classes: kind === "values" ? [] : classNames(document.data, target, kind === "binary" ? 2 : size),
    prediction: output(chosen.prediction),
    target: targetRef(target),
    input: input === null ? null : output({ node: input, port: "out" }),
    inputDims: (input !== null && sampleDims(checked, { node: input, port: "out" })) || [],
  };
}

function confidenceOf(loss: string, kind: Task["kind"]): Task["confidence"] {
  if (kind === "classes") return loss === "cross-entropy" ? "softmax" : loss === "nll" ? "exponential" : null;
  return kind === "binary" && loss === "bce-with-logits" ? "sigmoid" : null;
}

const output = ({ node, port }: PortRef): TensorRefInput => ({ of: "output", node, port, what: "value" });
const targetRef = (t: TargetRef): TensorRefInput => ("field" in t ? { of: "target", field: t.field } : output(t));

/** Sizes of one sample of an output; null while they are not known or not fixed. */
function sampleDims({ graph }: CheckedDocument, { node, port }: PortRef): readonly number[] | null {
  const checked = graph.nodes.get(node);
  const at = checked?.outputPorts.findIndex((p) => p.name === port) ?? -1;
  const shape = checked?.outputTypes?.[at]?.shape;
  if (!shape || shape.length === 0) return null;
  const dims = shape.slice(1);
  return dims.every((d): d is number => !isSymbolic(d)) ? (dims as readonly number[]) : null;
}

/** The first input node that a field of the data feeds. */
function firstInput({ document }: CheckedDocument): string | null {
  const fed = new Set(Object.keys(document.data?.inputs ?? {}));
  return document.nodes.find((n) => fed.has(n.id))?.id ?? null;
}

/** Names of the classes where the data set has them, else their numbers. */
export function classNames(data: DataSection | null, target: TargetRef, count: number): readonly string[] {
  const known = data && "field" in target ? namesOf(data, target.field) : null;
  return Array.from({ length: count }, (_, i) => known?.[i] ?? String(i));
}

function namesOf(data: DataSection, field: string): readonly string[] | null {
  if (data.source.kind === "csv") return data.source.columns[field]?.classes ?? null;
  return fieldsOf(data)?.find((f) => f.name === field)?.classes ?? null;
}
