import { invariant } from "../core/invariant.ts";
import type { CheckedGraph, CheckedNode } from "../graph/check.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import type { Value } from "../ir/graph.ts";
import type { Layer } from "../layers/define.ts";
import { substituteShape, type TensorType } from "../shape/type.ts";
import type { UniformSource } from "./random.ts";

export interface LowerOptions {
  /** Values of the input nodes. */
  readonly inputs: ReadonlyMap<string, Value>;
  /** The value of a parameter or buffer of a node; shared ones are the value of the node they belong to. */
  readonly parameter: (owner: string, name: string) => Value;
  /** Numbers for symbols, such as the batch of a training step. */
  readonly symbols: { readonly [symbol: string]: number };
  /** Set in a training step. */
  readonly uniform: UniformSource | null;
  /** Nodes to lower; the rest is left out. */
  readonly wanted: ReadonlySet<string>;
  /**
   * Every float output gets a value of its own, also where a node passes on what it gets (a bypassed one, a Reshape to
   * the same shape): only then is the gradient at one port not also that of another.
   */
  readonly distinct?: boolean;
}

export interface Lowered {
  /** Value of an output port. */
  value(node: string, port: string): Value;
  /** What buffers become after the step, by owner and name. */
  readonly buffers: readonly { readonly node: string; readonly name: string; readonly value: Value }[];
}

/** Nodes that `ends` depend on, themselves included. */
export function ancestors(graph: CheckedGraph, ends: Iterable<string>): Set<string> {
  const found = new Set<string>();
  const visit = (id: string): void => {
    if (found.has(id)) return;
    found.add(id);
    for (const source of graph.nodes.get(id)?.sources ?? []) visit(source.node);
  };
  for (const id of ends) visit(id);
  return found;
}

/** Emits the operators of a checked graph, node by node in topological order; each operator carries its node. */
export function lowerGraph(b: GraphBuilder, graph: CheckedGraph, options: LowerOptions): Lowered {
  const values = new Map<string, Value>();
  const buffers: { node: string; name: string; value: Value }[] = [];
  const taken = new Set<Value>();
  const own = (value: Value): Value => {
    const result = options.distinct && taken.has(value) ? b.emit("Identity", [value]) : value;
    taken.add(result);
    return result;
  };
  const valueAt = (node: string, port: string): Value => {
    const value = values.get(`${node}.${port}`);
    invariant(value, `${node}.${port} was not lowered`);
    return value;
  };
  for (const [id, checked] of graph.nodes) {
    if (!options.wanted.has(id) || !checked.outputTypes) continue;
    const input = options.inputs.get(id);
    const inputs = input ? [input] : checked.sources.map((s) => valueAt(s.node, s.port));
    const update = (name: string, value: Value) => buffers.push({ node: ownerOf(checked), name, value });
    const outputs = b.at({ node: id, pass: "forward" }, () => lowerNode(b, checked, inputs, options, update).map(own));
    checked.outputPorts.forEach((port, i) => {
      values.set(`${id}.${port.name}`, outputs[i] as Value);
    });
  }
  return { value: valueAt, buffers };
}

/** The node whose parameters a node uses. */
export const ownerOf = (checked: CheckedNode): string => checked.node.share ?? checked.node.id;

/** Emits the operators of one node, on given inputs. */
export function lowerNode(
  b: GraphBuilder,
  checked: CheckedNode,
  inputs: readonly Value[],
  options: LowerOptions,
  updateBuffer: (name: string, value: Value) => void,
): readonly Value[] {
  if (checked.node.state === "bypassed") return checked.outputPorts.map(() => inputs[0] as Value);
  const { layer, params, outputTypes } = checked;
  invariant(layer && params && outputTypes, `${checked.node.id} is not checked`);
  const id = checked.node.id;
  return (layer as Layer).lower({
    b,
    node: id,
    params,
    inputs,
    outputs: outputTypes.map((t): TensorType => ({ dtype: t.dtype, shape: substituteShape(t.shape, options.symbols) })),
    training: options.uniform !== null,
    parameter: (name) => options.parameter(ownerOf(checked), name),
    updateBuffer,
    uniform: (dims, stream = 0) => {
      invariant(options.uniform, `${id} draws random numbers outside training`);
      return options.uniform(id, dims, stream);
    },
  });
}
