import type { Value } from "../../src/ir/graph.ts";
import { elementCount } from "../../src/shape/dtype.ts";
import { order, vectorNorm } from "./adapter-reduce.ts";
import { type Adapter, type Call, count, dims, op, Unsupported } from "./call.ts";

const simple = (f: (c: Call, x: Value) => Value, names = ""): Adapter =>
  op(`input ${names} inplace`, (c) => f(c, c.tensor("input")));

/** Runs `f` with a batch axis, which torch lets callers leave out. */
function batched(c: Call, x: Value, rank: number, f: (x: Value) => Value[]): Value[] {
  if (dims(x).length === rank) return f(x);
  const lifted = f(c.m.reshape(x, [1, ...dims(x)]));
  return lifted.map((v) => c.m.reshape(v, dims(v).slice(1)));
}

function conv(spatial: number): Adapter {
  return op("input weight bias stride padding dilation groups", (c) => {
    const weight = c.tensor("weight");
    const kernel = dims(weight).slice(2);
    const dilations = c.ints("dilation", spatial, 1);
    const mode = c.text("padding", "");
    // "same" puts the odd element at the end.
    const whole = kernel.map((k, i) => (mode === "same" ? (dilations[i] as number) * (k - 1) : 0));
    const given = mode === "" ? c.ints("padding", spatial, 0) : null;
    const begin = given ?? whole.map((w) => Math.floor(w / 2));
    const end = given ?? whole.map((w) => w - Math.floor(w / 2));
    const attrs = {
      strides: c.ints("stride", spatial, 1),
      dilations,
      pads: [...begin, ...end],
      group: c.number("groups", 1),
    };
    const bias = c.maybe("bias");
    return batched(c, c.tensor("input"), spatial + 2, (x) => [
      c.b.emit("Conv", bias ? [x, weight, bias] : [x, weight], attrs),
    ]);
  });
}

function convTranspose(spatial: number): Adapter {
  return op("input weight bias stride padding output_padding groups dilation", (c) => {
    const weight = c.tensor("weight");
    const strides = c.ints("stride", spatial, 1);
    const padding = c.ints("padding", spatial, 0);
    const extra = c.ints("output_padding", spatial, 0);
    // onnxruntime wants output padding below the stride: the rest is border that is not cut off, and then zeros.
    const outputPadding = extra.map((p, i) => Math.min(p, (strides[i] as number) - 1));
    const end = padding.map((p, i) => p - ((extra[i] as number) - (outputPadding[i] as number)));
    const attrs = {
      strides,
      dilations: c.ints("dilation", spatial, 1),
      pads: [...padding, ...end.map((p) => Math.max(p, 0))],
      output_padding: outputPadding,
      group: c.number("groups", 1),
    };
    const bias = c.maybe("bias");
    return batched(c, c.tensor("input"), spatial + 2, (x) => {
      const y = c.b.emit("ConvTranspose", [x, weight], attrs);
      const whole = c.m.pad(y, [0, 0, ...end.map(() => 0)], [0, 0, ...end.map((p) => Math.max(-p, 0))]);
      return [bias ? c.m.add(whole, perChannel(c, bias, whole)) : whole];
    });
  });
}

function window(c: Call, spatial: number) {
  const kernel = c.ints("kernel_size", spatial, 1);
  const stride = c.intList("stride");
  return {
    kernel,
    strides: stride === null || stride.length === 0 ? kernel : c.ints("stride", spatial, 1),
    padding: c.ints("padding", spatial, 0),
    ceil: c.flag("ceil_mode") ? { ceil_mode: 1 } : {},
  };
}

function maxPool(spatial: number): Adapter {
  return op("input kernel_size stride padding dilation ceil_mode return_indices", (c) => {
    const { kernel, strides, padding, ceil } = window(c, spatial);
    const attrs = {
      kernel_shape: kernel,
      strides,
      pads: [...padding, ...padding],
      dilations: c.ints("dilation", spatial, 1),
      ...ceil,
    };
    return batched(c, c.tensor("input"), spatial + 2, (x) => {
      if (!c.flag("return_indices")) return c.b.emitAll("MaxPool", [x], attrs);
      const [y, place] = c.b.emitAll("MaxPool", [x], attrs, { outputs: 2 }) as [Value, Value];
      // onnxruntime counts through the whole tensor, torch inside one channel.
      return [y, c.b.emit("Mod", [place, c.b.ints([elementCount(dims(x).slice(2))])])];
    });
  });
}

function averagePool(spatial: number): Adapter {
  return op("input kernel_size stride padding ceil_mode count_include_pad divisor_override", (c) => {
    const { kernel, strides, padding, ceil } = window(c, spatial);
    const attrs = { kernel_shape: kernel, strides, pads: [...padding, ...padding], ...ceil };
    const count_include_pad = c.flag("count_include_pad", true) ? 1 : 0;
    return batched(c, c.tensor("input"), spatial + 2, (x) => {
      const mean = c.b.emit("AveragePool", [x], { ...attrs, count_include_pad });
      if (!c.has("divisor_override")) return [mean];
      return [c.m.div(windowSums(c, x, mean, kernel, strides, padding), c.number("divisor_override"))];
    });
  });
}

/** Sums over windows: a depthwise convolution with ones, padded at the end as far as the last window reaches. */
function windowSums(c: Call, x: Value, like: Value, kernel: number[], strides: number[], padding: number[]): Value {
  const channels = dims(x)[1] as number;
  const end = kernel.map((k, i) => {
    const reach = ((dims(like)[i + 2] as number) - 1) * (strides[i] as number) + k;
    return Math.max(0, reach - (dims(x)[i + 2] as number) - (padding[i] as number));
  });
  const ones = c.expand(c.scalar(1), [channels, 1, ...kernel]);
  return c.b.emit("Conv", [x, ones], { strides, pads: [...padding, ...end], group: channels });
}

/** Windows of adaptive pooling: output place o covers [floor(o n / m), ceil((o + 1) n / m)). */
function adaptiveWindows(size: number, out: number): number[][] {
  return Array.from({ length: out }, (_, o) => {
    const from = Math.floor((o * size) / out);
    const to = Math.ceil(((o + 1) * size) / out);
    return Array.from({ length: to - from }, (_, i) => from + i);
  });
}

/** y = M x along one axis. */
function along(c: Call, x: Value, axis: number, matrix: readonly number[], out: number): Value {
  const shape = dims(x);
  const size = shape[axis] as number;
  const flat = c.m.reshape(x, [elementCount(shape.slice(0, axis)), size, elementCount(shape.slice(axis + 1))]);
  const y = c.m.matmul(c.constant(matrix, [out, size]), flat);
  return c.m.reshape(
    y,
    shape.map((d, i) => (i === axis ? out : d)),
  );
}

function adaptiveMean(c: Call, x: Value, sizes: readonly (number | null)[]): Value {
  const first = dims(x).length - sizes.length;
  return sizes.reduce<Value>((v, wanted, i) => {
    const axis = first + i;
    const size = dims(v)[axis] as number;
    const out = wanted ?? size;
    const matrix = new Array<number>(out * size).fill(0);
    adaptiveWindows(size, out).forEach((places, o) => {
      for (const p of places) matrix[o * size + p] = 1 / places.length;
    });
    return along(c, v, axis, matrix, out);
  }, x);
}

const outputSizes = (c: Call, spatial: number): (number | null)[] => {
  const given = c.raw("output_size");
  const list = Array.isArray(given) ? (given as (number | null)[]) : [given as number | null];
  return list.length === spatial ? list : new Array<number | null>(spatial).fill(list[0] ?? null);
};

const adaptivePool = (spatial: number): Adapter =>
  op("input output_size", (c) => adaptiveMean(c, c.tensor("input"), outputSizes(c, spatial)));

const torchModes: { readonly [mode: string]: string } = {
  nearest: "nearest",
  linear: "linear",
  bilinear: "linear",
  trilinear: "linear",
  bicubic: "cubic",
};

function interpolate(c: Call, mode: string, alignCorners: boolean): Value {
  const x = c.tensor("input");
  const spatial = dims(x).length - 2;
  const factor = c.raw("scale_factor");
  const factors = Array.isArray(factor) ? (factor as number[]) : new Array<number>(spatial).fill(Number(factor));
  const size = c.has("size") ? c.ints("size", spatial, 1) : null;
  if (mode === "area") {
    return adaptiveMean(c, x, size ?? factors.map((f, i) => Math.floor((dims(x)[i + 2] as number) * f)));
  }
  const onnxMode = torchModes[mode];
  if (!onnxMode || c.flag("antialias"))
    throw new Unsupported(`interpolation ${mode}${c.flag("antialias") ? " with antialias" : ""}`);
  const attrs =
    mode === "nearest"
      ? { mode: onnxMode, coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" }
      : {
          mode: onnxMode,
          coordinate_transformation_mode: alignCorners ? "align_corners" : "half_pixel",
          cubic_coeff_a: -0.75,
        };
  const recomputed = c.flag("recompute_scale_factor");
  const sizes = size ?? (recomputed ? factors.map((f, i) => Math.floor((dims(x)[i + 2] as number) * f)) : null);
  if (sizes) return c.b.emit("Resize", [x, null, null, c.b.ints([...dims(x).slice(0, 2), ...sizes])], attrs);
  const scales = c.b.constant({ dtype: "float32", dims: [spatial + 2], data: Float32Array.from([1, 1, ...factors]) });
  return c.b.emit("Resize", [x, null, scales], attrs);
}

/** Amounts before and after each axis: torch lists them from the last axis on. */
function padAmounts(c: Call, rank: number) {
  const list = c.intList("pad") ?? [];
  const before = new Array<number>(rank).fill(0);
  const after = [...before];
  for (let i = 0; i < list.length / 2; i++) {
    before[rank - 1 - i] = list[2 * i] as number;
    after[rank - 1 - i] = list[2 * i + 1] as number;
  }
  return { before, after };
}

function pad(c: Call): Value {
  const x = c.tensor("input");
  const { before, after } = padAmounts(c, dims(x).length);
  const mode = c.text("mode", "constant");
  if (mode === "constant") {
    const pads = c.b.ints([...before, ...after]);
    return c.b.emit("Pad", [x, pads, c.scalar(c.number("value", 0))]);
  }
  const cropped = c.m.pad(
    x,
    before.map((p) => Math.min(p, 0)),
    after.map((p) => Math.min(p, 0)),
  );
  const [low, high] = [before.map((p) => Math.max(p, 0)), after.map((p) => Math.max(p, 0))];
  if (mode !== "circular") {
    return c.b.emit("Pad", [cropped, c.b.ints([...low, ...high])], { mode: mode === "replicate" ? "edge" : mode });
  }
  return dims(cropped).reduce((v, size, axis) => {
    const [l, h] = [low[axis] as number, high[axis] as number];
    if (l + h === 0) return v;
    const places = Array.from({ length: l + size + h }, (_, i) => (((i - l) % size) + size) % size);
    return c.b.emit("Gather", [v, c.b.ints(places)], { axis });
  }, cropped);
}

/** Patches as columns: [N, C, H, W] to [N, C k k, places], by a depthwise convolution with one-hot kernels. */
function unfold(c: Call): Value {
  const [kernel, dilations, padding, strides] = [
    c.ints("kernel_size", 2, 1),
    c.ints("dilation", 2, 1),
    c.ints("padding", 2, 0),
    c.ints("stride", 2, 1),
  ];
  return batched(c, c.tensor("input"), 4, (x) => {
    const [n, channels] = dims(x) as [number, number];
    const taps = elementCount(kernel);
    const y = c.b.emit("Conv", [x, oneHotKernels(c, channels, kernel)], {
      strides,
      dilations,
      pads: [...padding, ...padding],
      group: channels,
    });
    return [c.m.reshape(y, [n, channels * taps, elementCount(dims(y).slice(2))])];
  })[0] as Value;
}

function oneHotKernels(c: Call, channels: number, kernel: readonly number[]): Value {
  const taps = elementCount(kernel);
  const values = Array.from({ length: channels * taps * taps }, (_, i) =>
    Math.floor(i / taps) % taps === i % taps ? 1 : 0,
  );
  return c.constant(values, [channels * taps, 1, ...kernel]);
}

/** The transpose of unfold. */
function fold(c: Call): Value {
  const [kernel, dilations, padding, strides] = [
    c.ints("kernel_size", 2, 1),
    c.ints("dilation", 2, 1),
    c.ints("padding", 2, 0),
    c.ints("stride", 2, 1),
  ];
  const out = c.ints("output_size", 2, 1);
  const places = out.map(
    (size, i) =>
      Math.floor(
        (size + 2 * (padding[i] as number) - (dilations[i] as number) * ((kernel[i] as number) - 1) - 1) /
          (strides[i] as number),
      ) + 1,
  );
  return batched(c, c.tensor("input"), 3, (x) => {
    const [n, columns] = dims(x) as [number, number];
    const channels = columns / elementCount(kernel);
    const rest = out.map(
      (size, i) =>
        size +
        2 * (padding[i] as number) -
        (((places[i] as number) - 1) * (strides[i] as number) +
          (dilations[i] as number) * ((kernel[i] as number) - 1) +
          1),
    );
    return [
      c.b.emit("ConvTranspose", [c.m.reshape(x, [n, columns, ...places]), oneHotKernels(c, channels, kernel)], {
        strides,
        dilations,
        pads: [...padding, ...padding],
        output_padding: rest,
        group: channels,
      }),
    ];
  })[0] as Value;
}

function standardized(c: Call, x: Value, axes: readonly number[], eps: number): Value {
  const centred = c.m.sub(x, c.m.mean(x, axes));
  return c.m.div(centred, c.m.sqrt(c.m.add(c.m.mean(c.m.square(centred), axes), eps)));
}

/** A vector per channel in the shape that broadcasts over [N, C, ...]. */
const perChannel = (c: Call, v: Value, x: Value): Value =>
  c.m.reshape(v, [
    count(v),
    ...dims(x)
      .slice(2)
      .map(() => 1),
  ]);

function affine(c: Call, x: Value): Value {
  const [weight, bias] = [c.maybe("weight"), c.maybe("bias")];
  const scaled = weight ? c.m.mul(x, perChannel(c, weight, x)) : x;
  return bias ? c.m.add(scaled, perChannel(c, bias, x)) : scaled;
}

function batchNorm(c: Call): Value {
  const x = c.tensor("input");
  const eps = c.number("eps", 1e-5);
  const axes = dims(x)
    .map((_, i) => i)
    .filter((i) => i !== 1);
  if (c.flag("training")) return affine(c, standardized(c, x, axes, eps));
  const [mean, variance] = [perChannel(c, c.tensor("running_mean"), x), perChannel(c, c.tensor("running_var"), x)];
  return affine(c, c.m.div(c.m.sub(x, mean), c.m.sqrt(c.m.add(variance, eps))));
}

function instanceNorm(c: Call): Value {
  if (!c.flag("use_input_stats", true)) return batchNorm(c);
  const x = c.tensor("input");
  return affine(
    c,
    standardized(
      c,
      x,
      dims(x)
        .map((_, i) => i)
        .slice(2),
      c.number("eps", 1e-5),
    ),
  );
}

function groupNorm(c: Call): Value {
  const x = c.tensor("input");
  const [n, channels] = dims(x) as [number, number];
  const groups = c.number("num_groups");
  const flat = c.m.reshape(x, [n, groups, (channels / groups) * elementCount(dims(x).slice(2))]);
  return affine(c, c.m.reshape(standardized(c, flat, [2], c.number("eps", 1e-5)), dims(x)));
}

function layerNorm(c: Call): Value {
  const x = c.tensor("input");
  const shape = c.intList("normalized_shape") ?? [];
  const scale = c.maybe("weight") ?? c.expand(c.scalar(1), shape);
  const bias = c.maybe("bias");
  const attrs = { axis: dims(x).length - shape.length, epsilon: c.number("eps", 1e-5) };
  return c.b.emit("LayerNormalization", bias ? [x, scale, bias] : [x, scale], attrs);
}

/** onnxruntime has odd windows over images; torch has all, with the larger part of an even one before the channel. */
function localResponseNorm(c: Call): Value {
  const x = c.tensor("input");
  const size = c.number("size");
  const [alpha, beta, k] = [c.number("alpha", 1e-4), c.number("beta", 0.75), c.number("k", 1)];
  if (size % 2 === 1 && dims(x).length === 4) return c.b.emit("LRN", [x], { size, alpha, beta, bias: k });
  const flat = c.m.reshape(c.m.square(x), [
    dims(x)[0] as number,
    1,
    dims(x)[1] as number,
    elementCount(dims(x).slice(2)),
  ]);
  const mean = c.b.emit("AveragePool", [flat], {
    kernel_shape: [size, 1],
    pads: [Math.floor(size / 2), 0, Math.floor((size - 1) / 2), 0],
    count_include_pad: 1,
  });
  return c.m.div(x, c.m.pow(c.m.add(c.m.mul(c.m.reshape(mean, dims(x)), alpha), k), beta));
}

/** Looks up rows; torch changes what the gradient is by several switches. */
function embedding(c: Call): Value {
  // The file has the order of the operator's samples: the table first, as OpInfo calls it.
  const first = c.tensor("input");
  const [weight, index] = first.type.dtype === "int64" ? [c.tensor("weight"), first] : [first, c.tensor("weight")];
  const { m, b } = c;
  let table = weight;
  const [rows] = dims(weight) as [number];
  if (c.has("max_norm")) {
    const longest = c.number("max_norm");
    table = c.through(
      weight,
      (w) => {
        const norm = vectorNorm(c, w, c.number("norm_type", 2), [1], true);
        return m.where(m.gt(norm, longest), m.mul(w, m.div(longest, m.add(norm, 1e-7))), w);
      },
      "identity",
    );
  }
  if (c.has("padding_idx")) {
    const at = c.number("padding_idx");
    const isPadding = c.constant(
      Array.from({ length: rows }, (_, i) => (i === (at < 0 ? at + rows : at) ? 1 : 0)),
      [rows, 1],
    );
    table = m.where(m.gt(isPadding, 0), c.detach(table), table);
  }
  const y = b.emit("Gather", [table, index]);
  if (!c.flag("scale_grad_by_freq")) return y;
  return b.composite(
    "frequency",
    [y, index],
    () => [b.emit("Identity", [y])],
    (g) => {
      const flat = m.reshape(index, [count(index)]);
      const hits = b.emit(
        "ScatterND",
        [m.full(0, c.float, [rows]), b.emit("Unsqueeze", [flat, b.ints([-1])]), m.full(1, c.float, [count(index)])],
        { reduction: "add" },
      );
      return [m.div(g.dy(), b.emit("Unsqueeze", [b.emit("Gather", [hits, index]), b.ints([-1])]))];
    },
  )[0] as Value;
}

function bilinear(c: Call): Value {
  const [x1, x2, weight] = [c.tensor("input1"), c.tensor("input2"), c.tensor("weight")];
  const [out, left, right] = dims(weight) as [number, number, number];
  const batch = dims(x1).slice(0, -1);
  const n = elementCount(batch);
  const table = c.m.reshape(c.m.transpose(weight, [1, 0, 2]), [left, out * right]);
  const half = c.m.reshape(c.m.matmul(c.m.reshape(x1, [n, left]), table), [n, out, right]);
  const y = c.reduce("ReduceSum", c.m.mul(half, c.m.reshape(x2, [n, 1, right])), [2]);
  const bias = c.maybe("bias");
  return c.m.reshape(bias ? c.m.add(y, bias) : c.m.add(y, 0), [...batch, out]);
}

function linear(c: Call): Value {
  const y = c.m.matmul(c.tensor("input"), c.b.emit("Transpose", [c.tensor("weight")]));
  const bias = c.maybe("bias");
  return bias ? c.m.add(y, bias) : y;
}

function prelu(c: Call): Value {
  const [x, weight] = [c.tensor("input"), c.tensor("weight")];
  const slopes =
    count(weight) === 1
      ? c.m.reshape(
          weight,
          dims(x).map(() => 1),
        )
      : perChannel(c, weight, x);
  return c.b.emit("PRelu", [x, slopes]);
}

function shuffle(c: Call, x: Value, r: number, up: boolean): Value {
  const shape = dims(x);
  const batch = shape.slice(0, -3);
  const flat = c.m.reshape(x, [elementCount(batch), ...shape.slice(-3)]);
  const [n, channels, h, w] = dims(flat) as [number, number, number, number];
  if (up) {
    const y = c.b.emit("DepthToSpace", [flat], { blocksize: r, mode: "CRD" });
    return c.m.reshape(y, [...batch, ...dims(y).slice(1)]);
  }
  const blocks = c.m.transpose(c.m.reshape(flat, [n, channels, h / r, r, w / r, r]), [0, 1, 3, 5, 2, 4]);
  return c.m.reshape(blocks, [...batch, channels * r * r, h / r, w / r]);
}

const hardtanh = (c: Call, x: Value, low: number, high: number): Value =>
  c.b.emit("Clip", [x, c.scalar(low), c.scalar(high)]);

function glu(c: Call): Value {
  const x = c.tensor("input");
  const axis = c.axis("dim", x, -1);
  const half = (dims(x)[axis] as number) / 2;
  return c.m.mul(c.m.slice(x, axis, 0, half), c.m.sigmoid(c.m.slice(x, axis, half, 2 * half)));
}

function gelu(c: Call): Value {
  const { m } = c;
  const x = c.tensor("input");
  if (c.text("approximate", "none") === "tanh") {
    const cube = m.mul(x, x, x);
    const inner = m.mul(m.add(m.mul(cube, 0.044715), x), Math.sqrt(2 / Math.PI));
    return m.mul(m.mul(x, 0.5), m.add(m.tanh(inner), 1));
  }
  return m.mul(m.mul(x, 0.5), m.add(m.erf(m.mul(x, Math.SQRT1_2)), 1));
}

/** Samples at places of a grid in [-1, 1]: the last axis of the grid counts the axes of the image from its last. */
function gridSample(c: Call): Value {
  const { m } = c;
  const [x, grid] = [c.tensor("input"), c.tensor("grid")];
  const mode = c.text("mode", "bilinear");
  const sizes = dims(x).slice(2);
  const [n, channels] = dims(x) as [number, number];
  const out = dims(grid).slice(1, -1);
  const corners = c.flag("align_corners");
  const padding = c.text("padding_mode", "zeros");
  const folded = (at: Value, size: number): Value => {
    if (padding === "zeros") return at;
    const inside =
      padding === "reflection" ? reflected(c, at, corners ? 0 : -0.5, corners ? size - 1 : size - 0.5) : at;
    return hardtanh(c, inside, 0, size - 1);
  };
  const places = sizes.map((size, i): Value => {
    const component = sizes.length - 1 - i;
    const last = dims(grid).length - 1;
    const g = c.b.emit("Squeeze", [m.slice(grid, last, component, component + 1), c.b.ints([last])]);
    const at = corners ? m.mul(m.add(g, 1), (size - 1) / 2) : m.div(m.sub(m.mul(m.add(g, 1), size), 1), 2);
    return mode === "bicubic" ? at : folded(at, size);
  });
  /** Image values at whole places, 0 outside. */
  const read = (at: readonly Value[]): Value => {
    const bounded = at.map((v, i) => m.min(m.max(v, 0), (sizes[i] as number) - 1));
    const inside = at.map((v, i) => m.eq(v, bounded[i] as Value)).reduce((a, b) => m.and(a, b));
    const flat = bounded.reduce((index, v, i) => m.add(m.mul(index, sizes[i] as number), v));
    const count_ = elementCount(out);
    const index = c.expand(m.reshape(c.b.cast(flat, "int64"), [n, 1, count_]), [n, channels, count_]);
    const values = c.b.emit("GatherElements", [m.reshape(x, [n, channels, elementCount(sizes)]), index], { axis: 2 });
    return m.where(m.reshape(inside, [n, 1, ...out]), m.reshape(values, [n, channels, ...out]), 0);
  };
  if (mode === "nearest") return read(places.map((p) => m.round(p)));
  // For each axis: the whole places around, and how much each counts.
  const taps = places.map((p, i) => {
    const low = m.floor(p);
    const s = m.sub(p, low);
    if (mode === "bilinear")
      return [
        { at: low, weight: m.sub(1, s) },
        { at: m.add(low, 1), weight: s },
      ];
    return cubicWeights(c, s).map((weight, k) => ({ at: folded(m.add(low, k - 1), sizes[i] as number), weight }));
  });
  const combinations = taps.reduce<{ at: Value; weight: Value }[][]>(
    (all, axis) => all.flatMap((chosen) => axis.map((tap) => [...chosen, tap])),
    [[]],
  );
  return combinations
    .map((chosen) => {
      const weight = chosen.map((t) => t.weight).reduce((a, b) => m.mul(a, b));
      return m.mul(read(chosen.map((t) => t.at)), m.reshape(weight, [n, 1, ...out]));
    })
    .reduce((sum, term) => m.add(sum, term));
}

/** Weights of the four places around a fraction s: cubic convolution with a = -0.75. */
function cubicWeights(c: Call, s: Value): Value[] {
  const { m } = c;
  const a = -0.75;
  const near = (t: Value): Value => m.add(m.mul(m.sub(m.mul(t, a + 2), a + 3), m.square(t)), 1);
  const far = (t: Value): Value => m.sub(m.mul(m.add(m.mul(m.sub(m.mul(t, a), 5 * a), t), 8 * a), t), 4 * a);
  const rest = m.sub(1, s);
  return [far(m.add(s, 1)), near(s), near(rest), far(m.add(rest, 1))];
}

/** Folds a coordinate back and forth between two walls. */
function reflected(c: Call, x: Value, low: number, high: number): Value {
  const { m } = c;
  const span = high - low;
  if (span <= 0) return m.mul(x, 0);
  const distance = m.abs(m.sub(x, low));
  const extra = c.b.emit("Mod", [distance, c.scalar(span)], { fmod: 1 });
  const flips = m.floor(m.div(distance, span));
  const odd = m.gt(c.b.emit("Mod", [flips, c.scalar(2)], { fmod: 1 }), 0);
  return m.where(odd, m.sub(high, extra), m.add(extra, low));
}

const nn: { readonly [name: string]: Adapter } = {
  conv1d: conv(1),
  conv2d: conv(2),
  conv3d: conv(3),
  conv_transpose1d: convTranspose(1),
  conv_transpose2d: convTranspose(2),
  conv_transpose3d: convTranspose(3),
  max_pool1d: maxPool(1),
  max_pool2d: maxPool(2),
  max_pool3d: maxPool(3),
  avg_pool1d: averagePool(1),
  avg_pool2d: averagePool(2),
  avg_pool3d: averagePool(3),
  adaptive_avg_pool1d: adaptivePool(1),
  adaptive_avg_pool2d: adaptivePool(2),
  adaptive_avg_pool3d: adaptivePool(3),
  interpolate: op("input size scale_factor mode align_corners recompute_scale_factor antialias", (c) =>
    interpolate(c, c.text("mode", "nearest"), c.flag("align_corners")),
  ),
  upsample: op("input size scale_factor mode align_corners", (c) =>
    interpolate(c, c.text("mode", "nearest"), c.flag("align_corners")),
  ),
  upsample_bilinear: op("input size scale_factor", (c) => interpolate(c, "bilinear", true)),
  upsample_nearest: op("input size scale_factor", (c) => interpolate(c, "nearest", false)),
  pad: op("input pad mode value", pad),
  unfold: op("input kernel_size dilation padding stride", unfold),
  fold: op("input output_size kernel_size dilation padding stride", fold),
  grid_sample: op("input grid mode padding_mode align_corners", gridSample),
  pixel_shuffle: op("input upscale_factor", (c) => shuffle(c, c.tensor("input"), c.number("upscale_factor"), true)),
  pixel_unshuffle: op("input downscale_factor", (c) =>
    shuffle(c, c.tensor("input"), c.number("downscale_factor"), false),
  ),
  channel_shuffle: op("input groups", (c) => {
    const x = c.tensor("input");
    const [n, channels, ...rest] = dims(x) as [number, number, ...number[]];
    const groups = c.number("groups");
    const split = c.m.reshape(x, [n, groups, channels / groups, ...rest]);
    return c.m.reshape(c.m.transpose(split, [0, 2, 1, ...rest.map((_, i) => i + 3)]), dims(x));
  }),

  batch_norm: op("input running_mean running_var weight bias training momentum eps", batchNorm),
  instance_norm: op("input running_mean running_var weight bias use_input_stats momentum eps", instanceNorm),
  group_norm: op("input num_groups weight bias eps", groupNorm),
  layer_norm: op("input normalized_shape weight bias eps", layerNorm),
  local_response_norm: op("input size alpha beta k", localResponseNorm),
  normalize: op("input p dim eps", (c) => {
    const x = c.tensor("input");
    const axes = dims(x).length === 0 ? [] : [c.axis("dim", x, 1)];
    const norm = vectorNorm(c, x, order(c, "p", 2), axes, true);
    return c.m.div(x, c.m.max(norm, c.number("eps", 1e-12)));
  }),

  linear: op("input weight bias", linear),
  bilinear: op("input1 input2 weight bias", bilinear),
  embedding: op("input weight padding_idx max_norm norm_type scale_grad_by_freq sparse", embedding),

  celu: simple((c, x) => c.b.emit("Celu", [x], { alpha: c.number("alpha", 1) }), "alpha"),
  elu: simple((c, x) => c.b.emit("Elu", [x], { alpha: c.number("alpha", 1) }), "alpha"),
  gelu: op("input approximate", gelu),
  glu: op("input dim", glu),
  hardshrink: op("input lambd", (c) => {
    const x = c.tensor("input");
    const lambda = c.number("lambd", 0.5);
    return c.m.where(c.m.and(c.m.ge(x, -lambda), c.m.le(x, lambda)), 0, x);
  }),
  hardsigmoid: simple((c, x) => c.b.emit("HardSigmoid", [x], { alpha: 1 / 6, beta: 0.5 })),
  hardswish: simple((c, x) => c.b.emit("HardSwish", [x])),
  hardtanh: simple((c, x) => hardtanh(c, x, c.number("min_val", -1), c.number("max_val", 1)), "min_val max_val"),
  leaky_relu: simple(
    (c, x) => c.b.emit("LeakyRelu", [x], { alpha: c.number("negative_slope", 0.01) }),
    "negative_slope",
  ),
  logsigmoid: simple((c, x) => c.m.neg(c.m.softplus(c.m.neg(x)))),
  mish: simple((c, x) => c.b.emit("Mish", [x])),
  prelu: op("input weight", prelu),
  relu: simple((c, x) => c.b.emit("Relu", [x])),
  relu6: simple((c, x) => hardtanh(c, x, 0, 6)),
  selu: simple((c, x) => c.b.emit("Selu", [x])),
  silu: simple((c, x) => c.m.mul(x, c.m.sigmoid(x))),
  softplus: op("input beta threshold", (c) => {
    const x = c.tensor("input");
    const beta = c.number("beta", 1);
    const z = c.m.mul(x, beta);
    return c.m.where(c.m.gt(z, c.number("threshold", 20)), x, c.m.div(c.m.softplus(z), beta));
  }),
  softshrink: op("input lambd", (c) => {
    const x = c.tensor("input");
    const lambda = c.number("lambd", 0.5);
    return c.m.where(c.m.gt(x, lambda), c.m.sub(x, lambda), c.m.where(c.m.lt(x, -lambda), c.m.add(x, lambda), 0));
  }),
  softsign: simple((c, x) => c.b.emit("Softsign", [x])),
  tanhshrink: simple((c, x) => c.m.sub(x, c.m.tanh(x))),
  threshold: simple((c, x) => c.m.where(c.m.gt(x, c.number("threshold")), x, c.number("value")), "threshold value"),
  scaled_dot_product_attention: op("query key value attn_mask dropout_p is_causal scale", (c) => {
    const [q, k, v] = [c.tensor("query"), c.tensor("key"), c.tensor("value")];
    if (c.number("dropout_p", 0) !== 0) throw new Unsupported("dropout is random");
    const rank = dims(k).length;
    const turned = c.m.transpose(k, [
      ...dims(k)
        .map((_, i) => i)
        .slice(0, -2),
      rank - 1,
      rank - 2,
    ]);
    let scores = c.m.mul(c.m.matmul(q, turned), c.number("scale", 1 / Math.sqrt(dims(q).at(-1) as number)));
    const mask = c.maybe("attn_mask");
    const lowest = -3.4e38;
    if (mask) scores = mask.type.dtype === "bool" ? c.m.where(mask, scores, lowest) : c.m.add(scores, mask);
    if (c.flag("is_causal")) {
      const [rows, columns] = dims(scores).slice(-2) as [number, number];
      const seen = c.constant(
        Array.from({ length: rows * columns }, (_, i) => (i % columns <= Math.floor(i / columns) ? 1 : 0)),
        [rows, columns],
      );
      scores = c.m.where(c.m.gt(seen, 0), scores, lowest);
    }
    return c.m.matmul(c.b.emit("Softmax", [scores]), v);
  }),
};

export const functional: { readonly [name: string]: Adapter } = Object.fromEntries(
  Object.entries(nn).map(([name, adapter]) => [`nn.functional.${name}`, adapter]),
);
