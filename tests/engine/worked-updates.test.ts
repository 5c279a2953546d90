import katex from "katex";
import { describe, expect, it } from "vitest";
import { rng } from "../../src/core/rng.ts";
import { workedUpdate } from "../../src/explain/update.ts";
import { type OptimizerSpec, optimizerSchema } from "../../src/graph/objective.ts";
import { type Tensor, tensor } from "../../src/shape/dtype.ts";
import { size, updateModel, variants } from "../support/optimizer-cases.ts";
import { openGraph } from "../support/run.ts";

const plainly = (optimizer: OptimizerSpec) => ({ optimizer, penalty: null, clip: null, maxNorm: null, every: 1 });
const bare = { rank: 2, state: {}, shared: {}, learningRate: 0.1, step: 1, clipped: 1, limited: 1 };

describe("updates with their numbers", () => {
  it.each(variants)("%j: the new weight equals that of the engine at every step", async (variant) => {
    const spec = optimizerSchema.parse(variant);
    const random = rng(9, "worked updates");
    const { graph, state } = updateModel(spec);
    const run = await openGraph(graph);
    let held = state.map((s) => s.initial);
    let w: Tensor = tensor("float32", [size], Array.from({ length: size }, random.normal));
    for (let step = 1; step <= 8; step++) {
      const learningRate = Math.fround(spec.learningRate * (1 + 0.1 * step));
      const g = tensor(
        "float32",
        [size],
        Array.from({ length: size }, (_, i) => (i === 0 ? 0 : random.normal())),
      );
      const feeds = { w0: w, g0: g, rate: tensor("float32", [], [learningRate]), step: tensor("int64", [], [step]) };
      const before = Object.fromEntries(state.map((s, i) => [s.name, held[i] as Tensor]));
      const results = await run({ ...feeds, ...before });
      const next = results.pop() as Tensor;
      for (let i = 0; i < size; i++) {
        const own = (prefix: string) =>
          Object.fromEntries(
            state
              .filter((s) => s.name.startsWith(prefix))
              .map((s, k) => [s.name.slice(prefix.length), Number(before[s.name]?.data[i] ?? before[s.name]?.data[k])]),
          );
        const worked = workedUpdate({
          ...bare,
          objective: plainly(spec),
          weight: Number(w.data[i]),
          gradient: Number(g.data[i]),
          state: own("0."),
          shared: Object.fromEntries(
            state
              .filter((s) => s.name.startsWith("shared."))
              .map((s) => [s.name.slice(7), Number(before[s.name]?.data[0])]),
          ),
          learningRate,
          step,
        });
        // Weights and steps are about 1, where float32 has 6e-8; the engine rounds some ten times.
        expect(Math.abs(worked.value - Number(next.data[i])), `step ${step}, weight ${i}`).toBeLessThan(1e-6);
        expect(worked.lines.at(-1)).toMatch(/^w \\leftarrow /);
        for (const line of worked.lines) {
          expect(line).not.toMatch(/undefined|NaN/);
          expect(() => katex.renderToString(line, { throwOnError: true })).not.toThrow();
        }
      }
      w = next;
      held = results;
    }
  });

  it("adds the penalty, clips, limits, and rests when it is not its turn", () => {
    const sgd = optimizerSchema.parse({ kind: "sgd" });
    const plain = { ...bare, objective: plainly(sgd), weight: -2, gradient: 3 };
    const penalty = { l1: 0.5, l2: 0.25, biases: false };
    // g + 2 l2 w + l1 sign w = 3 - 1 - 0.5
    const penalised = workedUpdate({ ...plain, objective: { ...plainly(sgd), penalty } });
    expect(penalised.value).toBeCloseTo(-2 - 0.1 * 1.5, 12);
    expect(workedUpdate({ ...plain, rank: 1, objective: { ...plainly(sgd), penalty } }).value).toBeCloseTo(-2.3, 12);
    const clip = { kind: "value", limit: 1 } as const;
    expect(workedUpdate({ ...plain, objective: { ...plainly(sgd), clip } }).value).toBeCloseTo(-2.1, 12);
    const byNorm = { ...plainly(sgd), clip: { kind: "norm", limit: 1 } as const };
    expect(workedUpdate({ ...plain, clipped: 0.5, objective: byNorm }).value).toBeCloseTo(-2.15, 12);
    expect(workedUpdate({ ...plain, limited: 0.5, objective: { ...plainly(sgd), maxNorm: 1 } }).value).toBeCloseTo(
      -1.15,
      12,
    );
    const resting = workedUpdate({ ...plain, step: 3, objective: { ...plainly(sgd), every: 2 } });
    expect(resting).toMatchObject({ value: -2, due: false });
  });
});
