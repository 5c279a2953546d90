import { describe, expect, it } from "vitest";
import { differentiate } from "../../src/autodiff/differentiate.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Value } from "../../src/ir/graph.ts";
import { printGraph } from "../../src/ir/print.ts";
import { type Tensor, tensor, toNumbers } from "../../src/shape/dtype.ts";
import { runGraph } from "../support/run.ts";

const vector = (...values: number[]): Tensor => tensor("float32", [values.length], values);

/** Two inputs of three elements each, and the gradients of `make` for dy = 1, 10, 100. */
async function gradientsOf(make: (b: GraphBuilder, x: Value, y: Value) => Value): Promise<number[][]> {
  const b = new GraphBuilder("g");
  const x = b.input("x", { dtype: "float32", shape: [3] });
  const y = b.input("y", { dtype: "float32", shape: [3] });
  const out = make(b, x, y);
  const dy = b.input("dy", out.type);
  const result = differentiate(b, [{ value: out, gradient: dy }], [x, y]);
  if (!result.ok) return expect.fail(JSON.stringify(result.issues));
  const graph = b.finish([x, y].map((v) => b.emit("Identity", [result.value.of(v)])));
  const found = await runGraph(graph, { x: vector(2, 3, 4), y: vector(5, 6, 7), dy: vector(1, 10, 100) });
  return found.map((t) => Array.from(toNumbers(t)));
}

describe("the driver", () => {
  it("adds up gradients of a value used twice and sums broadcast axes", async () => {
    const b = new GraphBuilder("g");
    const x = b.input("x", { dtype: "float32", shape: [2, 3] });
    const bias = b.input("bias", { dtype: "float32", shape: [3] });
    const y = b.emit("Add", [b.emit("Add", [x, bias]), bias]);
    const seed = b.input("dy", { dtype: "float32", shape: [2, 3] });
    const gradients = differentiate(b, [{ value: y, gradient: seed }], [x, bias]);
    if (!gradients.ok) return expect.fail("no gradient");
    const graph = b.finish([x, bias].map((v) => b.emit("Identity", [gradients.value.of(v)])));
    const dy = tensor("float32", [2, 3], [1, 2, 3, 4, 5, 6]);
    const found = await runGraph(graph, { x: dy, bias: vector(0, 0, 0), dy });
    expect(Array.from(toNumbers(found[0] as Tensor))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(Array.from(toNumbers(found[1] as Tensor)), printGraph(graph)).toEqual([10, 14, 18]);
  });

  it("gives zeros where nothing depends on an input, or only through a flat operator", async () => {
    expect(await gradientsOf((b, x, y) => b.emit("Add", [x, b.emit("Floor", [y])]))).toEqual([
      [1, 10, 100],
      [0, 0, 0],
    ]);
    expect(await gradientsOf((b, x) => b.emit("Identity", [x]))).toEqual([
      [1, 10, 100],
      [0, 0, 0],
    ]);
  });

  it("goes through a cast to whole numbers as through a flat operator", async () => {
    expect(await gradientsOf((b, x, y) => b.emit("Mul", [x, b.cast(b.cast(y, "int64"), "float32")]))).toEqual([
      [5, 60, 700],
      [0, 0, 0],
    ]);
  });

  it("differentiates with respect to a value in the middle, and to an initializer", async () => {
    const b = new GraphBuilder("g");
    const x = b.input("x", { dtype: "float32", shape: [2] });
    const w = b.parameter("w", vector(3, 4));
    const middle = b.emit("Mul", [x, w]);
    const y = b.emit("Mul", [middle, middle]);
    const result = differentiate(b, [{ value: y, gradient: b.constant(vector(1, 1)) }], [middle, w]);
    if (!result.ok) return expect.fail("no gradient");
    const graph = b.finish([middle, w].map((v) => b.emit("Identity", [result.value.of(v)])));
    const found = await runGraph(graph, { x: vector(1, 2) });
    expect(found.map((t) => Array.from(toNumbers(t)))).toEqual([
      [6, 16],
      [6, 32],
    ]);
  });

  it("starts from several seeds, and from a seed that is itself asked for", async () => {
    const b = new GraphBuilder("g");
    const x = b.input("x", { dtype: "float32", shape: [1] });
    const y = b.emit("Mul", [x, x]);
    const one = b.constant(vector(1));
    const result = differentiate(
      b,
      [
        { value: y, gradient: one },
        { value: x, gradient: b.constant(vector(5)) },
      ],
      [x, y],
    );
    if (!result.ok) return expect.fail("no gradient");
    const graph = b.finish([x, y].map((v) => b.emit("Identity", [result.value.of(v)])));
    const found = await runGraph(graph, { x: vector(3) });
    expect(found.map((t) => Array.from(toNumbers(t)))).toEqual([[11], [1]]);
  });

  it("takes the rule of a composite and not those of its operators", async () => {
    const straightThrough = (b: GraphBuilder, x: Value): Value =>
      b.composite(
        "round",
        [x],
        () => [b.emit("Round", [x])],
        (c) => [c.dy()],
      )[0] as Value;
    expect(await gradientsOf((b, x, y) => b.emit("Mul", [straightThrough(b, x), y]))).toEqual([
      [5, 60, 700],
      [2, 30, 400],
    ]);
  });

  it("is not confused by a composite that emits nothing", async () => {
    expect(
      await gradientsOf((b, x, y) => {
        b.composite(
          "nothing",
          [x],
          () => [x],
          (c) => [c.dy()],
        );
        const z = b.composite(
          "tripled",
          [y],
          () => [b.emit("Neg", [y])],
          (c) => [b.emit("Mul", [c.dy(), b.scalar(3)])],
        );
        return b.emit("Add", [x, z[0] as Value]);
      }),
    ).toEqual([
      [1, 10, 100],
      [3, 30, 300],
    ]);
  });

  it("says which node has no gradient, and why", () => {
    const b = new GraphBuilder("g");
    const x = b.input("x", { dtype: "float32", shape: [3] });
    const y = b.at({ node: "box", pass: "forward" }, () =>
      b.composite(
        "Odd",
        [x],
        () => [b.emit("Neg", [x])],
        () => ({ notYet: "nobody knows it" }),
      ),
    )[0] as Value;
    const result = differentiate(b, [{ value: y, gradient: b.constant(vector(1, 1, 1)) }], [x]);
    expect(result).toEqual({
      ok: false,
      issues: [{ code: "autodiff.no-rule", severity: "error", node: "box", op: "Odd", reason: "nobody knows it" }],
    });
  });

  it("marks backward operators with the node they belong to", () => {
    const b = new GraphBuilder("g");
    const x = b.input("x", { dtype: "float32", shape: [3] });
    const y = b.at({ node: "box", pass: "forward" }, () => b.emit("Sin", [x]));
    const before = b.operators.length;
    const result = differentiate(b, [{ value: y, gradient: b.constant(vector(1, 1, 1)) }], [x]);
    expect(result.ok).toBe(true);
    const added = b.operators.slice(before);
    expect(added.map((o) => o.op)).toEqual(["Cos", "Mul"]);
    for (const o of added) expect(o.origin).toEqual({ node: "box", pass: "backward" });
  });

  it("emits nothing for operators that are on no path", () => {
    const b = new GraphBuilder("g");
    const x = b.input("x", { dtype: "float32", shape: [3] });
    const other = b.input("other", { dtype: "float32", shape: [3] });
    const side = b.emit("Exp", [other]);
    const y = b.emit("Add", [b.emit("Neg", [x]), side]);
    b.emit("Sin", [x]);
    const before = b.operators.length;
    const result = differentiate(b, [{ value: y, gradient: b.constant(vector(1, 1, 1)) }], [x]);
    expect(result.ok).toBe(true);
    expect(b.operators.slice(before).map((o) => o.op)).toEqual(["Neg"]);
  });

  it("differentiates a gradient again: d²(x³)/dx² = 6x", async () => {
    const b = new GraphBuilder("g");
    const x = b.input("x", { dtype: "float32", shape: [2] });
    const y = b.emit("Mul", [b.emit("Mul", [x, x]), x]);
    const ones = b.constant(vector(1, 1));
    const first = differentiate(b, [{ value: y, gradient: ones }], [x]);
    if (!first.ok) return expect.fail("no gradient");
    const second = differentiate(b, [{ value: first.value.of(x), gradient: ones }], [x]);
    if (!second.ok) return expect.fail("no second gradient");
    const graph = b.finish([b.emit("Identity", [second.value.of(x)])]);
    const found = await runGraph(graph, { x: vector(1, 2) });
    expect(Array.from(toNumbers(found[0] as Tensor))).toEqual([6, 12]);
  });
});
