import type { ParamValues } from "../graph/params.ts";
import type { Tensor } from "../shape/dtype.ts";
import { type Expression, resultOf } from "./expression.ts";
import { type Place, sameTensor } from "./place.ts";

/** What a layer did, in numbers: whatever is needed to tell how one element came about. */
export interface NodeNumbers {
  readonly params: ParamValues;
  /** Whether it ran as in a training step: dropout drops, batch normalisation uses the batch. */
  readonly training: boolean;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** Parameters and buffers by name. */
  readonly parameters: { readonly [name: string]: Tensor };
}

export interface Factor {
  readonly letters: string;
  readonly value: number;
  /** The element it is; null for a number of the formula. */
  readonly at: Place | null;
}

/** One of the terms that an element is made of: the product of its factors. */
export interface Term {
  readonly factors: readonly Factor[];
  readonly value: number;
}

/** How one element of an output came about. */
export interface Worked {
  /** LaTeX, one equation a line, with letters and with the numbers put in. The last one gives the element. */
  readonly lines: readonly string[];
  /** What the last line comes to, in double precision. */
  readonly value: number;
  /** All terms where it is a sum, a mean, a maximum or a softmax over several; empty otherwise. */
  readonly terms: readonly Term[];
}

/** A derivative of one element by another, as a formula with its numbers. */
export interface Local {
  readonly letters: string;
  readonly expression: Expression;
}

/** The gradient of the loss by what a layer reads, in letters; g stands for the gradient by y. */
export interface BackwardFormulas {
  readonly input: string;
  readonly parameters: { readonly [name: string]: string };
}

/** How the elements of one layer are made, forward and backward. */
export interface Form {
  /** The element of output `output` at `index`. */
  worked(numbers: NodeNumbers, output: number, index: number): Worked;
  /** Everything that element looked at: padding is nothing. */
  reads(numbers: NodeNumbers, output: number, index: number): readonly Place[];
  /** The derivative of that element by an element it looked at. */
  local(numbers: NodeNumbers, output: number, index: number, by: Place): Local;
  /** The same as a number, 0 by what it did not look at. */
  slope(numbers: NodeNumbers, output: number, index: number, by: Place): number;
  backward(params: ParamValues): BackwardFormulas;
  /** Samples of a batch have to do with each other: in batch normalisation. */
  readonly acrossSamples?: boolean;
}

/** A form whose slopes are its local derivatives, worked out. */
export const withSlopes = (form: Omit<Form, "slope">): Form => ({
  ...form,
  slope(numbers, output, index, by) {
    const read = form
      .reads(numbers, output, index)
      .some((r) => r.index === by.index && sameTensor(r.tensor, by.tensor));
    return read ? resultOf(form.local(numbers, output, index, by).expression) : 0;
  },
});
