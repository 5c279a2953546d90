import { parameterName } from "../compile/network.ts";
import { ok, type Result } from "../core/result.ts";
import type { Command, ReplyValue } from "../protocol/index.ts";
import type { Tensor } from "../shape/dtype.ts";
import { difference } from "./difference.ts";
import { landscape } from "./landscape.ts";
import { linearize } from "./linearize.ts";
import { lookBatch, type Scene } from "./look-batch.ts";
import { Probes } from "./probes.ts";
import { profile } from "./profile.ts";
import type { Moment } from "./steps.ts";

export type Looking<K extends Command["kind"]> = Extract<Command, { kind: K }>;
type Reply<K extends NonNullable<ReplyValue>["kind"]> = Result<Extract<ReplyValue, { kind: K }>>;

/**
 * Looks into one network, at any moment of it. Models are kept open for the next look; two looks never run at the same
 * time.
 */
export class Viewer {
  readonly scene: Scene;
  readonly #probes: Probes;
  readonly #long = new Set<Promise<unknown>>();
  #queue: Promise<unknown> = Promise.resolve();
  #round = 0;
  #closed = false;

  constructor(scene: Scene) {
    this.scene = scene;
    this.#probes = new Probes(scene);
  }

  /** Any tensors of some samples. Errors: those of samples, of compiling and of sessions. */
  inspect({ tensors, progress }: Moment, command: Looking<"inspect">): Promise<Reply<"tensors">> {
    const { samples, mode, tensors: refs } = command;
    return this.#alone(async () => {
      const batch = lookBatch(this.scene, progress, samples, mode === "training");
      if (!batch.ok) return batch;
      const found = await this.#probes.tensors(batch.value, tensors, refs, { mode });
      if (!found.ok) return found;
      return ok({ kind: "tensors", tensors: found.value, step: progress.step, samples: batch.value.samples });
    });
  }

  /** The gradient of one weight beside differences of the loss. */
  difference({ tensors, progress }: Moment, command: Looking<"difference">): Promise<Reply<"difference">> {
    return this.#alone(async () => {
      // One micro-batch: the loss and its gradient must be of the same samples.
      const batch = lookBatch(this.scene, progress, command.samples, false);
      return batch.ok ? difference(this.#probes, batch.value, tensors, command, command.mode) : batch;
    });
  }

  /** Local derivatives of one node. */
  linearize({ tensors, progress }: Moment, command: Looking<"linearize">): Promise<Reply<"linear">> {
    return this.#alone(async () => {
      const batch = lookBatch(this.scene, progress, command.samples, false);
      return batch.ok ? linearize(this.#probes, batch.value, tensors, command) : batch;
    });
  }

  /** Time of every node in a training step. */
  profile({ tensors, progress }: Moment, { steps }: Looking<"profile">): Promise<Reply<"profile">> {
    return this.#alone(async () => {
      const batch = lookBatch(this.scene, progress, { kind: "next" }, true);
      return batch.ok ? profile(this.scene, batch.value, tensors, steps) : batch;
    });
  }

  /** The loss around the present parameters. It takes long, and other looks do not wait for it. */
  landscape({ tensors, progress }: Moment, command: Looking<"landscape">): Promise<Reply<"landscape">> {
    const batch = lookBatch(this.scene, progress, command.samples, false);
    if (!batch.ok) return Promise.resolve(batch);
    const round = this.#round;
    const { mode } = command;
    const found = landscape(this.scene, batch.value, tensors, command, {
      gradients: (refs) => this.#alone(() => this.#probes.tensors(batch.value, tensors, refs, { mode })),
      isCancelled: () => round !== this.#round,
    });
    this.#long.add(found);
    return found.finally(() => this.#long.delete(found));
  }

  /** Gives up what takes long. */
  cancel(): void {
    this.#round++;
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
  async close(): Promise<void> {
    this.cancel();
    this.#closed = true;
    await Promise.all(this.#long);
    await this.#alone(async () => {});
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work).finally(() => (this.#closed ? this.#probes.close() : undefined));
    this.#queue = done.catch(() => {});
    return done;
  }
}

type Standardise = Extract<ReplyValue, { kind: "weights" }>["standardise"];

const copied = (standardise: NonNullable<Scene["dataset"]>["standardise"]): Standardise =>
  Object.fromEntries(
    Object.entries(standardise).map(([field, s]) => [field, s && { mean: [...s.mean], std: [...s.std] }]),
  );
