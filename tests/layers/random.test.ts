import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Layer } from "../../src/layers/define.ts";
import { layerRegistry } from "../../src/layers/registry.ts";
import { uniformSource } from "../../src/lower/random.ts";
import { type Tensor, tensor } from "../../src/shape/dtype.ts";
import { caseOf } from "../support/layer.ts";
import { openGraph } from "../support/run.ts";

const count = 50_000;

/** Runs a layer in training on a row of ones, with the random numbers of real training steps. */
async function opened(id: string, node = "n") {
  const b = new GraphBuilder(id);
  const seed = b.input("seed", { dtype: "uint32", shape: [] });
  const step = b.input("step", { dtype: "int64", shape: [] });
  const uniform = uniformSource(b, seed, step);
  const x = b.input("x", { dtype: "float32", shape: [1, count] });
  const c = caseOf(layerRegistry.get(id) as Layer, { params: {}, inputs: [x.type] });
  const outputs = c.layer.lower({
    b,
    node,
    params: c.params,
    inputs: [x],
    outputs: c.outputs,
    training: true,
    parameter: () => x,
    updateBuffer: () => undefined,
    uniform: (dims, stream = 0) => uniform(node, dims, stream),
  });
  const run = await openGraph(b.finish(outputs));
  const ones = tensor("float32", [1, count], new Float32Array(count).fill(1));
  return async (s: number, t: number): Promise<number[]> => {
    const [y] = await run({ x: ones, seed: tensor("uint32", [], [s]), step: tensor("int64", [], [t]) });
    return [...((y as Tensor).data as Float32Array)];
  };
}

/** Correlation of two rows of numbers. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (v: readonly number[]) => v.reduce((s, x) => s + x, 0) / v.length;
  const [ma, mb] = [mean(a), mean(b)];
  const sum = (f: (i: number) => number) => a.reduce((s, _, i) => s + f(i), 0);
  const at = (v: readonly number[], i: number) => v[i] as number;
  const cross = sum((i) => (at(a, i) - ma) * (at(b, i) - mb));
  return cross / Math.sqrt(sum((i) => (at(a, i) - ma) ** 2) * sum((i) => (at(b, i) - mb) ** 2));
}

describe("random layers with the counters of a training step", () => {
  // Four standard errors of a correlation of independent numbers.
  const independent = 4 / Math.sqrt(count);

  it.each(["dropout", "gaussian-noise"])(
    "%s repeats itself for the same seed and step, and for nothing else",
    async (id) => {
      const run = await opened(id);
      const first = await run(1, 5);
      expect(await run(1, 5)).toEqual(first);
      // Another session too: what is resumed goes on to the same numbers.
      expect(await (await opened(id))(1, 5)).toEqual(first);
      for (const other of [await run(1, 6), await run(2, 5), await run(5, 1), await (await opened(id, "m"))(1, 5)]) {
        expect(Math.abs(correlation(first, other))).toBeLessThan(independent);
      }
    },
  );

  it("neighbours are independent", async () => {
    const y = await (await opened("gaussian-noise"))(3, 0);
    for (const lag of [1, 2, 7, 64, 1024]) {
      expect(Math.abs(correlation(y.slice(0, -lag), y.slice(lag)))).toBeLessThan(4 / Math.sqrt(count - lag));
    }
  });

  it("dropout keeps half, step after step", async () => {
    const run = await opened("dropout");
    for (let step = 0; step < 5; step++) {
      const kept = (await run(9, step)).filter((v) => v !== 0).length / count;
      // Standard deviation 0.5 / sqrt(count); four of them.
      expect(Math.abs(kept - 0.5)).toBeLessThan(2 / Math.sqrt(count));
    }
  });

  it("noise is normal: moments and tails", async () => {
    const z = (await (await opened("gaussian-noise"))(4, 2)).map((v) => (v - 1) / 0.1);
    const moment = (k: number) => z.reduce((s, v) => s + v ** k, 0) / count;
    // Standard errors of the moments of a normal: 1, sqrt 2, sqrt 15, sqrt 96 over sqrt(count); four of them.
    expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(count));
    expect(Math.abs(moment(2) - 1)).toBeLessThan((4 * Math.SQRT2) / Math.sqrt(count));
    expect(Math.abs(moment(3))).toBeLessThan((4 * Math.sqrt(15)) / Math.sqrt(count));
    expect(Math.abs(moment(4) - 3)).toBeLessThan((4 * Math.sqrt(96)) / Math.sqrt(count));
  });
});
