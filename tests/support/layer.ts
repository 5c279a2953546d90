import { differentiate } from "../../src/autodiff/differentiate.ts";
import type { Issue } from "../../src/core/issue.ts";
import type { Result } from "../../src/core/result.ts";
import { type Rng, rng } from "../../src/core/rng.ts";
import { shapeContext } from "../../src/graph/check.ts";
import { nodeSchema } from "../../src/graph/document.ts";
import type { ParameterSpec, ShapeContext } from "../../src/graph/layer.ts";
import { type ParamValues, resolveParams } from "../../src/graph/params.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, Value } from "../../src/ir/graph.ts";
import type { Layer, LayerExample } from "../../src/layers/define.ts";
import { initialValues } from "../../src/layers/initialize.ts";
import { isSymbolic, substitute } from "../../src/shape/dim.ts";
import { elementCount, isFloat, type Tensor, tensor } from "../../src/shape/dtype.ts";
import { type Shape, substituteShape, type TensorType } from "../../src/shape/type.ts";

export type Sizes = { readonly [symbol: string]: number };

/** The value of a result that must be there. */
export function need<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.value;
}

/** One example of a layer with its parameters resolved and its shape rule asked, for types with or without symbols. */
export interface Case {
  readonly layer: Layer;
  readonly params: ParamValues;
  readonly inputs: readonly TensorType[];
  readonly context: ShapeContext;
  readonly outputs: readonly TensorType[];
  readonly parameters: readonly ParameterSpec[];
}

export function caseOf(layer: Layer, example: Pick<LayerExample, "params" | "inputs">, sizes: Sizes = {}): Case {
  const { params, context, result } = inferExample(layer, example, sizes);
  return {
    layer,
    params,
    inputs: context.inputs,
    context,
    outputs: need(result),
    parameters: layer.parameters(context),
  };
}

/** What the shape rule says of an example, issues included. */
export function inferExample(layer: Layer, example: Pick<LayerExample, "params" | "inputs">, sizes: Sizes = {}) {
  const given = Object.fromEntries(Object.entries(example.params).filter((e) => e[1] !== undefined));
  const node = nodeSchema.parse({ id: layer.id, layer: layer.id, params: given });
  const params = need(resolveParams(layer.params, node.params, { node: node.id, layer: layer.id }));
  const inputs = example.inputs.map((t) => ({ dtype: t.dtype, shape: substituteShape(t.shape, sizes) }));
  const context = shapeContext(node, layer, params, inputs);
  return { params, context, result: layer.infer(context) };
}

export const issuesOf = (result: Result<unknown>): readonly Issue[] => (result.ok ? [] : result.issues);

export interface Lowered {
  readonly b: GraphBuilder;
  readonly inputs: readonly Value[];
  readonly parameters: ReadonlyMap<string, Value>;
  readonly outputs: readonly Value[];
  readonly buffers: ReadonlyMap<string, Value>;
}

/** Emits one layer into a graph of its own. Parameters are graph inputs; uniform numbers are constants. */
export function lowerCase(c: Case, training: boolean): Lowered {
  const b = new GraphBuilder(c.layer.id);
  const sources = c.layer.id === "input" ? c.outputs : c.inputs;
  const inputs = sources.map((type, i) => b.input(`x${i}`, type));
  const parameters = new Map(
    c.parameters.map((p) => [p.name, b.input(p.name, { dtype: "float32", shape: p.shape })] as const),
  );
  const buffers = new Map<string, Value>();
  const outputs = b.at({ node: c.layer.id, pass: "forward" }, () =>
    c.layer.lower({
      b,
      node: c.layer.id,
      params: c.params,
      inputs,
      outputs: c.outputs,
      training,
      parameter: (name) => parameters.get(name) as Value,
      updateBuffer: (name, value) => void buffers.set(name, value),
      uniform(dims, stream = 0) {
        const random = rng(5, `${c.layer.id}/${stream}`);
        return b.constant(tensor("float32", dims, Float32Array.from({ length: elementCount(dims) }, random.uniform)));
      },
    }),
  );
  return { b, inputs, parameters, outputs, buffers };
}

/** The forward graph alone. Every output gets an operator of its own, since some layers hand their input on. */
export function forwardGraph(lowered: Lowered): Graph {
  const { b, outputs, buffers } = lowered;
  return b.finish([...outputs, ...buffers.values()].map((v) => b.emit("Identity", [v])));
}

/** Values for the inputs and parameters of a case, the same for the same seed. */
export function feedsOf(c: Case, lowered: Lowered, seed = 1, domain: (v: number) => number = (v) => v) {
  const random = rng(seed, c.layer.id);
  const vocabulary = (c.params["vocabulary"] as number | undefined) ?? 5;
  const feeds: { [name: string]: Tensor } = {};
  lowered.inputs.forEach((v) => {
    feeds[v.name] = isFloat(v.type.dtype)
      ? randomTensor(v.type.shape, random, domain)
      : tensor("int64", v.type.shape as number[], integers(v.type.shape, random, vocabulary));
  });
  for (const p of c.parameters) feeds[p.name] = parameterTensor(p, random);
  return feeds;
}

/** Initial values moved a little, so that a factor of 1 or an offset of 0 cannot hide a fault. */
function parameterTensor(p: ParameterSpec, random: Rng): Tensor {
  const values = initialValues(p, random).map((v) => v + 0.3 * random.normal());
  const positive = p.kind === "buffer" && p.name.endsWith("Var");
  return tensor("float32", p.shape, positive ? values.map((v) => Math.abs(v) + 0.2) : values);
}

export function randomTensor(shape: Shape, random: Rng, domain: (v: number) => number = (v) => v): Tensor<"float32"> {
  const dims = shape as number[];
  return tensor(
    "float32",
    dims,
    Float32Array.from({ length: elementCount(dims) }, () => domain(random.normal())),
  );
}

const integers = (shape: Shape, random: Rng, below: number): number[] =>
  Array.from({ length: elementCount(shape as number[]) }, () => random.below(below));

/** A training graph that gives outputs and, for cotangents fed as dy0, dy1, ..., the gradients of `wrt`. */
export function gradientGraph(c: Case): {
  graph: Graph;
  lowered: Lowered;
  wrt: readonly Value[];
  seeds: readonly Value[];
} {
  const lowered = lowerCase(c, true);
  const { b } = lowered;
  const trained = c.parameters
    .filter((p) => p.kind === "parameter")
    .map((p) => lowered.parameters.get(p.name) as Value);
  const wrt = [...lowered.inputs, ...trained].filter((v) => isFloat(v.type.dtype));
  const floats = lowered.outputs.filter((v) => isFloat(v.type.dtype));
  const seeds = floats.map((v, i) => b.input(`dy${i}`, v.type));
  const gradients = need(
    differentiate(
      b,
      floats.map((value, i) => ({ value, gradient: seeds[i] as Value })),
      wrt,
    ),
  );
  const wanted = [...floats, ...wrt.map((v) => gradients.of(v))];
  return { graph: b.finish(wanted.map((v) => b.emit("Identity", [v]))), lowered, wrt, seeds };
}

/** Feeds cut down to what a graph takes. */
export const only = (graph: Graph, feeds: { readonly [name: string]: Tensor }): { [name: string]: Tensor } =>
  Object.fromEntries(graph.inputs.map((v) => [v.name, feeds[v.name] as Tensor]));

/** The example with numbers put in for every symbol, also in its parameters' shape where the layer has one. */
export function withNumbers(layer: Layer, example: LayerExample, sizes: Sizes): LayerExample {
  const inputs = example.inputs.map((t) => ({ dtype: t.dtype, shape: substituteShape(t.shape, sizes) }));
  return { params: example.params, inputs: layer.id === "input" ? [] : inputs };
}

export const dimsOf = (t: TensorType, sizes: Sizes): number[] =>
  t.shape.map((d) => {
    const n = substitute(d, sizes);
    if (isSymbolic(n)) throw new Error(`${n.key} has no value`);
    return n;
  });
