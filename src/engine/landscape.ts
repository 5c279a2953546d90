import { compileNetwork, type TensorMap, type TensorRef } from "../compile/index.ts";
import { parameterName } from "../compile/network.ts";
import { resolveRef } from "../compile/probe.ts";
import { issue } from "../core/issue.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { rng } from "../core/rng.ts";
import type { Command, ReplyValue } from "../protocol/index.ts";
import type { Tensor } from "../shape/dtype.ts";
import type { LookBatch, Scene } from "./look-batch.ts";
import { openCompiled } from "./models.ts";
import { probed } from "./probes.ts";

type Landscape = Extract<Command, { kind: "landscape" }>;
type Found = Extract<ReplyValue, { kind: "landscape" }>;

export interface LandscapeHelp {
  /** Tensors of the same samples. */
  gradients(refs: readonly TensorRef[]): Promise<Result<Tensor[]>>;
  /** Asked before every point. */
  isCancelled(): boolean;
}

/**
 * The loss on a grid of two directions through the present parameters. Directions are normalised filter by filter (Li et
 * al. 2018): every row of a parameter, which is what makes one output unit, moves by its own length; parameters of one
 * axis (biases, gains) stay where they are.
 * Errors: `objective.none`, `engine.cancelled`, those of compiling and of sessions.
 */
export async function landscape(
  { provider, threads }: Scene,
  batch: LookBatch,
  tensors: TensorMap,
  { size, range, along, seed, mode }: Landscape,
  { gradients, isCancelled }: LandscapeHelp,
): Promise<Result<Found>> {
  const loss: TensorRef = { of: "loss", objective: null };
  const resolved = resolveRef(batch.network, loss);
  if (!resolved.ok) return resolved;
  const keys = filterParameters(batch, tensors);
  const first =
    along === "gradient" ? await descent(gradients, batch, tensors, keys) : ok(random(keys, tensors, seed, 1));
  if (!first.ok) return first;
  const second = random(keys, tensors, seed, 2);
  const options = { kind: "probe", tensors: [loss], mode, batch: batch.batch, provider } as const;
  const compiled = compileNetwork(batch.network, options);
  if (!compiled.ok) return compiled;
  const model = await openCompiled(compiled.value, { provider, threads }, true);
  if (!model.ok) return model;
  try {
    const places = Array.from({ length: size }, (_, i) => range * ((2 * i) / (size - 1) - 1));
    const values = new Float32Array(size * size);
    for (let i = 0; i < size * size; i++) {
      if (isCancelled()) return fail(issue("engine.cancelled", {}));
      const [a, b] = [places[i % size] as number, places[Math.floor(i / size)] as number];
      const at = moved(tensors, first.value, a, second, b);
      const found = await probed(model.value, batch, at);
      if (!found.ok) return found;
      values[i] = Number(found.value[0]?.data[0]);
    }
    return ok({ kind: "landscape", places, loss: values });
  } finally {
    await model.value.session.release();
  }
}

/** A direction for each parameter that has one. */
type Direction = ReadonlyMap<string, Float32Array>;

/** Trained parameters with filters, by name. */
const filterParameters = ({ network }: LookBatch, tensors: TensorMap): string[] =>
  network.parameters.flatMap((p) => {
    const key = parameterName(p);
    const filters = (tensors.get(key)?.dims.length ?? 0) > 1;
    return p.spec.kind === "parameter" && !p.frozen && filters ? [key] : [];
  });

async function descent(
  gradients: LandscapeHelp["gradients"],
  batch: LookBatch,
  tensors: TensorMap,
  keys: readonly string[],
): Promise<Result<Direction>> {
  const parameters = batch.network.parameters.filter((p) => keys.includes(parameterName(p)));
  const refs = parameters.map((p): TensorRef => {
    return { of: "parameter", node: p.node, parameter: p.spec.name, what: "gradient", objective: null };
  });
  const found = await gradients(refs);
  if (!found.ok) return found;
  const entries = parameters.map((p, i): [string, Float32Array] => {
    const gradient = (found.value[i] as Tensor).data as Float32Array;
    const key = parameterName(p);
    return [
      key,
      likeFilters(
        gradient.map((g) => -g),
        tensors.get(key) as Tensor,
      ),
    ];
  });
  return ok(new Map(entries));
}

function random(keys: readonly string[], tensors: TensorMap, seed: number, which: number): Direction {
  return new Map(
    keys.map((key) => {
      const base = tensors.get(key) as Tensor;
      const stream = rng(seed, `landscape/${which}/${key}`);
      return [
        key,
        likeFilters(
          Float32Array.from(base.data as Float32Array, () => stream.normal()),
          base,
        ),
      ];
    }),
  );
}

/** Scales every row of a direction to the length of that row of the parameter. */
function likeFilters(direction: Float32Array, { dims, data }: Tensor): Float32Array {
  const width = direction.length / Math.max(dims[0] ?? 1, 1);
  for (let from = 0; from < direction.length; from += width) {
    const row = direction.subarray(from, from + width);
    const own = length((data as Float32Array).subarray(from, from + width));
    const scale = own / Math.max(length(row), 1e-30);
    for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) * scale;
  }
  return direction;
}

const length = (row: Float32Array): number => Math.sqrt(row.reduce((sum, v) => sum + v * v, 0));

function moved(tensors: TensorMap, first: Direction, a: number, second: Direction, b: number): TensorMap {
  const result = new Map(tensors);
  for (const [key, direction] of first) {
    const base = tensors.get(key) as Tensor;
    const other = second.get(key) as Float32Array;
    const data = Float32Array.from(
      base.data as Float32Array,
      (w, i) => w + a * (direction[i] as number) + b * (other[i] as number),
    );
    result.set(key, { ...base, data } as Tensor);
  }
  return result;
}
