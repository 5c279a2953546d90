import { fail, ok } from "../../core/result.ts";
import { bool, ints, type ParamValues } from "../../graph/params.ts";
import type { GraphBuilder } from "../../ir/builder.ts";
import type { Value } from "../../ir/graph.ts";
import { Maths } from "../../ir/maths.ts";
import type { Dim } from "../../shape/dim.ts";
import type { TensorType } from "../../shape/type.ts";
import type { LayerDefinition } from "../define.ts";
import { type CheckContext, first, inputOfRank } from "./check.ts";
import {
  type AxisWindow,
  ceilParam,
  checkWindows,
  paddingParams,
  reach,
  sizeLimit,
  type WindowParams,
  windowAttrs,
  windowsOf,
} from "./window.ts";

type Pooling<P extends LayerDefinition["params"]> = Pick<
  LayerDefinition<P>,
  "version" | "category" | "params" | "infer" | "lower"
>;

const maxPoolParams = (spatial: number) => ({
  kernel: ints(2, spatial, { min: 1, max: sizeLimit }),
  /** 0: the kernel size. */
  stride: ints(0, spatial, { min: 0, max: sizeLimit }),
  ...paddingParams(spatial),
  dilation: ints(1, spatial, { min: 1, max: sizeLimit }),
  ceilMode: ceilParam,
});

/** Largest element of each window. x: float [N, C, sizes]; padding never wins. ONNX: MaxPool. */
export const maxPooling = (spatial: number): Pooling<ReturnType<typeof maxPoolParams>> => ({
  version: 1,
  category: "pooling",
  params: maxPoolParams(spatial),
  infer: (c) => inferPool(c, spatial, c.params),
  lower(c) {
    const x = first(c.inputs);
    const windows = windowsOf(x.type.shape, c.params);
    // onnxruntime refuses padding as large as the kernel, which dilation can ask for.
    if (windows.every((w) => Math.max(w.padBegin, w.padEnd) < w.kernel)) {
      return [c.b.emit("MaxPool", [x], windowAttrs(windows))];
    }
    const begin = windows.map((w) => w.padBegin);
    const end = windows.map((w) => w.padEnd);
    const padded = new Maths(c.b).pad(x, [0, 0, ...begin], [0, 0, ...end], lowest);
    return [c.b.emit("MaxPool", [padded], { ...windowAttrs(windows), pads: [...begin, ...end].fill(0) })];
  },
});

/** Largest finite negative float32: an element that loses against every other. */
const lowest = -3.4028234663852886e38;

const averagePoolParams = (spatial: number) => ({
  kernel: ints(2, spatial, { min: 1, max: sizeLimit }),
  /** 0: the kernel size. */
  stride: ints(0, spatial, { min: 0, max: sizeLimit }),
  ...paddingParams(spatial),
  ceilMode: ceilParam,
  countIncludePad: bool(true, { when: { param: "padding", is: ["same", "explicit"] } }),
});
type AveragePoolParams = ReturnType<typeof averagePoolParams>;

/**
 * Mean of each window. x: float [N, C, sizes]. With countIncludePad, padded zeros count as elements; what only
 * ceil mode added never counts (both as in PyTorch). ONNX: AveragePool.
 */
export const averagePooling = (spatial: number): Pooling<AveragePoolParams> => ({
  version: 1,
  category: "pooling",
  params: averagePoolParams(spatial),
  infer: (c) => inferPool(c, spatial, c.params),
  lower(c) {
    const x = first(c.inputs);
    const windows = windowsOf(x.type.shape, c.params);
    const { dilations: _, ...attrs } = windowAttrs(windows);
    const padded = attrs.pads.some((p) => p > 0);
    if (windows.some((w) => w.extra > 0)) return [hangingAverage(c.b, x, windows, c.params, attrs)];
    const count = padded && c.params.countIncludePad ? { count_include_pad: 1 } : {};
    return [c.b.emit("AveragePool", [x], { ...attrs, ...count })];
  },
});

/** Average with a last window that hangs over the end: the mean over all taps times taps / counted elements. */
function hangingAverage(
  b: GraphBuilder,
  x: Value,
  windows: readonly AxisWindow[],
  p: ParamValues<AveragePoolParams>,
  attrs: { kernel_shape: number[]; strides: number[]; pads: number[] },
): Value {
  const m = new Maths(b);
  const mean = b.emit("AveragePool", [x], { ...attrs, count_include_pad: 1 });
  return windows.reduce<Value>((y, w, i) => {
    const size = x.type.shape[i + 2] as number;
    const ratios = Array.from({ length: w.out as number }, (_, o) => w.kernel / counted(w, o, size, p.countIncludePad));
    const dims = [1, 1, ...windows.map((_, axis) => (axis === i ? ratios.length : 1))];
    return ratios.every((r) => r === 1) ? y : m.mul(y, m.table(ratios, dims, x));
  }, mean);
}

/** Elements of window `o` that count: inside the input, or inside the padding that was asked for. */
function counted(w: AxisWindow, o: number, size: number, includePad: boolean): number {
  const start = o * w.stride - w.padBegin;
  const [low, high] = includePad ? [-w.padBegin, size + w.padEnd - w.extra] : [0, size];
  return Math.min(start + w.kernel, high) - Math.max(start, low);
}

function inferPool(c: CheckContext, spatial: number, p: WindowParams) {
  const x = inputOfRank(c, spatial + 2);
  if (!x.ok) return x;
  const { shape, dtype } = x.value;
  const windows = checkWindows(c, shape, p);
  if (!windows.ok) return windows;
  const fault = padTooLarge(c, p, windows.value) ?? emptyWindow(c, x.value, windows.value);
  if (fault) return fail(fault);
  return ok([{ dtype, shape: [...shape.slice(0, 2), ...windows.value.map((w): Dim => w.out)] }]);
}

/** A window must not lie in the padding alone: half of it is the limit, as in PyTorch. */
function padTooLarge(c: CheckContext, p: WindowParams, windows: readonly AxisWindow[]) {
  if (p.padding !== "explicit") return null;
  const limits = windows.map((w) => Math.floor(reach(w) / 2));
  const bad = p.pads.findIndex((pad, i) => pad > (limits[i] as number));
  if (bad < 0) return null;
  const fix = c.setParam(
    "pads",
    p.pads.map((pad, i) => Math.min(pad, limits[i] as number)),
  );
  const payload = { what: "pads", found: String(p.pads[bad]), expected: `<= ${limits[bad]}` };
  return c.issue("shape.range", payload, { param: "pads", fix });
}

/** With dilation all taps of a window can miss a small input: there would be nothing to take the maximum of. */
function emptyWindow(c: CheckContext, x: TensorType, windows: readonly AxisWindow[]) {
  const bad = windows.findIndex((w, i) => w.dilation > 1 && missesInput(w, x.shape[i + 2] as Dim));
  if (bad < 0) return null;
  const found = String((windows[bad] as AxisWindow).dilation);
  const fix = c.setParam(
    "dilation",
    windows.map(() => 1),
  );
  return c.issue("shape.range", { what: "dilation", found, expected: "1" }, { param: "dilation", fix });
}

function missesInput(w: AxisWindow, size: Dim): boolean {
  if (typeof size !== "number") return false;
  const starts = Array.from({ length: w.out as number }, (_, o) => o * w.stride - w.padBegin);
  const taps = Array.from({ length: w.kernel }, (_, k) => k * w.dilation);
  return starts.some((s) => taps.every((t) => s + t < 0 || s + t >= size));
}
