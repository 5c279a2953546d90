import { fail, ok } from "../core/result.ts";
import { bool, int, type ParamValues } from "../graph/params.ts";
import { Maths } from "../ir/maths.ts";
import { sliceSize } from "../ir/ops/layout.ts";
import { type Dim, symbol } from "../shape/dim.ts";
import { shapeText } from "../shape/type.ts";
import { defineLayer } from "./define.ts";
import { first, offer, sampleAxis } from "./shared/check.ts";

const params = {
  axis: int(1),
  start: int(0),
  toEnd: bool(true),
  end: int(1, { when: { param: "toEnd", is: [false] } }),
  step: int(1),
};

/** The end as ONNX Slice takes it: far beyond the last element in the direction of the step. */
const endOf = (p: ParamValues<typeof params>): number => (!p.toEnd ? p.end : p.step > 0 ? 2 ** 31 - 1 : -(2 ** 31));

/**
 * Elements start, start + step, ... before `end` along one axis; negative numbers count from the end, a negative step
 * goes backwards. ONNX: Slice.
 */
export const layer = defineLayer({
  id: "slice",
  version: 1,
  category: "shape",
  icon: "scissors",
  params,
  infer(c) {
    const { dtype, shape } = first(c.inputs);
    const axis = sampleAxis(c, c.params.axis, shape.length, "axis");
    if (!axis.ok) return axis;
    const { start, step } = c.params;
    if (step === 0) {
      const payload = { what: "step", found: "0", expected: "!= 0" };
      return fail(c.issue("shape.range", payload, { param: "step", fix: c.setParam("step", 1) }));
    }
    const size = sliceSize(shape[axis.value] as Dim, start, endOf(c.params), step);
    if (size === null) {
      const fix = c.setParam("step", 1);
      return fail(c.issue("shape.symbolic", { what: "step", found: shapeText(shape) }, { param: "step", fix }));
    }
    if (typeof size === "number" && size < 1) {
      const begin = step > 0 ? 0 : -1;
      const whole = sliceSize(shape[axis.value] as Dim, begin, endOf(c.params), step);
      const fix = typeof whole === "number" && whole > 0 ? c.setParam("start", begin) : null;
      const formula = `${start}:${c.params.toEnd ? "" : c.params.end}:${step}`;
      const payload = { axis: axis.value, size: String(size), formula };
      return fail(c.issue("shape.empty", payload, { param: "start", ...offer(fix) }));
    }
    return ok([{ dtype, shape: shape.map((d, i) => (i === axis.value ? size : d)) }]);
  },
  lower(c) {
    const { axis, start, step } = c.params;
    return [new Maths(c.b).slice(first(c.inputs), axis, start, endOf(c.params), step)];
  },
  formula: "y_i = x_{s + k i}",
  examples: [
    {
      params: { axis: -1, start: 1, toEnd: false, end: 5, step: 2 },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 3, 6] }],
    },
    { params: { start: -1, step: -1 }, inputs: [{ dtype: "float32", shape: [symbol("N"), symbol("T"), 4] }] },
    {
      params: { start: 1, toEnd: false, end: -1 },
      inputs: [{ dtype: "float32", shape: [symbol("N"), symbol("T"), 4] }],
    },
    { params: { axis: 2, start: 4, step: -2 }, inputs: [{ dtype: "int64", shape: [symbol("N"), 2, 6] }] },
  ],
});
