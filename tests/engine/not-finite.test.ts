import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Issue } from "../../src/core/issue.ts";
import { readCheckpoint, readCurve } from "../../src/engine/run-folder.ts";
import type { DocumentInput } from "../../src/graph/document.ts";
import { chain, moons, TestEngine, temporaryFolder } from "../support/engine.ts";

interface Failed {
  readonly issues: readonly Issue[];
  readonly engine: TestEngine;
  readonly folder: string;
}

async function fail(document: DocumentInput, settings: object = {}): Promise<Failed> {
  const folder = temporaryFolder();
  const engine = new TestEngine();
  const end = await engine.run(document, { folder, ...settings });
  await engine.close();
  expect(end.state).toBe("failed");
  return { issues: engine.of("issue").map((e) => e.issue), engine, folder };
}

const objective = (node: string, loss: object, optimizer: object, target = "target"): DocumentInput["objectives"] =>
  [
    { id: "main", terms: [{ loss, prediction: { node }, target: { field: target } }], optimizer },
  ] as DocumentInput["objectives"];

/** x -> dense -> (layers) with a squared loss, on the moons. */
function squared(layers: Parameters<typeof chain>[1], rate: number): DocumentInput {
  const net = chain([2], [{ layer: "dense", params: { units: 1 } }, ...layers]);
  const optimizer = { kind: "sgd", learningRate: rate };
  const objectives = objective(`n${layers.length + 1}`, { kind: "mse" }, optimizer);
  return { ...moons(net), ...(objectives ? { objectives } : {}), training: { batch: 16, epochs: 20 } };
}

describe("a value that is not finite", () => {
  it("is traced to the operator that made it: logarithm of a negative number", async () => {
    // Centred points on both sides of any line but one far off: some outputs of the unit are negative at once.
    const document = squared([{ layer: "log" }], 0.01);
    const data = { ...document.data, fields: { x: { normalise: "standard" } } } as DocumentInput["data"];
    const { issues, engine, folder } = await fail({ ...document, data, training: { batch: 1000, epochs: 2 } });
    expect(issues).toMatchObject([
      { code: "engine.not-finite", severity: "error", step: 1, what: "activation", node: "n2" },
    ]);
    expect(engine.losses).toEqual([]);
    expect(engine.of("state").at(-1)).toMatchObject({ state: "failed", step: 0 });
    expect((await readCheckpoint(folder)).ok).toBe(true);
  });

  it("is traced to a gradient that overflows, whatever the length of calls", async () => {
    const document = squared([{ layer: "square" }, { layer: "square" }], 10);
    const found = [
      await fail(document, { callSteps: 1 }),
      await fail(document, { callSteps: 5 }),
      await fail(document),
    ];
    const [first] = found;
    const step = first?.issues[0]?.code === "engine.not-finite" ? first.issues[0].step : 0;
    expect(step).toBeGreaterThan(1);
    for (const { issues, engine, folder } of found) {
      expect(issues).toEqual(first?.issues);
      expect(issues[0]).toMatchObject({
        code: "engine.not-finite",
        what: expect.stringMatching(/activation|gradient|update/),
      });
      // The losses that were told are finite, and all up to the culprit are there.
      expect(engine.losses.every(Number.isFinite)).toBe(true);
      expect(engine.losses.length).toBeGreaterThanOrEqual(step - 1);
      const last = await readCheckpoint(folder);
      expect(last.ok && last.value.checkpoint.progress.step).toBeLessThan(step);
      const finite =
        last.ok &&
        [...last.value.checkpoint.tensors.values()].every((t) => Array.from(t.data, Number).every(Number.isFinite));
      expect(finite).toBe(true);
      expect((await readCurve(folder)).ok).toBe(true);
    }
  });

  it("names the update when the step itself is still well", async () => {
    // Gradients are some tenths: the product with the rate is beyond float32 (3.4e38), the loss of the step is not.
    const { issues, folder } = await fail(squared([], 3e39), { callSteps: 1 });
    expect(issues).toMatchObject([{ code: "engine.not-finite", step: 1, what: "update" }]);
    expect(readdirSync(path.join(folder, "checkpoints"))).toEqual(["step-0000000000.safetensors"]);
  });

  it("can be cured: the run goes on from the last good step with a lower rate", async () => {
    const { folder } = await fail(squared([], 3e39));
    const engine = new TestEngine();
    await engine.run(null, { folder, resume: "required" }, { learningRate: 0.01 });
    await engine.close();
    expect(engine.of("issue")).toEqual([]);
    expect(engine.of("done")[0]).toMatchObject({ reason: "finished", epochs: 20 });
  });

  it("in the data is said to be there", async () => {
    const document = squared([], 0.1);
    const fields = { x: { normalise: { mean: 0, std: 1e-45 } } };
    const { issues } = await fail({ ...document, data: { ...document.data, fields } as DocumentInput["data"] });
    expect(issues).toMatchObject([{ code: "engine.not-finite", step: 1, what: "data", name: "x" }]);
  });
});
