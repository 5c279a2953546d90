import { fail, ok } from "../core/result.ts";
import { choice, float, ints } from "../graph/params.ts";
import { add, type Dim, symbol } from "../shape/dim.ts";
import { shapeText } from "../shape/type.ts";
import { defineLayer } from "./define.ts";
import { first, floatInput, offer } from "./shared/check.ts";

/**
 * Puts elements before and after the last axes: `before` and `after` have one amount for each of them, the last for the last axis. Modes: constant, reflect (mirror without the border, amounts below the size), edge (repeat the
 * border). ONNX: Pad.
 */
export const layer = defineLayer({
  id: "pad",
  version: 1,
  category: "shape",
  icon: "frame",
  params: {
    before: ints([1, 1], null, { min: 0 }),
    after: ints([1, 1], null, { min: 0 }),
    mode: choice(["constant", "reflect", "edge"], "constant"),
    value: float(0, { when: { param: "mode", is: ["constant"] } }),
  },
  infer(c) {
    const x = floatInput(c);
    if (!x.ok) return x;
    const { dtype, shape } = x.value;
    const { before, after, mode } = c.params;
    const rank = shape.length;
    if (before.length >= rank) {
      const payload = { expected: `> ${before.length}`, found: shapeText(shape) };
      const fix = rank > 1 ? c.setParam("before", before.slice(1 - rank)) : null;
      return fail(c.issue("shape.rank", payload, { param: "before", ...offer(fix) }));
    }
    if (before.length !== after.length) {
      const payload = { what: "after", found: shapeText(after), expected: `${before.length}` };
      return fail(c.issue("shape.range", payload, { param: "after", fix: c.setParam("after", before) }));
    }
    const amounts = before.map((p, i) => [p, after[i] as number] as const);
    const sizes = shape.slice(rank - before.length);
    const bad = amounts.findIndex((p, i) => mode === "reflect" && tooMuch(Math.max(...p), sizes[i] as Dim));
    if (bad >= 0) {
      const most = Math.max(...(amounts[bad] as readonly [number, number]));
      const payload = { what: "before", found: String(most), expected: `< ${sizes[bad]}` };
      return fail(c.issue("shape.range", payload, { param: "mode", fix: c.setParam("mode", "edge") }));
    }
    const padded = sizes.map((d, i) => add(d, (before[i] as number) + (after[i] as number)));
    return ok([{ dtype, shape: [...shape.slice(0, rank - before.length), ...padded] }]);
  },
  lower(c) {
    const x = first(c.inputs);
    const { before, after, mode, value } = c.params;
    const none = Array<number>(x.type.shape.length - before.length).fill(0);
    const pads = c.b.ints([...none, ...before, ...none, ...after]);
    if (mode !== "constant") return [c.b.emit("Pad", [x, pads], { mode })];
    return [c.b.emit("Pad", value === 0 ? [x, pads] : [x, pads, c.b.scalar(value, x.type.dtype)])];
  },
  formula: String.raw`y_{i} = \begin{cases} x_{i - p} & 0 \le i - p < n \\ v & \text{otherwise} \end{cases}`,
  examples: [
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), 2, 4, 5] }] },
    {
      params: { before: [2], after: [0], value: 1.5 },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 2, symbol("T")] }],
    },
    {
      params: { mode: "reflect", before: [1, 2], after: [3, 0] },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 2, 4, 5] }],
    },
    {
      params: { mode: "edge", before: [1, 2], after: [0, 3] },
      inputs: [{ dtype: "float32", shape: [symbol("N"), 2, 2, 2] }],
    },
  ],
});

/** A mirror has size - 1 elements to show; a size that is a symbol is left to onnxruntime. */
const tooMuch = (amount: number, size: Dim): boolean => typeof size === "number" && amount >= size;
