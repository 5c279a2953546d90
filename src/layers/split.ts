import type { Issue } from "../core/issue.ts";
import { fail, ok } from "../core/result.ts";
import { choice, int, ints, type ParamValues } from "../graph/params.ts";
import { symbol } from "../shape/dim.ts";
import { normalAxis, shapeText } from "../shape/type.ts";
import { defineLayer } from "./define.ts";
import { type CheckContext, first, knownSize, offer, sampleAxis } from "./shared/check.ts";

const params = {
  axis: int(1),
  by: choice(["parts", "sizes"], "parts"),
  parts: int(2, { min: 2, max: 64, when: { param: "by", is: ["parts"] } }),
  sizes: ints([1, 1], null, { min: 1, when: { param: "by", is: ["sizes"] } }),
};
type Values = ParamValues<typeof params>;

const sizesOf = (p: Values, total: number): readonly number[] =>
  p.by === "sizes" ? p.sizes : Array<number>(p.parts).fill(total / p.parts);

/** Cuts a tensor along an axis into equal parts or parts of given sizes, one output port each: out1, out2, ... ONNX: Split. */
export const layer = defineLayer({
  id: "split",
  version: 1,
  category: "merge",
  icon: "split",
  params,
  outputs: (p) =>
    Array.from({ length: p.by === "sizes" ? p.sizes.length : p.parts }, (_, i) => ({ name: `out${i + 1}` })),
  infer(c) {
    const { dtype, shape } = first(c.inputs);
    const axis = sampleAxis(c, c.params.axis, shape.length, "axis");
    if (!axis.ok) return axis;
    const total = knownSize(c, first(c.inputs), axis.value, "axis");
    if (!total.ok) return total;
    const fault = c.params.by === "parts" ? partsIssue(c, c.params, total.value) : sizesIssue(c, c.params, total.value);
    if (fault) return fail(fault);
    const sizes = sizesOf(c.params, total.value);
    return ok(sizes.map((size) => ({ dtype, shape: shape.map((d, i) => (i === axis.value ? size : d)) })));
  },
  lower(c) {
    const x = first(c.inputs);
    const axis = normalAxis(c.params.axis, x.type.shape.length) as number;
    const sizes = sizesOf(c.params, x.type.shape[axis] as number);
    return c.b.emitAll("Split", [x, c.b.ints(sizes)], { axis }, { outputs: sizes.length });
  },
  formula: String.raw`[y_1; y_2; \dots] = x`,
  examples: [
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), 4, symbol("T")] }] },
    { params: { axis: -1, by: "sizes", sizes: [1, 2, 3] }, inputs: [{ dtype: "float32", shape: [symbol("N"), 2, 6] }] },
  ],
});

function partsIssue(c: CheckContext, { parts }: Values, total: number): Issue | null {
  if (total % parts === 0) return null;
  const divisors = Array.from({ length: total - 1 }, (_, i) => i + 2).filter((d) => total % d === 0 && d <= 64);
  const nearest = divisors.reverse().find((d) => d <= parts) ?? divisors.at(-1);
  const fix = nearest === undefined ? null : c.setParam("parts", nearest);
  const payload = { what: "axis", size: String(total), by: parts };
  return c.issue("shape.divisible", payload, { param: "parts", ...offer(fix) });
}

function sizesIssue(c: CheckContext, { sizes }: Values, total: number): Issue | null {
  const rest = total - sizes.slice(0, -1).reduce((a, b) => a + b, 0);
  if (rest === sizes.at(-1)) return null;
  const fix = rest > 0 ? c.setParam("sizes", [...sizes.slice(0, -1), rest]) : null;
  return c.issue(
    "shape.elements",
    { from: shapeText([total]), to: shapeText(sizes) },
    { param: "sizes", ...offer(fix) },
  );
}
