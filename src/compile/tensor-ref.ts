/** Which numbers of a training step exist for a tensor of the network. */
export type OutputAspect = "value" | "gradient";
export type ParameterAspect = OutputAspect | "applied" | "update";

/**
 * A tensor of a network that somebody looks at. Nodes are those of the checked graph, with blocks expanded. A gradient
 * is that of one objective, penalty left out; `objective` null takes the first that trains the parameter, or that the
 * tensor reaches.
 */
export type TensorRef =
  /** An output port, batch first. Of an input node, `value` is the data as the network gets them. */
  | {
      readonly of: "output";
      readonly node: string;
      readonly port: string;
      readonly what: OutputAspect;
      readonly objective: string | null;
    }
  /**
   * A parameter or buffer. `value` is before the step; `applied` is the gradient as the optimizer gets it, penalty and
   * clipping included; `update` is what the optimizers of all objectives add to it (new minus old).
   */
  | {
      readonly of: "parameter";
      readonly node: string;
      readonly parameter: string;
      readonly what: ParameterAspect;
      readonly objective: string | null;
    }
  /**
   * What an optimizer works with, before the step: a state of a parameter, or with `owner` null one that all share or
   * its {@link learningRateSlot}.
   */
  | {
      readonly of: "optimizer";
      readonly owner: { readonly node: string; readonly parameter: string } | null;
      readonly slot: string;
      readonly objective: string | null;
    }
  /** A field of the data. */
  | { readonly of: "target"; readonly field: string }
  /** The loss of the samples, a scalar; the penalty left out. */
  | { readonly of: "loss"; readonly objective: string | null };

/** Slot of the learning rate of the step, a scalar. */
export const learningRateSlot = "learningRate";

/** A ref as people read it: `conv1.out`, `conv1.weight.gradient`, `target.label`, `loss`. */
export function refText(ref: TensorRef): string {
  if (ref.of === "target") return `target.${ref.field}`;
  const objective = ref.objective === null ? "" : `.${ref.objective}`;
  if (ref.of === "loss") return `loss${objective}`;
  if (ref.of === "optimizer") {
    const owner = ref.owner ? `${ref.owner.node}.${ref.owner.parameter}` : "optimizer";
    return `${owner}.${ref.slot}${objective}`;
  }
  const name = `${ref.node}.${ref.of === "output" ? ref.port : ref.parameter}`;
  return ref.what === "value" ? name : `${name}.${ref.what}${objective}`;
}

/** Of which tensor a row of statistics is. */
export interface StatisticsRow {
  readonly place:
    | { readonly of: "output"; readonly node: string; readonly port: string }
    | { readonly of: "parameter"; readonly node: string; readonly parameter: string };
  readonly what: Exclude<ParameterAspect, "applied">;
  /** Elements of the tensor. */
  readonly elements: number;
}

/**
 * What is measured of a tensor, in the order of a row.
 * - `mean`, `deviation`: over all elements
 * - `norm`: Euclidean, of the whole batch
 * - `largest`: greatest absolute value
 * - `zeros`: share of elements that are exactly 0
 * - `dead`: share of units that are 0 for every sample and place: channels (axis 1, or the last of a sequence) of an
 *   output, rows (axis 0: what belongs to one output unit) of a parameter
 * - `saturated`: share of elements within 1 % of the range of a bounded activation from one of its bounds; NaN for other
 *   tensors
 * - `bad`: share of elements that are NaN or infinite; `mean`, `deviation`, `norm` and `largest` are NaN where it is not 0
 */
export const statNames = ["mean", "deviation", "norm", "largest", "zeros", "dead", "saturated", "bad"] as const;
export type StatName = (typeof statNames)[number];
