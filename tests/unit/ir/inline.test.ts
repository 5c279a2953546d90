import { expect, it } from "vitest";
import { GraphBuilder } from "../../../src/ir/builder.ts";
import type { Graph } from "../../../src/ir/graph.ts";
import { captured, inline } from "../../../src/ir/inline.ts";
import { printGraph } from "../../../src/ir/print.ts";
import { verify } from "../../../src/ir/verify.ts";

const vector = { dtype: "float32", shape: [2] } as const;

/** max(x, 0) + outer if the flag holds, else x; the branches use values from around them. */
function graphWithBranches() {
  const b = new GraphBuilder("outer");
  const flag = b.input("flag", { dtype: "bool", shape: [] });
  const x = b.input("x", vector);
  const outer = b.input("y", vector);
  const yes = b.body("yes");
  const relu = yes.at({ node: "box", pass: "forward" }, () => yes.emit("Relu", [x]));
  const then_branch = yes.finish([yes.emit("Add", [relu, outer])]);
  const no = b.body("no");
  const else_branch = no.finish([no.emit("Identity", [x])]);
  const result = b.emit("If", [flag], { then_branch, else_branch });
  return { graph: b.finish([result]), flag, x, outer };
}

it("copies operators, bodies and their origins, with other inputs", () => {
  const { graph } = graphWithBranches();
  const b = new GraphBuilder("copy");
  const inputs = graph.inputs.map((v, i) => b.input(`in${i}`, v.type));
  const copy = b.finish(inline(b, graph, inputs));
  expect(verify(copy)).toEqual([]);
  expect(printGraph(copy)).toMatch(/Relu\(in1\)/);
  expect(printGraph(copy)).toMatch(/Add\(box\/Relu, in2\)/);
  const branch = copy.operators[0]?.attrs["then_branch"] as Graph;
  expect(branch.operators[0]?.origin).toEqual({ node: "box", pass: "forward" });
});

it("copies twice into one graph without a clash of names", () => {
  const { graph } = graphWithBranches();
  const b = new GraphBuilder("copy");
  const inputs = graph.inputs.map((v, i) => b.input(`in${i}`, v.type));
  const outputs = [...inline(b, graph, inputs), ...inline(b, graph, inputs)];
  expect(verify(b.finish(outputs))).toEqual([]);
});

it("finds what bodies use of the graph around them", () => {
  const { graph, x, outer } = graphWithBranches();
  const operator = graph.operators[0];
  expect(operator && captured(operator)).toEqual([x, outer]);
});

it("knows the length of a Loop only when it runs to the end", () => {
  const loop = (endsEarly: boolean) => {
    const b = new GraphBuilder("outer");
    const x = b.input("x", vector);
    const body = b.body("body");
    const step = body.input("step", { dtype: "int64", shape: [] });
    const go = body.input("go", { dtype: "bool", shape: [] });
    const state = body.input("state", vector);
    const condition = endsEarly ? body.emit("Less", [step, body.scalar(2, "int64")]) : body.emit("Identity", [go]);
    const next = body.emit("Neg", [state]);
    const graph = body.finish([condition, next, body.emit("Identity", [next])]);
    const yes = b.input("yes", { dtype: "bool", shape: [] });
    return b.emitAll("Loop", [b.scalar(5, "int64"), yes, x], { body: graph })[1]?.type.shape;
  };
  expect(loop(false)).toEqual([5, 2]);
  expect(loop(true)?.[0]).toMatchObject({ key: "K" });
});
