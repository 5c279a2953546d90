import { type Fix, type Issue, issue, warning } from "../core/issue.ts";
import { byText } from "../core/order.ts";
import { checkData, type FieldType, fieldsOf } from "../data/fields.ts";
import { expandBlocks } from "../graph/blocks.ts";
import { type CheckedGraph, checkGraph, portType } from "../graph/check.ts";
import type { GraphDocument } from "../graph/document.ts";
import type { LossKind, Objective, PortRef, TargetRef } from "../graph/objective.ts";
import { layerRegistry } from "../layers/registry.ts";
import { checkLoss } from "../optim/loss.ts";
import { checkMetric } from "../optim/metric.ts";
import { type Dim, isSymbolic, symbol } from "../shape/dim.ts";
import { type TensorType, typeText } from "../shape/type.ts";

/** Everything that is known of a document before it is compiled. */
export interface CheckedDocument {
  /** The document with its blocks expanded: what `graph` and the models are about. */
  readonly document: GraphDocument;
  readonly graph: CheckedGraph;
  /** Fields of the data set; empty where a file must be read first. */
  readonly fields: readonly FieldType[];
  /** Numbers that the data set gives to symbols other than the batch, such as `T`. */
  readonly symbols: { readonly [symbol: string]: number };
  readonly issues: readonly Issue[];
}

/** Name of the batch symbol: first axis of every input. */
export const batchSymbol = "N";

/**
 * Checks a document as a whole: its graph, the binding of data to inputs, and its objectives. `fields` says what a
 * data set read from files holds; built-in sets and generators are known without. `previous` makes it incremental.
 */
export function checkDocument(
  given: GraphDocument,
  fields?: readonly FieldType[],
  previous?: CheckedDocument,
): CheckedDocument {
  const { document, issues: blockIssues } = expandBlocks(given);
  const graph = checkGraph(document, layerRegistry, previous?.graph);
  const known = fields ?? (document.data ? fieldsOf(document.data) : null);
  const bound = checkBinding(document, graph, known);
  const issues = [
    ...blockIssues,
    ...graph.issues,
    ...(document.data ? checkData(document.data) : []),
    ...bound.issues,
    ...document.objectives.flatMap((o, i) => checkObjective(document, o, i, graph, known)),
  ];
  return { document, graph, fields: known ?? [], symbols: bound.symbols, issues };
}

/** The type of a field as a model sees it: with the batch in front. */
export const fieldType = (f: FieldType): TensorType => ({ dtype: f.dtype, shape: [symbol(batchSymbol), ...f.shape] });

/** Input nodes: those whose layer has no input port. */
export function inputNodes(graph: CheckedGraph): string[] {
  const isInput = ([, n]: [string, CheckedGraph["nodes"] extends ReadonlyMap<string, infer T> ? T : never]): boolean =>
    n.params !== null && n.node.state === "active" && n.layer?.inputs(n.params).length === 0;
  return [...graph.nodes].filter(isInput).map(([id]) => id);
}

interface Binding {
  readonly symbols: { [symbol: string]: number };
  readonly issues: Issue[];
}

function checkBinding(document: GraphDocument, graph: CheckedGraph, fields: readonly FieldType[] | null): Binding {
  const result: Binding = { symbols: {}, issues: [] };
  if (!document.data || !fields) return result;
  const inputs = inputNodes(graph);
  for (const node of Object.keys(document.data.inputs).sort(byText)) {
    if (inputs.includes(node)) continue;
    result.issues.push(issue("binding.unknown-input", { path: `data.inputs.${node}`, id: node }));
  }
  for (const node of inputs) bindInput(node, document, graph, fields, result);
  return result;
}

function bindInput(
  node: string,
  document: GraphDocument,
  graph: CheckedGraph,
  fields: readonly FieldType[],
  { symbols, issues }: Binding,
): void {
  const type = graph.nodes.get(node)?.outputTypes?.[0];
  const name = document.data?.inputs[node];
  if (!type) return;
  if (name === undefined) {
    const fitting = fields.find((f) => f.dtype === type.dtype && unify(type.shape.slice(1), f.shape, {}));
    const path = ["data", "inputs", node];
    const fix: { fix?: Fix } = fitting ? { fix: { kind: "set-document", path, value: fitting.name } } : {};
    issues.push(issue("binding.missing", { node, input: node, fields: fields.map((f) => f.name), ...fix }));
    return;
  }
  const field = fields.find((f) => f.name === name);
  if (!field) {
    const place = { node, path: `data.inputs.${node}` };
    issues.push(issue("binding.unknown-field", { ...place, field: name, fields: fields.map((f) => f.name) }));
    return;
  }
  const fits = field.dtype === type.dtype && unify(type.shape.slice(1), field.shape, symbols);
  if (fits) return;
  const found = typeText(fieldType(field));
  const fix = { kind: "set-param", node, param: "shape", value: [...field.shape] } as const;
  issues.push(issue("binding.shape", { node, field: name, expected: typeText(type), found, fix }));
}

/** Gives numbers to the symbols of `shape` so that it equals `sizes`; false when it cannot. */
export function unify(shape: readonly Dim[], sizes: readonly number[], symbols: { [symbol: string]: number }): boolean {
  if (shape.length !== sizes.length) return false;
  return shape.every((d, i) => {
    const size = sizes[i] as number;
    if (!isSymbolic(d)) return d === size;
    const held = symbols[d.key];
    if (held === undefined) symbols[d.key] = size;
    return held === undefined || held === size;
  });
}

function checkObjective(
  document: GraphDocument,
  objective: Objective,
  index: number,
  graph: CheckedGraph,
  fields: readonly FieldType[] | null,
): Issue[] {
  const place = { objective: objective.id };
  const issues: Issue[] = [];
  const typeOf = (ref: TargetRef, what: string): TensorType | null => {
    const found = "field" in ref ? fieldRef(ref.field, fields) : portOf(ref, graph);
    if (found === null || "dtype" in found) return found;
    issues.push({ ...found, ...place, path: `objectives.${objective.id}.${what}` } as Issue);
    return null;
  };
  objective.terms.forEach((term, i) => {
    const prediction = typeOf(term.prediction, `terms[${i}].prediction`);
    const target = term.target && typeOf(term.target, `terms[${i}].target`);
    issues.push(...softmaxTwice(term.loss.kind, term.prediction, graph).map((x) => ({ ...x, ...place })));
    if (!prediction || (term.target && !target)) return;
    const at = { ...place, node: term.prediction.node };
    issues.push(
      ...checkLoss(term.loss, prediction, target, ["objectives", index, "terms", i, "loss"]).map(
        (x): Issue => ({ ...at, ...x }),
      ),
    );
  });
  objective.metrics.forEach((metric, i) => {
    const prediction = typeOf(metric.prediction, `metrics[${i}].prediction`);
    const target = typeOf(metric.target, `metrics[${i}].target`);
    if (!prediction || !target) return;
    const at = { ...place, node: metric.prediction.node };
    issues.push(...checkMetric(metric.metric, prediction, target).map((x): Issue => ({ ...at, ...x })));
  });
  return [...issues, ...parameterIssues(document, objective, graph)];
}

function fieldRef(name: string, fields: readonly FieldType[] | null): TensorType | Issue | null {
  if (!fields) return null;
  const field = fields.find((f) => f.name === name);
  return field ? fieldType(field) : issue("binding.unknown-field", { field: name, fields: fields.map((f) => f.name) });
}

function portOf(ref: PortRef, graph: CheckedGraph): TensorType | Issue | null {
  const node = graph.nodes.get(ref.node);
  if (!node) return issue("objective.unknown-node", { found: ref.node });
  const ports = node.outputPorts.map((p) => p.name);
  if (node.outputTypes && !ports.includes(ref.port)) {
    return issue("objective.unknown-port", { node: ref.node, found: ref.port, ports });
  }
  return portType(graph, ref.node, ref.port);
}

/** Activations that a loss on logits applies itself. */
const inside: { readonly [L in LossKind]?: readonly string[] } = {
  "cross-entropy": ["softmax", "log-softmax"],
  "bce-with-logits": ["sigmoid"],
};

function softmaxTwice(loss: LossKind, prediction: PortRef, graph: CheckedGraph): Issue[] {
  const node = graph.nodes.get(prediction.node);
  if (!node?.layer || !inside[loss]?.includes(node.layer.id)) return [];
  const fix = { kind: "remove-node", node: node.node.id, heal: true } as const;
  return [warning("objective.softmax-twice", { node: node.node.id, loss, layer: node.layer.id, fix })];
}

function parameterIssues(document: GraphDocument, objective: Objective, graph: CheckedGraph): Issue[] {
  const place = { objective: objective.id };
  const named = objective.parameters === "all" ? [] : objective.parameters;
  const unknown = named
    .filter((id) => !graph.nodes.has(id))
    .map((id) =>
      issue("objective.unknown-node", { ...place, found: id, path: `objectives.${objective.id}.parameters` }),
    );
  if (unknown.length > 0) return unknown;
  const trains = document.nodes.some((n) => {
    const checked = graph.nodes.get(n.id);
    const chosen = objective.parameters === "all" || objective.parameters.includes(n.id);
    // A node with issues of its own may turn out to have parameters once they are mended.
    return chosen && !n.frozen && (!checked?.outputTypes || checked.parameters.some((p) => p.kind === "parameter"));
  });
  return trains ? [] : [issue("objective.no-parameters", place)];
}
