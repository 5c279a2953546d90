import type { Rng } from "../core/rng.ts";
import type { ParameterSpec } from "../graph/layer.ts";
import { elementCount } from "../shape/dtype.ts";

/**
 * First values of a parameter, row-major. With fan-in f and fan-out g of the parameter:
 * - zeros, ones, constant: that value
 * - uniform: U(low, high); normal: N(mean, deviation^2)
 * - xavier-uniform: U(-a, a), a = gain sqrt(6 / (f + g)); xavier-normal: N(0, gain^2 2 / (f + g)) (Glorot & Bengio 2010)
 * - he-uniform: U(-a, a), a = sqrt(6 / ((1 + slope^2) f)); he-normal: N(0, 2 / ((1 + slope^2) f)) (He et al. 2015)
 * - lecun-uniform: U(-a, a), a = sqrt(3 / f); lecun-normal: N(0, 1 / f) (LeCun et al. 1998)
 * - fan-in-uniform: U(-a, a), a = 1 / sqrt(f) (PyTorch's Linear and Conv)
 * - orthogonal: gain times a random matrix with orthonormal rows or columns, whichever are fewer (Saxe et al. 2014)
 */
export function initialValues(spec: ParameterSpec, random: Rng): Float32Array {
  const { init, shape } = spec;
  const [fanIn, fanOut] = spec.fan ?? fans(shape);
  const fill = (next: () => number): Float32Array => Float32Array.from({ length: elementCount(shape) }, next);
  const uniform = (bound: number): Float32Array => fill(() => bound * (2 * random.uniform() - 1));
  const normal = (deviation: number): Float32Array => fill(() => deviation * random.normal());
  switch (init.kind) {
    case "zeros":
      return fill(() => 0);
    case "ones":
      return fill(() => 1);
    case "constant":
      return fill(() => init.value);
    case "uniform":
      return fill(() => init.low + (init.high - init.low) * random.uniform());
    case "normal":
      return fill(() => init.mean + init.deviation * random.normal());
    case "xavier-uniform":
      return uniform(init.gain * Math.sqrt(6 / (fanIn + fanOut)));
    case "xavier-normal":
      return normal(init.gain * Math.sqrt(2 / (fanIn + fanOut)));
    case "he-uniform":
      return uniform(Math.sqrt(6 / ((1 + init.slope ** 2) * fanIn)));
    case "he-normal":
      return normal(Math.sqrt(2 / ((1 + init.slope ** 2) * fanIn)));
    case "lecun-uniform":
      return uniform(Math.sqrt(3 / fanIn));
    case "lecun-normal":
      return normal(Math.sqrt(1 / fanIn));
    case "fan-in-uniform":
      return uniform(Math.sqrt(1 / fanIn));
    case "orthogonal":
      return orthogonal(shape, init.gain, random);
  }
}

/**
 * Inputs of one output, and outputs that one input reaches: [shape[1] k, shape[0] k] with k the elements of the kernel,
 * for the layouts [out, in], [out, in / groups, kernel] and, as PyTorch counts it, [in, out / groups, kernel] of a
 * transposed convolution. A vector counts as its own fan on both sides.
 */
export function fans(shape: readonly number[]): readonly [number, number] {
  const [out = 1, inputs = out, ...kernel] = shape;
  const field = elementCount(kernel);
  return [inputs * field, out * field];
}

/**
 * The orthogonal factor of a Gaussian matrix [shape[0], rest] by Gram-Schmidt in float64, each vector projected twice
 * ("twice is enough", Giraud et al. 2005). Its diagonal of R is positive, so the factor is uniform over all
 * orthogonal matrices (Mezzadri 2007).
 */
function orthogonal(shape: readonly number[], gain: number, random: Rng): Float32Array {
  const rows = shape[0] ?? 1;
  const columns = elementCount(shape.slice(1));
  const [count, length] = rows <= columns ? [rows, columns] : [columns, rows];
  const vectors: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    const v = Float64Array.from({ length }, () => random.normal());
    for (let pass = 0; pass < 2; pass++) for (const u of vectors) subtractProjection(v, u);
    const norm = Math.sqrt(dot(v, v));
    vectors.push(v.map((x) => x / norm));
  }
  const at = (r: number, c: number): number => (rows <= columns ? vectors[r]?.[c] : vectors[c]?.[r]) as number;
  return Float32Array.from({ length: rows * columns }, (_, k) => gain * at(Math.floor(k / columns), k % columns));
}

function subtractProjection(v: Float64Array, unit: Float64Array): void {
  const along = dot(v, unit);
  for (let k = 0; k < v.length; k++) v[k] = (v[k] as number) - along * (unit[k] as number);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number);
  return sum;
}
