import type { Dim } from "../../shape/dim.ts";
import { symbol } from "../../shape/dim.ts";
import type { TensorType } from "../../shape/type.ts";
import type { Graph, Value } from "../graph.ts";
import { op } from "../spec.ts";

const stacked = (t: TensorType, count: Dim): TensorType => ({ dtype: t.dtype, shape: [count, ...t.shape] });

/** A Loop makes every step of its trip count when its condition is the one it was given, or a constant. */
function runsToTheEnd(body: Graph): boolean {
  let condition = body.outputs[0];
  const madeBy = (v: Value | null | undefined) => body.operators.find((o) => o.op === "Identity" && o.outputs[0] === v);
  for (let o = madeBy(condition); o; o = madeBy(condition)) condition = o.inputs[0] ?? undefined;
  return condition === body.inputs[1] || (condition?.constant ?? null) !== null;
}

export const control = {
  /** Inputs: trip count, condition, carried values. The body takes (iteration, condition, carried). */
  Loop: op({
    attrs: { body: "graph" },
    inputs: [2, 4096],
    outputs: [1, 4096],
    infer(c) {
      const carried = c.inputs.length - 2;
      const fixed = c.inputs[0] && runsToTheEnd(c.attrs.body) ? c.numbers(0)?.[0] : undefined;
      const count = fixed ?? symbol("K");
      const outs = c.attrs.body.outputs.slice(1).map((v) => v.type);
      return outs.map((t, i) => (i < carried ? t : stacked(t, count)));
    },
  }),
  /** Inputs: carried values, then the sequences scanned along their first axis. */
  Scan: op({
    attrs: {
      body: "graph",
      num_scan_inputs: "int",
      scan_input_directions: "ints?",
      scan_output_directions: "ints?",
    },
    inputs: [1, 4096],
    outputs: [1, 4096],
    infer(c) {
      const carried = c.inputs.length - c.attrs.num_scan_inputs;
      const length = c.type(carried).shape[0] as Dim;
      return c.attrs.body.outputs.map((v, i) => (i < carried ? v.type : stacked(v.type, length)));
    },
  }),
  If: op({
    attrs: { then_branch: "graph", else_branch: "graph" },
    inputs: [1, 1],
    outputs: [1, 4096],
    infer: (c) => c.attrs.then_branch.outputs.map((v) => v.type),
  }),
} as const;
