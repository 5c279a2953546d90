import type { TensorMap, TensorRef } from "../compile/index.ts";
import { compileColumn, compileRow, type LinearOptions, localNames, type Variable } from "../compile/linear.ts";
import { type Issue, issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Command, ReplyValue, Tensors } from "../protocol/index.ts";
import { type Tensor, zeros } from "../shape/dtype.ts";
import type { LookBatch } from "./look-batch.ts";
import { feedsOf, type OpenModel, outputsOf } from "./models.ts";
import type { Probes } from "./probes.ts";

type Linearize = Extract<Command, { kind: "linearize" }>;
type Linear = Extract<ReplyValue, { kind: "linear" }>;

/**
 * Local derivatives of one node at some samples: rows by its own gradient, columns as the derivative of that gradient
 * with respect to what arrives at the outputs, on which it depends linearly.
 * Errors: `look.unknown`, `look.index`, those of compiling and of sessions.
 */
export async function linearize(
  probes: Probes,
  batch: LookBatch,
  tensors: TensorMap,
  { node, mode, row, column }: Linearize,
): Promise<Result<Linear>> {
  const checked = batch.network.graph.nodes.get(node);
  if (!checked?.outputTypes || checked.sources.length === 0) return fail(issue("look.unknown", { node, tensor: node }));
  const refs = checked.sources.map((s): TensorRef => {
    return { of: "output", node: s.node, port: s.port, what: "value", objective: null };
  });
  const inputs = await probes.tensors(batch, tensors, refs, { mode });
  if (!inputs.ok) return inputs;
  const options = { node, batch: batch.batch, provider: probes.scene.provider, training: mode === "training" };
  const place = { probes, batch, tensors, inputs: inputs.value, options, mode };
  const alongRow = row ? await rowOf(place, row) : ok(null);
  if (!alongRow.ok) return alongRow;
  const alongColumn = column ? await columnOf(place, variableOf(column), column.index) : ok(null);
  if (!alongColumn.ok) return alongColumn;
  return ok({ kind: "linear", row: alongRow.value, column: alongColumn.value });
}

const variableOf = (column: NonNullable<Linearize["column"]>): Variable =>
  column.of === "input" ? { input: column.input } : { parameter: column.parameter };

interface Place {
  readonly probes: Probes;
  readonly batch: LookBatch;
  readonly tensors: TensorMap;
  /** What arrives at the node, in port order. */
  readonly inputs: readonly Tensor[];
  readonly options: LinearOptions;
  readonly mode: Linearize["mode"];
}

async function rowOf(place: Place, { port, index }: NonNullable<Linearize["row"]>): Promise<Result<Linear["row"]>> {
  const { parameters: own } = place.batch.network.graph.nodes.get(place.options.node) ?? {};
  const smooth = own?.length !== 0 || place.inputs.some((t) => t.dtype === "float32");
  if (!smooth) return ok({ inputs: place.inputs.map(() => null), parameters: {} });
  const model = await open(place, "row", () => compileRow(place.batch.network, place.options));
  if (!model.ok) return model;
  const given = cotangents(model.value);
  const chosen = given[localNames.cotangent(port)];
  const fault = misplaced(chosen, `${place.options.node}.${port}`, index);
  if (fault) return fail(fault);
  (chosen as Tensor).data[index] = 1;
  const found = await run(place, model.value, given);
  if (!found.ok) return found;
  const parameters = Object.entries(found.value).filter(([name]) => !/^x\d+$/.test(name));
  return ok({
    inputs: place.inputs.map((_, i) => found.value[localNames.input(i)] ?? null),
    parameters: Object.fromEntries(parameters),
  });
}

async function columnOf(place: Place, variable: Variable, index: number): Promise<Result<Linear["column"]>> {
  const { options, batch } = place;
  const base = contentsOf(place, variable);
  const name = "input" in variable ? localNames.input(variable.input) : variable.parameter;
  const fault = misplaced(base, `${options.node}.${name}`, index);
  if (fault) return fail(fault);
  const key = `column ${name}`;
  const model = await open(place, key, () => compileColumn(batch.network, variable, options));
  if (!model.ok) return model;
  const direction = zeros("float32", (base as Tensor).dims);
  direction.data[index] = 1;
  const given = { ...cotangents(model.value), [localNames.direction]: direction };
  const found = await run(place, model.value, given);
  return found.ok ? ok(byPort(found.value)) : found;
}

const byPort = (found: Tensors): Tensors =>
  Object.fromEntries(Object.entries(found).map(([name, t]) => [name.replace(/^y\./, ""), t]));

function contentsOf({ inputs, tensors, batch, options }: Place, variable: Variable): Tensor | undefined {
  if ("input" in variable) return inputs[variable.input];
  const { node } = batch.network.graph.nodes.get(options.node) ?? {};
  return tensors.get(`${node?.share ?? options.node}.${variable.parameter}`);
}

function misplaced(tensor: Tensor | undefined, name: string, index: number): Issue | null {
  if (tensor?.dtype !== "float32") return issue("look.unknown", { tensor: name });
  const elements = tensor.data.length;
  return index < elements ? null : issue("look.index", { tensor: name, index, elements });
}

/** Zeros for every output of the node. */
function cotangents({ manifest }: OpenModel): { [name: string]: Tensor } {
  return Object.fromEntries(
    manifest.inputs.flatMap(({ role, shape }): [string, Tensor][] =>
      role.kind === "local" && role.name.startsWith("dy.") ? [[role.name, zeros("float32", shape as number[])]] : [],
    ),
  );
}

function open(place: Place, what: string, compile: Parameters<Probes["open"]>[1]): Promise<Result<OpenModel>> {
  const { batch, options, mode } = place;
  return place.probes.open(JSON.stringify([what, options.node, mode, batch.batch, batch.network.symbols]), compile);
}

async function run(
  { batch, inputs, tensors }: Place,
  { session, manifest }: OpenModel,
  given: Tensors,
): Promise<Result<Tensors>> {
  const own = Object.fromEntries(inputs.map((t, i) => [localNames.input(i), t]));
  const { seed } = batch.network.document;
  const feeds = feedsOf(manifest, {
    fields: {},
    inputs: { ...own, ...given },
    carried: tensors,
    step: batch.step,
    seed,
  });
  const results = await session.run(feeds);
  if (!results.ok) return results;
  const found = outputsOf(manifest, results.value, "local");
  return ok(Object.fromEntries(found.map(({ role, tensor }) => [role.name, tensor])));
}
