import { describe, expect, it } from "vitest";
import { checkDocument } from "../../src/compile/check.ts";
import {
  findings,
  firstNotFinite,
  guiltOf,
  judgeActivations,
  judgeGradients,
  layoutOf,
  type RunFacts,
  type Sight,
  structureOf,
} from "../../src/diagnose/index.ts";
import { type DocumentInput, documentSchema } from "../../src/graph/document.ts";
import { chain, moons, TestEngine, temporaryFolder } from "../support/engine.ts";

/** `depth` dense layers of `width` with an activation behind each, and a number for each sample. */
function deep(depth: number, activation: string, learningRate: number, more: object = {}): DocumentInput {
  const layers = Array.from({ length: depth }, () => [
    { layer: "dense", params: { units: 8, ...more } },
    { layer: activation },
  ]).flat();
  const net = chain([2], [...layers, { layer: "dense", params: { units: 1 } }]);
  return {
    ...moons(),
    ...net,
    objectives: [
      {
        id: "main",
        terms: [{ loss: { kind: "mse" }, prediction: { node: `n${2 * depth + 1}` }, target: { field: "target" } }],
        optimizer: { kind: "sgd", learningRate },
      },
    ],
    training: { batch: 16, epochs: 4 },
  };
}

/** Trains and gives what the window would know of it. */
async function trained(document: DocumentInput) {
  const engine = new TestEngine();
  await engine.send({ kind: "watch", statistics: true, pins: [], interval: 0, share: 1 });
  const { state } = await engine.run(document, { folder: temporaryFolder(), callSteps: 1 });
  const checked = checkDocument(documentSchema.parse(document));
  const rows = engine.of("layout")[0]?.rows ?? [];
  const sights: Sight[] = engine.of("statistics").map((e) => ({ ...e, failing: e.failing ?? false }));
  const y = engine.losses;
  const facts: RunFacts = {
    checked,
    rows,
    sights,
    loss: { x: y.map((_, i) => i + 1), y },
    epochs: engine.of("epoch"),
    learningRate: document.objectives?.[0]?.optimizer.learningRate ?? null,
  };
  const issues = engine.of("issue").map((e) => e.issue);
  await engine.close();
  return { state, facts, issues, structure: structureOf(checked), layout: layoutOf(rows), sights };
}

/** Norms of the gradients of all outputs at the start, from the tensors themselves: another way than the statistics. */
async function trueNorms(document: DocumentInput): Promise<ReadonlyMap<string, number>> {
  const engine = new TestEngine();
  const nodes = document.nodes?.map((n) => n.id) ?? [];
  const reply = await engine.send({
    kind: "inspect",
    at: { kind: "document", document },
    samples: { kind: "next" },
    tensors: nodes.map((node) => ({ of: "output", node, port: "out", what: "gradient" })),
  });
  if (reply.value?.kind !== "tensors") throw new Error(JSON.stringify(reply.issues));
  const norms = reply.value.tensors.map((t) => Math.sqrt(Array.from(t.data, Number).reduce((s, v) => s + v * v, 0)));
  await engine.close();
  return new Map(nodes.map((id, i) => [id, norms[i] as number]));
}

const middle = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [
    sorted[Math.ceil(sorted.length / 2) - 1] as number,
    sorted[Math.floor(sorted.length / 2)] as number,
  ];
  return (low + high) / 2;
};

describe("a sigmoid network of twenty layers", () => {
  it("vanishes from the depth at which the true gradients are under a hundredth of the reference", async () => {
    const document = deep(19, "sigmoid", 0.1);
    const { layout, structure, sights, facts } = await trained(document);
    const norms = await trueNorms(document);
    // n39 is what the loss looks at, x is furthest: 40 nodes in a row.
    const order = [...norms.keys()].reverse();
    const reference = middle(order.slice(0, 20).map((id) => norms.get(id) as number));
    const depth = order.findIndex((id) => (norms.get(id) as number) < reference / 100);
    expect(depth).toBeGreaterThan(10);

    const picture = judgeGradients(structure, layout, sights.slice(0, 1));
    // Sums of float32 in another order.
    expect((picture.reference as number) / reference).toBeCloseTo(1, 4);
    const found = order.findIndex((id) => picture.nodes.get(id)?.verdict === "vanishing");
    expect(order[found]).toBe(order[depth]);
    expect(order.slice(depth).every((id) => picture.nodes.get(id)?.verdict === "vanishing")).toBe(true);
    expect([...picture.nodes.values()].some((g) => g.verdict === "exploding")).toBe(false);

    const guilt = guiltOf(structure, picture, "n1");
    // Sigmoids have even numbers.
    expect(guilt?.culprits.length).toBeGreaterThan(5);
    const share = [...norms].length > 0 ? (norms.get("n1") as number) / (norms.get("n39") as number) : 0;
    const said = findings({ ...facts, sights: sights.slice(0, 1) }).find((i) => i.code === "diagnose.vanishing");
    expect(said).toMatchObject({ node: "n1", of: 20, fix: { kind: "replace-layer", layer: "relu" } });
    expect((said as unknown as { share: number }).share / share).toBeCloseTo(1, 3);
  });

  it("with a learning rate of 1e3 explodes, and the first node that is not finite is named", async () => {
    const { state, issues, structure, layout, sights, facts } = await trained(deep(19, "sigmoid", 1e3));
    expect(state).toBe("failed");
    const named = issues.find((i) => i.code === "engine.not-finite");
    expect(named).toMatchObject({ what: "loss" });
    const failing = sights.find((s) => s.failing) as Sight;
    const first = firstNotFinite(structure, layout, failing);
    // The squared error overflows before any node does: the loss is the first.
    expect(first).toEqual({ node: null, what: "loss" });
    expect(failing.loss).toBe(Number.POSITIVE_INFINITY);
    const picture = judgeGradients(structure, layout, sights);
    expect(picture.nodes.get("n39")?.verdict).toBe("exploding");
    const found = findings(facts);
    expect(found.map((i) => i.code)).toEqual(expect.arrayContaining(["diagnose.not-finite", "diagnose.diverging"]));
    expect(found[0]).toMatchObject({ code: "diagnose.not-finite", objective: "main", what: "loss", severity: "error" });
    const rate = (found[0]?.fix as { value: number } | undefined)?.value ?? Number.NaN;
    expect(rate).toBeLessThan(300);
    const diverging = found.find((i) => i.code === "diagnose.diverging") as unknown as { from: number; to: number };
    expect(diverging.to / diverging.from).toBeGreaterThan(1e6);
  });
});

describe("the first node that is not finite", () => {
  it("is the one whose operator the engine finds in another model", async () => {
    // What the squares make overflows long before their loss does.
    const layers = [
      { layer: "dense", params: { units: 4 } },
      { layer: "square" },
      { layer: "square" },
      { layer: "square" },
      { layer: "log" },
      { layer: "dense", params: { units: 1 } },
    ];
    const { objectives = [], ...rest } = deep(1, "relu", 1e3);
    const [objective] = objectives;
    const terms = objective?.terms.map((t) => ({ ...t, prediction: { node: "n6" } }));
    const { issues, structure, layout, sights } = await trained({
      ...rest,
      ...chain([2], layers),
      objectives: [{ ...objective, terms } as NonNullable<typeof objective>],
    });
    const named = issues.find((i) => i.code === "engine.not-finite");
    const failing = sights.find((s) => s.failing) as Sight;
    expect(named).toMatchObject({ node: expect.any(String) });
    expect(firstNotFinite(structure, layout, failing)?.node).toBe(named?.node);
  });
});

describe("dead units", () => {
  it("are named where the biases hold ReLUs below zero for every sample", async () => {
    const document = deep(3, "relu", 0.01);
    const nodes = document.nodes?.map((n) =>
      n.id === "n3" ? { ...n, params: { ...n.params, biasInit: { kind: "constant", value: -100 } } } : n,
    );
    const { facts, structure, layout, sights } = await trained({ ...document, ...(nodes ? { nodes } : {}) });
    const activations = judgeActivations(structure, layout, sights);
    expect(activations.get("n4")).toMatchObject({ verdict: "dead", dead: 1, zeros: 1 });
    const picture = judgeGradients(structure, layout, sights);
    for (const id of ["n3", "n2", "n1", "x"]) expect(picture.nodes.get(id)).toMatchObject({ norm: 0, verdict: "dead" });
    expect(picture.nodes.get("n5")?.verdict).not.toBe("dead");
    const found = findings(facts);
    expect(found.find((i) => i.code === "diagnose.dead-units")).toMatchObject({ node: "n4", dead: 8, units: 8 });
    expect(found.find((i) => i.code === "diagnose.no-gradient")).toMatchObject({ culprit: "n4", nodes: ["n1", "n3"] });
  });

  it("a network that learns is called healthy", async () => {
    const { facts, structure, layout, sights } = await trained({
      ...deep(2, "tanh", 0.1),
      training: { batch: 16, epochs: 20 },
    });
    expect(findings(facts).map((i) => i.code)).toEqual([]);
    const picture = judgeGradients(structure, layout, sights);
    expect([...picture.nodes.values()].map((g) => g.verdict).filter((v) => v !== "healthy" && v !== "apart")).toEqual(
      [],
    );
  });
});
