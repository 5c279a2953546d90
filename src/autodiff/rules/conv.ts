import type { GradientContext, GradientRule } from "../../ir/gradient.ts";
import type { Value } from "../../ir/graph.ts";
import { Maths } from "../../ir/maths.ts";
import { elementCount } from "../../shape/dtype.ts";
import { at, type Geometry, geometry, swapBatch, windowAttrs } from "./conv-geometry.ts";
import { convWeightGradient } from "./conv-weight.ts";

/** Y = W * X + b: dX is the transposed convolution of dY with W, dW correlates X with dY, db sums dY. */
export const conv: GradientRule = (c) => {
  const m = new Maths(c.b);
  const g = geometry(c);
  return [
    c.needs(0) ? convInputGradient(c, m, g, c.dy()) : null,
    c.needs(1) ? convWeightGradient(c, m, g, c.x(0), c.dy()) : null,
    c.needs(2) ? channelSum(m, c.dy()) : null,
  ];
};

/** The transpose of a convolution that maps Y to X: dX = Conv(dY, W), and dW is that of the convolution. */
export const convTranspose: GradientRule = (c) => {
  const m = new Maths(c.b);
  const g = geometry(c);
  return [
    c.needs(0) ? c.b.emit("Conv", [c.dy(), c.x(1)], windowAttrs(g)) : null,
    c.needs(1) ? convWeightGradient(c, m, g, c.dy(), c.x(0)) : null,
    c.needs(2) ? channelSum(m, c.dy()) : null,
  ];
};

/** Input channels from which a convolution with turned kernels beats ConvTranspose (measured, CPU). */
const turnFrom = 12;

/**
 * dX = ConvTranspose(dY, W). Elements at the end of X that no window reached come back through output_padding.
 * At stride 1 it is also a convolution of dY with the kernels turned round, which onnxruntime's CPU kernels do up to
 * twice as fast, unless there are few channels or the border that is computed for nothing is large.
 */
function convInputGradient(c: GradientContext, m: Maths, g: Geometry, dy: Value): Value {
  const [[, channels, ...x], [, , ...out]] = [c.size(c.x(0)), c.size(dy)] as [number[], number[]];
  const border = g.kernel.map((k, i) => at(g.dilations, i) * (k - 1));
  const begin = border.map((size, i) => size - at(g.begin, i));
  const end = border.map((size, i) => size - at(g.end, i));
  const turns =
    c.provider === "cpu" &&
    g.group === 1 &&
    g.strides.every((s) => s === 1) &&
    [...begin, ...end].every((p) => p >= 0) &&
    (channels as number) >= turnFrom &&
    elementCount(x) <= 1.5 * elementCount(out);
  if (turns) return c.b.emit("Conv", [dy, turned(m, c.x(1), g)], { ...windowAttrs(g), pads: [...begin, ...end] });
  const outputPadding = x.map((size, i) => size - (reach(g, out[i] as number, i) - at(g.begin, i) - at(g.end, i)));
  return c.b.emit("ConvTranspose", [dy, c.x(1)], { ...windowAttrs(g), output_padding: outputPadding });
}

/** [M, C, taps] as [C, M, taps] with the taps in reverse order along every axis. */
function turned(m: Maths, w: Value, g: Geometry): Value {
  const axes = g.kernel.flatMap((k, i) => (k > 1 ? [i + 2] : []));
  if (axes.length === 0) return swapBatch(m, w);
  const [back, all] = [axes.map(() => -1), axes.map(() => -(2 ** 31))].map((v) => m.b.ints(v)) as [Value, Value];
  return swapBatch(m, m.b.emit("Slice", [w, back, all, m.b.ints(axes), back]));
}

/** Elements of the padded input that `windows` windows cover along axis i. */
const reach = (g: Geometry, windows: number, i: number): number =>
  (windows - 1) * at(g.strides, i) + at(g.dilations, i) * (at(g.kernel, i) - 1) + 1;

/** Sum over the batch and all places: the gradient of a bias per channel. */
export const channelSum = (m: Maths, dy: Value): Value =>
  m.sum(
    dy,
    dy.type.shape.map((_, i) => i).filter((i) => i !== 1),
    false,
  );
