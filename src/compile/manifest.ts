import { isSymbolic } from "../shape/dim.ts";
import type { DType } from "../shape/dtype.ts";
import type { TensorType } from "../shape/type.ts";
import type { StatisticsRow, TensorRef } from "./tensor-ref.ts";

/** The models a document compiles to (DESIGN section 1). A training loop is K training steps in one call. */
export const modelKinds = [
  "inference",
  "evaluation",
  "training-step",
  "training-loop",
  "probed-step",
  "probe",
] as const;
export type ModelKind = (typeof modelKinds)[number];

/** What an input or output of a model is, so that nobody parses names. */
export type Role =
  /** Values of an input node; `field` is the field of the data set bound to it. */
  | { readonly kind: "data"; readonly node: string; readonly field: string | null }
  | { readonly kind: "target"; readonly field: string }
  /** As input: the tensor before the step; as output: after it. */
  | { readonly kind: "parameter"; readonly node: string; readonly parameter: string }
  | { readonly kind: "buffer"; readonly node: string; readonly parameter: string }
  /** Optimizer state of one parameter, or of the objective as a whole (node and parameter null). */
  | {
      readonly kind: "state";
      readonly objective: string;
      readonly node: string | null;
      readonly parameter: string | null;
      readonly slot: string;
    }
  | { readonly kind: "learning-rate"; readonly objective: string }
  /** Number of the (first) step, counted from 1. */
  | { readonly kind: "step" }
  | { readonly kind: "seed" }
  /** Steps to do in one call of a training loop. */
  | { readonly kind: "count" }
  /** Value of the objective at the step, penalty included. */
  | { readonly kind: "loss"; readonly objective: string }
  /** Sums over the samples of the call: the mean loss of a data set is sum(total) / sum(weight), by term. */
  | { readonly kind: "loss-total"; readonly objective: string; readonly term: number }
  | { readonly kind: "loss-weight"; readonly objective: string; readonly term: number }
  /** One accumulator of a metric, to be summed over calls; reduced by `train/metrics.ts`. */
  | { readonly kind: "metric"; readonly objective: string; readonly metric: number; readonly accumulator: string }
  /** dL/dp: of the loss with penalty, or as the optimizer gets it after clipping. */
  | {
      readonly kind: "gradient";
      readonly objective: string;
      readonly node: string;
      readonly parameter: string;
      readonly stage: "loss" | "applied";
    }
  | { readonly kind: "prediction"; readonly node: string; readonly port: string }
  /** One element per entry of {@link ModelManifest.finite}: 0 where all values are finite, NaN elsewhere. */
  | { readonly kind: "finite" }
  /** Of a model of one node alone: `localNames`. */
  | { readonly kind: "local"; readonly name: string }
  /** Statistics of all tensors, one row for each of {@link ModelManifest.statistics}. */
  | { readonly kind: "statistics" }
  /** A tensor that a probe was asked for, the `index`-th of its list. */
  | { readonly kind: "probed"; readonly index: number; readonly ref: TensorRef };

export interface ModelPort {
  readonly name: string;
  readonly dtype: DType;
  /** Numbers, or symbols as text. */
  readonly shape: readonly (number | string)[];
  readonly role: Role;
}

/** Describes a model file; also kept in its metadata under {@link manifestKey}. */
export interface ModelManifest {
  readonly kind: ModelKind;
  readonly document: string;
  /** Samples a step, or null where the batch is symbolic. */
  readonly batch: number | null;
  /** Micro-batches a step. */
  readonly accumulate: number;
  readonly inputs: readonly ModelPort[];
  readonly outputs: readonly ModelPort[];
  /** With finiteness checks: which operator each element of the `finite` output belongs to, in order of execution. */
  readonly finite?: readonly { readonly operator: string; readonly node: string | null; readonly pass: string }[];
  /** Computed in double precision: everything, or but for operators that onnxruntime has no such kernel for. */
  readonly double?: "all" | "most";
  /** Of a probed step: of which tensor each row of the `statistics` output is. */
  readonly statistics?: readonly StatisticsRow[];
}

/** Key of the manifest (as JSON) in `metadata_props`. */
export const manifestKey = "gradloom.manifest";

/** Text by which an input and the output that replaces it are matched. */
export function roleKey(role: Role): string {
  switch (role.kind) {
    case "parameter":
    case "buffer":
      return `${role.node}.${role.parameter}`;
    case "state":
      return `${role.objective}:${role.node ?? ""}.${role.parameter ?? ""}:${role.slot}`;
    default:
      return JSON.stringify(role);
  }
}

/** Parameters, buffers and optimizer state: what a step takes and gives back changed. */
export const isCarried = (role: Role): boolean =>
  role.kind === "parameter" || role.kind === "buffer" || role.kind === "state";

export const portShape = (t: TensorType): (number | string)[] => t.shape.map((d) => (isSymbolic(d) ? d.key : d));
