import { describe, expect, test } from "vitest";
import { checkDocument } from "../../../src/compile/check.ts";
import {
  firstNotFinite,
  guiltOf,
  judgeActivations,
  judgeGradients,
  judgeUpdates,
  layoutOf,
  structureOf,
} from "../../../src/diagnose/index.ts";
import { documentSchema } from "../../../src/graph/document.ts";
import { type Measured, rowsOf, sightOf } from "../../support/sights.ts";

/** `depth` dense layers with an activation behind each but the last, and labels that nothing comes back to. */
function stack(depth: number, activation = "sigmoid") {
  const nodes = [{ id: "x", layer: "input", params: { shape: [8] } }] as {
    id: string;
    layer: string;
    params: object;
  }[];
  for (let i = 1; i <= depth; i++) {
    nodes.push({ id: `d${i}`, layer: "dense", params: { units: i === depth ? 1 : 8 } });
    if (i < depth) nodes.push({ id: `a${i}`, layer: activation, params: {} });
  }
  const edges = nodes
    .slice(1)
    .map((n, i) => ({ id: `e${i}`, from: { node: nodes[i]?.id }, to: { node: n.id, port: "in" } }));
  nodes.push({ id: "side", layer: "input", params: { shape: [1] } });
  const objective = {
    id: "main",
    terms: [{ loss: { kind: "mse" }, prediction: { node: `d${depth}` }, target: { node: "side" } }],
    optimizer: { kind: "sgd" },
  };
  const document = documentSchema.parse({
    format: "gradloom",
    version: 1,
    name: "Stack",
    nodes,
    edges,
    objectives: [objective],
  });
  const checked = checkDocument(document);
  const rows = rowsOf(checked);
  return { checked, structure: structureOf(checked), rows, layout: layoutOf(rows) };
}

const deep = stack(20);

/** The gradient of a node that is `factor` as large for every wire from the loss. */
const fading =
  (factor: number) =>
  (node: string): Measured => ({
    gradient: { norm: factor ** (deep.structure.distance.get(node) ?? 0) },
  });

const judged = (measure: (node: string) => Measured, sights = 1) =>
  judgeGradients(
    deep.structure,
    deep.layout,
    Array.from({ length: sights }, (_, i) => sightOf(deep.rows, i, measure)),
  );

describe("gradients", () => {
  test("the structure knows how far every node is from the loss, and what no loss depends on", () => {
    expect(deep.structure.distance.get("d20")).toBe(0);
    expect(deep.structure.distance.get("x")).toBe(39);
    expect(deep.structure.distance.has("side")).toBe(false);
    expect(deep.structure.trained.size).toBe(20);
  });

  test("even gradients are healthy, at whatever scale", () => {
    for (const scale of [1e-9, 1, 1e9]) {
      const picture = judged((n) => ({ gradient: { norm: scale * (n === "d3" ? 5 : 1) } }));
      expect(picture.reference).toBeCloseTo(scale, -Math.log10(scale) + 3);
      expect(picture.nodes.get("d3")?.verdict).toBe("healthy");
      expect([...picture.nodes].filter(([id, g]) => id !== "side" && g.verdict !== "healthy")).toEqual([]);
    }
  });

  test("the reference is the median of the half nearest the loss, so most of the nodes may vanish", () => {
    const picture = judged(fading(0.5));
    // 40 nodes at distances 0 to 39: the near half is 0 to 19, its middle between 9 and 10.
    expect(picture.reference).toBeCloseTo((0.5 ** 9 + 0.5 ** 10) / 2, 8);
  });

  test("vanishing begins at the depth where a hundredth of the reference is passed", () => {
    const picture = judged(fading(0.5));
    for (const [id, { norm, verdict }] of picture.nodes) {
      if (id === "side") continue;
      const ratio = norm / (picture.reference as number);
      expect(verdict === "vanishing", id).toBe(ratio < 0.01);
      expect(verdict === "healthy", id).toBe(ratio >= 0.1 && ratio <= 10);
    }
    // The nodes at the loss are over a hundred times the reference, and yet nothing explodes.
    expect(picture.nodes.get("d20")?.relative).toBeGreaterThan(2);
    expect([...picture.nodes.values()].filter((g) => g.verdict === "exploding")).toEqual([]);
    const vanishing = [...picture.nodes].filter(([, g]) => g.verdict === "vanishing").map(([id]) => id);
    const nearest = Math.min(...vanishing.map((id) => deep.structure.distance.get(id) as number));
    // 0.5^d < 0.01 * 0.5^9.4 from d = 17 on.
    expect(nearest).toBe(17);
    expect(vanishing).toHaveLength(40 - 17);
  });

  test("exploding is over a hundred times the reference", () => {
    const picture = judged(fading(1.6));
    const first = [...picture.nodes]
      .filter(([, g]) => g.verdict === "exploding")
      .map(([id]) => deep.structure.distance.get(id) as number);
    expect(Math.min(...first)).toBeGreaterThan(15);
    expect(picture.nodes.get("x")?.verdict).toBe("exploding");
    expect([...picture.nodes.values()].filter((g) => g.verdict === "vanishing")).toEqual([]);
  });

  test("zero is dead only when it was zero in all of the last twenty probes", () => {
    const zero = (n: string): Measured => (n === "d1" || n === "x" ? { gradient: { norm: 0 } } : {});
    expect(judged(zero, 1).nodes.get("d1")?.verdict).toBe("apart");
    expect(judged(zero, 2).nodes.get("d1")?.verdict).toBe("dead");
    expect(judged(zero, 40).nodes.get("d1")?.verdict).toBe("dead");
    const once = Array.from({ length: 40 }, (_, i) => sightOf(deep.rows, i, i === 25 ? () => ({}) : zero));
    expect(judgeGradients(deep.structure, deep.layout, once).nodes.get("d1")?.verdict).toBe("apart");
    const longAgo = Array.from({ length: 40 }, (_, i) => sightOf(deep.rows, i, i === 15 ? () => ({}) : zero));
    expect(judgeGradients(deep.structure, deep.layout, longAgo).nodes.get("d1")?.verdict).toBe("dead");
  });

  test("zeros and infinities are no part of the reference", () => {
    const picture = judged((n) => {
      const d = deep.structure.distance.get(n) ?? 0;
      return { gradient: { norm: d < 5 ? 0 : d < 10 ? Number.POSITIVE_INFINITY : 2 } };
    });
    expect(picture.reference).toBe(2);
    expect(judged(() => ({ gradient: { norm: 0 } })).reference).toBeNull();
  });

  test("what no loss depends on is outside", () => {
    expect(judged(() => ({})).nodes.get("side")?.verdict).toBe("outside");
  });
});

describe("a loss that runs away", () => {
  test("gradients that explode together are measured by the first sight", () => {
    const early = sightOf(deep.rows, 0, () => ({}));
    const wild = (loss: number) => [early, sightOf(deep.rows, 9, () => ({ gradient: { norm: 1e12 } }), loss)];
    const picture = judgeGradients(deep.structure, deep.layout, wild(1e20));
    expect(picture).toMatchObject({ reference: 1, runsAway: true });
    expect(picture.nodes.get("d20")?.verdict).toBe("exploding");
    // A loss that only grew a little judges the step by itself.
    expect(judgeGradients(deep.structure, deep.layout, wild(20)).nodes.get("d20")?.verdict).toBe("healthy");
    expect(judgeGradients(deep.structure, deep.layout, wild(Number.NaN)).nodes.get("d20")?.verdict).toBe("exploding");
  });
});

describe("the guilty path", () => {
  test("leads from the loss to the sick node and names where the gradient is lost", () => {
    // Every sigmoid keeps a quarter of what reaches it, dense layers pass it on.
    const lost = new Map<string, number>([["d20", 1]]);
    const back = [...deep.structure.order].reverse().filter((id) => deep.structure.distance.has(id));
    for (const [i, id] of back.entries()) {
      const next = back[i + 1];
      if (next) lost.set(next, (lost.get(id) as number) * (id.startsWith("a") ? 0.25 : 1));
    }
    const picture = judged((n) => ({ gradient: { norm: lost.get(n) ?? 0 } }));
    const guilt = guiltOf(deep.structure, picture, "d1");
    expect(guilt?.path[0]).toBe("d20");
    expect(guilt?.path.at(-1)).toBe("d1");
    expect(guilt?.factors.get("a7")).toBeCloseTo(0.25);
    expect(guilt?.culprits.every((id) => id.startsWith("a"))).toBe(true);
    expect(guilt?.culprits.length).toBeGreaterThan(10);
  });

  test("a node that passes nothing on is the only culprit", () => {
    const beyond = new Set(["a3", "d3", "a2", "d2", "a1", "d1", "x"]);
    const picture = judged((n) => ({ gradient: { norm: beyond.has(n) ? 0 : 1 } }));
    expect(guiltOf(deep.structure, picture, "d1")?.culprits).toEqual(["d4"]);
    expect(guiltOf(deep.structure, picture, "side")).toBeNull();
  });
});

describe("other verdicts", () => {
  test("dead and saturated activations need all of the last probes", () => {
    const relu = stack(4, "relu");
    const sights = Array.from({ length: 20 }, (_, i) =>
      sightOf(relu.rows, i, (n) => {
        if (n === "a1") return { value: { dead: 4 / 6, zeros: 0.8 } };
        return n === "a2" ? { value: { dead: i === 7 ? 0.2 : 0.9 } } : {};
      }),
    );
    const nodes = judgeActivations(relu.structure, relu.layout, sights);
    expect(nodes.get("a1")).toMatchObject({ verdict: "dead", dead: expect.closeTo(4 / 6, 5) });
    expect(nodes.get("a2")).toMatchObject({ verdict: "healthy", dead: expect.closeTo(0.2, 5) });
    const full = Array.from({ length: 20 }, (_, i) => sightOf(deep.rows, i, () => ({ value: { saturated: 0.9 } })));
    const sigmoids = judgeActivations(deep.structure, deep.layout, full);
    expect(sigmoids.get("a5")?.verdict).toBe("saturated");
    expect(sigmoids.get("d5")?.verdict).toBeNull();
  });

  test("updates are judged as a share of the weights, around a thousandth", () => {
    const sight = sightOf(deep.rows, 0, (n) => ({
      weight: { norm: 2 },
      update: { norm: { d1: 2e-3, d2: 2e-6, d3: 1, d4: 0 }[n] ?? 4e-3 },
    }));
    const nodes = judgeUpdates(deep.layout, sight);
    const verdicts = ["d1", "d2", "d3", "d4"].map((id) => nodes.get(id)?.verdict);
    expect(verdicts).toEqual(["healthy", "small", "large", "still"]);
    expect(nodes.get("d1")?.ratio).toBeCloseTo(1e-3);
  });

  test("the first node that is not finite is the first in order of computation", () => {
    const bad = (nodes: { readonly [n: string]: keyof Measured }) =>
      sightOf(deep.rows, 3, (n) => (nodes[n] ? { [nodes[n]]: { bad: 0.5, norm: Number.NaN } } : {}), Number.NaN);
    const first = (nodes: { readonly [n: string]: keyof Measured }) =>
      firstNotFinite(deep.structure, deep.layout, bad(nodes));
    expect(first({ a9: "value", d12: "value", a2: "gradient" })).toEqual({ node: "a9", what: "activation" });
    expect(first({ d9: "weight", d12: "value" })).toEqual({ node: "d9", what: "parameter" });
    const behind = (nodes: { readonly [n: string]: keyof Measured }) =>
      firstNotFinite(deep.structure, deep.layout, { ...bad(nodes), loss: 1 });
    expect(behind({ a2: "gradient", a9: "gradient" })).toEqual({ node: "a9", what: "gradient" });
    expect(behind({ d2: "update", d9: "update" })).toEqual({ node: "d2", what: "update" });
    expect(first({})).toEqual({ node: null, what: "loss" });
    expect(
      firstNotFinite(
        deep.structure,
        deep.layout,
        sightOf(deep.rows, 3, () => ({})),
      ),
    ).toBeNull();
  });
});
