import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, Value } from "../../src/ir/graph.ts";
import { Maths } from "../../src/ir/maths.ts";
import { fixedScalar, type Inputs, ints, type OpCase } from "./cases.ts";

type Make = (t: Inputs) => readonly OpCase[];
type Dtype = Inputs["dtype"];

const own = (b: GraphBuilder, ...values: Value[]): Value[] => values.map((v) => b.emit("Identity", [v]));

/** h' = tanh(x W + h U): an Elman network; the state is an output of every step too. */
const recurrent =
  (dtype: Dtype) =>
  (outer: GraphBuilder, [w, u]: readonly Value[]): { body: Graph } => {
    const b = outer.body("cell");
    const m = new Maths(b);
    const h = b.input("h", { dtype, shape: [2, 3] });
    const x = b.input("x", { dtype, shape: [2, 2] });
    const next = m.tanh(m.add(m.matmul(x, w as Value), m.matmul(h, u as Value)));
    return { body: b.finish(own(b, next, next)) };
  };

/** Two sequences and two states, one of them whole numbers; a constant of its own, and a value from around it. */
const twoSequences =
  (dtype: Dtype) =>
  (outer: GraphBuilder, [scale]: readonly Value[]): { body: Graph } => {
    const b = outer.body("step");
    const m = new Maths(b);
    const sum = b.input("sum", { dtype, shape: [2] });
    const step = b.input("step", { dtype: "int64", shape: [] });
    const x = b.input("x", { dtype, shape: [2] });
    const y = b.input("y", { dtype, shape: [] });
    const next = m.add(m.mul(sum, 0.5), m.mul(x, m.add(y, b.cast(step, dtype)), scale as Value));
    const after = b.emit("Add", [step, b.scalar(1, "int64")]);
    return { body: b.finish(own(b, next, after, m.square(next), m.sin(y))) };
  };

const scans: Make = (t) => [
  {
    note: "recurrent network",
    inputs: [t.uniform([2, 3]), t.uniform([4, 2, 2])],
    captured: [t.uniform([2, 3]), t.uniform([3, 3])],
    attrs: { num_scan_inputs: 1 },
    bodies: recurrent(t.dtype),
  },
  {
    note: "from the end",
    inputs: [t.uniform([2, 3]), t.uniform([4, 2, 2])],
    captured: [t.uniform([2, 3]), t.uniform([3, 3])],
    attrs: { num_scan_inputs: 1, scan_input_directions: [1], scan_output_directions: [1] },
    bodies: recurrent(t.dtype),
  },
  {
    note: "last state only",
    inputs: [t.uniform([2, 3]), t.uniform([3, 2, 2])],
    captured: [t.uniform([2, 3]), t.uniform([3, 3])],
    attrs: { num_scan_inputs: 1 },
    through: [0],
    bodies: recurrent(t.dtype),
  },
  {
    note: "mixed directions and types",
    inputs: [t.uniform([2]), ints([], [3]), t.uniform([3, 2]), t.uniform([3])],
    captured: [t.uniform([2])],
    attrs: { num_scan_inputs: 2, scan_input_directions: [0, 1], scan_output_directions: [1, 0] },
    bodies: twoSequences(t.dtype),
  },
];

/** x' = x² a + step, stopping early when `limit` steps are done; the square is an output of every step. */
const powers =
  (dtype: Dtype, limit?: number) =>
  (outer: GraphBuilder, [a]: readonly Value[]): { body: Graph } => {
    const b = outer.body("power");
    const m = new Maths(b);
    const step = b.input("step", { dtype: "int64", shape: [] });
    const go = b.input("go", { dtype: "bool", shape: [] });
    const x = b.input("x", { dtype, shape: [2] });
    const square = m.square(x);
    const next = m.add(m.mul(square, a as Value), m.mul(b.cast(step, dtype), 0.1));
    const more = limit === undefined ? go : b.emit("Less", [step, b.scalar(limit - 1, "int64")]);
    return { body: b.finish(own(b, more, next, square)) };
  };

const loops: Make = (t) => [
  {
    inputs: [fixedScalar(3, "int64"), ints([], [1], "bool"), t.of([2], [0.5, -1])],
    captured: [t.of([2], [1, 2])],
    bodies: powers(t.dtype),
    // 0.5: 0.25, 0.1625, 0.22640625; -1: 2, 8.1, 131.42
    expect: [
      [0.22640625, 131.42],
      [0.25, 1, 0.0625, 4, 0.02640625, 65.61],
    ],
  },
  {
    note: "last value only",
    inputs: [fixedScalar(2, "int64"), ints([], [1], "bool"), t.uniform([2])],
    captured: [t.uniform([2])],
    bodies: powers(t.dtype),
    through: [0],
  },
  {
    note: "ends early",
    inputs: [fixedScalar(9, "int64"), ints([], [1], "bool"), t.uniform([2])],
    captured: [t.uniform([2])],
    bodies: powers(t.dtype, 2),
    through: [0],
  },
];

/** Sine of one value or product of two. */
const branches =
  (dtype: Dtype) =>
  (outer: GraphBuilder, [x, y]: readonly Value[]): { then_branch: Graph; else_branch: Graph } => {
    const yes = outer.body("yes");
    const no = outer.body("no");
    const nested = no.body("nested");
    const other = no.body("other");
    const isSmall = new Maths(no).lt(no.scalar(0, dtype), 1);
    const inner = no.emit("If", [isSmall], {
      then_branch: nested.finish([new Maths(nested).mul(x as Value, y as Value)]),
      else_branch: other.finish(own(other, x as Value)),
    });
    return { then_branch: yes.finish([new Maths(yes).sin(x as Value)]), else_branch: no.finish([inner]) };
  };

const conditions: Make = (t) =>
  [1, 0].map((taken) => {
    const x = t.of([2], [0.5, -1]);
    const y = t.of([2], [3, 4]);
    return {
      note: taken ? "first branch" : "second branch, nested",
      inputs: [ints([], [taken], "bool")],
      captured: [x, y],
      bodies: branches(t.dtype),
      expect: [taken ? [Math.sin(0.5), Math.sin(-1)] : [1.5, -4]],
    };
  });

export const controlCases: { readonly [O in "Loop" | "Scan" | "If"]: Make } = {
  Loop: loops,
  Scan: scans,
  If: conditions,
};
