import type { TensorMap, TensorRef } from "../compile/index.ts";
import { resolveRef } from "../compile/probe.ts";
import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { ReplyValue } from "../protocol/index.ts";
import { type Tensor, tensor } from "../shape/dtype.ts";
import { derivativeAtZero, manySteps, type Sampled } from "./differences.ts";
import type { LookBatch } from "./look-batch.ts";
import { type Mode, type Probes, probed } from "./probes.ts";

export interface Weight {
  readonly node: string;
  readonly parameter: string;
  readonly index: number;
}

/**
 * Longest step, as the relative change of the loss that it would make along a straight line. Double precision, whose
 * rounding is some 1e-16 of the loss, lets it be so short that hardly a corner is met.
 */
const change = { double: 3e-11, single: 1e-3 };
/** And no longer than this part of the parameter's size (the root of its mean square, at least a little). */
const longest = { double: 1e-5, single: 0.1 };
/** But so long, as a part of the weight, that it is no rounding of it. */
const shortest = { double: 2 ** -40, single: 2 ** -16 };
const least = 1e-2;

/**
 * The gradient of one weight, and beside it what differences of the loss tend to, in double precision where the
 * operators allow that; and the gradient that trains, in single precision. Where a unit stands at its corner (ReLU, max)
 * both precisions may take it to lie on different sides.
 * Errors: `look.unknown`, `look.index`, `objective.none`, those of compiling and of sessions.
 */
export async function difference(
  probes: Probes,
  batch: LookBatch,
  tensors: TensorMap,
  { node, parameter, index }: Weight,
  mode: Mode,
): Promise<Result<Extract<ReplyValue, { kind: "difference" }>>> {
  const gradientRef: TensorRef = { of: "parameter", node, parameter, what: "gradient", objective: null };
  const resolved = resolveRef(batch.network, gradientRef);
  if (!resolved.ok) return resolved;
  const { from } = resolved.value;
  const objective = from ?? batch.network.document.objectives[0]?.id;
  if (objective === undefined) return fail(issue("objective.none", {}));
  const key = "node" in resolved.value ? `${resolved.value.node}.${parameter}` : "";
  const base = tensors.get(key) as Tensor;
  const elements = base.data.length;
  if (index >= elements) return fail(issue("look.index", { tensor: key, index, elements }));
  // With one micro-batch, whatever the run has: loss and gradient must be of the same samples.
  const analytic = await probes.tensors(batch, tensors, [gradientRef], { mode });
  if (!analytic.ok) return analytic;
  const shown = Number(analytic.value[0]?.data[index]);
  const model = await probes.probe(batch, [{ of: "loss", objective }], { mode, precise: true });
  if (!model.ok) return model;
  const precision = model.value.manifest.double === "all" ? "double" : "single";
  const exact =
    precision === "double" ? await probes.tensors(batch, tensors, [gradientRef], { mode, precise: true }) : analytic;
  if (!exact.ok) return exact;
  const gradient = Number(exact.value[0]?.data[index]);
  const weight = Number(base.data[index]);
  const [dtype, List] =
    precision === "double" ? (["float64", Float64Array] as const) : (["float32", Float32Array] as const);
  const lossAt = async (h: number): Promise<Result<Sampled>> => {
    const data = new List(base.data as Float32Array);
    data[index] = weight + h;
    const at = (data[index] as number) - weight;
    const found = await probed(model.value, batch, new Map(tensors).set(key, tensor(dtype, base.dims, data)));
    return found.ok ? ok({ at, value: Number(found.value[0]?.data[0]) }) : found;
  };
  const here = await lossAt(0);
  if (!here.ok) return here;
  const size = Math.max(rootMeanSquare(base), least);
  const wanted =
    (change[precision] * Math.max(Math.abs(here.value.value), 1e-3)) / Math.max(Math.abs(gradient), Number.MIN_VALUE);
  const step = Math.max(Math.min(wanted, longest[precision] * size), shortest[precision] * Math.abs(weight));
  const found = await derivativeAtZero(lossAt, step, precision === "double" ? undefined : manySteps);
  if (!found.ok) return found;
  const { value: numeric, steps } = found.value;
  const center = { loss: here.value.value, double: precision === "double" };
  return ok({ kind: "difference", shown, analytic: gradient, numeric, ...center, steps: [...steps] });
}

function rootMeanSquare({ data }: Tensor): number {
  const sum = Array.from(data as Float32Array).reduce((total, v) => total + v * v, 0);
  return Math.sqrt(sum / Math.max(data.length, 1));
}
