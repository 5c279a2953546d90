import { differentiate, type Seed } from "../autodiff/differentiate.ts";
import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { CheckedNode } from "../graph/check.ts";
import type { Provider } from "../ir/gradient.ts";
import type { Value } from "../ir/graph.ts";
import { lowerNode, ownerOf } from "../lower/lower.ts";
import { uniformSource } from "../lower/random.ts";
import { isFloat } from "../shape/dtype.ts";
import { substituteShape, type TensorType } from "../shape/type.ts";
import { symbolsOf } from "./inference.ts";
import { type CompiledModel, ModelBuilder } from "./model.ts";
import type { Network } from "./network.ts";

export interface LinearOptions {
  readonly node: string;
  readonly batch: number;
  readonly provider: Provider;
  /** As in a training step, or as in an exported network. */
  readonly training: boolean;
}

/** What a derivative is taken by: an input, in port order, or a parameter by name. */
export type Variable = { readonly input: number } | { readonly parameter: string };

/** Names of inputs and outputs of the models of one node, beside its parameters (`node.parameter`). */
export const localNames = {
  /** Contents of an input, and the derivative by it. */
  input: (i: number): string => `x${i}`,
  /** Contents of an output, and the derivative of it. */
  output: (port: string): string => `y.${port}`,
  /** The factor of every element of an output in the sum that a row is the derivative of. */
  cotangent: (port: string): string => `dy.${port}`,
  /** The direction that a column is the derivative along. */
  direction: "direction",
} as const;

/**
 * One node alone, and the derivative of sum(cotangent · outputs) by every input and parameter: with a cotangent that is
 * 1 at one element and 0 elsewhere, that is a row of its Jacobian. Errors: `look.unknown`, `autodiff.no-rule`.
 */
export function compileRow(network: Network, options: LinearOptions): Result<CompiledModel> {
  const alone = lowerAlone(network, options, "row");
  if (!alone.ok) return alone;
  const { model, inputs, parameters, outputs, checked } = alone.value;
  const seeds = cotangents(model, checked, outputs);
  const floats = inputs.flatMap((v, i) => (isFloat(v.type.dtype) ? [{ name: localNames.input(i), v }] : []));
  const wrt = [...floats, ...[...parameters].map(([name, v]) => ({ name, v }))];
  const backward = differentiate(
    model.b,
    seeds,
    wrt.map(({ v }) => v),
    options.provider,
  );
  if (!backward.ok) return backward;
  for (const { name, v } of wrt) model.output(`d.${name}`, backward.value.of(v), { kind: "local", name });
  return model.finish(about(network, options));
}

/**
 * One node alone, and the derivative of its outputs along a direction of one variable: a column of its Jacobian, as the
 * derivative by c of <J^T c, direction>, which is J direction. Errors: `look.unknown`, `autodiff.no-rule` where the
 * gradient of an operator has no gradient itself.
 */
export function compileColumn(network: Network, variable: Variable, options: LinearOptions): Result<CompiledModel> {
  const alone = lowerAlone(network, options, "column");
  if (!alone.ok) return alone;
  const { model, outputs, checked } = alone.value;
  const x = variableOf(alone.value, variable);
  if (!x) return unknown(options.node);
  const seeds = cotangents(model, checked, outputs);
  const backward = differentiate(model.b, seeds, [x], options.provider);
  if (!backward.ok) return backward;
  const direction = model.input(localNames.direction, x.type, { kind: "local", name: localNames.direction });
  const gradient = backward.value.of(x);
  const forward = differentiate(
    model.b,
    [{ value: gradient, gradient: direction }],
    seeds.map((s) => s.gradient),
    options.provider,
  );
  if (!forward.ok) return forward;
  for (const [i, port] of floatPorts(checked, outputs).entries()) {
    const name = localNames.output(port);
    model.output(`d.${name}`, forward.value.of((seeds[i] as Seed).gradient), { kind: "local", name });
  }
  return model.finish(about(network, options));
}

interface Alone {
  readonly model: ModelBuilder;
  readonly checked: CheckedNode;
  readonly inputs: readonly Value[];
  /** Parameters and buffers by name. */
  readonly parameters: ReadonlyMap<string, Value>;
  readonly outputs: readonly Value[];
}

function lowerAlone(network: Network, { node, batch, training }: LinearOptions, title: string): Result<Alone> {
  const checked = network.graph.nodes.get(node);
  if (!checked?.inputTypes || !checked.outputTypes || checked.sources.length === 0) return unknown(node);
  const model = new ModelBuilder(`${network.document.name} ${node} ${title}`);
  const symbols = symbolsOf(network, batch);
  const inputs = checked.inputTypes.map((t, i) => {
    const name = localNames.input(i);
    const type: TensorType = { dtype: t.dtype, shape: substituteShape(t.shape, symbols) };
    return model.input(name, type, { kind: "local", name });
  });
  const owner = ownerOf(checked);
  const parameters = new Map(
    checked.parameters.map((p) => {
      const role = { kind: p.kind, node: owner, parameter: p.name };
      return [p.name, model.input(`${owner}.${p.name}`, { dtype: "float32", shape: p.shape }, role)];
    }),
  );
  const step = model.input("step", { dtype: "int64", shape: [] }, { kind: "step" });
  const seed = model.input("seed", { dtype: "uint32", shape: [] }, { kind: "seed" });
  const options = {
    inputs: new Map<string, Value>(),
    parameter: (_: string, name: string) => parameters.get(name) as Value,
    symbols,
    uniform: training ? uniformSource(model.b, seed, step) : null,
    wanted: new Set([node]),
  };
  const outputs = model.b.at({ node, pass: "forward" }, () => {
    const made = lowerNode(model.b, checked, inputs, options, () => {});
    // A node that hands an input on would have one value for both.
    return made.map((v) => (inputs.includes(v) ? model.b.emit("Identity", [v]) : v));
  });
  return ok({ model, checked, inputs, parameters, outputs });
}

const floatPorts = (checked: CheckedNode, outputs: readonly Value[]): string[] =>
  checked.outputPorts.flatMap((p, i) => (isFloat((outputs[i] as Value).type.dtype) ? [p.name] : []));

/** An input for the cotangent of every float output. */
function cotangents(model: ModelBuilder, checked: CheckedNode, outputs: readonly Value[]): Seed[] {
  return checked.outputPorts.flatMap((port, i) => {
    const value = outputs[i] as Value;
    if (!isFloat(value.type.dtype)) return [];
    const name = localNames.cotangent(port.name);
    return [{ value, gradient: model.input(name, value.type, { kind: "local", name }) }];
  });
}

function variableOf({ inputs, parameters }: Alone, variable: Variable): Value | null {
  if ("parameter" in variable) return parameters.get(variable.parameter) ?? null;
  const x = inputs[variable.input];
  return x && isFloat(x.type.dtype) ? x : null;
}

const unknown = (node: string): Result<never> => fail(issue("look.unknown", { node, tensor: node }));

const about = (network: Network, { batch }: LinearOptions) =>
  ({ kind: "probe", document: network.document.name, batch, accumulate: 1 }) as const;
