import type { Value } from "../../ir/graph.ts";
import { Maths } from "../../ir/maths.ts";
import { symbol } from "../../shape/dim.ts";
import type { LayerDefinition } from "../define.ts";
import { mergedType } from "./merge.ts";

const image = { dtype: "float32" as const, shape: [symbol("N"), 3, 4, 4] };
const channels = { dtype: "float32" as const, shape: [symbol("N"), 3, 1, 1] };

type Merge = Pick<
  LayerDefinition<Record<never, never>>,
  "version" | "category" | "params" | "inputs" | "infer" | "lower" | "examples"
>;
type Operation = (m: Maths, x: Value, y: Value) => Value;

const merge = {
  version: 1,
  category: "merge" as const,
  params: {},
  infer: mergedType,
};

/** An operation over any number of tensors that broadcast, from left to right. */
export const several = (apply: Operation): Merge => ({
  ...merge,
  inputs: [{ name: "in", several: { least: 2 } }],
  lower(c) {
    const m = new Maths(c.b);
    return [c.inputs.reduce((x, y) => apply(m, x, y))];
  },
  examples: [
    { params: {}, inputs: [image, image] },
    { params: {}, inputs: [image, channels, image] },
  ],
});

/** An operation of two tensors that broadcast, at the ports a and b. */
export const ofTwo = (apply: Operation): Merge => ({
  ...merge,
  inputs: [{ name: "a" }, { name: "b" }],
  lower: (c) => [apply(new Maths(c.b), c.inputs[0] as Value, c.inputs[1] as Value)],
  examples: [
    { params: {}, inputs: [image, image] },
    { params: {}, inputs: [channels, image] },
  ],
});
