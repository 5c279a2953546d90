import type { Tensor } from "../shape/dtype.ts";

/** Tensors by role key (`roleKey`): parameters, buffers, optimizer state. */
export type TensorMap = ReadonlyMap<string, Tensor>;
