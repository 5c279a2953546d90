import { describe, expect, it } from "vitest";
import { differentiate } from "../../src/autodiff/differentiate.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph } from "../../src/ir/graph.ts";
import { type Tensor, tensor, toNumbers } from "../../src/shape/dtype.ts";
import { runGraph } from "../support/run.ts";

type Activation = "Relu" | "Sigmoid" | "Tanh";

/** dL/dx and dL/da of a = f(x) [1, 1, 4, 5], pooled 2 x 2 (which leaves a column over), with dL/dy = 1 ... 4. */
async function gradients(f: Activation, x: readonly number[], alsoUsed: boolean) {
  const b = new GraphBuilder("g");
  const input = b.input("x", { dtype: "float32", shape: [1, 1, 4, 5] });
  const a = b.emit(f, [input]);
  const y = b.emit("MaxPool", [a], { kernel_shape: [2, 2], strides: [2, 2] });
  const seeds = [{ value: y, gradient: b.constant(tensor("float32", [1, 1, 2, 2], [1, 2, 3, 4])) }];
  if (alsoUsed) {
    const sum = b.emit("ReduceSum", [a], { keepdims: 0 });
    seeds.push({ value: sum, gradient: b.scalar(1) });
  }
  const result = differentiate(b, seeds, [input, a]);
  if (!result.ok) return expect.fail(JSON.stringify(result.issues));
  const [dx, da] = [input, a].map((v) => result.value.of(v));
  const both = b.finish([dx, da].map((v) => b.emit("Identity", [v as NonNullable<typeof v>])));
  const alone = b.finish([b.emit("Identity", [dx as NonNullable<typeof dx>])]);
  const found = await runGraph(both, { x: tensor("float32", [1, 1, 4, 5], x) });
  const [dxFound, daFound] = found.map((t: Tensor) => Array.from(toNumbers(t))) as [number[], number[]];
  return { dx: dxFound, da: daFound, graph: alone };
}

const shapesOf = (graph: Graph, op: string): string[] =>
  graph.operators.filter((o) => o.op === op).map((o) => o.outputs[0]?.type.shape.join("x") ?? "");

// Windows: all equal and positive; all negative; a maximum of 0; a tie of two. The last column is in no window.
const x = [3, 3, -1, -2, 9, 3, 3, -3, -4, 9, 0, -5, 2, 7, 9, -5, -6, 7, 1, 9];
const routed = [1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 4, 0, 0, 0, 0, 0, 0];

const derivative: { readonly [A in Activation]: (x: number) => number } = {
  Relu: (v) => (v > 0 ? 1 : 0),
  Sigmoid: (v) => 1 / (2 + Math.exp(v) + Math.exp(-v)),
  Tanh: (v) => 1 / Math.cosh(v) ** 2,
};

describe.each(["Relu", "Sigmoid", "Tanh"] as const)("%s before max-pooling", (f) => {
  // After ReLU the second window holds four zeros, of which the first wins.
  const expectClose = (found: readonly number[], wanted: readonly number[]) =>
    found.forEach((v, i) => {
      // float32 near 1, where 1 - tanh² cancels.
      expect(v).toBeCloseTo(wanted[i] as number, 6);
    });

  it("gives winners the gradient of their window times the derivative, and the activation its own gradient", async () => {
    const { dx, da } = await gradients(f, x, false);
    expect(da).toEqual(routed);
    expectClose(
      dx,
      x.map((v, i) => (routed[i] as number) * derivative[f](v)),
    );
  });

  it("takes the derivative at the pooled size", async () => {
    const { graph } = await gradients(f, x, false);
    const op = f === "Relu" ? "Greater" : "Sub";
    expect(shapesOf(graph, op)).toEqual(["1x1x2x2"]);
  });

  it("adds what arrives by another way", async () => {
    const { dx, da } = await gradients(f, x, true);
    expect(da).toEqual(routed.map((v) => v + 1));
    expectClose(
      dx,
      x.map((v, i) => ((routed[i] as number) + 1) * derivative[f](v)),
    );
  });
});
