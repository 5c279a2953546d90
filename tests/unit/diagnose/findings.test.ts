import { describe, expect, test } from "vitest";
import { checkDocument } from "../../../src/compile/check.ts";
import type { Issue, IssueCode } from "../../../src/core/issue.ts";
import { findings, type RunFacts, structureOf } from "../../../src/diagnose/index.ts";
import { documentSchema } from "../../../src/graph/document.ts";
import { applyFix } from "../../../src/graph/fix.ts";
import { layerRegistry } from "../../../src/layers/registry.ts";
import { type Measured, rowsOf, sightOf } from "../../support/sights.ts";

/** Five dense layers with an activation behind each but the last. */
function network(activation: string, learningRate = 0.1) {
  const nodes = [{ id: "x", layer: "input", params: { shape: [8] } }] as {
    id: string;
    layer: string;
    params: object;
  }[];
  for (let i = 1; i <= 5; i++) {
    nodes.push({ id: `d${i}`, layer: "dense", params: { units: 8 } });
    if (i < 5) nodes.push({ id: `a${i}`, layer: activation, params: {} });
  }
  const edges = nodes
    .slice(1)
    .map((n, i) => ({ id: `e${i}`, from: { node: nodes[i]?.id }, to: { node: n.id, port: "in" } }));
  const objectives = [
    {
      id: "main",
      terms: [{ loss: { kind: "mse" }, prediction: { node: "d5" }, target: { field: "y" } }],
      optimizer: { kind: "sgd", learningRate },
    },
  ];
  return documentSchema.parse({ format: "gradloom", version: 1, name: "Five", nodes, edges, objectives });
}

const curve = (steps: number, f: (step: number) => number): RunFacts["loss"] => {
  const x = Array.from({ length: steps }, (_, i) => i + 1);
  return { x, y: x.map(f) };
};

/** A run of `network` that learns well, but for what is said. */
function facts(
  activation: string,
  change: Partial<RunFacts> = {},
  measure: (node: string) => Measured = () => ({}),
): RunFacts {
  const checked = checkDocument(network(activation));
  const rows = rowsOf(checked);
  const sights = Array.from({ length: 20 }, (_, i) => sightOf(rows, i * 20, measure));
  return { checked, rows, sights, loss: curve(400, (s) => 2 / (1 + s / 40)), epochs: [], learningRate: 0.1, ...change };
}

const codes = (f: RunFacts): IssueCode[] => findings(f).map((i) => i.code);
const find = <C extends IssueCode>(f: RunFacts, code: C): Extract<Issue, { code: C }> => {
  const found = findings(f).find((i) => i.code === code);
  expect(found, `${code} among ${codes(f).join()}`).toBeDefined();
  return found as Extract<Issue, { code: C }>;
};

const { distance } = structureOf(checkDocument(network("sigmoid")));
const away = (n: string): number => distance.get(n) ?? 0;

describe("findings", () => {
  test("a run that learns has none", () => {
    expect(codes(facts("relu"))).toEqual([]);
    expect(codes(facts("sigmoid", {}, (n) => ({ gradient: { norm: 0.7 ** away(n) } })))).toEqual([]);
    expect(findings({ ...facts("relu"), sights: [], loss: { x: [], y: [] } })).toEqual([]);
  });

  test("vanishing through sigmoids names them, counts the layers, and offers ReLU", () => {
    const fading = facts("sigmoid", {}, (n) => ({
      gradient: { norm: n.startsWith("x") ? 1e-9 : 0.03 ** Math.floor(away(n) / 2) },
    }));
    const found = find(fading, "diagnose.vanishing");
    expect(found).toMatchObject({ node: "d1", layer: "sigmoid", of: 5, share: expect.closeTo(0.03 ** 4, 9) });
    expect(found.nodes).toContain("d1");
    expect(found.nodes).not.toContain("d5");
    const mended = applyFix(fading.checked.document, found.fix as never, layerRegistry);
    expect(mended.nodes.filter((n) => n.layer === "relu").map((n) => n.id)).toEqual(["a1", "a2", "a3", "a4"]);
    expect(checkDocument(mended).issues.filter((i) => i.severity === "error").length).toBe(
      fading.checked.issues.filter((i) => i.severity === "error").length,
    );
  });

  test("a verdict of one moment is no finding", () => {
    const calm = facts("sigmoid");
    const rows = calm.rows;
    const sudden = sightOf(rows, 999, (n) => ({ gradient: { norm: 0.03 ** away(n) } }));
    expect(codes({ ...calm, sights: [...calm.sights, sudden] })).toEqual([]);
  });

  test("exploding offers to clip", () => {
    const found = find(
      facts("relu", {}, (n) => ({ gradient: { norm: 12 ** away(n) } })),
      "diagnose.exploding",
    );
    expect(found.node).toBe("d1");
    const mended = applyFix(network("relu"), found.fix as never, layerRegistry);
    expect(mended.objectives[0]?.clip).toEqual({ kind: "norm", limit: 1 });
  });

  test("dead units are counted and answered with leaky ones", () => {
    const found = find(
      facts("relu", {}, (n) => (n === "a2" ? { value: { dead: 0.625 } } : {})),
      "diagnose.dead-units",
    );
    expect(found).toMatchObject({ node: "a2", layer: "relu", dead: 5, units: 8, probes: 20 });
    const mended = applyFix(network("relu"), found.fix as never, layerRegistry);
    expect(mended.nodes.find((n) => n.id === "a2")?.layer).toBe("leaky-relu");
  });

  test("a zero gradient names the node that lets nothing through", () => {
    const lost = facts("relu", {}, (n) => (away(n) >= 5 ? { gradient: { norm: 0 } } : {}));
    // d3 is four wires from the loss, and what is behind it gets nothing.
    expect(find(lost, "diagnose.no-gradient")).toMatchObject({ culprit: "d3", nodes: ["d1", "d2"] });
  });

  test("numbers that are not finite: the first node, and a rate that would have been small enough", () => {
    const calm = facts("sigmoid", { learningRate: 1000 }, () => ({ weight: { norm: 1 }, update: { norm: 10 } }));
    const bad = sightOf(calm.rows, 410, (n) => (n === "d5" ? { value: { bad: 1, norm: Number.NaN } } : {}), Number.NaN);
    const found = find({ ...calm, sights: [...calm.sights, bad] }, "diagnose.not-finite");
    expect(found).toMatchObject({ severity: "error", node: "d5", step: 411, what: "activation" });
    // 1000 * 0.001 / 10, down to 1, 2 or 5.
    expect(found.fix).toMatchObject({ value: 0.1 });
  });

  test("a loss that runs away is diverging, one that spikes and comes back is not", () => {
    const away = curve(60, (s) => (s === 60 ? Number.NaN : 0.3 * 3 ** s));
    expect(find(facts("relu", { loss: away }), "diagnose.diverging")).toMatchObject({ severity: "error", steps: 60 });
    const spike = curve(400, (s) => (s === 200 ? 1e6 : 2 / (1 + s / 40)));
    expect(codes(facts("relu", { loss: spike }))).toEqual([]);
  });

  test("the rate is only to blame where the loss says so too", () => {
    const large = (n: string): Measured => (n.startsWith("d") ? { weight: { norm: 1 }, update: { norm: 0.4 } } : {});
    expect(codes(facts("relu", {}, large))).toEqual([]);
    const flat = curve(400, (s) => 2 + 0.3 * Math.sin(s));
    expect(find(facts("relu", { loss: flat }, large), "diagnose.rate-high").fix).toMatchObject({ value: 0.0002 });
    const tiny = (): Measured => ({ weight: { norm: 1 }, update: { norm: 1e-7 } });
    const slow = curve(400, (s) => 2 - s * 1e-5);
    const found = find(facts("relu", { loss: slow }, tiny), "diagnose.rate-low");
    expect((found.fix as { value: number }).value).toBeGreaterThan(0.1);
  });

  test("no progress needs enough steps and a loss that never moved", () => {
    expect(codes(facts("relu", { loss: curve(400, () => 2.3) }))).toEqual(["diagnose.no-progress"]);
    expect(codes(facts("relu", { loss: curve(100, () => 2.3) }))).toEqual([]);
    // It fell and came back: not stuck, whatever else it is.
    const bowl = curve(400, (s) => 1 + ((s - 200) / 200) ** 2);
    expect(codes(facts("relu", { loss: bowl }))).not.toContain("diagnose.no-progress");
  });

  test("overfitting: validation rises for epochs while training falls", () => {
    const epochs = (validation: (e: number) => number, train = (e: number) => 1 / e) =>
      Array.from({ length: 10 }, (_, i) => ({
        epoch: i + 1,
        train: { loss: train(i + 1) },
        validation: { loss: validation(i + 1) },
      }));
    const found = find(facts("relu", { epochs: epochs((e) => 0.5 + 0.05 * Math.abs(e - 4)) }), "diagnose.overfitting");
    expect(found).toMatchObject({ epoch: 4, best: 0.5, now: expect.closeTo(0.8) });
    expect(codes(facts("relu", { epochs: epochs((e) => 1 / e) }))).toEqual([]);
    expect(codes(facts("relu", { epochs: epochs((e) => (e === 10 ? 0.9 : 1 / e)) }))).toEqual([]);
    expect(
      codes(
        facts("relu", {
          epochs: epochs(
            (e) => 0.5 + 0.05 * e,
            (e) => e,
          ),
        }),
      ),
    ).toEqual([]);
  });
});

describe("data that are not scaled", () => {
  const iris = (fields: object, second = "dense") =>
    checkDocument(
      documentSchema.parse({
        format: "gradloom",
        version: 1,
        nodes: [
          { id: "x", layer: "input", params: { shape: [4] } },
          { id: "n", layer: second, params: second === "dense" ? { units: 3 } : {} },
          { id: "y", layer: "dense", params: { units: 3 } },
        ],
        edges: [
          { id: "1", from: { node: "x" }, to: { node: "n" } },
          { id: "2", from: { node: "n" }, to: { node: "y" } },
        ],
        data: { source: { kind: "builtin", name: "iris" }, inputs: { x: "features" }, fields },
        objectives: [
          {
            id: "main",
            terms: [{ loss: { kind: "cross-entropy" }, prediction: { node: "y" }, target: { field: "label" } }],
            optimizer: { kind: "sgd" },
          },
        ],
      }),
    );
  const found = (checked: ReturnType<typeof iris>, mean: number, deviation: number): Issue[] => {
    const rows = rowsOf(checked);
    const sights = [0, 10, 20].map((step) =>
      sightOf(rows, step, (id) => (id === "x" ? { value: { mean, deviation } } : {})),
    );
    const f: RunFacts = {
      checked,
      rows,
      sights,
      loss: curve(400, (s) => 2 / (1 + s / 40)),
      epochs: [],
      learningRate: 0.1,
    };
    return findings(f).filter((i) => i.code === "diagnose.raw-input");
  };

  test("are named with their numbers, and the fix scales them", () => {
    const checked = iris({});
    const [issue] = found(checked, 3.46, 1.97);
    expect(issue).toMatchObject({ node: "x", field: "features", severity: "warning" });
    expect(issue?.fix && applyFix(checked.document, issue.fix).data?.fields).toMatchObject({
      features: { normalise: "standard" },
    });
  });

  test("are no finding where they are near zero, are scaled already, or the network does it", () => {
    expect(found(iris({}), 0.13, 0.31)).toEqual([]);
    expect(found(iris({ features: { normalise: "standard" } }), 3.46, 1.97)).toEqual([]);
    expect(found(iris({}, "batch-norm"), 3.46, 1.97)).toEqual([]);
    expect(found(iris({}), 0, 8)).toHaveLength(1);
  });

  test("are judged by many batches, not by a small one that happens to be off", () => {
    const checked = iris({});
    const rows = rowsOf(checked);
    const means = [0.9, -1.1, 0.8, -0.7];
    const sights = means.map((mean, i) =>
      sightOf(rows, i, (id) => (id === "x" ? { value: { mean, deviation: 0.5 } } : {})),
    );
    const loss = curve(400, (s) => 2 / (1 + s / 40));
    const found = findings({ checked, rows, sights, loss, epochs: [], learningRate: 0.1 });
    expect(found.map((i) => i.code)).not.toContain("diagnose.raw-input");
  });
});
