import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CommandInput, ReplyValue } from "../../src/protocol/index.ts";
import { type Tensor, tensor } from "../../src/shape/dtype.ts";
import { moons, TestEngine, temporaryFolder } from "../support/engine.ts";
import { readTemplate } from "../support/template.ts";

type Landscape = Omit<Extract<CommandInput, { kind: "landscape" }>, "kind" | "id">;
type Found = Extract<ReplyValue, { kind: "landscape" }>;

let engine: TestEngine;
beforeAll(() => {
  engine = new TestEngine();
});
afterAll(() => engine.close());

const at = { kind: "document", document: moons() } as const;
const plain: Landscape = { at, samples: { kind: "next" }, size: 5, range: 0.5, along: "random", seed: 3 };

async function landscape(command: Landscape): Promise<Found> {
  const { issues, value } = await engine.send({ kind: "landscape", ...command });
  if (value?.kind !== "landscape") throw new Error(JSON.stringify(issues));
  return value;
}

async function lossWith(tensors: { [name: string]: Tensor } | null): Promise<number> {
  const moment = { ...at, tensors };
  const reply = await engine.send({
    kind: "inspect",
    at: moment,
    samples: { kind: "next" },
    tensors: [{ of: "loss" }],
  });
  if (reply.value?.kind !== "tensors") throw new Error(JSON.stringify(reply.issues));
  return Number(reply.value.tensors[0]?.data[0]);
}

describe("the loss around the present parameters", () => {
  it("is the loss there in the middle, and the same for the same seed", async () => {
    const found = await landscape(plain);
    expect(found.places).toEqual([-0.5, -0.25, 0, 0.25, 0.5]);
    expect(found.loss).toHaveLength(25);
    expect(found.loss[12]).toBeCloseTo(await lossWith(null), 6);
    expect(new Set(found.loss).size).toBe(25);
    expect(await landscape(plain)).toEqual(found);
    expect((await landscape({ ...plain, seed: 4 })).loss).not.toEqual(found.loss);
  });

  it("falls along minus the gradient, every row of a weight moving by its own length", async () => {
    const small = await landscape({ ...plain, size: 3, range: 0.01, along: "gradient" });
    const [before, here, after] = Array.from(small.loss.slice(3, 6)) as [number, number, number];
    expect(after).toBeLessThan(here);
    expect(before).toBeGreaterThan(here);
    const refs = ["n1", "n3"].flatMap((node) =>
      (["value", "gradient"] as const).map((what) => ({ of: "parameter", node, parameter: "weight", what }) as const),
    );
    const reply = await engine.send({ kind: "inspect", at, samples: { kind: "next" }, tensors: refs });
    if (reply.value?.kind !== "tensors") throw new Error(JSON.stringify(reply.issues));
    const [w1, g1, w3, g3] = reply.value.tensors as [Tensor, Tensor, Tensor, Tensor];
    const tensors = { "n1.weight": along(w1, g1, 0.01), "n3.weight": along(w3, g3, 0.01) };
    expect(await lossWith(tensors)).toBeCloseTo(after, 6);
  });

  it("is given up when somebody says so, while other looks go on", async () => {
    const wide = engine.send({ kind: "landscape", ...plain, size: 61 });
    expect(await lossWith(null)).toBeGreaterThan(0);
    await engine.send({ kind: "cancel" });
    const { issues, value } = await wide;
    expect(value).toBeNull();
    expect(issues.map((i) => i.code)).toEqual(["engine.cancelled"]);
  });

  it("is given up with the run that it is of", async () => {
    const own = new TestEngine();
    const folder = temporaryFolder();
    const settings = { folder, baseFolder: folder, provider: "cpu", threads: 1, callSteps: 1 } as const;
    await own.send({ kind: "start", document: moons(), settings });
    await own.next("steps");
    const done = own.next("done");
    const wide = own.send({ kind: "landscape", ...plain, at: { kind: "run" }, size: 61 });
    await own.send({ kind: "stop" });
    await done;
    expect((await wide).issues.map((i) => i.code)).toEqual(["engine.cancelled"]);
    await own.close();
  });
});

/** w - h g, every row of g scaled to the length of that row of w. */
function along(w: Tensor, g: Tensor, h: number): Tensor {
  const width = w.dims[1] as number;
  const row = (t: Tensor, i: number): number[] => Array.from(t.data.slice(i * width, (i + 1) * width) as Float32Array);
  const values = Array.from({ length: w.dims[0] as number }, (_, i) => {
    const scale = Math.hypot(...row(w, i)) / Math.hypot(...row(g, i));
    return row(w, i).map((v, k) => v - h * scale * (row(g, i)[k] as number));
  });
  return tensor("float32", w.dims, values.flat());
}

describe("the time of a step by node", () => {
  it.each([
    ["LeNet", readTemplate("lenet")],
    ["a step of several micro-batches", moons({ training: { batch: 4, accumulate: 3 } })],
  ])("adds up to about that of the step: %s", async (_, document) => {
    const { issues, value } = await engine.send({ kind: "profile", at: { kind: "document", document }, steps: 5 });
    if (value?.kind !== "profile") throw new Error(JSON.stringify(issues));
    const { nodes, total } = value;
    const sum = nodes.reduce((all, n) => all + n.microseconds, 0);
    // Operators follow one another; what is left are the gaps between them, which are long beside tiny ones.
    expect(sum).toBeLessThan(1.05 * total);
    expect(sum).toBeGreaterThan(0.1 * total);
    const places = new Set(nodes.map((n) => `${n.node} ${n.pass}`));
    expect(places.size).toBe(nodes.length);
    const ids = new Set((document.nodes ?? []).map((n) => n.id));
    expect(nodes.filter((n) => n.node !== null && !ids.has(n.node))).toEqual([]);
    for (const node of document.nodes ?? []) {
      if (node.layer !== "dense" && node.layer !== "conv2d") continue;
      for (const pass of ["forward", "backward", "optimizer"]) expect(places).toContain(`${node.id} ${pass}`);
    }
    expect([...places]).toEqual(expect.arrayContaining([expect.stringMatching("null loss")]));
    expect(Object.keys(value.provider.operators ?? {})).toEqual(["cpu"]);
  });

  it("needs something to train", async () => {
    const bare = { kind: "document", document: { ...moons(), objectives: [] } } as const;
    const { issues } = await engine.send({ kind: "profile", at: bare });
    expect(issues.map((i) => i.code)).toEqual(["objective.none"]);
  });
});
