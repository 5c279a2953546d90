import type { GradientRule } from "../../ir/gradient.ts";
import type { Value } from "../../ir/graph.ts";
import { Maths } from "../../ir/maths.ts";
import { elementCount } from "../../shape/dtype.ts";
import { float, int } from "../attributes.ts";

/**
 * Y = A B: dA = dY Bᵀ, dB = Aᵀ dY, over the last two axes; a vector counts as a row on the left and as a column
 * on the right. A batch of A with one matrix B is one product of matrices: the rows are put together.
 */
export const matMul: GradientRule = (c) => {
  const m = new Maths(c.b);
  const [a, b] = [c.x(0), c.x(1)];
  const [aDims, bDims, dims] = [c.size(a), c.size(b), c.size(c.dy())];
  if (bDims.length === 1) dims.push(1);
  if (aDims.length === 1) dims.splice(dims.length - 1, 0, 1);
  const left = aDims.length === 1 ? m.reshape(a, [1, ...aDims]) : a;
  const right = bDims.length === 1 ? m.reshape(b, [...bDims, 1]) : b;
  const rows = (v: Value): Value => (bDims.length > 2 ? v : m.reshape(v, asRows(c.size(v))));
  const dy = rows(m.reshape(c.dy(), dims));
  // Batch axes that are left over are summed by the driver; the axis that was put in goes.
  const da = (): Value => {
    const full = m.reshape(timesTransposed(m, dy, right), [...dims.slice(0, -1), aDims.at(-1) as number]);
    return aDims.length === 1 ? m.reshape(full, [...dims.slice(0, -2), aDims[0] as number]) : full;
  };
  const db = (): Value => {
    const full = transposedTimes(m, rows(left), dy);
    return bDims.length === 1 ? m.reshape(full, c.size(full).slice(0, -1)) : full;
  };
  return [c.needs(0) ? da() : null, c.needs(1) ? db() : null];
};

const asRows = (dims: number[]): number[] => [elementCount(dims.slice(0, -1)), dims.at(-1) as number];

const isMatrix = (v: Value): boolean => v.type.shape.length === 2;

function swapLast(m: Maths, v: Value): Value {
  const perm = v.type.shape.map((_, i) => i);
  const n = perm.length;
  return m.transpose(v, [...perm.slice(0, n - 2), n - 1, n - 2]);
}

/** X Yᵀ over the last two axes. */
const timesTransposed = (m: Maths, x: Value, y: Value): Value =>
  isMatrix(x) && isMatrix(y) ? m.b.emit("Gemm", [x, y], { transB: 1 }) : m.matmul(x, swapLast(m, y));

/** Xᵀ Y over the last two axes. */
const transposedTimes = (m: Maths, x: Value, y: Value): Value =>
  isMatrix(x) && isMatrix(y) ? m.b.emit("Gemm", [x, y], { transA: 1 }) : m.matmul(swapLast(m, x), y);

/** Y = α A' B' + β C, where A' and B' may be transposed: dA' = α dY B'ᵀ, dB' = α A'ᵀ dY, dC = β dY. */
export const gemm: GradientRule = (c) => {
  const m = new Maths(c.b);
  const [alpha, beta] = [float(c, "alpha", 1), float(c, "beta", 1)];
  const [transA, transB] = [int(c, "transA", 0), int(c, "transB", 0)];
  const product = (x: Value, y: Value, tx: number, ty: number): Value =>
    c.b.emit("Gemm", [x, y], {
      ...(alpha === 1 ? {} : { alpha }),
      ...(tx ? { transA: 1 } : {}),
      ...(ty ? { transB: 1 } : {}),
    });
  const [a, b, dy] = [c.x(0), c.x(1), c.dy()];
  return [
    c.needs(0) ? (transA ? product(b, dy, transB, 1) : product(dy, b, 0, 1 - transB)) : null,
    c.needs(1) ? (transB ? product(dy, a, 1, transA) : product(a, dy, 1 - transA, 0)) : null,
    c.needs(2) ? m.mul(dy, beta) : null,
  ];
};
