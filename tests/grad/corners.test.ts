import { describe, expect, it } from "vitest";
import { differentiate } from "../../src/autodiff/differentiate.ts";
import { rng } from "../../src/core/rng.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Provider } from "../../src/ir/gradient.ts";
import type { Operator, Value } from "../../src/ir/graph.ts";
import type { OpName } from "../../src/ir/ops.ts";
import { elementCount, type Tensor, tensor, toNumbers } from "../../src/shape/dtype.ts";
import { runGraph } from "../support/run.ts";

/** Gradients of an operator for dy = 1, 2, 3, ... */
async function gradients(
  op: OpName,
  inputs: readonly Tensor[],
  attrs: Operator["attrs"] = {},
  provider: Provider = "cpu",
) {
  const b = new GraphBuilder("corner");
  const values = inputs.map((t, i) =>
    t.dtype === "int64" ? b.constant(t) : b.input(`x${i}`, { dtype: t.dtype, shape: t.dims }),
  );
  const y = b.emitDynamic(op, values, attrs)[0] as Value;
  const dy = b.input("dy", y.type);
  const result = differentiate(b, [{ value: y, gradient: dy }], values, provider);
  if (!result.ok) return expect.fail(JSON.stringify(result.issues));
  const floats = values.filter((v) => v.constant === null);
  const graph = b.finish(floats.map((v) => b.emit("Identity", [result.value.of(v)])));
  const dims = y.type.shape as number[];
  const feeds: { [name: string]: Tensor } = {
    dy: tensor(
      "float32",
      dims,
      Array.from({ length: elementCount(dims) }, (_, i) => i + 1),
    ),
  };
  inputs.forEach((t, i) => {
    if (t.dtype !== "int64") feeds[`x${i}`] = t;
  });
  return (await runGraph(graph, feeds)).map((t) => Array.from(toNumbers(t)));
}

const vector = (...values: number[]): Tensor => tensor("float32", [values.length], values);

describe("at a corner the gradient is the one of PyTorch", () => {
  it("is 0 for Relu and Abs at 0", async () => {
    expect(await gradients("Relu", [vector(-1, 0, 1)])).toEqual([[0, 0, 3]]);
    expect(await gradients("Abs", [vector(-1, 0, 1)])).toEqual([[-1, 0, 3]]);
  });

  it("passes through Clip on its bounds", async () => {
    const bound = (v: number): Tensor => tensor("float32", [], [v]);
    expect(await gradients("Clip", [vector(-2, -1, 0, 1, 2), bound(-1), bound(1)])).toEqual([
      [0, 2, 3, 4, 0],
      [1],
      [5],
    ]);
  });

  it("is shared evenly between equal arguments of Max and Min", async () => {
    expect(await gradients("Max", [vector(1, 2, 3), vector(1, 0, 5)])).toEqual([
      [0.5, 2, 0],
      [0.5, 0, 3],
    ]);
    expect(await gradients("Min", [vector(1, 2, 3), vector(1, 0, 5)])).toEqual([
      [0.5, 0, 3],
      [0.5, 2, 0],
    ]);
  });

  it("is shared evenly between equal elements of ReduceMax", async () => {
    const axes = tensor("int64", [1], [1]);
    expect(await gradients("ReduceMax", [tensor("float32", [2, 3], [4, 4, 1, 0, 0, 0]), axes])).toEqual([
      [0.5, 0.5, 0, 2 / 3, 2 / 3, 2 / 3].map((v) => Math.fround(v)),
    ]);
  });

  it("goes to the first of equal elements of TopK", async () => {
    expect(await gradients("TopK", [vector(3, 5, 3, 5), tensor("int64", [1], [3])])).toEqual([[3, 1, 0, 2]]);
  });

  it("is 0 at the zero vector for ReduceL2", async () => {
    expect(await gradients("ReduceL2", [vector(0, 0)])).toEqual([[0, 0]]);
  });

  it("is finite for Pow at 0", async () => {
    expect(await gradients("Pow", [vector(0, 0, 2), vector(2, 0, 0)])).toEqual([
      [0, 0, 0],
      [0, 0, Math.fround(3 * Math.fround(Math.LN2))],
    ]);
  });

  it("does not overflow in Softmax and LogSoftmax of large numbers", async () => {
    expect(await gradients("Softmax", [vector(1000, 0)])).toEqual([[0, 0]]);
    expect(await gradients("LogSoftmax", [vector(1000, 0)])).toEqual([[-2, 2]]);
  });

  it("goes to the first maximum of GlobalMaxPool", async () => {
    const x = tensor("float32", [1, 2, 3], [1, 7, 7, 0, 0, 0]);
    expect(await gradients("GlobalMaxPool", [x])).toEqual([[0, 1, 0, 2, 0, 0]]);
  });
});

/** dX of max-pooling by its definition: dY at the first maximum of each window, in row order. */
function firstMaximum(x: readonly number[], size: number, k: number, stride: number, pad: number): number[] {
  const out = Math.floor((size + 2 * pad - k) / stride) + 1;
  const dx = x.map(() => 0);
  for (let o = 0; o < out * out; o++) {
    let best = -1;
    for (let tap = 0; tap < k * k; tap++) {
      const row = Math.floor(o / out) * stride - pad + Math.floor(tap / k);
      const column = (o % out) * stride - pad + (tap % k);
      if (row < 0 || column < 0 || row >= size || column >= size) continue;
      const at = row * size + column;
      if (best < 0 || (x[at] as number) > (x[best] as number)) best = at;
    }
    dx[best] = (dx[best] as number) + o + 1;
  }
  return dx;
}

describe.each(["cpu", "dml"] as const)("MaxPool as written for %s, with many equal elements", (provider) => {
  it.each([
    ["tiles", 8, 2, 2, 0],
    ["tiles of nine", 9, 3, 3, 0],
    ["tiles with a rest", 7, 2, 2, 0],
    ["overlap", 7, 3, 2, 1],
    ["every place", 6, 3, 1, 0],
  ] as const)("%s", async (_name, size, k, stride, pad) => {
    const random = rng(3, `${size}`);
    const x = Array.from({ length: size * size }, () => Math.max(0, random.below(4) - 1));
    const attrs = { kernel_shape: [k, k], strides: [stride, stride], pads: [pad, pad, pad, pad] };
    const [dx] = await gradients("MaxPool", [tensor("float32", [1, 1, size, size], x)], attrs, provider);
    expect(dx).toEqual(firstMaximum(x, size, k, stride, pad));
  });
});
