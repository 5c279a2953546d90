import { ok } from "../core/result.ts";
import { symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { first } from "./shared/check.ts";

/** Hands its input on: a named place to look at, or to join wires. ONNX: Identity. */
export const layer = defineLayer({
  id: "identity",
  version: 1,
  category: "shape",
  icon: "equal",
  params: {},
  infer: (c) => ok([first(c.inputs)]),
  lower: (c) => [c.b.emit("Identity", [first(c.inputs)])],
  formula: "y = x",
  examples: [
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), 3] }] },
    { params: {}, inputs: [{ dtype: "int64", shape: [symbol("N"), symbol("T")] }] },
  ],
});
