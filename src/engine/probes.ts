import { type CompiledModel, compileNetwork, type TensorMap, type TensorRef } from "../compile/index.ts";
import { ok, type Result } from "../core/result.ts";
import type { Tensor } from "../shape/dtype.ts";
import type { LookBatch, Scene } from "./look-batch.ts";
import { Lru } from "./lru.ts";
import { feedsOf, type OpenModel, openCompiled, outputsOf } from "./models.ts";

export type Mode = "training" | "inference";

export interface ProbeSettings {
  readonly mode: Mode;
  /** In double precision, as far as that goes. */
  readonly precise?: boolean;
}

/** Models that are kept open. */
const kept = 8;

/** The models with which somebody looks into a network: opened when first needed, kept for the next look. */
export class Probes {
  readonly scene: Scene;
  readonly #models = new Lru<OpenModel>(kept, (model) => model.session.release());

  constructor(scene: Scene) {
    this.scene = scene;
  }

  /** Tensors in the order of `refs`. Errors: those of compiling and of sessions. */
  async tensors(
    batch: LookBatch,
    carried: TensorMap,
    refs: readonly TensorRef[],
    settings: ProbeSettings,
  ): Promise<Result<Tensor[]>> {
    const model = await this.probe(batch, refs, settings);
    return model.ok ? probed(model.value, batch, carried) : model;
  }

  /** The model that gives some tensors of some samples; whatever their numbers, it is the same for as many. */
  probe(
    { network, batch }: LookBatch,
    refs: readonly TensorRef[],
    { mode, precise = false }: ProbeSettings,
  ): Promise<Result<OpenModel>> {
    const { provider } = this.scene;
    const form = [refs, mode, precise, batch, network.document.training.accumulate, network.symbols];
    return this.open(JSON.stringify(form), () =>
      compileNetwork(network, { kind: "probe", tensors: refs, mode, precise, batch, provider }),
    );
  }

  /** A model that is kept under `key`. */
  async open(key: string, compile: () => Result<CompiledModel>): Promise<Result<OpenModel>> {
    const held = this.#models.get(key);
    if (held) return ok(held);
    const compiled = compile();
    if (!compiled.ok) return compiled;
    const { provider, threads } = this.scene;
    const opened = await openCompiled(compiled.value, { provider, threads }, true);
    if (opened.ok) await this.#models.add(key, opened.value);
    return opened;
  }

  close(): Promise<void> {
    return this.#models.clear();
  }
}

/** What a probe gives, in the order that it was asked for. */
export async function probed(
  { session, manifest }: OpenModel,
  batch: LookBatch,
  carried: TensorMap,
): Promise<Result<Tensor[]>> {
  const { seed } = batch.network.document;
  const results = await session.run(feedsOf(manifest, { ...batch, carried, seed }));
  if (!results.ok) return results;
  const found: Tensor[] = [];
  for (const { role, tensor } of outputsOf(manifest, results.value, "probed")) found[role.index] = tensor;
  return ok(found);
}
