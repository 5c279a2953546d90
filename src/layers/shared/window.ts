import type { Issue } from "../../core/issue.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { bool, choice, ints } from "../../graph/params.ts";
import { windowSize } from "../../ir/ops/linear.ts";
import { type Dim, dimText, isSymbolic } from "../../shape/dim.ts";
import { type Shape, shapeText } from "../../shape/type.ts";
import { type CheckContext, offer } from "./check.ts";

export const paddings = ["valid", "same", "explicit"] as const;
export type Padding = (typeof paddings)[number];

/** Largest kernel, stride, padding or dilation; far above any use, and it keeps tables of windows small. */
export const sizeLimit = 4096;

/** Parameters that say how a window slides over `spatial` axes. Each list has one entry per axis. */
export interface WindowParams {
  readonly kernel: readonly number[];
  /** 0 stands for the kernel size (pooling). */
  readonly stride: readonly number[];
  readonly padding: Padding;
  readonly pads: readonly number[];
  readonly dilation?: readonly number[];
  readonly ceilMode?: boolean;
}

/** The window along one axis, with the padding worked out. */
export interface AxisWindow {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBegin: number;
  readonly padEnd: number;
  /** The part of `padEnd` that only ceil mode asked for. */
  readonly extra: number;
  readonly out: Dim;
}

/** How the two kinds of padding are declared by convolution and pooling alike. */
export const paddingParams = (spatial: number) => ({
  padding: choice(paddings, "valid"),
  pads: ints(0, spatial, { min: 0, max: sizeLimit, when: { param: "padding", is: ["explicit"] } }),
});

export const ceilParam = bool(false, { when: { param: "padding", is: ["valid", "explicit"] } });

/** Elements from the first to the last tap of a window. */
export const reach = (w: { readonly kernel: number; readonly dilation: number }): number =>
  w.dilation * (w.kernel - 1) + 1;

/**
 * The window along axis `i` of an input of `size`:
 * - valid: no padding;
 * - explicit: the same number on both sides;
 * - same: ceil(size / stride) windows, padding shared between both sides, an odd one at the end (ONNX SAME_UPPER).
 * With ceil mode a last window may hang over the end, if it starts inside the input or its front padding (PyTorch);
 * it becomes padding at the end. Null when the answer depends on the value of a symbol.
 */
export function axisWindow(size: Dim, p: WindowParams, i: number): AxisWindow | null {
  const kernel = p.kernel[i] as number;
  const stride = (p.stride[i] as number) || kernel;
  const dilation = p.dilation?.[i] ?? 1;
  const shape = { kernel, stride, dilation };
  if (p.padding === "same") return sameWindow(size, shape);
  const pad = p.padding === "explicit" ? (p.pads[i] as number) : 0;
  const base = { ...shape, padBegin: pad, padEnd: pad };
  const floor = windowSize(size, base);
  if (!p.ceilMode || stride === 1) return { ...base, extra: 0, out: floor };
  if (isSymbolic(size)) return null;
  const out = windowSize(size, { ...base, ceil: true }) as number;
  const extra = Math.max(0, (out - 1) * stride + reach(shape) - (size + 2 * pad));
  return { ...base, padEnd: pad + extra, extra, out };
}

function sameWindow(size: Dim, shape: { kernel: number; stride: number; dilation: number }): AxisWindow | null {
  const { stride } = shape;
  if (isSymbolic(size) && stride > 1) return null;
  const out = isSymbolic(size) ? size : Math.ceil(size / stride);
  const total = isSymbolic(size) ? reach(shape) - 1 : Math.max(0, ((out as number) - 1) * stride + reach(shape) - size);
  const padBegin = Math.floor(total / 2);
  return { ...shape, padBegin, padEnd: total - padBegin, extra: 0, out };
}

/** Windows along all spatial axes (from axis 2), or the issues of those that do not fit. */
export function checkWindows(c: CheckContext, shape: Shape, p: WindowParams): Result<AxisWindow[]> {
  const windows: AxisWindow[] = [];
  const issues: Issue[] = [];
  shape.slice(2).forEach((size, i) => {
    const w = axisWindow(size, p, i);
    if (!w) issues.push(symbolicIssue(c, shape, p));
    else if (typeof w.out === "number" && w.out < 1) issues.push(emptyIssue(c, shape, p, i, w));
    else windows.push(w);
  });
  return issues.length > 0 ? fail(...issues) : ok(windows);
}

function symbolicIssue(c: CheckContext, shape: Shape, p: WindowParams): Issue {
  const param = p.padding === "same" ? "padding" : "ceilMode";
  const fix = c.setParam(param, p.padding === "same" ? "valid" : false);
  return c.issue("shape.symbolic", { what: param, found: shapeText(shape) }, { param, fix });
}

/** The kernel is larger than the input: pad to the same size, or take the largest kernel that fits. */
function emptyIssue(c: CheckContext, shape: Shape, p: WindowParams, i: number, w: AxisWindow): Issue {
  const size = shape[i + 2] as number;
  const pads = w.padBegin + w.padEnd;
  const formula = `floor((${size} + ${pads} - ${reach(w) - 1} - 1)/${w.stride}) + 1`;
  const fits = p.kernel.map((k, axis) => {
    const s = shape[axis + 2];
    const pad = 2 * (p.padding === "explicit" ? (p.pads[axis] as number) : 0);
    return typeof s === "number" ? Math.min(k, Math.floor((s + pad - 1) / (p.dilation?.[axis] ?? 1)) + 1) : k;
  });
  const sameFits =
    p.padding === "valid" && shape.every((s, axis) => axis < 2 || !isSymbolic(s) || p.stride[axis - 2] === 1);
  const fix = sameFits ? c.setParam("padding", "same") : c.setParam("kernel", fits);
  return c.issue("shape.empty", { axis: i + 2, size: dimText(w.out), formula }, { param: "kernel", ...offer(fix) });
}

/** Windows of a lowered layer, whose shape was checked. */
export const windowsOf = (shape: Shape, p: WindowParams): AxisWindow[] =>
  shape.slice(2).map((size, i) => axisWindow(size, p, i) as AxisWindow);

/** The windows as attributes of Conv, ConvTranspose and MaxPool. */
export const windowAttrs = (
  windows: readonly Pick<AxisWindow, "kernel" | "stride" | "dilation" | "padBegin" | "padEnd">[],
) => ({
  kernel_shape: windows.map((w) => w.kernel),
  strides: windows.map((w) => w.stride),
  dilations: windows.map((w) => w.dilation),
  pads: [...windows.map((w) => w.padBegin), ...windows.map((w) => w.padEnd)],
});
