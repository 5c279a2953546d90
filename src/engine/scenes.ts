import { createHash } from "node:crypto";
import { initialTensors, type Network, resolveNetwork, type TensorMap } from "../compile/index.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { type FieldType, fieldsOf } from "../data/fields.ts";
import type { GraphDocument } from "../graph/document.ts";
import type { TargetRef } from "../graph/objective.ts";
import { readDocument } from "../graph/read.ts";
import type { LookMoment, LookSamples, Tensors } from "../protocol/index.ts";
import { planRun } from "../train/plan.ts";
import { type Dataset, openDataset } from "./data/dataset.ts";
import { withGiven } from "./given-tensors.ts";
import { Lru } from "./lru.ts";
import { startProgress } from "./prepare.ts";
import { documentHash } from "./run-folder.ts";
import type { Moment } from "./steps.ts";
import { defaultThreads } from "./threads.ts";
import { Viewer } from "./viewer.ts";

interface Held {
  readonly viewer: Viewer;
  /** Parameters and buffers before the first step, made once. */
  readonly initial: TensorMap;
}

const keptViewers = 3;
const keptSets = 2;

/** Documents that are looked at without being trained: data sets, networks and models stay open for the next look. */
export class Scenes {
  readonly #viewers = new Lru<Held>(keptViewers, ({ viewer }) => viewer.close());
  /** One after the other, so that nothing is opened twice. */
  #queue: Promise<unknown> = Promise.resolve();
  readonly #sets = new Lru<Dataset>(keptSets, (set) => set.close());

  /**
   * The viewer of a document and the moment that is meant. Where contents are given (`samples` "inputs") the data set
   * is not opened. Errors: those of documents, of data, `tensors.misfit`.
   */
  async at(
    at: Extract<LookMoment, { kind: "document" }>,
    samples: LookSamples,
  ): Promise<Result<{ readonly viewer: Viewer; readonly moment: Moment }>> {
    const read = readDocument(at.document);
    if (!read.ok) return read;
    const opening = this.#queue.then(() => this.#scene(read.value, at.baseFolder ?? process.cwd(), samples));
    this.#queue = opening.catch(() => {});
    const held = await opening;
    if (!held.ok) return held;
    const { viewer, initial } = held.value;
    const tensors = withGiven(viewer.scene.network, initial, at.tensors ?? {});
    return tensors.ok
      ? ok({ viewer, moment: { tensors: tensors.value, progress: startProgress(read.value) } })
      : tensors;
  }

  /** Gives up what takes long. */
  cancel(): void {
    for (const { viewer } of this.#viewers.values) viewer.cancel();
  }

  async close(): Promise<void> {
    await this.#viewers.clear();
    await this.#sets.clear();
  }

  async #scene(document: GraphDocument, baseFolder: string, samples: LookSamples): Promise<Result<Held>> {
    const given = samples.kind === "inputs" ? withoutData(document, samples.targets) : null;
    const key = hash([factsOf(given?.document ?? document), baseFolder, given]);
    const held = this.#viewers.get(key);
    if (held) return ok(held);
    const made = given ? makeScene(given.document, null, given.fields) : await this.#withData(document, baseFolder);
    if (!made.ok) return made;
    const scene = { viewer: new Viewer(made.value), initial: initialTensors(made.value.network) };
    await this.#viewers.add(key, scene);
    return ok(scene);
  }

  async #withData(document: GraphDocument, baseFolder: string): Promise<Result<Viewer["scene"]>> {
    if (!document.data) return makeScene(document, null, undefined);
    const key = hash([document.data, document.seed, baseFolder]);
    const held = this.#sets.get(key);
    const set = held
      ? ok(held)
      : await openDataset(document.data, { seed: document.seed, baseFolder, workerFile: null });
    if (!set.ok) return set;
    if (!held) await this.#sets.add(key, set.value);
    return makeScene(document, set.value, set.value.fields);
  }
}

function makeScene(
  document: GraphDocument,
  dataset: Dataset | null,
  fields: readonly FieldType[] | undefined,
): Result<Viewer["scene"]> {
  const network: Result<Network> = resolveNetwork(document, fields);
  if (!network.ok) return network;
  const plan = dataset ? planRun(dataset.splits.train.count, document.training) : null;
  if (plan && !plan.ok) return fail(...plan.issues);
  return ok({ network: network.value, dataset, plan: plan?.value ?? null, provider: "cpu", threads: defaultThreads() });
}

/**
 * The document as its data set is not opened: where the fields are not known without that, it is one without data, its
 * targets those that are given, and objectives that need others are left out.
 */
function withoutData(
  document: GraphDocument,
  targets: Tensors,
): { readonly document: GraphDocument; readonly fields: readonly FieldType[] | undefined } {
  const known = document.data ? fieldsOf(document.data) : null;
  if (known) return { document, fields: known };
  const fields = Object.entries(targets).map(([name, { dtype, dims }]): FieldType => {
    return { name, dtype: dtype === "int64" ? "int64" : "float32", shape: dims.slice(1), classes: null };
  });
  const given = (ref: TargetRef | null): boolean => ref === null || !("field" in ref) || ref.field in targets;
  const objectives = document.objectives
    .filter((o) => o.terms.every((t) => given(t.target)))
    .map((o) => ({ ...o, metrics: o.metrics.filter((m) => given(m.target)) }));
  return { document: { ...document, data: null, objectives }, fields };
}

/** What of a document its numbers depend on: not where its nodes stand. */
function factsOf(document: GraphDocument): unknown {
  const { epochs, steps } = document.training;
  return [documentHash(document), document.objectives, epochs, steps];
}

const hash = (facts: unknown): string => createHash("sha256").update(JSON.stringify(facts)).digest("hex");
