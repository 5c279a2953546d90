import katex from "katex";
import { describe, expect, it } from "vitest";
import { rng } from "../../src/core/rng.ts";
import { resultOf } from "../../src/explain/expression.ts";
import { forms } from "../../src/explain/forms.ts";
import { localLine } from "../../src/explain/multilinear.ts";
import type { NodeTensor, Place } from "../../src/explain/place.ts";
import { sharesOf, summed } from "../../src/explain/shares.ts";
import type { NodeNumbers } from "../../src/explain/worked.ts";
import type { Layer } from "../../src/layers/define.ts";
import { type LayerId, layers } from "../../src/layers/registry.gen.ts";
import { elementCount, isFloat, type Tensor, zeros } from "../../src/shape/dtype.ts";
import {
  caseOf,
  feedsOf,
  forwardGraph,
  gradientGraph,
  lowerCase,
  only,
  randomTensor,
  type Sizes,
  withNumbers,
} from "../support/layer.ts";
import { openGraph, runGraph } from "../support/run.ts";

const all: Layer[] = Object.values(layers);
const cases = all.flatMap((layer) =>
  layer.examples.map((example, i) => ({ name: `${layer.id} ${i}`, layer, example })),
);
const sizes: Sizes = { N: 3, T: 6, H: 5, W: 7 };
/** Keeps inputs where a function is defined. */
const domains: { readonly [layer: string]: (v: number) => number } = {
  sqrt: (v) => Math.abs(v) + 0.5,
  log: (v) => Math.abs(v) + 0.5,
  divide: (v) => Math.sign(v) * (Math.abs(v) + 0.5),
};

/**
 * A form computes in float64 from the float32 numbers that onnxruntime got. What differs is its float32 rounding: some
 * 1e-7 of the largest intermediate number, which in these examples is below 10, a few times over.
 */
const tolerance = 1e-5;
const close = (found: number, want: number, what: string): void =>
  expect(Math.abs(found - want), `${what}: ${found} for ${want}`).toBeLessThan(tolerance * Math.max(1, Math.abs(want)));

/** Some elements of a tensor, drawn by name. */
function someOf(t: Tensor, name: string, count: number): number[] {
  const random = rng(11, name);
  const size = elementCount(t.dims);
  return [...new Set(Array.from({ length: count }, () => random.below(size)))];
}

const numbersOf = (
  c: ReturnType<typeof caseOf>,
  training: boolean,
  feeds: { readonly [name: string]: Tensor },
  outputs: readonly Tensor[],
): NodeNumbers => ({
  params: c.params,
  training,
  inputs: c.layer.id === "input" ? [] : c.inputs.map((_, i) => feeds[`x${i}`] as Tensor),
  outputs,
  parameters: Object.fromEntries(c.parameters.map((p) => [p.name, feeds[p.name] as Tensor])),
});

describe.each([true, false])("worked forms, training %s", (training) => {
  const computing = cases.filter((one) => one.layer.id !== "input");
  it.each(computing)("$name: numbers put into the formula give what onnxruntime gives", async ({ layer, example }) => {
    const c = caseOf(layer, withNumbers(layer, example, sizes), sizes);
    const lowered = lowerCase(c, training);
    const feeds = feedsOf(c, lowered, 4, domains[layer.id]);
    const graph = forwardGraph(lowered);
    const outputs = (await runGraph(graph, only(graph, feeds))).slice(0, c.outputs.length);
    const numbers = numbersOf(c, training, feeds, outputs);
    const form = forms[layer.id as LayerId];
    for (const [k, t] of outputs.entries()) {
      for (const index of someOf(t, layer.id, 20)) {
        const worked = form.worked(numbers, k, index);
        close(worked.value, Number(t.data[index]), `${layer.id} ${k} ${index}`);
        expect(worked.lines.length).toBeGreaterThan(0);
        for (const line of worked.lines) expect(() => katex.renderToString(line, { throwOnError: true })).not.toThrow();
        expect(worked.lines.join(), worked.lines.join("\n")).not.toMatch(/undefined|NaN|\[object/);
        const sum = worked.terms.reduce((total, one) => total + one.value, 0);
        for (const one of worked.terms) {
          const product = one.factors.reduce((p, f) => p * f.value, 1);
          expect(one.value).toBe(product);
        }
        expect(Number.isFinite(sum)).toBe(true);
      }
    }
  });
});

/**
 * The engine adds up float32 products, some hundreds here at most: 6e-8 of the largest for each, and a few of the local
 * derivatives were rounded before.
 */
const sumTolerance = 2e-5;

describe("shares of a gradient", () => {
  const computing = cases.filter((one) => one.layer.id !== "input");
  it.each(computing)("$name: add up to the gradient that the engine gives", async ({ layer, example }) => {
    const c = caseOf(layer, withNumbers(layer, example, sizes), sizes);
    const { graph, lowered, wrt, seeds } = gradientGraph(c);
    if (wrt.length === 0) return;
    const feeds = feedsOf(c, lowered, 4, domains[layer.id]);
    const random = rng(5, layer.id);
    for (const s of seeds) feeds[s.name] = randomTensor(s.type.shape, random);
    const results = await runGraph(graph, only(graph, feeds));
    const numbers = numbersOf(c, true, feeds, results.slice(0, seeds.length));
    const gradients = seeds.map((s) => feeds[s.name] as Tensor);
    for (const [k, v] of wrt.entries()) {
      const gradient = results[seeds.length + k] as Tensor;
      const [index = 0] = someOf(gradient, `${layer.id}/shares`, 1);
      const shares = sharesOf(forms[layer.id as LayerId], numbers, gradients, { tensor: tensorOf(v.name), index });
      // Too many to go through: those of 3-D convolutions here.
      if (!shares) continue;
      const { shown, rest, total } = summed(shares, 3);
      const largest = Math.max(1, ...shares.map((s) => Math.abs(s.value)));
      const what = `${layer.id} ${v.name} ${index}: ${total} for ${gradient.data[index]}`;
      expect(Math.abs(total - Number(gradient.data[index])), what).toBeLessThan(sumTolerance * largest);
      expect(shown.reduce((sum, s) => sum + s.value, rest)).toBeCloseTo(total, 10);
    }
  });
});

describe("local derivatives", () => {
  it.each(cases)("$name: equal the rows of the Jacobian that the engine's rules give", async ({ layer, example }) => {
    if (layer.id === "input") return;
    const c = caseOf(layer, withNumbers(layer, example, sizes), sizes);
    const { graph, lowered, wrt, seeds } = gradientGraph(c);
    if (wrt.length === 0) return;
    const feeds = feedsOf(c, lowered, 4, domains[layer.id]);
    const run = await openGraph(graph);
    const at = async (output: number, index: number): Promise<Tensor[]> => {
      seeds.forEach((s, i) => {
        const seed = zeros("float32", s.type.shape as number[]);
        if (i === output) seed.data[index] = 1;
        feeds[s.name] = seed;
      });
      return run(only(graph, feeds));
    };
    const form = forms[layer.id as LayerId];
    const first = await at(0, 0);
    const numbers = numbersOf(c, true, feeds, first.slice(0, seeds.length));
    for (const output of seeds.keys()) {
      for (const index of someOf(first[output] as Tensor, `${layer.id}/local`, 6)) {
        const results = await at(output, index);
        const reads = form.reads(numbers, output, index);
        wrt.forEach((v, k) => {
          const row = results[seeds.length + k] as Tensor;
          const tensor = tensorOf(v.name);
          const mine = new Map(reads.filter((r) => same(r, tensor)).map((r) => [r.index, r]));
          for (let i = 0; i < row.data.length; i++) {
            const by = mine.get(i);
            const local = by ? form.local(numbers, output, index, by) : null;
            const value = local ? resultOf(local.expression) : 0;
            const what = `d output ${output} ${index} / d ${v.name} ${i}: ${local ? localLine(local) : "not read"}`;
            close(value, Number(row.data[i]), what);
            if (by) expect(form.slope(numbers, output, index, by)).toBeCloseTo(value, 12);
          }
        });
      }
    }
    const formulas = form.backward(c.params);
    for (const p of c.parameters) {
      if (p.kind === "parameter") expect(formulas.parameters[p.name], `${layer.id} ${p.name}`).toMatch(/partial/);
    }
    expect(c.inputs.some((t) => isFloat(t.dtype)) ? formulas.input : "partial").toMatch(/partial/);
  });
});

const tensorOf = (name: string): NodeTensor =>
  /^x\d+$/.test(name) ? { of: "input", input: Number(name.slice(1)) } : { of: "parameter", parameter: name };

const same = ({ tensor }: Place, wanted: NodeTensor): boolean => JSON.stringify(tensor) === JSON.stringify(wanted);
