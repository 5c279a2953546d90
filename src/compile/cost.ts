import { differentiate } from "../autodiff/differentiate.ts";
import type { CheckedGraph, CheckedNode } from "../graph/check.ts";
import { GraphBuilder } from "../ir/builder.ts";
import type { Operator, Value } from "../ir/graph.ts";
import { captured } from "../ir/inline.ts";
import type { Layer } from "../layers/define.ts";
import { uniformSource } from "../lower/random.ts";
import { type Dim, symbolsOf } from "../shape/dim.ts";
import { byteSize, elementCount, isFloat } from "../shape/dtype.ts";
import { staticShape, substituteShape, type TensorType, typeText } from "../shape/type.ts";
import { batchSymbol, type CheckedDocument } from "./check.ts";

/** What one pass over a node costs for one sample. */
export interface PassCost {
  /** Multiplications with an addition: products of matrices and convolutions. Elementwise work is not counted. */
  readonly multiplyAdds: number;
  readonly bytes: number;
}

export interface NodeCost {
  /** Numbers that are trained; none where they belong to another node. */
  readonly parameters: number;
  /** `bytes`: what the operators of the node write. Views of other tensors (Reshape) take none. */
  readonly forward: PassCost;
  /**
   * `bytes`: what must be kept from the forward pass until the backward pass reads it, and the gradients of the node's
   * inputs. Null where an operator has no gradient.
   */
  readonly backward: PassCost | null;
  /** Symbols without a number, which were counted as 1. */
  readonly assumed: readonly string[];
}

/** The whole network: every node once, parameters that are shared once. */
export interface TotalCost {
  readonly parameters: number;
  readonly multiplyAdds: number;
}

type Symbols = { readonly [symbol: string]: number };

/**
 * Cost of a node for one sample, counted on the operators it is lowered to and on those of its gradient. Null while its
 * shapes are not known, or where it does nothing (muted, bypassed).
 */
export function nodeCost(checked: CheckedDocument, id: string): NodeCost | null {
  const node = checked.graph.nodes.get(id);
  if (!node || !counted(node)) return null;
  const forward = forwardCost(node, checked.symbols);
  if (!forward) return null;
  const learns = trainedBefore(checked.graph, id);
  return {
    parameters: parameterCount(node),
    forward,
    backward: backwardCost(node, checked.symbols, learns),
    assumed: unknownSymbols(node, checked.symbols),
  };
}

/** Parameters and multiply-adds of the forward pass of all nodes, one sample. */
export function totalCost(checked: CheckedDocument): TotalCost {
  const nodes = [...checked.graph.nodes.values()].filter(counted);
  return {
    parameters: nodes.reduce((sum, n) => sum + parameterCount(n), 0),
    multiplyAdds: nodes.reduce((sum, n) => sum + (forwardCost(n, checked.symbols)?.multiplyAdds ?? 0), 0),
  };
}

/** Numbers that a node trains; 0 where they are those of another node. */
export function parameterCount({ node, parameters }: CheckedNode): number {
  if (node.share !== null) return 0;
  const own = parameters.filter((p) => p.kind === "parameter");
  return own.reduce((sum, p) => sum + elementCount(p.shape), 0);
}

const counted = (n: CheckedNode): boolean => n.node.state === "active" && n.outputTypes !== null;

/** True where something that is trained lies before a node: only then are gradients of its inputs needed. */
function trainedBefore(graph: CheckedGraph, id: string): boolean {
  const seen = new Set<string>();
  const open = (graph.nodes.get(id)?.sources ?? []).map((s) => s.node);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const node = graph.nodes.get(at);
    if (!node || seen.has(at)) continue;
    seen.add(at);
    if (trains(node)) return true;
    open.push(...node.sources.map((s) => s.node));
  }
  return false;
}

const trains = ({ node, parameters }: CheckedNode): boolean =>
  !node.frozen && node.state === "active" && parameters.some((p) => p.kind === "parameter");

function unknownSymbols(node: CheckedNode, symbols: Symbols): string[] {
  const dims = [...(node.inputTypes ?? []), ...(node.outputTypes ?? [])].flatMap((t): readonly Dim[] => t.shape);
  const names = new Set(dims.flatMap(symbolsOf));
  return [...names].filter((name) => name !== batchSymbol && symbols[name] === undefined);
}

/** A node lowered alone, its inputs and parameters being inputs of the graph. */
interface Alone {
  readonly b: GraphBuilder;
  readonly inputs: readonly Value[];
  readonly parameters: readonly Value[];
  readonly outputs: readonly Value[];
  /** Operators that work on the samples; the rest depends on constants and random numbers only. */
  readonly operators: readonly Operator[];
}

function lowerAlone(checked: CheckedNode, symbols: Symbols, training: boolean): Alone | null {
  const { node, params, inputTypes, outputTypes } = checked;
  if (!params || !inputTypes || !outputTypes) return null;
  const numbers = { ...symbols, ...Object.fromEntries(unknownSymbols(checked, symbols).map((s) => [s, 1])) };
  const sized = (t: TensorType): TensorType => {
    return { dtype: t.dtype, shape: substituteShape(t.shape, { ...numbers, [batchSymbol]: 1 }) };
  };
  const types = { inputs: inputTypes.map(sized), outputs: outputTypes.map(sized) };
  if (![...types.inputs, ...types.outputs].every(({ shape }) => staticShape(shape)?.every((d) => d >= 1))) return null;
  const layer = checked.layer as Layer;
  const b = new GraphBuilder(node.id);
  const source = layer.inputs(params).length === 0;
  const inputs = (source ? types.outputs : types.inputs).map((t, i) => b.input(`x${i}`, t));
  const tensors = new Map(
    checked.parameters.map((p) => [p.name, b.input(p.name, { dtype: "float32", shape: p.shape })]),
  );
  const uniform = training ? random(b) : null;
  const outputs = layer.lower({
    b,
    node: node.id,
    params,
    inputs,
    outputs: types.outputs,
    training,
    parameter: (name) => tensors.get(name) as Value,
    updateBuffer: () => {},
    uniform: (dims, stream = 0) => uniform?.(node.id, dims, stream) as Value,
  });
  const trained = checked.parameters.filter((p) => p.kind === "parameter").map((p) => tensors.get(p.name) as Value);
  const live = b.finish([...outputs]).operators;
  const reached = dependents(live, new Set(inputs));
  const operators = live.filter((o) => o.outputs.some((v) => reached.has(v)));
  return { b, inputs, parameters: trained, outputs, operators };
}

const random = (b: GraphBuilder) =>
  uniformSource(b, b.input("seed", { dtype: "uint32", shape: [] }), b.input("step", { dtype: "int64", shape: [] }));

/** `start` and every value made from one of them. */
function dependents(operators: readonly Operator[], start: ReadonlySet<Value>): Set<Value> {
  const reached = new Set(start);
  for (const o of operators) if (o.inputs.some((v) => v && reached.has(v))) for (const v of o.outputs) reached.add(v);
  return reached;
}

/** Costs by everything they depend on: layers of a deep network are often alike, and edits leave most as they are. */
const costs = new Map<string, PassCost | null>();
/** Far more than one network has kinds of nodes. */
const costLimit = 5000;

function remembered(node: CheckedNode, facts: readonly unknown[], make: () => PassCost | null): PassCost | null {
  const types = [...(node.inputTypes ?? []), "", ...(node.outputTypes ?? [])];
  const shapes = types.map((t) => (typeof t === "string" ? t : typeText(t)));
  const key = JSON.stringify([node.layer?.id, node.params, shapes, ...facts]);
  const held = costs.get(key);
  if (held !== undefined) return held;
  if (costs.size >= costLimit) costs.clear();
  const made = make();
  costs.set(key, made);
  return made;
}

function forwardCost(node: CheckedNode, symbols: Symbols): PassCost | null {
  return remembered(node, ["forward", symbols], () => {
    const alone = lowerAlone(node, symbols, false);
    if (!alone) return null;
    const written = alone.operators.filter((o) => !isView(o)).flatMap((o) => o.outputs);
    return { multiplyAdds: sum(alone.operators.map(multiplyAdds)), bytes: sum(written.map(bytes)) };
  });
}

function backwardCost(node: CheckedNode, symbols: Symbols, learns: boolean): PassCost | null {
  return remembered(node, ["backward", symbols, learns, node.node.frozen], () => {
    const alone = lowerAlone(node, symbols, true);
    if (!alone) return null;
    const inputs = learns ? alone.inputs.filter((v) => isFloat(v.type.dtype)) : [];
    const wrt = [...inputs, ...(node.node.frozen ? [] : alone.parameters)];
    const kept = keptForBackward(alone, wrt);
    const active = dependents(alone.operators, new Set(wrt));
    if (kept === null) return null;
    const work = sum(alone.operators.map((o) => gradientWork(o, active)));
    return { multiplyAdds: work, bytes: kept + sum(inputs.map(bytes)) };
  });
}

/** Bytes of forward values that the gradients with respect to `wrt` read; parameters stay anyway and are left out. */
function keptForBackward({ b, inputs, outputs, operators }: Alone, wrt: readonly Value[]): number | null {
  const forward = new Set(b.operators.map((o) => o.name));
  const seeds = outputs
    .filter((v) => isFloat(v.type.dtype))
    .map((value, i) => ({ value, gradient: b.input(`dy${i}`, value.type) }));
  const result = differentiate(b, seeds, wrt);
  if (!result.ok) return null;
  const live = b.finish(wrt.map((v) => result.value.of(v))).operators;
  const roots = viewedRoots(operators);
  const made = new Set([...inputs, ...operators.flatMap((o) => o.outputs)]);
  const read = live.flatMap((o) => (forward.has(o.name) ? [] : [...o.inputs, ...captured(o)]));
  const kept = new Set(read.flatMap((v) => (v && made.has(v) ? [roots.get(v) ?? v] : [])));
  return sum([...kept].map(bytes));
}

/** The tensor that a view shows, for every view. */
function viewedRoots(operators: readonly Operator[]): Map<Value, Value> {
  const roots = new Map<Value, Value>();
  for (const o of operators) {
    const [from] = o.inputs;
    if (isView(o) && from) roots.set(o.outputs[0] as Value, roots.get(from) ?? from);
  }
  return roots;
}

const views = ["Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity"];
const isView = (o: Operator): boolean => views.includes(o.op);

/** The gradient of a product with respect to one of its factors is a product of the same size. */
function gradientWork(o: Operator, active: ReadonlySet<Value>): number {
  return multiplyAdds(o) * o.inputs.slice(0, 2).filter((v) => v && active.has(v)).length;
}

/** Multiply-adds of an operator as it is defined, however it is computed. */
function multiplyAdds(o: Operator): number {
  const [a, b] = o.inputs.map((v) => v?.type.shape as readonly number[] | undefined);
  const out = o.outputs[0]?.type.shape as readonly number[];
  if (!a || !b) return 0;
  switch (o.op) {
    case "Conv":
      return elementCount(out) * elementCount(b.slice(1));
    case "ConvTranspose":
      return elementCount(a) * elementCount(b.slice(1));
    case "Gemm":
      return elementCount(out) * (a[o.attrs["transA"] === 1 ? 0 : 1] as number);
    case "MatMul":
      return elementCount(out) * (a.at(-1) as number);
    default:
      return 0;
  }
}

const bytes = ({ type }: Value): number => elementCount(type.shape as readonly number[]) * byteSize[type.dtype];
const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
