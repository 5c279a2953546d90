import { fail, ok } from "../core/result.ts";
import { ints } from "../graph/params.ts";
import type { Value } from "../ir/graph.ts";
import { Maths } from "../ir/maths.ts";
import { type Dim, isSymbolic, product, symbol } from "../shape/dim.ts";
import { shapeText } from "../shape/type.ts";
import { defineLayer } from "./define.ts";
import { first, inputOfRankAtLeast, numbers } from "./shared/check.ts";

/**
 * Average pooling to a given size: window i of an axis of n elements that gives m covers
 * [floor(i n / m), ceil((i + 1) n / m)), as in PyTorch. x: float [N, C, sizes]; y: [N, C, size].
 * Even windows are one AveragePool, others a product with an averaging matrix per axis.
 */
export const layer = defineLayer({
  id: "adaptive-average-pool",
  version: 1,
  category: "pooling",
  icon: "minimize-2",
  /** One number for all axes, or one for each. */
  params: { size: ints(1, null, { min: 1, max: 4096 }) },
  infer(c) {
    const x = inputOfRankAtLeast(c, 3);
    if (!x.ok) return x;
    const { dtype, shape } = x.value;
    const sizes = sizesFor(c.params.size, shape.length - 2);
    if (!sizes) {
      const payload = { what: "size", found: String(c.params.size.length), expected: `1 | ${shape.length - 2}` };
      const fix = c.setParam("size", [c.params.size[0] ?? 1]);
      return fail(c.issue("shape.range", payload, { param: "size", fix }));
    }
    if (sizes.some((size, i) => size > 1 && isSymbolic(shape[i + 2] as Dim))) {
      const fix = c.setParam("size", [1]);
      return fail(c.issue("shape.symbolic", { what: "size", found: shapeText(shape) }, { param: "size", fix }));
    }
    return ok([{ dtype, shape: [...shape.slice(0, 2), ...sizes] }]);
  },
  lower(c) {
    const x = first(c.inputs);
    const m = new Maths(c.b);
    const sizes = sizesFor(c.params.size, x.type.shape.length - 2) as number[];
    const known = numbers(x.type.shape.slice(2));
    const kernel = known?.map((from, i) => from / (sizes[i] as number));
    if (kernel?.every(Number.isInteger) && sizes.some((size) => size > 1)) {
      return [c.b.emit("AveragePool", [x], { kernel_shape: kernel, strides: kernel })];
    }
    // Means of whole axes first: they may have symbols for sizes.
    const whole = sizes.flatMap((size, i) => (size === 1 ? [i + 2] : []));
    return [sizes.reduce((v, size, i) => averageAxis(m, v, i + 2, size), m.mean(x, whole))];
  },
  formula: String.raw`y_{c,i} = \operatorname{mean}\,\{x_{c,j} : \lfloor i n / m \rfloor \le j < \lceil (i + 1) n / m \rceil\}`,
  examples: [
    { params: { size: [3, 2] }, inputs: [{ dtype: "float32", shape: [symbol("N"), 3, 7, 5] }] },
    { params: { size: 2 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 3, 4, 8] }] },
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), 3, symbol("T"), 5] }] },
    { params: { size: 3 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 2, 4, 5, 7] }] },
    { params: { size: 5 }, inputs: [{ dtype: "float32", shape: [symbol("N"), 2, 3] }] },
    { params: { size: [1, 3, 2] }, inputs: [{ dtype: "float32", shape: [symbol("N"), 2, symbol("T"), 4, 3] }] },
  ],
});

const sizesFor = (given: readonly number[], spatial: number): number[] | null => {
  if (given.length === 1) return Array<number>(spatial).fill(given[0] as number);
  return given.length === spatial ? [...given] : null;
};

/** Averages one axis by a matrix product, the axes behind it seen as its columns. */
function averageAxis(m: Maths, x: Value, axis: number, size: number): Value {
  const { shape } = x.type;
  const from = shape[axis] as number;
  if (from === size) return x;
  const matrix = m.table(averagingMatrix(from, size), [size, from], x);
  if (axis === shape.length - 1) return m.matmul(x, m.transpose(matrix, [1, 0]));
  const view = m.reshape(x, [...shape.slice(0, axis + 1), product(shape.slice(axis + 1))]);
  return m.reshape(
    m.matmul(matrix, view),
    shape.map((d, i) => (i === axis ? size : d)),
  );
}

function averagingMatrix(from: number, size: number): Float64Array {
  const values = new Float64Array(size * from);
  for (let i = 0; i < size; i++) {
    const [start, end] = [Math.floor((i * from) / size), Math.ceil(((i + 1) * from) / size)];
    values.fill(1 / (end - start), i * from + start, i * from + end);
  }
  return values;
}
