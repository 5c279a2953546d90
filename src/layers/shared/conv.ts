import type { Issue } from "../../core/issue.ts";
import { fail, ok } from "../../core/result.ts";
import type { ParameterSpec } from "../../graph/layer.ts";
import { bool, initializer, int, ints, type ParamValues } from "../../graph/params.ts";
import { transposedSize } from "../../ir/ops/linear.ts";
import type { Dim } from "../../shape/dim.ts";
import { elementCount } from "../../shape/dtype.ts";
import type { LayerDefinition, LowerContext } from "../define.ts";
import { type CheckContext, first, inputOfRank, knownSize } from "./check.ts";
import { checkWindows, paddingParams, sizeLimit, windowAttrs, windowsOf } from "./window.ts";

export const convolutionParams = (spatial: number) => ({
  filters: int(16, { min: 1 }),
  kernel: ints(3, spatial, { min: 1, max: sizeLimit }),
  stride: ints(1, spatial, { min: 1, max: sizeLimit }),
  ...paddingParams(spatial),
  dilation: ints(1, spatial, { min: 1, max: sizeLimit }),
  groups: int(1, { min: 1 }),
  bias: bool(true),
  weightInit: initializer({ kind: "fan-in-uniform" }),
  biasInit: initializer({ kind: "fan-in-uniform" }, { when: { param: "bias", is: [true] } }),
});
type ConvolutionParams = ReturnType<typeof convolutionParams>;

/**
 * Convolution over `spatial` axes (cross-correlation, as everywhere in deep learning).
 * x: float [N, C, sizes]; weight [filters, C / groups, kernel]; bias [filters]; y: [N, filters, sizes']. ONNX: Conv.
 */
export const convolution = (
  spatial: number,
): Pick<LayerDefinition<ConvolutionParams>, "version" | "category" | "params" | "infer" | "parameters" | "lower"> => ({
  version: 1,
  category: "convolution",
  params: convolutionParams(spatial),
  infer(c) {
    const x = inputOfRank(c, spatial + 2);
    if (!x.ok) return x;
    const channels = knownSize(c, x.value, 1, "channels");
    if (!channels.ok) return channels;
    const faults = groupIssues(c, channels.value, c.params.filters, c.params.groups);
    const windows = checkWindows(c, x.value.shape, c.params);
    if (!windows.ok || faults.length > 0) return fail(...faults, ...(windows.ok ? [] : windows.issues));
    const sizes = windows.value.map((w) => w.out);
    return ok([{ dtype: x.value.dtype, shape: [x.value.shape[0] as Dim, c.params.filters, ...sizes] }]);
  },
  parameters(c) {
    const channels = first(c.inputs).shape[1] as number;
    const { filters, groups, kernel } = c.params;
    return weightAndBias([filters, channels / groups, ...kernel], c.params);
  },
  lower(c) {
    const x = first(c.inputs);
    const attrs = windowAttrs(windowsOf(x.type.shape, c.params));
    return [c.b.emit("Conv", [x, ...convOperands(c)], { ...attrs, group: c.params.groups })];
  },
});

/** Weight and bias of a convolution, named as the parameters say. */
export function weightAndBias(
  shape: readonly number[],
  p: Pick<ParamValues<ConvolutionParams>, "filters" | "bias" | "weightInit" | "biasInit">,
): ParameterSpec[] {
  const weight = { name: "weight", shape, init: p.weightInit, kind: "parameter" as const };
  if (!p.bias) return [weight];
  const field = elementCount(shape.slice(2));
  // The bias has no fan of its own: it takes that of the weight, as in PyTorch.
  const fan = [(shape[1] as number) * field, (shape[0] as number) * field] as const;
  return [weight, { name: "bias", shape: [p.filters], init: p.biasInit, kind: "parameter", fan }];
}

export const convOperands = (c: Pick<LowerContext<ConvolutionParams>, "parameter" | "params">) =>
  c.params.bias ? [c.parameter("weight"), c.parameter("bias")] : [c.parameter("weight")];

/** Channels and filters must both be multiples of the groups. */
export function groupIssues(c: CheckContext, channels: number, filters: number, groups: number): Issue[] {
  const issues: Issue[] = [];
  if (channels % groups !== 0) {
    const fix = c.setParam("groups", gcd(gcd(channels, filters), groups));
    issues.push(
      c.issue("shape.divisible", { what: "channels", size: String(channels), by: groups }, { param: "groups", fix }),
    );
  }
  if (filters % groups !== 0) {
    const fix = c.setParam("filters", Math.ceil(filters / groups) * groups);
    issues.push(
      c.issue("shape.divisible", { what: "filters", size: String(filters), by: groups }, { param: "filters", fix }),
    );
  }
  return issues;
}

export const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

export const transposedParams = (spatial: number) => ({
  ...convolutionParams(spatial),
  outputPadding: ints(0, spatial, { min: 0, max: sizeLimit, when: { param: "padding", is: ["valid", "explicit"] } }),
});
type TransposedParams = ReturnType<typeof transposedParams>;
type TransposedValues = ParamValues<TransposedParams>;

/** Padding of a transposed convolution along axis `i`, which does not depend on the size of the input. */
export function transposedAxis(p: TransposedValues, i: number) {
  const [kernel, stride, dilation] = [p.kernel[i] as number, p.stride[i] as number, p.dilation[i] as number];
  const axis = { kernel, stride, dilation };
  if (p.padding === "same") {
    // size * stride results: what stands over is cut off on both sides, what is missing is put in at the end.
    const over = dilation * (kernel - 1) + 1 - stride;
    const padBegin = Math.max(0, Math.floor(over / 2));
    return { ...axis, padBegin, padEnd: Math.max(0, over) - padBegin, outputPadding: Math.max(0, -over) };
  }
  const pad = p.padding === "explicit" ? (p.pads[i] as number) : 0;
  return { ...axis, padBegin: pad, padEnd: pad, outputPadding: p.outputPadding[i] as number };
}

/**
 * Transposed convolution over `spatial` axes: the gradient of a convolution with respect to its input.
 * x: float [N, C, sizes]; weight [C, filters / groups, kernel]; bias [filters]; y: [N, filters, sizes'] with
 * size' = (size - 1) stride - pads + dilation (kernel - 1) + 1 + outputPadding, or size * stride for padding "same".
 * ONNX: ConvTranspose.
 */
export const transposedConvolution = (
  spatial: number,
): Pick<LayerDefinition<TransposedParams>, "version" | "category" | "params" | "infer" | "parameters" | "lower"> => ({
  version: 1,
  category: "convolution",
  params: transposedParams(spatial),
  infer(c) {
    const x = inputOfRank(c, spatial + 2);
    if (!x.ok) return x;
    const channels = knownSize(c, x.value, 1, "channels");
    if (!channels.ok) return channels;
    const faults = [...groupIssues(c, channels.value, c.params.filters, c.params.groups), ...outputPaddingIssues(c)];
    const sizes = x.value.shape.slice(2).map((size, i) => transposedSize(size, transposedAxis(c.params, i)));
    const empty = sizes.findIndex((size) => typeof size === "number" && size < 1);
    if (empty >= 0) faults.push(transposedEmpty(c, sizes[empty] as number, empty));
    if (faults.length > 0) return fail(...faults);
    return ok([{ dtype: x.value.dtype, shape: [x.value.shape[0] as Dim, c.params.filters, ...sizes] }]);
  },
  parameters(c) {
    const channels = first(c.inputs).shape[1] as number;
    const { filters, groups, kernel } = c.params;
    return weightAndBias([channels, filters / groups, ...kernel], c.params);
  },
  lower(c) {
    const x = first(c.inputs);
    const axes = c.params.kernel.map((_, i) => transposedAxis(c.params, i));
    const attrs = { ...windowAttrs(axes), output_padding: axes.map((a) => a.outputPadding) };
    return [c.b.emit("ConvTranspose", [x, ...convOperands(c)], { ...attrs, group: c.params.groups })];
  },
});

/** Output padding tells sizes apart that one stride maps together, so it is below the stride. */
function outputPaddingIssues(c: CheckContext & { readonly params: TransposedValues }): Issue[] {
  const { stride, outputPadding, padding } = c.params;
  if (padding === "same") return [];
  const bad = outputPadding.findIndex((o, i) => o >= (stride[i] as number));
  if (bad < 0) return [];
  const param = "outputPadding";
  const fix = c.setParam(
    param,
    outputPadding.map((o, i) => Math.min(o, (stride[i] as number) - 1)),
  );
  const payload = { what: param, found: String(outputPadding[bad]), expected: `< ${stride[bad]}` };
  return [c.issue("shape.range", payload, { param, fix })];
}

function transposedEmpty(c: CheckContext & { readonly params: TransposedValues }, size: number, i: number): Issue {
  const a = transposedAxis(c.params, i);
  const formula = `(size - 1)*${a.stride} - ${a.padBegin + a.padEnd} + ${a.dilation * (a.kernel - 1) + 1 + a.outputPadding}`;
  const fix = c.setParam("padding", "valid");
  return c.issue("shape.empty", { axis: i + 2, size: String(size), formula }, { param: "pads", fix });
}
