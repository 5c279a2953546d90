import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { expect, it } from "vitest";
import { type LoadedNetwork, loadNetwork } from "../../src/cli/network.ts";
import { openDataset, type Split } from "../../src/engine/data/dataset.ts";
import type { DocumentInput, GraphDocument } from "../../src/graph/document.ts";
import { decodeDocument, encodeDocument } from "../../src/train/document-file.ts";
import { chain, TestEngine, temporaryFolder } from "../support/engine.ts";
import { readTemplate } from "../support/template.ts";

/** Trains for a few steps; gives the network as it then is, and its accuracy on the test split as the app says. */
async function train(document: DocumentInput, steps: number): Promise<LoadedNetwork & { readonly accuracy: number }> {
  const engine = new TestEngine();
  const folder = temporaryFolder();
  await engine.run(document, { folder }, { steps });
  await engine.close();
  const loaded = await loadNetwork(folder, "last");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.issues));
  return { ...loaded.value, accuracy: engine.of("done")[0]?.test.metrics["accuracy"] ?? Number.NaN };
}

function bytesOf({ document, weights }: LoadedNetwork): Uint8Array {
  const encoded = encodeDocument(document, weights);
  if (!encoded.ok) throw new Error(JSON.stringify(encoded.issues));
  return encoded.value;
}

/** The test split with a field as it comes, not standardised. */
async function testSplit(document: GraphDocument, field: string, normalise: "unit" | "none"): Promise<Split> {
  const { data, seed } = document;
  if (!data) throw new Error("no data");
  const raw = { ...data, fields: { ...data.fields, [field]: { normalise } } };
  const dataset = await openDataset(raw, { seed, baseFolder: "." });
  if (!dataset.ok || !dataset.value.splits.test) throw new Error("no test split");
  return dataset.value.splits.test;
}

const indices = (split: Split): number[] => Array.from({ length: split.count }, (_, i) => i);

/** What the file, run as it is, gives for every sample, one after the other. */
async function scoresOf(
  bytes: Uint8Array,
  split: Split,
  field: string,
  shape: readonly number[],
): Promise<Float32Array> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const x = new Float32Array(split.count * shape.reduce((a, b) => a * b, 1));
  split.gather(field, indices(split), x, 0);
  const [input, output] = [session.inputNames[0] ?? "", session.outputNames[0] ?? ""];
  const results = await session.run({ [input]: new OrtTensor("float32", x, [split.count, ...shape]) });
  await session.release();
  return results[output]?.data as Float32Array;
}

/** Share of samples for which the file gives the greatest output to the right class. */
async function accuracyOf(bytes: Uint8Array, split: Split, field: string, shape: readonly number[]): Promise<number> {
  const all = indices(split);
  const labels = new BigInt64Array(split.count);
  split.gather("label", all, labels, 0);
  const scores = await scoresOf(bytes, split, field, shape);
  const classes = scores.length / split.count;
  const right = all.filter((i) => {
    const row = [...scores.slice(i * classes, (i + 1) * classes)];
    return row.indexOf(Math.max(...row)) === Number(labels[i]);
  });
  return right.length / split.count;
}

/** What the app predicts for the first samples of the test split, as it shows them. */
async function predictionsOf({ document, weights }: LoadedNetwork, node: string, count: number): Promise<Float32Array> {
  const engine = new TestEngine();
  const reply = await engine.send({
    kind: "inspect",
    at: { kind: "document", document, tensors: Object.fromEntries(weights?.tensors ?? []) },
    samples: { kind: "indices", split: "test", indices: Array.from({ length: count }, (_, i) => i) },
    mode: "inference",
    tensors: [{ of: "output", node, port: "out", what: "value" }],
  });
  await engine.close();
  if (reply.value?.kind !== "tensors") throw new Error(JSON.stringify(reply.issues));
  return reply.value.tensors[0]?.data as Float32Array;
}

it("LeNet after a few steps: onnxruntime runs the file as it is and predicts what the app predicts", async () => {
  const lenet = readTemplate("lenet");
  const trained = await train(lenet, 30);
  const bytes = bytesOf(trained);
  const split = await testSplit(lenet, "image", "unit");
  const accuracy = await accuracyOf(bytes, split, "image", [1, 28, 28]);
  // Chance is 0.1: weights and scaling are in the file.
  expect(accuracy).toBeGreaterThan(0.5);
  expect(accuracy).toBeCloseTo(trained.accuracy, 6);
  const shown = await predictionsOf(trained, "digits", 200);
  const scores = await scoresOf(bytes, split, "image", [1, 28, 28]);
  expect(shown).toHaveLength(2000);
  // The file standardises pictures itself, the app before: float32 rounding through four layers, of numbers up to 10.
  for (const [i, v] of shown.entries()) expect(Math.abs(v - (scores[i] as number)), `logit ${i}`).toBeLessThan(1e-4);
  const read = decodeDocument(bytes);
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  expect(read.value.document).toEqual({ ...lenet, training: { ...lenet.training, steps: 30 } });
  expect(read.value.weights).toMatchObject({
    step: 30,
    epoch: 0,
    standardise: { image: { mean: [expect.any(Number)] } },
  });
  for (const [key, t] of trained.weights?.tensors ?? []) expect(read.value.weights?.tensors.get(key)).toEqual(t);
});

it("a table that is standardised by its own mean and deviation", async () => {
  const iris = {
    ...readTemplate("iris-softmax"),
    ...chain([4], [{ layer: "dense", params: { units: 3 } }]),
  } as DocumentInput;
  const term = { prediction: { node: "n1" }, target: { field: "label" } };
  const document = {
    ...iris,
    data: {
      source: { kind: "builtin", name: "iris" },
      fields: { features: { normalise: "standard" } },
      inputs: { x: "features" },
    },
    objectives: [
      {
        id: "main",
        terms: [{ loss: { kind: "cross-entropy" }, ...term }],
        metrics: [{ metric: { kind: "accuracy" }, ...term }],
        optimizer: { kind: "adam", learningRate: 0.05 },
      },
    ],
  } as DocumentInput;
  const trained = await train(document, 60);
  const split = await testSplit(trained.document, "features", "none");
  expect(trained.accuracy).toBeGreaterThan(0.7);
  expect(await accuracyOf(bytesOf(trained), split, "features", [4])).toBeCloseTo(trained.accuracy, 6);
  // Without the scaling the same weights are wrong: it is in the file and it is needed.
  const bare = { ...trained, weights: trained.weights && { ...trained.weights, standardise: {} } };
  expect(await accuracyOf(bytesOf(bare), split, "features", [4])).toBeLessThan(trained.accuracy);
});

it.each(["lenet", "iris-softmax", "mlp-xor", "perceptron", "resnet-small"])(
  "%s, not trained, is a model that onnxruntime opens",
  async (name) => {
    const encoded = encodeDocument(readTemplate(name), null);
    if (!encoded.ok) throw new Error(JSON.stringify(encoded.issues));
    const session = await InferenceSession.create(encoded.value, { logSeverityLevel: 3 });
    expect(session.inputNames.length).toBeGreaterThan(0);
    await session.release();
  },
);
