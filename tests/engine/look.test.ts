import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DocumentInput } from "../../src/graph/document.ts";
import type { CommandInput, TensorRefInput } from "../../src/protocol/index.ts";
import { type Tensor, tensor } from "../../src/shape/dtype.ts";
import { chain, moons, TestEngine, temporaryFolder } from "../support/engine.ts";

/** As the matcher, whose own type says nothing. */
const closeTo = (v: number, digits: number): unknown => expect.closeTo(v, digits);

type Inspect = Extract<CommandInput, { kind: "inspect" }>;

const output = (node: string, what: "value" | "gradient" = "value"): TensorRefInput => {
  return { of: "output", node, port: "out", what };
};
const parameter = (node: string, name: string, what: "value" | "gradient" | "update" = "value"): TensorRefInput => {
  return { of: "parameter", node, parameter: name, what };
};
const loss: TensorRefInput = { of: "loss" };
const document = (given: DocumentInput): Inspect["at"] => ({ kind: "document", document: given });
const first: Inspect["samples"] = { kind: "indices", split: "train", indices: [0, 1, 2, 3, 4] };

let engine: TestEngine;
beforeAll(() => {
  engine = new TestEngine();
});
afterAll(() => engine.close());

/** Tensors by the place in `tensors`, or the codes of the issues. */
async function inspect(look: Omit<Inspect, "kind" | "id">): Promise<Tensor[]> {
  const { issues, value } = await engine.send({ kind: "inspect", ...look });
  if (value?.kind !== "tensors") throw new Error(issues.map((i) => i.code).join());
  return [...value.tensors];
}

async function codes(look: Omit<Inspect, "kind" | "id">): Promise<string[]> {
  const { issues } = await engine.send({ kind: "inspect", ...look });
  return issues.map((i) => i.code);
}

const norm = (t: Tensor | undefined): number => Math.hypot(...Array.from((t as Tensor).data as Float32Array));

describe("a document that is not trained", () => {
  it("gives activations that follow from the weights, and gradients that follow from the loss", async () => {
    const refs = [output("x"), parameter("n1", "weight"), parameter("n1", "bias"), output("n1"), output("n2")];
    const [x, w, b, y, t] = (await inspect({ at: document(moons()), samples: first, tensors: refs })) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    expect(x.dims).toEqual([5, 2]);
    expect(y.dims).toEqual([5, 8]);
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 8; j++) {
        const at = (m: Tensor, k: number): number => Number(m.data[k]);
        const sum = at(x, 2 * i) * at(w, 2 * j) + at(x, 2 * i + 1) * at(w, 2 * j + 1) + at(b, j);
        expect(at(y, 8 * i + j)).toBeCloseTo(sum, 5);
        expect(at(t, 8 * i + j)).toBeCloseTo(Math.tanh(sum), 5);
      }
    }
  });

  it("gives for softmax cross-entropy the gradient (p - y) / n at the logits, and its sums at the weights", async () => {
    const refs = [
      output("n3"),
      output("n3", "gradient"),
      { of: "target", field: "label" } as const,
      loss,
      output("n2"),
      parameter("n3", "weight", "gradient"),
      parameter("n3", "bias", "gradient"),
    ];
    const [z, dz, label, value, h, dw, db] = await inspect({ at: document(moons()), samples: first, tensors: refs });
    const sums = [0, 0];
    let total = 0;
    for (let i = 0; i < 5; i++) {
      const row = [Number(z?.data[2 * i]), Number(z?.data[2 * i + 1])] as const;
      const whole = Math.exp(row[0]) + Math.exp(row[1]);
      row.forEach((v, j) => {
        const hit = Number(label?.data[i]) === j ? 1 : 0;
        const expected = (Math.exp(v) / whole - hit) / 5;
        expect(dz?.data[2 * i + j]).toBeCloseTo(expected, 6);
        sums[j] = (sums[j] as number) + expected;
        if (hit) total -= Math.log(Math.exp(v) / whole) / 5;
      });
    }
    expect(value?.dims).toEqual([]);
    expect(value?.data[0]).toBeCloseTo(total, 5);
    expect(Array.from(db?.data as Float32Array)).toEqual(sums.map((s) => closeTo(s, 6)));
    const corner = Array.from({ length: 5 }, (_, i) => Number(dz?.data[2 * i]) * Number(h?.data[8 * i]));
    expect(dw?.data[0]).toBeCloseTo(
      corner.reduce((a, v) => a + v, 0),
      6,
    );
  });

  it("gives an update that is what the optimizer adds", async () => {
    const plain = moons({
      objectives: [{ ...(moons().objectives?.[0] as object), optimizer: { kind: "sgd", learningRate: 0.1 } }] as never,
    });
    const refs = [parameter("n1", "weight", "gradient"), parameter("n1", "weight", "update")];
    const [gradient, update] = await inspect({ at: document(plain), samples: first, tensors: refs });
    const values = Array.from(update?.data as Float32Array);
    // new - old loses the digits that old has before those of the step: 2^-24 of weights up to 0.71.
    expect(values).toEqual(Array.from(gradient?.data as Float32Array, (g) => closeTo(-0.1 * g, 7)));
  });

  it("gives what the optimizer works with: the gradient with penalty and clipping, its states, its rate", async () => {
    const [objective] = moons().objectives as [object];
    const regular = moons({
      objectives: [{ ...objective, penalty: { l1: 0, l2: 0.5 }, clip: { kind: "value", limit: 0.1 } }] as never,
    });
    const owner = { node: "n1", parameter: "weight" };
    const refs: TensorRefInput[] = [
      parameter("n1", "weight"),
      parameter("n1", "weight", "gradient"),
      { of: "parameter", ...owner, what: "applied" },
      { of: "optimizer", owner, slot: "mean" },
      { of: "optimizer", owner, slot: "square" },
      { of: "optimizer", slot: "learningRate" },
    ];
    const found = await inspect({ at: document(regular), samples: first, tensors: refs });
    const [w, g, applied, mean, square, rate] = found.map((t) => Array.from(t.data as Float32Array));
    const want = w?.map((v, i) => Math.min(0.1, Math.max(-0.1, (g?.[i] as number) + v)));
    expect(applied).toEqual(want?.map((v) => closeTo(v, 6)));
    expect(applied).toContain(Math.fround(0.1));
    expect([...(mean ?? []), ...(square ?? [])]).toEqual(new Array(32).fill(0));
    expect(rate).toEqual([Math.fround(0.02)]);
    const missing: TensorRefInput[] = [{ of: "optimizer", owner, slot: "velocity" }];
    expect(await codes({ at: document(regular), samples: first, tensors: missing })).toEqual(["look.unknown"]);
  });

  it("takes tensors in place of the initial ones, and says which do not fit", async () => {
    const zeros = tensor("float32", [8, 2], new Float32Array(16));
    const at = { kind: "document", document: moons(), tensors: { "n1.weight": zeros } } as const;
    const [w] = await inspect({ at, samples: first, tensors: [parameter("n1", "weight")] });
    expect(norm(w)).toBe(0);
    const wrong = { ...at, tensors: { "n1.weight": tensor("float32", [2], [1, 2]), "n9.weight": zeros } };
    const reply = await engine.send({ kind: "inspect", at: wrong, samples: first, tensors: [loss] });
    expect(reply.issues).toMatchObject([
      { code: "tensors.misfit", tensor: "n1.weight", expected: "float32[8, 2]", found: "float32[2]" },
      { code: "tensors.misfit", tensor: "n9.weight", expected: null },
    ]);
  });

  it("looks at contents that are given, without a data set; targets only where a loss is wanted", async () => {
    const { data: _, ...rest } = moons();
    const at = document({ ...rest });
    const inputs = { x: tensor("float32", [3, 2], [1, 0, 0, 1, 0.5, 0.5]) };
    const [y] = await inspect({ at, samples: { kind: "inputs", inputs }, tensors: [output("n3")] });
    expect(y?.dims).toEqual([3, 2]);
    const targets = { label: tensor("int64", [3], [0, 1, 1]) };
    const [dx, l] = await inspect({
      at,
      samples: { kind: "inputs", inputs, targets },
      tensors: [output("x", "gradient"), loss],
    });
    expect(norm(dx)).toBeGreaterThan(0);
    expect(Number(l?.data[0])).toBeGreaterThan(0);
    expect(await codes({ at, samples: { kind: "inputs", inputs }, tensors: [loss] })).toEqual(["objective.none"]);
    const tall = { x: tensor("float32", [3, 3], new Float32Array(9)) };
    expect(await codes({ at, samples: { kind: "inputs", inputs: tall }, tensors: [output("n3")] })).toEqual([
      "look.input",
    ]);
    // Of a document without data the next batch is one of random numbers.
    const { value } = await engine.send({ kind: "inspect", at, samples: { kind: "next" }, tensors: [output("n3")] });
    expect(value).toMatchObject({ samples: null, tensors: [{ dims: [8, 2] }] });
  });

  it("says which tensor or sample is not there", async () => {
    const at = document(moons());
    const look = { at, samples: first };
    expect(await codes({ ...look, tensors: [output("n9"), parameter("n1", "gain")] })).toEqual([
      "look.unknown",
      "look.unknown",
    ]);
    const far: Inspect["samples"] = { kind: "indices", split: "train", indices: [0, 999] };
    expect(await codes({ at, samples: far, tensors: [loss] })).toEqual(["look.sample"]);
    expect(await codes({ at: document({ ...moons(), seed: -1 }), samples: first, tensors: [loss] })).toEqual([
      "document.bad-value",
    ]);
  });

  it("tells gradients of two ports apart that hand on the same tensor, and of nodes that lead nowhere", async () => {
    const given = moons();
    const nodes = [
      ...(given.nodes ?? []),
      { id: "same", layer: "identity" },
      { id: "sum", layer: "add" },
      { id: "loose", layer: "relu" },
    ];
    const edge = (id: string, from: string, to: string, index = 0) => {
      return { id, from: { node: from }, to: { node: to, index } };
    };
    const edges = [
      edge("a", "x", "n1"),
      edge("b", "n1", "same"),
      edge("c", "n1", "sum"),
      edge("d", "same", "sum", 1),
      edge("e", "sum", "n2"),
      edge("f", "n2", "n3"),
      edge("g", "n1", "loose"),
    ];
    const refs = [output("n1", "gradient"), output("same", "gradient"), output("loose", "gradient"), output("loose")];
    const [all, half, none, value] = await inspect({
      at: document({ ...given, nodes, edges }),
      samples: first,
      tensors: refs,
    });
    expect(norm(half)).toBeGreaterThan(0);
    const doubled = Array.from(half?.data as Float32Array, (v) => closeTo(2 * v, 7));
    expect(Array.from(all?.data as Float32Array)).toEqual(doubled);
    expect(norm(none)).toBe(0);
    const at = document({ ...given, nodes, edges });
    const [alone] = await inspect({ at, samples: first, tensors: [output("loose", "gradient")] });
    expect(alone?.data).toEqual(none?.data);
    expect(none?.dims).toEqual(value?.dims);
  });

  it("drops while training and not otherwise; batch normalisation uses the batch or the running statistics", async () => {
    const base = moons();
    const layers = [
      { layer: "dense", params: { units: 8 } },
      { layer: "dropout", params: { rate: 0.5 } },
      { layer: "batch-norm" },
    ];
    const at = document({
      ...base,
      ...chain([2], [...layers, { layer: "dense", params: { units: 2 } }]),
      objectives: [],
    });
    const refs = [output("n1"), output("n2"), output("n3")];
    const [, dropped, normed] = await inspect({ at, samples: first, tensors: refs });
    expect(Array.from(dropped?.data as Float32Array).filter((v) => v === 0).length).toBeGreaterThan(5);
    const mean = [0, 1, 2, 3, 4].reduce((sum, i) => sum + Number(normed?.data[8 * i]), 0) / 5;
    expect(mean).toBeCloseTo(0, 6);
    const [y, kept] = await inspect({ at, samples: first, mode: "inference", tensors: refs });
    expect(kept?.data).toEqual(y?.data);
  });

  it("gives the weights and what the data set does to its fields", async () => {
    const given = moons();
    const data: DocumentInput["data"] = given.data && { ...given.data, fields: { x: { normalise: "standard" } } };
    const at = document({ ...given, data });
    const { value } = await engine.send({ kind: "weights", at });
    expect(value).toMatchObject({ kind: "weights", step: 0, epoch: 0 });
    if (value?.kind !== "weights") throw new Error("no weights");
    expect(Object.keys(value.tensors).sort()).toEqual(["n1.bias", "n1.weight", "n3.bias", "n3.weight"]);
    expect(value.standardise["x"]?.mean).toHaveLength(2);
  });
});

describe("several micro-batches", () => {
  it("gives parameters the gradient of the whole step, and outputs those of the first micro-batch", async () => {
    const given = moons({ training: { batch: 4, accumulate: 3, epochs: 1 } });
    const whole = moons({ training: { batch: 12, epochs: 1 } });
    const refs = [output("n3"), parameter("n1", "weight", "gradient"), parameter("n1", "weight", "update")];
    const next = { kind: "next" } as const;
    const [y, g, u] = await inspect({ at: document(given), samples: next, tensors: refs });
    const [y12, g12, u12] = await inspect({ at: document(whole), samples: next, tensors: refs });
    expect(y?.dims).toEqual([4, 2]);
    expect(y?.data).toEqual(y12?.data.slice(0, 8));
    // Sums of the same numbers in another order: a few units in the last place.
    const near = (t: Tensor | undefined) => Array.from(t?.data as Float32Array, (v) => closeTo(v, 6));
    expect(Array.from(g?.data as Float32Array)).toEqual(near(g12));
    expect(Array.from(u?.data as Float32Array)).toEqual(near(u12));
  });
});

describe("a run under way", () => {
  it("is looked into between two calls, and goes on as if nothing had been", async () => {
    const folder = temporaryFolder();
    const plain = new TestEngine();
    await plain.run(moons(), { folder: temporaryFolder(), callSteps: 1 });
    const paused = engine.next("state", (e) => e.state === "paused");
    const settings = { folder, baseFolder: folder, provider: "cpu", threads: 1, callSteps: 1 } as const;
    await engine.send({ kind: "start", document: moons(), settings });
    await engine.next("steps", (e) => e.step >= 3);
    await engine.send({ kind: "pause" });
    const { step } = await paused;
    const look = { kind: "inspect", at: { kind: "run" }, samples: { kind: "next" } } as const;
    const refs = [parameter("n1", "weight"), parameter("n1", "weight", "update"), loss];
    const before = await engine.send({ ...look, tensors: refs });
    if (before.value?.kind !== "tensors") throw new Error(JSON.stringify(before.issues));
    expect(before.value.step).toBe(step);
    expect(before.value.samples?.indices).toHaveLength(16);
    const again = engine.next("state", (e) => e.state === "paused");
    const stepped = engine.next("steps");
    await engine.send({ kind: "step" });
    const told = await stepped;
    await again;
    const after = await engine.send({ kind: "weights", at: { kind: "run" } });
    if (after.value?.kind !== "weights") throw new Error(JSON.stringify(after.issues));
    const [w, u, l] = before.value.tensors as [Tensor, Tensor, Tensor];
    expect(told.loss[0]).toBeCloseTo(Number(l.data[0]), 6);
    // w + (w' - w) is w' but for the rounding of the difference.
    const expected = Array.from(w.data as Float32Array, (v, i) => closeTo(v + Number(u.data[i]), 7));
    expect(Array.from(after.value.tensors["n1.weight"]?.data as Float32Array)).toEqual(expected);
    const end = engine.next("state", (e) => e.state === "done");
    await engine.send({ kind: "resume" });
    await end;
    expect(engine.losses).toEqual(plain.losses);
    const late = await engine.send({ ...look, tensors: refs });
    expect(late.issues.map((i) => i.code)).toEqual(["engine.refused"]);
    await plain.close();
  });

  it("begins with the tensors it is given, also after it was broken off before its first checkpoint", async () => {
    const weights = tensor(
      "float32",
      [8, 2],
      Float32Array.from({ length: 16 }, (_, i) => i / 16),
    );
    const start = async (folder: string, overrides = {}) => {
      const own = new TestEngine();
      const settings = { folder, baseFolder: folder, provider: "cpu", threads: 1, callSteps: 1, ...overrides } as const;
      const resume = "resume" in overrides;
      await own.send({
        kind: "start",
        document: resume ? null : moons(),
        tensors: resume ? null : { "n1.weight": weights },
        settings,
      });
      await own.next("steps");
      return own;
    };
    const folder = temporaryFolder();
    const one = await start(folder, { checkpointSeconds: 1e6 });
    const first = one.losses[0];
    await one.close();
    const other = new TestEngine();
    await other.run(moons(), { folder: temporaryFolder() });
    expect(other.losses[0]).not.toBe(first);
    await other.close();
    const checkpoints = path.join(folder, "checkpoints");
    for (const f of readdirSync(checkpoints)) if (f.startsWith("step-")) rmSync(path.join(checkpoints, f));
    const two = await start(folder, { resume: "if-any" });
    expect(two.losses[0]).toBe(first);
    await two.close();
  });
});
