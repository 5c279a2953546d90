import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../../../src/ir/builder.ts";
import type { Value } from "../../../src/ir/graph.ts";
import { printGraph } from "../../../src/ir/print.ts";
import { verify } from "../../../src/ir/verify.ts";
import { rewriteRules } from "../../../src/passes/rules.ts";
import { simplify } from "../../../src/passes/simplify.ts";
import { tensor } from "../../../src/shape/dtype.ts";

/** Each rule of the table with a graph that it must reduce to a single Relu; the key is the rule's name. */
const cases: { readonly [rule: string]: (b: GraphBuilder, x: Value) => Value } = {
  identity: (b, x) => b.emit("Identity", [x]),
  "cast to own type": (b, x) => b.emit("Cast", [x], { to: 1 }),
  "reshape to own shape": (b, x) => b.emit("Reshape", [x, b.ints([2, 3])]),
  "expand to own shape": (b, x) => b.emit("Expand", [x, b.ints([2, 3])]),
  "x * 1": (b, x) => b.emit("Mul", [b.constant(tensor("float32", [1, 3], [1, 1, 1])), x]),
  "x / 1": (b, x) => b.emit("Div", [x, b.scalar(1)]),
  "x - 0": (b, x) => b.emit("Sub", [x, b.scalar(0)]),
  "transpose that moves nothing": (b, x) => b.emit("Transpose", [x], { perm: [0, 1] }),
  "transpose and back": (b, x) => {
    const there = b.emit("Transpose", [x], { perm: [1, 0] });
    return b.emit("Transpose", [there], { perm: [1, 0] });
  },
  "-(-x)": (b, x) => b.emit("Neg", [b.emit("Neg", [x])]),
};

function build(make: (b: GraphBuilder, x: Value) => Value) {
  const b = new GraphBuilder("g");
  const x = b.input("x", { dtype: "float32", shape: [2, 3] });
  return b.finish([b.emit("Relu", [make(b, x)])]);
}

describe("rewrite table", () => {
  it.each(rewriteRules.map((r) => r.name))("%s", (name) => {
    const make = cases[name];
    expect(make, `a case for the rule "${name}"`).toBeDefined();
    const before = build(make as NonNullable<typeof make>);
    const after = simplify(before);
    expect(before.operators.length).toBeGreaterThan(1);
    expect(
      after.operators.map((o) => o.op),
      printGraph(before),
    ).toEqual(["Relu"]);
    expect(verify(after)).toEqual([]);
  });

  it("keeps what only looks neutral", () => {
    const stretched = build((b, x) => b.emit("Mul", [x, b.constant(tensor("float32", [4, 1, 1], [1, 1, 1, 1]))]));
    expect(simplify(stretched).operators.length).toBe(2);
    const mirrored = build((b, x) => b.emit("Sub", [b.scalar(0), x]));
    expect(simplify(mirrored).operators.length).toBe(2);
  });
});

describe("common subexpressions", () => {
  it("computes the same thing once, also in chains", () => {
    const graph = build((b, x) => {
      const one = b.emit("Exp", [b.emit("Neg", [x])]);
      const two = b.emit("Exp", [b.emit("Neg", [x])]);
      return b.emit("Add", [one, two]);
    });
    expect(simplify(graph).operators.map((o) => o.op)).toEqual(["Neg", "Exp", "Add", "Relu"]);
  });

  it("tells attributes and outputs apart", () => {
    const graph = build((b, x) => {
      const one = b.emit("LeakyRelu", [x], { alpha: 0.1 });
      const two = b.emit("LeakyRelu", [x], { alpha: 0.2 });
      return b.emit("Add", [one, two]);
    });
    expect(simplify(graph).operators.length).toBe(4);
  });

  it("keeps two outputs that are equal, each under its name", () => {
    const b = new GraphBuilder("g");
    const x = b.input("x", { dtype: "float32", shape: [2] });
    const graph = b.finish([b.named(b.emit("Relu", [x]), "p"), b.named(b.emit("Relu", [x]), "q")]);
    expect(simplify(graph).outputs.map((v) => v.name)).toEqual(["p", "q"]);
    expect(verify(simplify(graph))).toEqual([]);
  });

  it("simplifies loop bodies and what they capture", () => {
    const b = new GraphBuilder("g");
    const x = b.input("x", { dtype: "float32", shape: [2] });
    const outside = b.emit("Identity", [x]);
    const body = b.body("body");
    body.input("i", { dtype: "int64", shape: [] });
    const go = body.input("go", { dtype: "bool", shape: [] });
    const sum = body.input("sum", { dtype: "float32", shape: [2] });
    const next = body.emit("Add", [sum, body.emit("Mul", [outside, body.scalar(1)])]);
    const graph = body.finish([body.asOutput(go), next]);
    const count = b.scalar(3, "int64");
    const always = b.constant({ dtype: "bool", dims: [], data: Uint8Array.of(1) });
    const loop = b.emit("Loop", [count, always, x], { body: graph });
    const after = simplify(b.finish([loop]));
    expect(after.operators.map((o) => o.op)).toEqual(["Loop"]);
    expect(verify(after), printGraph(after)).toEqual([]);
    expect(printGraph(after)).toContain("Add(sum, x)");
  });
});
