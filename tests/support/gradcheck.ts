import { expect } from "vitest";
import { differentiate } from "../../src/autodiff/differentiate.ts";
import { rng } from "../../src/core/rng.ts";
import type { OpName } from "../../src/ir/ops.ts";
import { printGraph } from "../../src/ir/print.ts";
import { elementCount, isFloat, type Tensor, tensor, toNumbers } from "../../src/shape/dtype.ts";
import { buildCase, expectDeclaredType, isFixed, type OpCase, withEveryResult } from "./cases.ts";
import { openGraph, runGraph } from "./run.ts";

/**
 * Checks the gradient rule of one operator against central differences of L = Σ cotangent · output, element by
 * element, and that every tensor of forward and backward pass has the declared type.
 *
 * float64: step 1e-6, so truncation is about 1e-12 and rounding 1e-10 of L; the pass mark is 1e-6.
 * float32 (operators without double kernels): step 1/128, truncation about 1e-5 of the third derivative, rounding
 * about 1e-5 of L; the pass mark is 3e-3, and these inputs are small.
 */
export async function checkGradient(op: OpName, c: OpCase): Promise<void> {
  const wrt = differentiable(c);
  const full = await gradientsOf(op, c, wrt);
  const numeric = await differences(op, c, wrt, full.cotangents);
  const single = c.inputs.some((t) => t && !isFixed(t) && t.dtype === "float32");
  const tolerance = single ? 3e-3 : 1e-6;
  wrt.forEach((input, k) => {
    const found = full.values[k] as ArrayLike<number>;
    const wanted = numeric[k] as number[];
    const scale = Math.max(1, ...wanted.map(Math.abs));
    wanted.forEach((value, i) => {
      const off = Math.abs((found[i] as number) - value);
      if (!(off <= tolerance * scale)) {
        expect.fail(`${op}, input ${input}, element ${i}: ${found[i]}, difference says ${value}\n${full.text}`);
      }
    });
  });
  // Asking for one input alone must give the same as asking for all.
  if (wrt.length > 1) {
    for (const [k, input] of wrt.entries()) {
      const alone = await gradientsOf(op, c, [input]);
      expect(Array.from(alone.values[0] as ArrayLike<number>)).toEqual(Array.from(full.values[k] as ArrayLike<number>));
    }
  }
}

/** Positions of what has a gradient: inputs, and then what is captured. */
const differentiable = (c: OpCase): number[] =>
  [...c.inputs, ...(c.captured ?? [])].flatMap((t, i) => (t && !isFixed(t) && isFloat(t.dtype) ? [i] : []));

async function gradientsOf(op: OpName, c: OpCase, wrt: readonly number[]) {
  const { b, inputs, outputs, feeds } = buildCase(op, c);
  const cotangents: (Tensor | null)[] = [];
  const seeds = outputs.flatMap((value, i) => {
    const through = c.through ? c.through.includes(i) : isFloat(value.type.dtype);
    const dims = value.type.shape as number[];
    cotangents.push(through ? cotangent(`${op}/${i}`, value.type.dtype as "float32", dims) : null);
    if (!through) return [];
    feeds[`dy${i}`] = cotangents[i] as Tensor;
    return [{ value, gradient: b.input(`dy${i}`, value.type) }];
  });
  const result = differentiate(
    b,
    seeds,
    wrt.map((i) => inputs[i] as NonNullable<(typeof inputs)[0]>),
    c.provider ?? "cpu",
  );
  if (!result.ok) return expect.fail(`${op}: ${JSON.stringify(result.issues)}`);
  const gradients = wrt.map((i) => {
    const input = inputs[i] as NonNullable<(typeof inputs)[0]>;
    const gradient = b.emit("Identity", [result.value.of(input)]);
    expect(gradient.type, `type of the gradient of input ${i}`).toEqual(input.type);
    return gradient;
  });
  const graph = b.finish(gradients);
  const all = withEveryResult(graph);
  const results = await runGraph(all, feeds);
  all.outputs.forEach((v, i) => {
    expectDeclaredType(results[i] as Tensor, v);
  });
  const values = gradients.map((g) => toNumbers(results[all.outputs.indexOf(g)] as Tensor));
  return { values, cotangents, text: printGraph(graph) };
}

/** Fixed weights of a loss, none of them near zero. */
function cotangent(label: string, dtype: "float32" | "float64", dims: readonly number[]): Tensor {
  const random = rng(11, label);
  const values = Array.from(
    { length: elementCount(dims) },
    () => (0.5 + random.uniform()) * (random.below(2) ? 1 : -1),
  );
  return tensor(dtype, dims, values);
}

async function differences(op: OpName, c: OpCase, wrt: readonly number[], cotangents: readonly (Tensor | null)[]) {
  const { b, outputs, feeds } = buildCase(op, c);
  const run = await openGraph(b.finish(outputs));
  const loss = async (): Promise<number> => {
    const results = await run(feeds);
    return cotangents.reduce((sum, weight, i) => {
      if (!weight) return sum;
      const [w, y] = [toNumbers(weight), toNumbers(results[i] as Tensor)];
      let total = sum;
      for (let k = 0; k < w.length; k++) total += (w[k] as number) * (y[k] as number);
      return total;
    }, 0);
  };
  const all: number[][] = [];
  for (const i of wrt) {
    const data = (feeds[`x${i}`] as Tensor).data as Float32Array;
    const step = data instanceof Float32Array ? 1 / 128 : 1e-6;
    const column: number[] = [];
    for (let k = 0; k < data.length; k++) {
      const held = data[k] as number;
      data[k] = held + step;
      const [above, high] = [await loss(), data[k] as number];
      data[k] = held - step;
      const [below, low] = [await loss(), data[k] as number];
      data[k] = held;
      column.push((above - below) / (high - low));
    }
    all.push(column);
  }
  return all;
}
