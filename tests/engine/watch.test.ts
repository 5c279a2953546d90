import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { writeNpy } from "../../src/engine/data/formats/npy.ts";
import type { DocumentInput } from "../../src/graph/document.ts";
import type { CommandInput, EventOf, StatisticsRow, TensorRef } from "../../src/protocol/index.ts";
import { type Tensor, tensor } from "../../src/shape/dtype.ts";
import { chain, moons, TestEngine, temporaryFolder } from "../support/engine.ts";
import { differences, rowAt, trueStatistics } from "../support/true-statistics.ts";

type Watch = Omit<Extract<CommandInput, { kind: "watch" }>, "kind" | "id">;

const always: Watch = { statistics: true, pins: [], interval: 0, share: 1 };
const crossEntropy = (node: string, more: object = {}) => ({
  id: "main",
  terms: [{ loss: { kind: "cross-entropy" as const }, prediction: { node }, target: { field: "label" } }],
  optimizer: { kind: "adam" as const },
  ...more,
});
const edge = (id: string, from: string, to: string, index = 0) => ({
  id,
  from: { node: from },
  to: { node: to, index },
});

const pictures: DocumentInput = {
  format: "gradloom",
  version: 1,
  ...chain(
    [1, 28, 28],
    [
      { layer: "conv2d", params: { filters: 4, kernel: 5, stride: 3 } },
      { layer: "batch-norm" },
      { layer: "relu" },
      { layer: "spatial-dropout", params: { rate: 0.5 } },
      { layer: "max-pool2d" },
      { layer: "flatten" },
      { layer: "dense", params: { units: 12 } },
      { layer: "hard-sigmoid" },
      { layer: "dropout", params: { rate: 0.4 } },
      { layer: "dense", params: { units: 10 } },
    ],
  ),
  data: { source: { kind: "builtin", name: "mnist" }, inputs: { x: "image" } },
  objectives: [crossEntropy("n10", { penalty: { l2: 0.01 }, clip: { kind: "norm", limit: 0.1 } })],
  training: { batch: 10, epochs: 1, steps: 4 },
};

/** One dense layer used twice, inside a block that stands there twice, and a loss on each of two ends. */
const tangled: DocumentInput = {
  ...moons(),
  nodes: [
    { id: "x", layer: "input", params: { shape: [2] } },
    { id: "in", layer: "dense", params: { units: 6 } },
    { id: "one", layer: "block", params: { block: "pair" } },
    { id: "two", layer: "block", params: { block: "pair" } },
    { id: "again", layer: "dense", params: { units: 6 }, share: "mix" },
    { id: "mix", layer: "dense", params: { units: 6 } },
    { id: "left", layer: "dense", params: { units: 2 } },
    { id: "right", layer: "dense", params: { units: 1 }, frozen: true },
    { id: "off", layer: "tanh" },
  ],
  edges: [
    edge("a", "x", "in"),
    edge("b", "in", "one"),
    edge("c", "one", "mix"),
    edge("d", "mix", "two"),
    edge("e", "two", "again"),
    edge("f", "again", "left"),
    edge("g", "again", "right"),
    edge("h", "one", "off"),
  ],
  blocks: [
    {
      id: "pair",
      nodes: [
        { id: "dense", layer: "dense", params: { units: 6 } },
        { id: "bend", layer: "softsign" },
        { id: "sum", layer: "add" },
      ],
      edges: [edge("a", "dense", "bend"), edge("b", "bend", "sum", 1)],
      inputs: [{ name: "in", to: [{ node: "dense" }, { node: "sum", index: 0 }] }],
      outputs: [{ name: "out", from: { node: "sum" } }],
    },
  ],
  objectives: [
    crossEntropy("left"),
    {
      id: "other",
      terms: [{ loss: { kind: "mse" }, prediction: { node: "right" }, target: { field: "target" } }],
      parameters: ["in", "mix"],
      optimizer: { kind: "sgd", learningRate: 0.1 },
      every: 2,
    },
  ],
};

/** Tokens in two files: [40, 5] and labels. */
function sequences(folder: string): DocumentInput {
  const tokens = tensor(
    "int64",
    [40, 5],
    Array.from({ length: 200 }, (_, i) => (i * i + 3 * i) % 7),
  );
  const label = tensor(
    "int64",
    [40],
    Array.from({ length: 40 }, (_, i) => i % 2),
  );
  writeFileSync(path.join(folder, "tokens.npy"), writeNpy(tokens));
  writeFileSync(path.join(folder, "label.npy"), writeNpy(label));
  const layers = [
    { layer: "embedding", params: { vocabulary: 7, dimensions: 6 } },
    { layer: "layer-norm" },
    { layer: "relu" },
    { layer: "reduce-mean", params: { axes: [1] } },
    { layer: "dense", params: { units: 2 } },
  ];
  const { nodes = [], edges } = chain([5], layers);
  return {
    format: "gradloom",
    version: 1,
    nodes: nodes.map((n) => (n.id === "x" ? { ...n, params: { shape: [5], dtype: "int64" } } : n)),
    ...(edges ? { edges } : {}),
    data: {
      source: { kind: "npy", fields: { tokens: "tokens.npy", label: "label.npy" } },
      inputs: { x: "tokens" },
    },
    objectives: [crossEntropy("n5")],
    training: { batch: 8, epochs: 2 },
  };
}

const refOf = ({ place, what }: StatisticsRow): TensorRef =>
  ({ ...place, what, objective: null }) as Extract<TensorRef, { of: "parameter" }>;

let runs = 0;

/** Trains `steps` steps, pauses, and gives what is told there. */
async function paused(document: DocumentInput, steps: number, folder = temporaryFolder()) {
  const engine = new TestEngine();
  await engine.send({ kind: "watch", ...always });
  const settings = {
    folder: path.join(folder, `run-${runs++}`),
    baseFolder: folder,
    provider: "cpu",
    threads: 1,
  } as const;
  const stopped = engine.next("state", (e) => e.state === "paused");
  const started = await engine.send({ kind: "start", document, settings: { ...settings, callSteps: 1 } });
  expect(started.issues).toEqual([]);
  void engine
    .next("state", (e) => e.state === "failed")
    .then(() => {
      throw new Error(JSON.stringify(engine.of("issue")));
    });
  await engine.send({ kind: "pause" });
  const first = await stopped;
  for (let step = first.step; step < steps; step++) {
    const again = engine.next("state", (e) => e.state === "paused");
    await engine.send({ kind: "step" });
    await again;
  }
  const found = engine.of("statistics").find((e) => e.step === steps) ?? (await engine.next("statistics"));
  return { engine, found, rows: engine.of("layout")[0]?.rows ?? [] };
}

const bounded: { readonly [layer: string]: readonly [number, number] } = {
  tanh: [-1, 1],
  "hard-sigmoid": [0, 1],
  softsign: [-1, 1],
};

function boundsOf({ place, what }: StatisticsRow, document: DocumentInput): readonly [number, number] | null {
  if (place.of !== "output" || what !== "value") return null;
  const [block, inner] = place.node.split("/");
  const nodes = inner ? document.blocks?.[0]?.nodes : document.nodes;
  return bounded[nodes?.find((n) => n.id === (inner ?? block))?.layer ?? ""] ?? null;
}

describe("statistics", () => {
  const folder = temporaryFolder();
  it.each([
    ["a convolution with batch normalisation, dropout, penalty and clipping", pictures, 2, 1],
    ["shared weights, blocks, two objectives, a frozen node and one that leads nowhere", tangled, 3, 1],
    ["embedded sequences", sequences(folder), 3, 2],
    ["several micro-batches", moons({ training: { batch: 4, accumulate: 3, epochs: 3 } }), 2, 1],
  ] as const)("are those of the tensors: %s", async (_, document, steps, unitsOfSequence) => {
    const { engine, found, rows } = await paused(document, steps, folder);
    expect(found.values).toHaveLength(8 * rows.length);
    const reply = await engine.send({
      kind: "inspect",
      at: { kind: "run" },
      samples: { kind: "next" },
      tensors: rows.map(refOf),
    });
    if (reply.value?.kind !== "tensors") throw new Error(JSON.stringify(reply.issues));
    expect(reply.value.step).toBe(steps);
    const faults = rows.flatMap((row, i) => {
      const t = reply.value?.kind === "tensors" ? (reply.value.tensors[i] as Tensor) : null;
      if (!t) return ["no tensor"];
      const rank = t.dims.length;
      const units = row.place.of === "parameter" || rank === 1 ? 0 : rank === 3 ? unitsOfSequence : 1;
      expect(row.elements).toBe(t.data.length);
      const truth = trueStatistics(t, units, boundsOf(row, document));
      return differences(rowAt(found.values, i), truth).map((d) => `${JSON.stringify(row)} ${d}`);
    });
    expect(faults).toEqual([]);
    await engine.close();
  });

  it("are of every output, of gradients that a loss reaches, and of parameters that are trained", async () => {
    const { engine, rows } = await paused(tangled, 0);
    const names = rows.map(
      ({ place, what }) => `${place.node}.${"port" in place ? place.port : place.parameter} ${what}`,
    );
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(["x.out value", "x.out gradient", "one/bend.out gradient"]));
    expect(names).toEqual(expect.arrayContaining(["mix.weight update", "two/dense.bias update", "off.out value"]));
    for (const missing of ["off.out gradient", "right.weight value", "again.weight value"]) {
      expect(names).not.toContain(missing);
    }
    await engine.close();
  });

  it("come at the start, at every pause and step, and at the end; the layout once, before them", async () => {
    const { engine } = await paused(moons(), 2);
    const kinds = engine.events.map((e) => e.kind).filter((k) => k === "layout" || k === "statistics");
    expect(kinds[0]).toBe("layout");
    expect(kinds.filter((k) => k === "layout")).toHaveLength(1);
    const end = engine.next("done");
    await engine.send({ kind: "watch", ...always, share: 0 });
    await engine.next("statistics");
    const before = engine.of("statistics").length;
    await engine.send({ kind: "resume" });
    const { steps } = await end;
    const told = engine.of("statistics");
    expect(told[0]?.step).toBe(0);
    // With no share of the time there is one before the first step that follows, and one at the end.
    expect(told.length).toBeLessThanOrEqual(before + 2);
    expect(told.at(-1)?.step).toBe(steps);
    expect(told.at(-1)?.loss).toBeCloseTo(engine.losses.at(-1) as number, 0);
    await engine.close();
  });

  it("have the loss that the next step reports", async () => {
    const { engine, found } = await paused(pictures, 1);
    const next = engine.next("steps");
    await engine.send({ kind: "step" });
    const { loss } = await next;
    // The same sum in another graph, whose operators may be fused differently.
    expect(found.loss).toBeCloseTo(loss[0] as number, 5);
    await engine.close();
  });

  it("change nothing: the losses are the same to the last bit", async () => {
    const watched = new TestEngine();
    const pin = { ref: { of: "output", node: "n2", port: "out", what: "gradient" }, most: 3 } as const;
    await watched.send({ kind: "watch", ...always, pins: [pin] });
    await watched.run(pictures, { folder: temporaryFolder(), callSteps: 1 });
    const plain = new TestEngine();
    await plain.run(pictures, { folder: temporaryFolder() });
    expect(watched.of("statistics").length).toBeGreaterThan(3);
    expect(watched.losses).toEqual(plain.losses);
    const done = (e: TestEngine): EventOf<"done">["test"] | undefined => e.of("done")[0]?.test;
    expect(done(watched)).toEqual(done(plain));
    await Promise.all([watched.close(), plain.close()]);
  });

  it("show the step whose loss is not finite, from the moment before it", async () => {
    const layers = [
      { layer: "dense", params: { units: 8 } },
      { layer: "relu" },
      { layer: "dense", params: { units: 2 } },
    ];
    const base = { ...moons(), ...chain([2], layers) };
    const wild = { ...base, objectives: [crossEntropy("n3", { optimizer: { kind: "sgd", learningRate: 1e38 } })] };
    const engine = new TestEngine();
    await engine.send({ kind: "watch", ...always, share: 0 });
    const { state } = await engine.run(wild, { folder: temporaryFolder() });
    expect(state).toBe("failed");
    const failing = engine.of("statistics").filter((e) => e.failing);
    expect(failing).toHaveLength(1);
    const culprit = engine.of("issue").find((e) => e.issue.code === "engine.not-finite")?.issue as { step?: number };
    expect(failing[0]?.step).toBe((culprit.step as number) - 1);
    const rows = engine.of("layout")[0]?.rows ?? [];
    const all = rows.map((row, i) => ({ row, s: rowAt((failing[0] as EventOf<"statistics">).values, i) }));
    const bad = all.filter(({ s }) => s.bad > 0);
    expect(bad.length).toBeGreaterThan(0);
    for (const { s } of bad) expect([s.mean, s.deviation, s.norm, s.largest]).toEqual(Array(4).fill(Number.NaN));
    // The parameters themselves were still good.
    const values = all.filter(({ row }) => row.place.of === "parameter" && row.what === "value");
    expect(values.every(({ s }) => s.bad === 0)).toBe(true);
    await engine.close();
  });
});

describe("pins", () => {
  it("tell the first samples of chosen tensors, and null of one that is not there", async () => {
    const { engine } = await paused(moons(), 1);
    const output = { of: "output", node: "n2", port: "out", what: "value", objective: null } as const;
    const weight = { of: "parameter", node: "n1", parameter: "weight", what: "gradient", objective: null } as const;
    const gone = { ...output, node: "n9" } as const;
    const told = engine.next("pins");
    const pins = [output, weight, gone].map((ref) => ({ ref, most: 2 }));
    await engine.send({ kind: "watch", statistics: false, pins });
    const { step, pins: found } = await told;
    const reply = await engine.send({
      kind: "inspect",
      at: { kind: "run" },
      samples: { kind: "next" },
      tensors: [output, weight],
    });
    if (reply.value?.kind !== "tensors") throw new Error(JSON.stringify(reply.issues));
    const [y, w] = reply.value.tensors as [Tensor, Tensor];
    expect(step).toBe(1);
    expect(found.map((p) => p.tensor?.dims ?? null)).toEqual([[2, 8], [8, 2], null]);
    expect(found[0]?.tensor?.data).toEqual(y.data.slice(0, 16));
    expect(found[1]?.tensor?.data).toEqual(w.data);
    await engine.close();
  });
});
