import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { compileNetwork, initialTensors, resolveNetwork } from "../../src/compile/index.ts";
import { openBatches } from "../../src/engine/data/batches.ts";
import { openDataset } from "../../src/engine/data/dataset.ts";
import { fieldsFed } from "../../src/engine/evaluate.ts";
import { feedsOf, trainingResult } from "../../src/engine/models.ts";
import { openSession } from "../../src/engine/ort.ts";
import { readCheckpoint, readCurve, readRun } from "../../src/engine/run-folder.ts";
import type { DocumentInput } from "../../src/graph/document.ts";
import { readDocument } from "../../src/graph/read.ts";
import type { EventOf } from "../../src/protocol/index.ts";
import { chain, moons, TestEngine, temporaryFolder } from "../support/engine.ts";

interface Ran {
  readonly engine: TestEngine;
  readonly folder: string;
  readonly losses: readonly number[];
  readonly done: EventOf<"done">;
}

async function run(document: DocumentInput, settings: object = {}, overrides: object = {}): Promise<Ran> {
  const engine = new TestEngine();
  const folder = temporaryFolder();
  await engine.run(document, { folder, ...settings }, overrides);
  await engine.close();
  const [done] = engine.of("done");
  if (!done) throw new Error(JSON.stringify(engine.of("issue")));
  return { engine, folder, losses: engine.losses, done };
}

/** Checkpoint tensors and models of a run, as bytes. */
function artefacts(folder: string): { readonly [file: string]: string } {
  const models = readdirSync(path.join(folder, "models")).map((f) => `models/${f}`);
  return Object.fromEntries(models.map((f) => [f, readFileSync(path.join(folder, f)).toString("base64")]));
}

async function weights(folder: string): Promise<unknown> {
  const found = await readCheckpoint(folder);
  return found.ok ? found.value.checkpoint.tensors : found.issues;
}

const withTraining = (training: DocumentInput["training"], base = moons()): DocumentInput => {
  return { ...base, training: { ...base.training, ...training } };
};

describe("a run", () => {
  it("learns, and tells all steps and epochs in order", async () => {
    const { engine, losses, done, folder } = await run(withTraining({ epochs: 20 }));
    expect(losses).toHaveLength(240);
    expect(done).toMatchObject({ reason: "finished", steps: 240, epochs: 20, test: { split: "test", samples: 23 } });
    // Two classes apart by a curve: chance is 0.5, and a linear unit gets 0.87.
    expect(done.test.metrics["accuracy"]).toBeGreaterThan(0.9);
    const steps = engine.of("steps").flatMap((e) => e.loss.map((_, i) => e.step + i));
    expect(steps).toEqual(Array.from({ length: 240 }, (_, i) => i + 1));
    expect(engine.of("epoch").map((e) => [e.epoch, e.step])).toEqual(
      Array.from({ length: 20 }, (_, i) => [i + 1, 12 * (i + 1)]),
    );
    expect(engine.of("state").map((e) => e.state)).toEqual(["preparing", "running", "stopping", "done"]);
    const curve = await readCurve(folder);
    expect(curve.ok && curve.value.loss).toEqual(losses);
    expect(curve.ok && curve.value.epochs).toEqual(engine.of("epoch"));
    expect(await readRun(folder)).toMatchObject({
      ok: true,
      value: {
        provider: "cpu",
        threads: 1,
        status: { phase: "done", step: 240, epoch: 20 },
        document: { name: "moons" },
      },
    });
    expect(readdirSync(folder).sort()).toEqual(["checkpoints", "events.jsonl", "models", "run.json"]);
  });

  it("gives the same numbers and the same files for the same seed, others for another", async () => {
    const [a, b, c] = [await run(moons()), await run(moons()), await run(moons(), {}, { seed: 8 })];
    expect(b.losses).toEqual(a.losses);
    expect(artefacts(b.folder)).toEqual(artefacts(a.folder));
    expect(await weights(b.folder)).toEqual(await weights(a.folder));
    expect(b.done.test).toEqual(a.done.test);
    expect(c.losses[0]).not.toBe(a.losses[0]);
  });

  it("gives the same numbers with several threads, twice", async () => {
    const wide = chain(
      [2],
      [{ layer: "dense", params: { units: 300 } }, { layer: "relu" }, { layer: "dense", params: { units: 2 } }],
    );
    const document = withTraining({ batch: 64, epochs: 5 }, moons(wide));
    const [a, b] = [await run(document, { threads: 2 }), await run(document, { threads: 2 })];
    expect(b.losses).toEqual(a.losses);
    expect(await weights(b.folder)).toEqual(await weights(a.folder));
  });

  // The numbers of a run must not depend on how its steps are spread over calls.
  const nets: { readonly [name: string]: DocumentInput } = {
    "a perceptron of two layers": moons(),
    "dropout and batch normalisation": moons(
      chain(
        [2],
        [
          { layer: "dense", params: { units: 8 } },
          { layer: "batch-norm" },
          { layer: "dropout", params: { rate: 0.3 } },
          { layer: "dense", params: { units: 2 } },
        ],
      ),
    ),
  };
  for (const [name, net] of Object.entries(nets)) {
    it(`gives the same numbers for calls of any length: ${name}`, async () => {
      const last = name.startsWith("dropout") ? "n4" : "n3";
      const [o] = net.objectives ?? [];
      const terms = [
        { loss: { kind: "cross-entropy" }, prediction: { node: last }, target: { field: "label" } },
      ] as const;
      const document = { ...net, objectives: [{ ...o, terms, metrics: [] }] } as unknown as DocumentInput;
      const whole = await run(document, { callMilliseconds: 10_000 });
      const parts = [await run(document, { callSteps: 1 }), await run(document, { callSteps: 7 })];
      const single = await stepByStep(document);
      for (const other of parts) {
        expect(other.losses).toEqual(whole.losses);
        expect(other.engine.of("epoch").map((e) => e.train)).toEqual(whole.engine.of("epoch").map((e) => e.train));
        expect(await weights(other.folder)).toEqual(await weights(whole.folder));
      }
      expect(single).toEqual(whole.losses);
    });
  }

  it("handles what batches leave over, with and without accumulation", async () => {
    // 184 samples: 2 steps of 3 x 25, then one of 1 x 25, then one of 9.
    const accumulated = await run(withTraining({ batch: 25, accumulate: 3, epochs: 2 }));
    expect(accumulated.losses).toHaveLength(8);
    const dropped = await run(withTraining({ batch: 25, accumulate: 3, epochs: 2, dropLast: true }));
    expect(dropped.losses).toHaveLength(4);
    expect(dropped.losses.slice(0, 2)).toEqual(accumulated.losses.slice(0, 2));
    const whole = await run(withTraining({ batch: 1000, epochs: 3 }));
    expect(whole.losses).toHaveLength(3);
    expect(whole.engine.of("plan")[0]).toMatchObject({ batch: 184, stepsPerEpoch: 1 });
  });

  it("accumulates to the same gradient as a batch as large", async () => {
    const sgd = moons();
    const objectives = [
      { ...sgd.objectives?.[0], optimizer: { kind: "sgd", learningRate: 0.1 } },
    ] as DocumentInput["objectives"];
    const data = { ...sgd.data, shuffle: false } as DocumentInput["data"];
    const base: DocumentInput = { ...sgd, data, ...(objectives ? { objectives } : {}) };
    const large = await run(withTraining({ batch: 20, dropLast: true }, base), {}, { steps: 9 });
    const small = await run(withTraining({ batch: 5, accumulate: 4, dropLast: true }, base), {}, { steps: 9 });
    expect(large.losses).toHaveLength(9);
    // Sums of 20 float32 terms in another order.
    for (const [i, loss] of large.losses.entries()) expect(small.losses[i]).toBeCloseTo(loss, 5);
  });

  it("follows the schedule and overrides of the start command", async () => {
    const schedule = { kind: "step", unit: "step", every: 5, factor: 0.1 } as const;
    const { engine } = await run(
      withTraining({ schedule }),
      { callSteps: 3 },
      { steps: 12, learningRate: 0.5, batch: 50 },
    );
    const rates = engine.of("steps").flatMap((e) => e.learningRate);
    expect(engine.of("plan")[0]).toMatchObject({ batch: 50, steps: 12, stepsPerEpoch: 4 });
    expect(rates.map((r) => Number(r.toPrecision(6)))).toEqual([
      ...Array(5).fill(0.5),
      ...Array(5).fill(0.05),
      0.005,
      0.005,
    ]);
  });

  it("stops early and goes back to the best epoch", async () => {
    const earlyStopping = { watch: "loss", patience: 2, minDelta: 0.05 };
    const { engine, done, folder } = await run(withTraining({ epochs: 60, earlyStopping }));
    const epochs = engine.of("epoch");
    const last = epochs.at(-1)?.epoch ?? 0;
    expect(done).toMatchObject({ reason: "early-stopping", epochs: last, best: { epoch: last - 2 } });
    expect(last).toBeLessThan(60);
    expect(epochs.filter((e) => e.best).at(-1)?.epoch).toBe(last - 2);
    const best = await readCheckpoint(folder, "best");
    expect(best.ok && best.value.checkpoint.progress).toMatchObject({ epoch: last - 2, step: 12 * (last - 2) });
    const again = new TestEngine();
    const reply = await again.send({ kind: "evaluate", folder, checkpoint: "best" });
    expect(reply.value).toEqual({ kind: "evaluation", evaluation: done.test });
    await again.close();
  });

  it("measures the test part of a run folder as the run itself did", async () => {
    const { folder, done } = await run(moons());
    const engine = new TestEngine();
    const reply = await engine.send({ kind: "evaluate", folder });
    expect(reply).toMatchObject({ issues: [], value: { kind: "evaluation", evaluation: done.test } });
    const train = await engine.send({ kind: "evaluate", folder, split: "train" });
    expect(train.value).toMatchObject({ evaluation: { split: "train", samples: 184 } });
    await engine.close();
  });

  it("writes a model for inference that anybody can run", async () => {
    const { folder, done } = await run(moons());
    const data = await openDataset(readDocumentOf(moons()).data as never, { seed: 7, baseFolder: "/" });
    if (!data.ok || !data.value.splits.test) return expect.unreachable("moons have a test part");
    const { test } = data.value.splits;
    const indices = Array.from({ length: test.count }, (_, i) => i);
    const x = new Float32Array(2 * test.count);
    const labels = new BigInt64Array(test.count);
    test.gather("x", indices, x, 0);
    test.gather("label", indices, labels, 0);
    const engine = new TestEngine();
    const model = { path: path.join(folder, "models", "inference.onnx") };
    const inputs = [{ x: { dtype: "float32" as const, dims: [test.count, 2], data: x } }];
    const reply = await engine.send({ kind: "run-model", model, inputs, provider: "cpu" });
    await engine.close();
    if (reply.value?.kind !== "outputs") return expect.unreachable(JSON.stringify(reply.issues));
    const [logits] = Object.values(reply.value.outputs[0] ?? {});
    const right = indices.filter((i) => {
      const [a, b] = [Number(logits?.data[2 * i]), Number(logits?.data[2 * i + 1])];
      return BigInt(b > a ? 1 : 0) === labels[i];
    });
    expect(right.length / test.count).toBe(done.test.metrics["accuracy"]);
  });
});

function readDocumentOf(input: DocumentInput) {
  const document = readDocument(input);
  if (!document.ok) throw new Error(JSON.stringify(document.issues));
  return document.value;
}

/** The losses of a run, from the model of a single step and nothing of the engine's loop. */
async function stepByStep(input: DocumentInput): Promise<number[]> {
  const document = readDocumentOf(input);
  const dataset = await openDataset(document.data as never, { seed: document.seed, baseFolder: "/" });
  const network = dataset.ok ? resolveNetwork(document, dataset.value.fields) : dataset;
  if (!dataset.ok || !network.ok) throw new Error("the document is good");
  const losses: number[] = [];
  let carried = initialTensors(network.value);
  for (let epoch = 0; epoch < document.training.epochs; epoch++) {
    const { batch } = document.training;
    const order = {
      split: "train",
      seed: document.seed,
      epoch,
      shuffle: true,
      dropLast: false,
      startBatch: 0,
    } as const;
    const stream = openBatches(dataset.value, { ...order, fields: ["x", "label"], batch, chunk: 1 });
    for (let chunk = await stream.next(); chunk.ok && chunk.value; chunk = await stream.next()) {
      const model = compileNetwork(network.value, { kind: "training-step", batch: chunk.value.batch });
      if (!model.ok) throw new Error(JSON.stringify(model.issues));
      const { manifest } = model.value;
      expect(fieldsFed({ manifest }).sort()).toEqual(["label", "x"]);
      const session = await openSession(model.value.bytes, { name: "step", provider: "cpu", threads: 1 });
      if (!session.ok) throw new Error(JSON.stringify(session.issues));
      const learningRates = new Map(document.objectives.map((o) => [o.id, [o.optimizer.learningRate]]));
      const feed = { fields: chunk.value.fields, carried, learningRates, step: losses.length + 1, seed: document.seed };
      const results = await session.value.run(feedsOf(manifest, feed));
      await session.value.release();
      if (!results.ok) throw new Error(JSON.stringify(results.issues));
      const result = trainingResult(manifest, results.value, carried);
      losses.push(...Array.from([...result.losses.values()][0] ?? []));
      carried = result.carried;
    }
  }
  return losses;
}
