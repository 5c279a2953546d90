import type { DType } from "../../src/shape/dtype.ts";

/** Ways to look at a tensor. */
export const viewKinds = ["images", "filters", "matrix", "bars", "tokens", "histogram", "numbers"] as const;
export type ViewKind = (typeof viewKinds)[number];

/** What a tensor is in the network: data that come in, values of a layer, gradients of them, weights. */
export type TensorRole = "data" | "activation" | "gradient" | "parameter";

/** What a view is chosen by: element type and sizes, of a parameter as it is, of others of one sample. */
export interface Looked {
  readonly dtype: DType;
  readonly dims: readonly number[];
}

/** Longest list that is drawn as bars side by side. */
const mostBars = 512;

/** The views that fit, the best one first. */
export function viewsOf({ dtype, dims }: Looked, role: TensorRole): readonly ViewKind[] {
  const rank = dims.length;
  const whole = dtype === "int64" || dtype === "int32" || dtype === "uint32";
  const count = dims.reduce((a, b) => a * b, 1);
  const rest: ViewKind[] = count > 1 ? ["histogram", "numbers"] : ["numbers"];
  if (rank === 0 || count === 1) return rest;
  if (whole && rank === 1) return ["tokens", ...rest];
  if (role === "parameter" && rank >= 3) return ["filters", "matrix", ...rest];
  if (rank === 1) return count <= mostBars ? ["bars", "matrix", ...rest] : ["matrix", ...rest];
  if (rank === 2) return ["matrix", ...rest];
  return ["images", ...rest];
}

/** The view that fits best. */
export const viewOf = (type: Looked, role: TensorRole): ViewKind => viewsOf(type, role)[0] as ViewKind;
