import { symbol } from "../../shape/dim.ts";
import type { TensorType } from "../../shape/type.ts";

/** Axes 2 and up: everything but batch and channels. */
export const spatialAxes = (x: TensorType): number[] => x.shape.map((_, i) => i).slice(2);

export const pooledType = (x: TensorType, keepDims: boolean): TensorType => ({
  dtype: x.dtype,
  shape: [...x.shape.slice(0, 2), ...(keepDims ? spatialAxes(x).map(() => 1) : [])],
});

export const globalExamples = [
  { params: {}, inputs: [{ dtype: "float32" as const, shape: [symbol("N"), 3, 4, 5] }] },
  { params: { keepDims: true }, inputs: [{ dtype: "float32" as const, shape: [symbol("N"), 3, symbol("T")] }] },
];
