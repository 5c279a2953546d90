import { map } from "../../core/result.ts";
import type { ParamSchema, ParamValues } from "../../graph/params.ts";
import type { Value } from "../../ir/graph.ts";
import { Maths } from "../../ir/maths.ts";
import { symbol } from "../../shape/dim.ts";
import type { LayerDefinition, LayerExample } from "../define.ts";
import { first, floatInput } from "./check.ts";

/** A float tensor of any shape, with a few signs and sizes in it. */
const sample = [{ dtype: "float32" as const, shape: [symbol("N"), 3, 4] }];

/**
 * A layer that computes one function of every element: x float of any shape, y of the same.
 * `more` are parameters of further examples beside the default ones.
 */
export function elementwise<const P extends ParamSchema>(
  params: P,
  apply: (m: Maths, x: Value, params: ParamValues<P>) => Value,
  more: readonly LayerExample<P>["params"][] = [],
): Pick<LayerDefinition<P>, "version" | "category" | "params" | "infer" | "lower" | "examples"> {
  return {
    version: 1,
    category: "activation",
    params,
    infer: (c) => map(floatInput(c), (x) => [x]),
    lower: (c) => [apply(new Maths(c.b), first(c.inputs), c.params)],
    examples: [{}, ...more].map((given) => ({ params: given as LayerExample<P>["params"], inputs: sample })),
  };
}
