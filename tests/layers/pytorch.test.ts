import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Json } from "../../src/core/issue.ts";
import type { Layer } from "../../src/layers/define.ts";
import { layerRegistry } from "../../src/layers/registry.ts";
import { type DType, type Tensor, tensor } from "../../src/shape/dtype.ts";
import { caseOf, gradientGraph } from "../support/layer.ts";
import { runGraph } from "../support/run.ts";

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** One call of a PyTorch function: float32 inputs, outputs and gradients computed in float64. */
interface Row {
  readonly source: string;
  readonly layer: string;
  readonly params: { readonly [name: string]: Json };
  readonly input: Numbers & { readonly dtype: DType };
  readonly weights: { readonly [name: string]: Numbers };
  readonly output: Numbers;
  readonly cotangent: Numbers;
  /** By input (`x0`) or parameter. */
  readonly gradients: { readonly [name: string]: Numbers };
}

const rows: Row[] = JSON.parse(readFileSync(new URL("data/pytorch.json", import.meta.url), "utf8"));
const tensorOf = (t: Numbers, dtype: DType = "float32"): Tensor => tensor(dtype, t.shape, t.data);

it.each(rows)("$layer computes what PyTorch does ($source)", async (row) => {
  const layer = layerRegistry.get(row.layer) as Layer;
  const c = caseOf(layer, { params: row.params, inputs: [{ dtype: row.input.dtype, shape: row.input.shape }] });
  const shapes = c.parameters.filter((p) => p.kind === "parameter").map((p) => [p.name, p.shape]);
  expect(shapes).toEqual(Object.entries(row.weights).map(([name, w]) => [name, w.shape]));
  const { graph, wrt } = gradientGraph(c);
  const feeds: { [name: string]: Tensor } = { x0: tensorOf(row.input, row.input.dtype), dy0: tensorOf(row.cotangent) };
  for (const [name, w] of Object.entries(row.weights)) feeds[name] = tensorOf(w);
  // A training step of batch normalisation reads the running statistics, but its output does not depend on them.
  for (const p of c.parameters) feeds[p.name] ??= tensor("float32", p.shape, new Float32Array(p.shape[0] as number));
  const wanted = Object.fromEntries(graph.inputs.map((v) => [v.name, feeds[v.name] as Tensor]));
  const [output, ...gradients] = await runGraph(graph, wanted);
  matches("output", output as Tensor, row.output);
  expect(wrt.map((v) => v.name).sort()).toEqual(Object.keys(row.gradients).sort());
  wrt.forEach((v, i) => {
    matches(`gradient of ${v.name}`, gradients[i] as Tensor, row.gradients[v.name] as Numbers);
  });
});

/**
 * Relative 1e-4, absolute 1e-6: the project's pass mark for operator gradients. The relative part is of the largest
 * element, since sums of float32 products that cancel have the error of their terms.
 */
function matches(what: string, found: Tensor, want: Numbers): void {
  expect([...found.dims], what).toEqual(want.shape);
  const largest = want.data.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  want.data.forEach((v, i) => {
    const error = Math.abs(Number(found.data[i]) - v);
    if (!(error <= 1e-6 + 1e-4 * largest)) expect(found.data[i], `${what}, element ${i}`).toBe(v);
  });
}
