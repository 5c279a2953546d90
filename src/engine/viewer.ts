import { compileNetwork, type TensorMap, type TensorRef } from "../compile/index.ts";
import { parameterName } from "../compile/network.ts";
import { ok, type Result } from "../core/result.ts";
import type { Command, ReplyValue } from "../protocol/index.ts";
import type { Tensor } from "../shape/dtype.ts";
import { type LookBatch, lookBatch, type Scene } from "./look-batch.ts";
import { Lru } from "./lru.ts";
import { feedsOf, type OpenModel, openCompiled, outputsOf } from "./models.ts";
import type { Moment } from "./steps.ts";

export type Looking<K extends Command["kind"]> = Extract<Command, { kind: K }>;
type Reply<K extends NonNullable<ReplyValue>["kind"]> = Result<Extract<ReplyValue, { kind: K }>>;

/** Probes that are kept open. */
const openProbes = 8;

/**
 * Looks into one network, at any moment of it. Models are opened when first needed and kept for the next look; two
 * looks never run at the same time.
 */
export class Viewer {
  readonly scene: Scene;
  readonly #probes = new Lru<OpenModel>(openProbes, (model) => model.session.release());
  #queue: Promise<unknown> = Promise.resolve();

  constructor(scene: Scene) {
    this.scene = scene;
  }

  /** Any tensors of some samples. Errors: those of samples, of compiling and of sessions. */
  inspect(
    { tensors, progress }: Moment,
    { samples, mode, tensors: refs }: Looking<"inspect">,
  ): Promise<Reply<"tensors">> {
    return this.#alone(async () => {
      const batch = lookBatch(this.scene, progress, samples, mode);
      if (!batch.ok) return batch;
      const found = await this.#probe(batch.value, tensors, refs, mode);
      if (!found.ok) return found;
      return ok({ kind: "tensors", tensors: found.value, step: progress.step, samples: batch.value.samples });
    });
  }

  /** Parameters and buffers, and what the data set does to its fields. */
  weights({ tensors, progress }: Moment): Reply<"weights"> {
    const names = this.scene.network.parameters.map(parameterName);
    return ok({
      kind: "weights",
      tensors: Object.fromEntries(names.map((name) => [name, tensors.get(name) as Tensor])),
      standardise: copied(this.scene.dataset?.standardise ?? {}),
      step: progress.step,
      epoch: progress.epoch,
    });
  }

  /** Releases what is open, after the look under way. */
  close(): Promise<void> {
    return this.#alone(() => this.#probes.clear());
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => {});
    return done;
  }

  async #probe(
    batch: LookBatch,
    carried: TensorMap,
    refs: readonly TensorRef[],
    mode: "training" | "inference",
  ): Promise<Result<Tensor[]>> {
    const model = await this.#open(batch, refs, mode);
    if (!model.ok) return model;
    const { session, manifest } = model.value;
    const { seed } = batch.network.document;
    const results = await session.run(feedsOf(manifest, { ...batch, carried, seed }));
    if (!results.ok) return results;
    const found: Tensor[] = [];
    for (const { role, tensor } of outputsOf(manifest, results.value, "probed")) found[role.index] = tensor;
    return ok(found);
  }

  async #open(
    { network, batch }: LookBatch,
    refs: readonly TensorRef[],
    mode: "training" | "inference",
  ): Promise<Result<OpenModel>> {
    const key = JSON.stringify([refs, mode, batch, network.document.training.accumulate, network.symbols]);
    const held = this.#probes.get(key);
    if (held) return ok(held);
    const { provider, threads } = this.scene;
    const compiled = compileNetwork(network, { kind: "probe", tensors: refs, mode, batch, provider });
    if (!compiled.ok) return compiled;
    const opened = await openCompiled(compiled.value, { provider, threads }, true);
    if (opened.ok) await this.#probes.add(key, opened.value);
    return opened;
  }
}

type Standardise = Extract<ReplyValue, { kind: "weights" }>["standardise"];

const copied = (standardise: NonNullable<Scene["dataset"]>["standardise"]): Standardise =>
  Object.fromEntries(
    Object.entries(standardise).map(([field, s]) => [field, s && { mean: [...s.mean], std: [...s.std] }]),
  );
