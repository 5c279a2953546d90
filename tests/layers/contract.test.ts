import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { rng } from "../../src/core/rng.ts";
import { resolveParams } from "../../src/graph/params.ts";
import { verify } from "../../src/ir/verify.ts";
import { categories, type Layer } from "../../src/layers/define.ts";
import { layers } from "../../src/layers/registry.gen.ts";
import { layerRegistry } from "../../src/layers/registry.ts";
import type { Tensor } from "../../src/shape/dtype.ts";
import { tensor } from "../../src/shape/dtype.ts";
import { sameType, substituteShape } from "../../src/shape/type.ts";
import {
  caseOf,
  dimsOf,
  feedsOf,
  forwardGraph,
  gradientGraph,
  lowerCase,
  only,
  randomTensor,
  type Sizes,
} from "../support/layer.ts";
import { openGraph, runGraph } from "../support/run.ts";

const all: Layer[] = Object.values(layers);
const cases = all.flatMap((layer) =>
  layer.examples.map((example, i) => ({ name: `${layer.id} ${i}`, layer, example })),
);
const sizes: Sizes[] = [
  { N: 4, T: 6, H: 5, W: 7 },
  { N: 5, T: 7, H: 6, W: 4 },
];
const first = sizes[0] as Sizes;

/** Keeps inputs where a function is defined. */
const domains: { readonly [layer: string]: (v: number) => number } = {
  sqrt: (v) => Math.abs(v) + 0.5,
  log: (v) => Math.abs(v) + 0.5,
  divide: (v) => Math.sign(v) * (Math.abs(v) + 0.5),
};
/** Layers whose training step computes something else than inference does. */
const trainsDifferently = new Set(["batch-norm", "dropout", "spatial-dropout", "gaussian-noise"]);

describe("every layer", () => {
  it("stands in a file of its name, and the registry has them all", () => {
    const folder = new URL("../../src/layers/", import.meta.url);
    const files = readdirSync(folder).filter((f) =>
      /^export const layer\b/m.test(f.endsWith(".ts") ? readFileSync(new URL(f, folder), "utf8") : ""),
    );
    expect(files.map((f) => f.replace(".ts", "")).sort()).toEqual([...layerRegistry.ids].sort());
    for (const [id, layer] of Object.entries(layers)) expect(layer.id).toBe(id);
    expect(layerRegistry.get("toString")).toBeNull();
  });

  it("stands in a registry that is up to date", () => {
    const script = fileURLToPath(new URL("../../scripts/generate.mjs", import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
  });

  it.each(all)("$id is declared soundly", (layer) => {
    expect(categories).toContain(layer.category);
    expect(layer.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(layer.icon).toMatch(/^[a-z0-9-]+$/);
    expect(layer.formula).not.toBe("");
    expect(layer.examples.length).toBeGreaterThan(0);
    for (let v = 1; v < layer.version; v++) expect(layer.migrate[v], `migration from ${v}`).toBeDefined();
    const defaults = resolveParams(layer.params, {}, { node: "n", layer: layer.id });
    expect(defaults.ok, JSON.stringify(defaults)).toBe(true);
    for (const spec of Object.values(layer.params)) {
      if (spec.when) expect(Object.keys(layer.params)).toContain(spec.when.param);
    }
  });

  it.each(all)("$id keeps resolved parameters when they are saved and read", (layer) => {
    for (const { params } of layer.examples) {
      const place = { node: "n", layer: layer.id };
      const once = resolveParams(layer.params, params as { [k: string]: never }, place);
      if (!once.ok) throw new Error(JSON.stringify(once.issues));
      const saved = JSON.parse(JSON.stringify(once.value));
      expect(resolveParams(layer.params, saved, place)).toEqual(once);
    }
  });
});

describe("symbolic shapes", () => {
  it.each(cases)("$name: numbers put in before or after give the same types", ({ layer, example }) => {
    const symbolic = caseOf(layer, example);
    for (const values of sizes) {
      const numeric = layer.id === "input" ? symbolic : caseOf(layer, example, values);
      symbolic.outputs.forEach((t, i) => {
        const after = { dtype: t.dtype, shape: substituteShape(t.shape, values) };
        const before = numeric.outputs[i];
        const want = before && { dtype: before.dtype, shape: substituteShape(before.shape, values) };
        expect(want && sameType(after, want), JSON.stringify([after, want])).toBe(true);
      });
      expect(numeric.parameters).toEqual(symbolic.parameters);
    }
  });

  it.each(cases)(
    "$name: onnxruntime returns these shapes, for inference and training alike",
    async ({ layer, example }) => {
      const symbolic = caseOf(layer, example);
      const lowered = lowerCase(symbolic, false);
      const graph = forwardGraph(lowered);
      expect(verify(graph)).toEqual([]);
      const run = await openGraph(graph);
      for (const values of sizes) {
        const numeric = numericCase(layer, example, values);
        const training = lowerCase(numeric, true);
        const feeds = feedsOf(numeric, training, 1, domains[layer.id]);
        const inferred = await run(only(graph, feeds));
        const trainingGraph = forwardGraph(training);
        const trained = await runGraph(trainingGraph, only(trainingGraph, feeds));
        const want = symbolic.outputs.map((t) => ({ dtype: t.dtype, dims: dimsOf(t, values) }));
        const typeOf = (t: Tensor | undefined) => t && { dtype: t.dtype, dims: [...t.dims] };
        expect(want.map((_, i) => typeOf(inferred[i]))).toEqual(want);
        expect(want.map((_, i) => typeOf(trained[i]))).toEqual(want);
        if (!trainsDifferently.has(layer.id)) {
          // The same operators, but onnxruntime may fuse differently: a few units in the last place.
          for (const i of want.keys()) closeTo(inferred[i] as Tensor, trained[i] as Tensor, 1e-5);
        }
      }
    },
  );
});

describe("parameters", () => {
  it.each(cases)("$name: have positive sizes and names of their own", ({ layer, example }) => {
    const { parameters } = caseOf(layer, example);
    expect(new Set(parameters.map((p) => p.name)).size).toBe(parameters.length);
    for (const p of parameters) expect(p.shape.every((d) => Number.isInteger(d) && d > 0)).toBe(true);
  });

  // Counted by hand: weights and biases, not the running statistics.
  const counts: [string, number, number][] = [
    ["dense", 0, 4 * 5 + 5],
    ["dense", 1, 4 * 3],
    ["conv2d", 0, 6 * 4 * 9 + 6],
    ["conv2d", 1, 6 * 2 * 16],
    ["conv1d", 0, 6 * 4 * 3 + 6],
    ["conv3d", 0, 6 * 4 * 27 + 6],
    ["conv-transpose2d", 0, 4 * 6 * 9 + 6],
    ["conv-transpose2d", 1, 4 * 3 * 16],
    ["batch-norm", 0, 3 + 3],
    ["batch-norm", 1, 0],
    ["layer-norm", 1, 2 * (2 * 3 * 4)],
    ["group-norm", 0, 6 + 6],
    ["instance-norm", 0, 0],
    ["rms-norm", 0, 6],
    ["prelu", 0, 1],
    ["prelu", 1, 3],
    ["embedding", 0, 7 * 4],
    ["positional-encoding", 2, 9 * 4],
  ];
  it.each(counts)("%s example %i has %i", (id, i, count) => {
    const layer = layerRegistry.get(id) as Layer;
    const { parameters } = caseOf(layer, layer.examples[i] as Layer["examples"][number]);
    const trained = parameters.filter((p) => p.kind === "parameter");
    expect(trained.reduce((sum, p) => sum + p.shape.reduce((a, b) => a * b, 1), 0)).toBe(count);
  });
});

/**
 * f = sum of cotangent times output. (f(v + h d) - f(v - h d)) / 2h against gradient . d, for each input and parameter
 * on its own, |d| = 1. Sums are made in float64, so what is left is float32 rounding of the outputs (about
 * 1e-7 |f| / h, 1e-5) and the curvature (h^2): 2e-3 of |gradient| is far above both, and far below what a wrong term gives
 * (1 / sqrt(elements) of it, 3e-2 for the largest tensor here). The median of seven leaves out directions that cross a
 * corner of a ReLU or a maximum.
 */
describe("gradients against central differences in onnxruntime", () => {
  const step = 1e-2;
  const tolerance = 2e-3;

  it.each(cases)("$name", async ({ layer, example }) => {
    const c = numericCase(layer, example, first);
    const { graph, lowered, wrt, seeds } = gradientGraph(c);
    if (wrt.length === 0) return expect(c.inputs.every((t) => t.dtype === "int64")).toBe(true);
    const random = rng(3, layer.id);
    const feeds = feedsOf(c, lowered, 2, domains[layer.id]);
    for (const seed of seeds) feeds[seed.name] = randomTensor(seed.type.shape, random);
    const run = await openGraph(graph);
    const given = only(graph, feeds);
    const results = await run(given);
    for (const [k, v] of wrt.entries()) {
      const gradient = results[seeds.length + k] as Tensor;
      const at = feeds[v.name] as Tensor<"float32">;
      const norm = Math.sqrt(dot(gradient, gradient));
      const errors: number[] = [];
      for (let trial = 0; trial < 7; trial++) {
        const d = direction(at, random);
        const f = async (h: number): Promise<number> => {
          const moved = tensor(
            "float32",
            at.dims,
            at.data.map((x, i) => x + h * (d[i] as number)),
          );
          const outputs = await run({ ...given, [v.name]: moved });
          return seeds.reduce((sum, s, i) => sum + dot(outputs[i] as Tensor, feeds[s.name] as Tensor), 0);
        };
        const numeric = ((await f(step)) - (await f(-step))) / (2 * step);
        const analytic = d.reduce((sum, x, i) => sum + x * Number((gradient.data as Float32Array)[i]), 0);
        errors.push(Math.abs(numeric - analytic) / Math.max(norm, 1e-3));
      }
      errors.sort((a, b) => a - b);
      expect(errors[3], `${v.name}: |gradient| ${norm}, errors ${errors}`).toBeLessThan(tolerance);
      expect(norm, `gradient of ${v.name}`).toBeGreaterThan(0);
    }
  });
});

function numericCase(layer: Layer, example: Layer["examples"][number], values: Sizes) {
  const c = caseOf(layer, example, values);
  // The input layer has its symbols in a parameter, not in its inputs.
  if (layer.id !== "input") return c;
  return { ...c, outputs: c.outputs.map((t) => ({ dtype: t.dtype, shape: substituteShape(t.shape, values) })) };
}

function direction(like: Tensor, random: ReturnType<typeof rng>): Float64Array {
  const d = Float64Array.from({ length: like.data.length }, () => random.normal());
  const norm = Math.sqrt(d.reduce((sum, x) => sum + x * x, 0));
  return d.map((x) => x / norm);
}

function dot(a: Tensor, b: Tensor): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += Number(a.data[i]) * Number(b.data[i]);
  return sum;
}

function closeTo(a: Tensor, b: Tensor, tolerance: number): void {
  for (let i = 0; i < a.data.length; i++) {
    const [x, y] = [Number(a.data[i]), Number(b.data[i])];
    if (!(Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(x)))) expect(x, `element ${i}`).toBe(y);
  }
}
