import { GraphBuilder } from "../ir/builder.ts";
import { type AttrValue, bodies, type Graph, isTensor, type Operator, onnxType, type Value } from "../ir/graph.ts";
import { Maths } from "../ir/maths.ts";
import { elementCount, type Tensor, tensor, toNumbers } from "../shape/dtype.ts";
import { normalAxis, staticShape, type TensorType } from "../shape/type.ts";

export interface InDouble {
  readonly graph: Graph;
  /** False where some operators had to stay in single precision. */
  readonly exact: boolean;
}

/**
 * The same graph in double precision, its inputs and outputs too: for differences of a loss, which drown in the rounding
 * of float32. Operators that onnxruntime has no double kernel for are written out in
 * others where that is short, and else stay in single precision. Shapes must be known. Null where a graph holds others.
 */
export function inDouble(graph: Graph): InDouble | null {
  if (graph.operators.some((o) => bodies(o).length > 0)) return null;
  const b = new GraphBuilder(graph.name);
  const m = new Maths(b);
  const known = new Map<Value, Value>();
  let exact = true;
  for (const v of graph.inputs) known.set(v, b.input(v.name, wide(v.type)));
  for (const v of graph.initializers) known.set(v, b.constant(wideTensor(v.constant as Tensor)));
  for (const operator of graph.operators) {
    const inputs = operator.inputs.map((v) => v && (known.get(v) as Value));
    const made = b.at(operator.origin, () => {
      const written = forms[operator.op]?.(m, operator, inputs as Value[]);
      if (written) return "type" in written ? [written] : written;
      if (!single.has(operator.op)) return emitWide(b, operator, inputs);
      exact = false;
      return emitSingle(b, operator, inputs);
    });
    operator.outputs.forEach((v, i) => {
      known.set(v, made[i] as Value);
    });
  }
  const outputs = graph.outputs.map((v) => b.named(known.get(v) as Value, v.name));
  return { graph: b.finish(outputs), exact };
}

const isSingle = (t: TensorType): boolean => t.dtype === "float32";
const wide = (t: TensorType): TensorType => (isSingle(t) ? { dtype: "float64", shape: t.shape } : t);
const wideTensor = (t: Tensor): Tensor => (t.dtype === "float32" ? tensor("float64", t.dims, toNumbers(t)) : t);

function emitWide(b: GraphBuilder, { op, attrs, outputs }: Operator, inputs: readonly (Value | null)[]): Value[] {
  const widened = Object.entries(attrs).map(([name, a]): [string, AttrValue] => {
    if (isTensor(a)) return [name, wideTensor(a)];
    return [name, op === "Cast" && name === "to" && a === onnxType.float32 ? onnxType.float64 : a];
  });
  return b.emitDynamic(op, inputs, Object.fromEntries(widened), { types: outputs.map((v) => wide(v.type)) });
}

function emitSingle(b: GraphBuilder, { op, attrs, outputs }: Operator, inputs: readonly (Value | null)[]): Value[] {
  const narrow = inputs.map((v) => (v?.type.dtype === "float64" ? b.cast(v, "float32") : v));
  const made = b.emitDynamic(op, narrow, attrs, { types: outputs.map((v) => v.type) });
  return made.map((v) => (isSingle(v.type) ? b.cast(v, "float64") : v));
}

/** Operators without a double kernel, as far as they have no form here. */
const single: ReadonlySet<string> = new Set([
  ...["Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Cosh", "Sinh", "Tan", "LRN", "Resize", "OneHot"],
  ...["Conv", "ConvTranspose", "MaxPool", "AveragePool"],
]);

/** Gives null where the operator is of a kind that it does not write out. */
type Form = (m: Maths, operator: Operator, inputs: readonly Value[]) => Value | readonly Value[] | null;

const number = ({ attrs }: Operator, name: string, fallback: number): number =>
  Math.fround((attrs[name] as number | undefined) ?? fallback);

const softplus = (m: Maths, x: Value): Value => m.add(m.max(x, 0), m.log(m.add(1, m.exp(m.neg(m.abs(x))))));
const hardSigmoid = (m: Maths, x: Value, alpha: number, beta: number): Value =>
  m.min(m.max(m.add(m.mul(x, alpha), beta), 0), 1);
/** x above 0, and `below` of exp of x elsewhere; exp of what is above is never taken. */
const bent = (m: Maths, x: Value, below: (x: Value) => Value): Value => m.where(m.gt(x, 0), x, below(m.min(x, 0)));
const places = (x: Value): number[] => x.type.shape.slice(2).map((_, i) => i + 2);

const forms: { readonly [op: string]: Form } = {
  Softplus: (m, _, [x]) => softplus(m, x as Value),
  Softsign: (m, _, [x]) => m.div(x as Value, m.add(m.abs(x as Value), 1)),
  HardSigmoid: (m, o, [x]) => hardSigmoid(m, x as Value, number(o, "alpha", 0.2), number(o, "beta", 0.5)),
  HardSwish: (m, _, [x]) => m.mul(x as Value, hardSigmoid(m, x as Value, 1 / 6, 0.5)),
  Mish: (m, _, [x]) => m.mul(x as Value, m.tanh(softplus(m, x as Value))),
  Elu: (m, o, [x]) => bent(m, x as Value, (low) => m.mul(m.sub(m.exp(low), 1), number(o, "alpha", 1))),
  Celu(m, o, [x]) {
    const alpha = number(o, "alpha", 1);
    return bent(m, x as Value, (low) => m.mul(m.sub(m.exp(m.div(low, alpha)), 1), alpha));
  },
  Selu(m, o, [x]) {
    const [alpha, gamma] = [number(o, "alpha", 1.6732632423543772), number(o, "gamma", 1.0507009873554805)];
    return m.mul(
      bent(m, x as Value, (low) => m.mul(m.sub(m.exp(low), 1), alpha)),
      gamma,
    );
  },
  Erf: (m, _, [x]) => erf(m, x as Value),
  ThresholdedRelu: (m, o, [x]) => m.where(m.gt(x as Value, number(o, "alpha", 1)), x as Value, 0),
  GlobalAveragePool: (m, _, [x]) => m.mean(x as Value, places(x as Value)),
  GlobalMaxPool: (m, _, [x]) => m.b.reduce("ReduceMax", x as Value, places(x as Value)),
  InstanceNormalization(m, o, [x, scale, bias]) {
    const [value, axes] = [x as Value, places(x as Value)];
    const centred = m.sub(value, m.mean(value, axes));
    const normed = m.div(centred, m.sqrt(m.add(m.mean(m.square(centred), axes), number(o, "epsilon", 1e-5))));
    const channels = (v: Value): Value => m.reshape(v, [1, v.type.shape[0] as number, ...axes.map(() => 1)]);
    return m.add(m.mul(normed, channels(scale as Value)), channels(bias as Value));
  },
  /** It has a double kernel, but for its mean and inverse deviation. */
  LayerNormalization(m, o, [x, scale, bias]) {
    const value = x as Value;
    const axis = normalAxis((o.attrs["axis"] as number | undefined) ?? -1, value.type.shape.length) ?? 0;
    const axes = value.type.shape.flatMap((_, i) => (i < axis ? [] : [i]));
    const mean = m.mean(value, axes);
    const centred = m.sub(value, mean);
    const inverse = m.div(1, m.sqrt(m.add(m.mean(m.square(centred), axes), number(o, "epsilon", 1e-5))));
    const scaled = m.mul(m.mul(centred, inverse), scale as Value);
    return [bias ? m.add(scaled, bias) : scaled, mean, inverse];
  },
  MaxPool(m, o, [x]) {
    const taps = o.outputs.length > 1 ? null : windows(m, o, x as Value, Number.NEGATIVE_INFINITY);
    return taps ? taps.reduce((most, tap) => m.max(most, tap)) : null;
  },
  AveragePool(m, o, [x]) {
    const padded = (o.attrs["pads"] as readonly number[] | undefined)?.some((p) => p > 0) ?? false;
    const taps = padded || o.attrs["ceil_mode"] === 1 ? null : windows(m, o, x as Value, 0);
    return taps
      ? m.div(
          taps.reduce((sum, tap) => m.add(sum, tap)),
          taps.length,
        )
      : null;
  },
  Conv: (m, o, [x, w, bias]) => convolution(m, o, x as Value, w as Value, bias ?? null),
  ConvTranspose: (m, o, [x, w, bias]) => transposed(m, o, x as Value, w as Value, bias ?? null),
  Resize: (m, o, [x]) => repeated(m, o, x as Value),
};

/** Where erf is 1 but for 3e-16, and the terms of its series that matter up to there. */
const [erfEnd, erfTerms] = [5.8, 96];

/**
 * erf(x) = 2/sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (1 3 5 ... (2n+1)) (DLMF 7.6.2): all terms have one sign, so that
 * nothing cancels.
 */
function erf(m: Maths, x: Value): Value {
  const at = m.max(m.min(x, erfEnd), -erfEnd);
  const square = m.square(at);
  let sum = m.div(square, erfTerms + 0.5);
  for (let n = erfTerms - 1; n > 0; n--) sum = m.mul(m.div(square, n + 0.5), m.add(sum, 1));
  return m.mul(m.mul(m.mul(at, 2 / Math.sqrt(Math.PI)), m.exp(m.neg(square))), m.add(sum, 1));
}

/** Every element as often as its axis grows, where it does so by whole factors and to the nearest one before. */
function repeated(m: Maths, { attrs, outputs }: Operator, x: Value): Value | null {
  const nearest = attrs["mode"] === "nearest" && attrs["nearest_mode"] === "floor";
  const [from, to] = [staticShape(x.type.shape), staticShape(outputs[0]?.type.shape ?? [])];
  if (!nearest || attrs["coordinate_transformation_mode"] !== "asymmetric" || !from || !to) return null;
  const factors = to.map((size, i) => size / (from[i] as number));
  if (!factors.every(Number.isInteger)) return null;
  const pairs = (second: (factor: number) => number): number[] =>
    from.flatMap((size, i) => [size, second(factors[i] as number)]);
  const apart = m.reshape(
    x,
    pairs(() => 1),
  );
  return m.reshape(m.b.emit("Expand", [apart, m.b.ints(pairs((f) => f))]), to);
}

/** Bytes of copies above which a convolution is not written out. */
const copyLimit = 2 ** 29;

/**
 * What each place of the kernel sees, [N, C, out...], the last axis of the kernel fastest. Null where the copies would be
 * too large.
 */
function windows(m: Maths, { attrs, outputs }: Operator, x: Value, fill: number, shape?: number[]): Value[] | null {
  const kernel = shape ?? (attrs["kernel_shape"] as readonly number[]);
  const list = (name: string, fallback: number): readonly number[] =>
    (attrs[name] as readonly number[] | undefined) ?? kernel.map(() => fallback);
  const [strides, dilations] = [list("strides", 1), list("dilations", 1)];
  const pads = (attrs["pads"] as readonly number[] | undefined) ?? kernel.flatMap(() => [0, 0]);
  const sizes = (staticShape(x.type.shape) ?? []).slice(2);
  const out = (staticShape(outputs[0]?.type.shape ?? []) ?? []).slice(2);
  const [n = 1, channels = 1] = staticShape(x.type.shape) ?? [];
  const axes = kernel.map((_, i) => i);
  const at = (values: readonly number[], i: number): number => values[i] as number;
  if (8 * n * channels * elementCount(kernel) * elementCount(out) > copyLimit) return null;
  // The last window may reach beyond what is padded (ceil_mode), and the padding beyond the last window.
  const reach = axes.map((i) => (at(out, i) - 1) * at(strides, i) + (at(kernel, i) - 1) * at(dilations, i) + 1);
  const after = axes.map((i) => at(reach, i) - at(sizes, i) - at(pads, i));
  const padded = m.pad(x, [0, 0, ...axes.map((i) => at(pads, i))], [0, 0, ...after], fill);
  const taps = kernel.reduce<number[][]>(
    (all, size) => all.flatMap((tap) => Array.from({ length: size }, (_, k) => [...tap, k])),
    [[]],
  );
  return taps.map((tap) => {
    const starts = tap.map((k, i) => k * at(dilations, i));
    const ends = starts.map((s, i) => s + (at(out, i) - 1) * at(strides, i) + 1);
    const { b } = m;
    return b.emit("Slice", [padded, b.ints(starts), b.ints(ends), b.ints(axes.map((i) => i + 2)), b.ints(strides)]);
  });
}

/** One product of matrices per group: weights [g, M/g, taps C/g] and windows [N, g, taps C/g, places]. */
function convolution(m: Maths, operator: Operator, x: Value, w: Value, bias: Value | null): Value | null {
  const [filters, perGroup, ...kernel] = staticShape(w.type.shape) as [number, number, ...number[]];
  const [n, , ...out] = staticShape(operator.outputs[0]?.type.shape ?? []) as [number, number, ...number[]];
  const group = (operator.attrs["group"] as number | undefined) ?? 1;
  const taps = windows(m, operator, x, 0, kernel);
  if (!taps) return null;
  const [count, area] = [taps.length, elementCount(out)];
  const stacked = m.reshape(m.concat(taps, 1), [n, count, group, perGroup, area]);
  const columns = m.reshape(m.transpose(stacked, [0, 2, 1, 3, 4]), [n, group, count * perGroup, area]);
  const rows = m.transpose(m.reshape(w, [group, filters / group, perGroup, count]), [0, 1, 3, 2]);
  const product = m.matmul(m.reshape(rows, [group, filters / group, count * perGroup]), columns);
  const y = m.reshape(product, [n, filters, ...out]);
  return bias ? m.add(y, m.reshape(bias, [1, filters, ...out.map(() => 1)])) : y;
}

/** A convolution of what zeros have been put between, with the kernel turned round. */
function transposed(m: Maths, operator: Operator, x: Value, w: Value, bias: Value | null): Value | null {
  const { attrs, outputs } = operator;
  const [channels, perGroup, ...kernel] = staticShape(w.type.shape) as [number, number, ...number[]];
  const [n, , ...sizes] = staticShape(x.type.shape) as [number, number, ...number[]];
  const out = (staticShape(outputs[0]?.type.shape ?? []) ?? []).slice(2);
  const group = (attrs["group"] as number | undefined) ?? 1;
  const list = (name: string, fallback: number): readonly number[] =>
    (attrs[name] as readonly number[] | undefined) ?? kernel.map(() => fallback);
  const [strides, dilations, pads] = [list("strides", 1), list("dilations", 1), list("pads", 0)];
  if (attrs["auto_pad"] !== undefined && attrs["auto_pad"] !== "NOTSET") return null;
  const at = (values: readonly number[], i: number): number => values[i] as number;
  const axes = kernel.map((_, i) => i);
  // [N, C, H, 1, W, 1] grows to [N, C, H, s, W, s]: s - 1 zeros behind every element, the last one too.
  const apart = m.reshape(x, [n, channels, ...axes.flatMap((i) => [at(sizes, i), 1])]);
  const none = [0, 0, ...axes.flatMap(() => [0, 0])];
  const behind = [0, 0, ...axes.flatMap((i) => [0, at(strides, i) - 1])];
  const spread = axes.map((i) => at(sizes, i) * at(strides, i));
  const stuffed = m.reshape(m.pad(apart, none, behind, 0), [n, channels, ...spread]);
  const reach = axes.map((i) => (at(kernel, i) - 1) * at(dilations, i));
  const before = axes.map((i) => at(reach, i) - at(pads, i));
  const after = axes.map((i) => at(out, i) + at(reach, i) - at(before, i) - at(spread, i));
  const padded = m.pad(stuffed, [0, 0, ...before], [0, 0, ...after], 0);
  const { b } = m;
  const ends = b.ints(axes.map(() => -(2 ** 31)));
  const turned = b.emit("Slice", [
    w,
    b.ints(axes.map(() => -1)),
    ends,
    b.ints(axes.map((i) => i + 2)),
    b.ints(axes.map(() => -1)),
  ]);
  const grouped = m.reshape(turned, [group, channels / group, perGroup, ...kernel]);
  const order = [0, 2, 1, ...axes.map((i) => i + 3)];
  const weights = m.reshape(m.transpose(grouped, order), [group * perGroup, channels / group, ...kernel]);
  return convolution(m, { ...operator, attrs: { dilations, group } }, padded, weights, bias);
}
