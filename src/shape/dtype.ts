/** Element types Gradloom computes with, by their ONNX names. */
export const dtypes = ["float32", "float64", "int64", "int32", "uint32", "uint8", "bool"] as const;
export type DType = (typeof dtypes)[number];

export const isFloat = (d: DType): boolean => d === "float32" || d === "float64";
export const isInteger = (d: DType): boolean => d === "int64" || d === "int32" || d === "uint32" || d === "uint8";

/** Bytes an element takes in memory and in raw ONNX data. */
export const byteSize: { readonly [D in DType]: number } = {
  float32: 4,
  float64: 8,
  int64: 8,
  int32: 4,
  uint32: 4,
  uint8: 1,
  bool: 1,
};

interface ArrayOf {
  float32: Float32Array;
  float64: Float64Array;
  int64: BigInt64Array;
  int32: Int32Array;
  uint32: Uint32Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

export type TypedArray = ArrayOf[DType];

/** A dense tensor in memory, row-major. `data.length` equals the product of `dims`. */
export interface Tensor<D extends DType = DType> {
  readonly dtype: D;
  readonly dims: readonly number[];
  readonly data: ArrayOf[D];
}

const constructors = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

export const elementCount = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

/** A tensor of zeros. */
export function zeros<D extends DType>(dtype: D, dims: readonly number[]): Tensor<D> {
  return { dtype, dims, data: new constructors[dtype](elementCount(dims)) as ArrayOf[D] };
}

/** A tensor from plain numbers; int64 elements must be integers of at most 2^53. */
export function tensor<D extends DType>(dtype: D, dims: readonly number[], values: ArrayLike<number>): Tensor<D> {
  const result = zeros(dtype, dims);
  if (dtype === "int64") {
    const data = result.data as BigInt64Array;
    for (let i = 0; i < data.length; i++) data[i] = BigInt(values[i] as number);
  } else {
    (result.data as Float32Array).set(values);
  }
  return result;
}

/** Elements as numbers (int64 beyond 2^53 lose precision). */
export function toNumbers(t: Tensor): ArrayLike<number> {
  return t.data instanceof BigInt64Array ? Array.from(t.data, Number) : t.data;
}

/** The raw little-endian bytes, a view and not a copy. */
export function rawBytes(t: Tensor): Uint8Array {
  return new Uint8Array(t.data.buffer, t.data.byteOffset, t.data.byteLength);
}

/** A tensor over raw little-endian bytes; copies when the bytes are not aligned for the element type. */
export function fromRawBytes<D extends DType>(dtype: D, dims: readonly number[], bytes: Uint8Array): Tensor<D> {
  const size = byteSize[dtype];
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  const data = new constructors[dtype](aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.byteLength / size);
  return { dtype, dims, data: data as ArrayOf[D] };
}
