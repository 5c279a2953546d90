import { mkdtempSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { rng } from "../src/core/rng.ts";
import { openSession } from "../src/engine/ort.ts";
import type { Provider } from "../src/ir/gradient.ts";
import type { Graph } from "../src/ir/graph.ts";
import { layers } from "../src/layers/registry.gen.ts";
import { encodeModel } from "../src/onnx/encode.ts";
import { statNames } from "../src/protocol/index.ts";
import type { Tensor } from "../src/shape/dtype.ts";
import { TestEngine } from "../tests/support/engine.ts";
import { caseOf, feedsOf, gradientGraph, only, randomTensor, withNumbers } from "../tests/support/layer.ts";

/**
 * `npm run accelerator -- cuda`: compares an execution provider with the CPU on this machine: every layer forward and
 * backward, then whole trainings with the statistics of every node and tensors of a probe. Exit code 0 when all agree, 1 when not, 2 when the
 * provider does not work here.
 *
 * On GPUs with TensorFloat-32 run it with NVIDIA_TF32_OVERRIDE=0, else matrix products keep ten bits.
 */

/**
 * Largest ||a - b|| / ||b|| of a tensor. Sums in another order differ by some 1e-6; cuDNN may choose an algorithm of
 * convolution by transforms (Winograd, FFT), which loses up to three more digits (Lavin & Gray 2016, table 7).
 */
const layerTolerance = 1e-3;
/** Losses drift apart as rounding is amplified from step to step. */
const lossTolerance = 1e-2;
const steps = 60;

const sizes = { N: 4, T: 6, H: 5, W: 7 };
const positive = (v: number): number => Math.abs(v) + 0.5;
const domains: { readonly [layer: string]: (v: number) => number } = {
  sqrt: positive,
  log: positive,
  divide: positive,
};

async function main([name = "cuda"]: readonly string[]): Promise<number> {
  const provider = name as Provider;
  const trial = await openSession(encodeModel(trialGraph()), { name: "trial", provider, threads: null });
  if (!trial.ok) {
    console.log(`${provider} does not work here: ${JSON.stringify(trial.issues)}`);
    return 2;
  }
  await trial.value.release();
  const bad = [...(await compareLayers(provider)), ...(await compareTrainings(provider))];
  console.log(`\n${bad.length === 0 ? "all agree" : `differ: ${bad.join(", ")}`}`);
  return bad.length === 0 ? 0 : 1;
}

const trialGraph = (): Graph => graphOf("relu", 0).graph;

function graphOf(id: string, example: number) {
  const layer = layers[id as keyof typeof layers];
  const given = layer.examples[example] as (typeof layer.examples)[number];
  const c = caseOf(layer, withNumbers(layer, given, sizes));
  return { ...gradientGraph(c), c };
}

async function compareLayers(provider: Provider): Promise<string[]> {
  const bad: string[] = [];
  let count = 0;
  for (const layer of Object.values(layers)) {
    if (layer.id === "input") continue;
    for (const [i] of layer.examples.entries()) {
      const { graph, lowered, seeds, c } = graphOf(layer.id, i);
      // Whole numbers in, whole numbers out: nothing to differentiate.
      if (seeds.length === 0) continue;
      const random = rng(3, layer.id);
      const feeds = {
        ...feedsOf(c, lowered, 1, domains[layer.id]),
        ...Object.fromEntries(seeds.map((v) => [v.name, randomTensor(v.type.shape, random)])),
      };
      const model = encodeModel(graph);
      const [theirs, ours] = [
        await results(model, provider, only(graph, feeds)),
        await results(model, "cpu", only(graph, feeds)),
      ];
      const error = typeof theirs === "string" ? theirs : distance(theirs, ours as Tensor[]);
      count++;
      if (typeof error === "string" || !(error < layerTolerance)) {
        bad.push(`${layer.id} ${i}`);
        console.log(`${layer.id} ${i}: ${error}`);
      }
    }
  }
  console.log(`layers: ${count - bad.length} of ${count} agree within ${layerTolerance}`);
  return bad;
}

async function results(
  model: Uint8Array,
  provider: Provider,
  feeds: { [name: string]: Tensor },
): Promise<Tensor[] | string> {
  const session = await openSession(model, { name: "layer", provider, threads: 1 });
  if (!session.ok) return JSON.stringify(session.issues);
  const run = await session.value.run(feeds);
  await session.value.release();
  return run.ok ? Object.values(run.value) : JSON.stringify(run.issues);
}

const norm = (values: readonly number[]): number => Math.sqrt(values.reduce((s, v) => s + v * v, 0));

function distance(a: readonly Tensor[], b: readonly Tensor[]): number {
  return Math.max(
    ...a.map((t, i) => {
      const [x, y] = [Array.from(t.data, Number), Array.from((b[i] as Tensor).data, Number)];
      return norm(x.map((v, k) => v - (y[k] as number))) / Math.max(norm(y), 1e-6);
    }),
  );
}

async function compareTrainings(provider: Provider): Promise<string[]> {
  const bad: string[] = [];
  for (const template of ["mlp-xor", "iris-softmax", "lenet", "resnet-small"]) {
    const [ours, theirs] = [await training(template, "cpu"), await training(template, provider)];
    const error = Math.max(
      ...ours.losses.map((l, i) => Math.abs(l - (theirs.losses[i] ?? Number.NaN)) / Math.max(Math.abs(l), 1e-2)),
    );
    const stats = statisticsError(ours, theirs);
    const probe = tensorsError(ours, theirs);
    const agree = error < lossTolerance && stats < lossTolerance && probe < lossTolerance;
    if (!agree) bad.push(template);
    const rate = (r: typeof ours): string => `${Math.round(r.rate)} samples/s`;
    console.log(
      `${template}: ${steps} steps, loss ${error.toExponential(1)}, statistics ${stats.toExponential(1)}, ${ours.tensors.length} tensors of a probe ${probe.toExponential(1)}; cpu ${rate(ours)}, ${provider} ${rate(theirs)}; operators ${JSON.stringify(theirs.operators)}`,
    );
  }
  return bad;
}

async function training(template: string, provider: Provider) {
  const document = JSON.parse(
    readFileSync(path.join(process.cwd(), "graph-templates", `${template}.json`), "utf8"),
  ) as { readonly nodes: readonly { readonly id: string }[] };
  const engine = new TestEngine();
  const folder = path.join(mkdtempSync(path.join(os.tmpdir(), "gradloom-accelerator-")), "run");
  await engine.send({ kind: "watch", statistics: true, pins: pinsOf(document), interval: 0, share: 1 });
  const end = engine.next("state", (e) => e.state === "done" || e.state === "failed");
  const settings = { folder, baseFolder: process.cwd(), provider, threads: null };
  const reply = await engine.send({ kind: "start", document, overrides: { steps, epochs: 1 }, settings });
  if (reply.issues.length > 0) throw new Error(JSON.stringify(reply.issues));
  const state = await end;
  if (state.state === "failed") console.log(`${template} on ${provider}: ${JSON.stringify(engine.of("issue"))}`);
  await engine.close();
  const first = engine.of("statistics").find((s) => s.step === 0);
  const pinned = engine.of("pins").find((p) => p.step === 0)?.pins ?? [];
  return {
    losses: engine.losses,
    rate: engine.of("steps").at(-1)?.samplesPerSecond ?? 0,
    rows: engine.of("layout").at(-1)?.rows ?? [],
    statistics: first?.values ?? new Float32Array(),
    tensors: pinned.flatMap((p) => p.tensor ?? []),
    operators: engine.of("plan")[0]?.provider ?? null,
  };
}

/** Most nodes whose tensors are compared: there may be 64 pins. */
const pinnedNodes = 32;

/** Output and its gradient of the nodes of a template, which all have one port. */
function pinsOf({ nodes }: { readonly nodes: readonly { readonly id: string }[] }) {
  const aspects = ["value", "gradient"] as const;
  return nodes
    .slice(0, pinnedNodes)
    .flatMap(({ id: node }) =>
      aspects.map((what) => ({ ref: { of: "output", node, port: "out", what } as const, most: 4096 })),
    );
}

function tensorsError(a: Awaited<ReturnType<typeof training>>, b: Awaited<ReturnType<typeof training>>): number {
  const missing = a.tensors.length === 0 || a.tensors.length !== b.tensors.length;
  return missing ? Number.NaN : distance(b.tensors, a.tensors);
}

/** Greatest relative difference of the norms at the first step. */
function statisticsError(a: Awaited<ReturnType<typeof training>>, b: Awaited<ReturnType<typeof training>>): number {
  const at = statNames.indexOf("norm");
  const errors = a.rows.map((_, i) => {
    const [x, y] = [
      a.statistics[i * statNames.length + at] ?? 0,
      b.statistics[i * statNames.length + at] ?? Number.NaN,
    ];
    return Math.abs(x - y) / Math.max(Math.abs(x), 1e-6);
  });
  return errors.length === 0 ? Number.NaN : Math.max(...errors);
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
