import { expect, it } from "vitest";
import { differentiate } from "../../src/autodiff/differentiate.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import { printGraph } from "../../src/ir/print.ts";
import { type Tensor, tensor } from "../../src/shape/dtype.ts";
import { runGraph } from "../support/run.ts";

it("adds up gradients of a value used twice and sums broadcast axes", async () => {
  const b = new GraphBuilder("g");
  const x = b.input("x", { dtype: "float32", shape: [2, 3] });
  const bias = b.input("bias", { dtype: "float32", shape: [3] });
  const y = b.emit("Add", [b.emit("Add", [x, bias]), bias]);
  const seed = b.input("dy", { dtype: "float32", shape: [2, 3] });
  const gradients = differentiate(b, [{ value: y, gradient: seed }], [x, bias]);
  if (!gradients.ok) throw new Error("no gradient");
  const graph = b.finish([b.emit("Identity", [gradients.value.of(x)]), b.emit("Identity", [gradients.value.of(bias)])]);
  const dy = tensor("float32", [2, 3], [1, 2, 3, 4, 5, 6]);
  const [dx, db] = await runGraph(graph, { x: dy, bias: tensor("float32", [3], [0, 0, 0]), dy });
  expect(Array.from((dx as Tensor).data as Float32Array)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(Array.from((db as Tensor).data as Float32Array), printGraph(graph)).toEqual([10, 14, 18]);
});
