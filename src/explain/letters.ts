import type { Tensor } from "../shape/dtype.ts";
import { type Expression, leaf } from "./expression.ts";
import { coordinates, elementOf, inputPlace, type NodeTensor, type Place, parameterPlace } from "./place.ts";
import type { Factor, NodeNumbers } from "./worked.ts";

/** Letters of parameters that have one of their own in normalisations. */
const greek: { readonly [name: string]: string } = { runningMean: "\\mu", runningVar: "\\sigma^2" };

/** Coordinates as people count them: from 1, the sample left out. */
export const shownCoordinates = (dims: readonly number[], index: number, batch: boolean): number[] =>
  coordinates(dims, index)
    .slice(batch ? 1 : 0)
    .map((c) => c + 1);

/** `w_{4,1,3,3}`; a letter alone where there is one element a sample. */
export function subscripted(letter: string, dims: readonly number[], index: number, batch: boolean): string {
  const at = shownCoordinates(dims, index, batch);
  return at.length === 0 ? letter : `${letter}_{${at.join(",")}}`;
}

/** The letter of an input: x alone, x^{(2)} of several, a and b where the ports are called so. */
export function inputLetter(count: number, input: number, named: boolean): string {
  if (named) return input === 0 ? "a" : "b";
  return count === 1 ? "x" : `x^{(${input + 1})}`;
}

export const parameterLetter = (name: string, norm = false): string => {
  if (norm && name === "weight") return "\\gamma";
  if (norm && name === "bias") return "\\beta";
  return greek[name] ?? (name === "weight" ? "w" : name === "bias" ? "b" : `\\mathit{${name}}`);
};

export interface Naming {
  /** Inputs are called a and b. */
  readonly named?: boolean;
  /** Weight and bias are called γ and β. */
  readonly norm?: boolean;
}

export function letterOf(numbers: NodeNumbers, tensor: NodeTensor, naming: Naming = {}): string {
  if (tensor.of === "input") return inputLetter(numbers.inputs.length, tensor.input, naming.named ?? false);
  if (tensor.of === "parameter") return parameterLetter(tensor.parameter, naming.norm);
  return numbers.outputs.length === 1 ? "y" : `y^{(${tensor.output + 1})}`;
}

export function tensorAt(numbers: NodeNumbers, tensor: NodeTensor): Tensor {
  if (tensor.of === "input") return numbers.inputs[tensor.input] as Tensor;
  if (tensor.of === "output") return numbers.outputs[tensor.output] as Tensor;
  return numbers.parameters[tensor.parameter] as Tensor;
}

/** An element in letters: `x_{1,12,14}`. */
export function placeLetters(numbers: NodeNumbers, { tensor, index }: Place, naming: Naming = {}): string {
  const { dims } = tensorAt(numbers, tensor);
  return subscripted(letterOf(numbers, tensor, naming), dims, index, tensor.of !== "parameter");
}

export const valueAt = (numbers: NodeNumbers, { tensor, index }: Place): number =>
  elementOf(tensorAt(numbers, tensor), index);

/** An element as a part of a formula. */
export const elementLeaf = (numbers: NodeNumbers, at: Place, naming: Naming = {}): Expression =>
  leaf(placeLetters(numbers, at, naming), valueAt(numbers, at));

export const outputLetters = (numbers: NodeNumbers, output: number, index: number): string =>
  placeLetters(numbers, { tensor: { of: "output", output }, index });

/** An element of the node as a factor; its letters are made only when they are read. */
class ElementFactor implements Factor {
  readonly at: Place;
  readonly value: number;
  readonly #numbers: NodeNumbers;
  readonly #naming: Naming;

  constructor(numbers: NodeNumbers, at: Place, naming: Naming) {
    this.at = at;
    this.value = valueAt(numbers, at);
    this.#numbers = numbers;
    this.#naming = naming;
  }

  get letters(): string {
    return placeLetters(this.#numbers, this.at, this.#naming);
  }
}

/** An element of input `input` as a factor. */
export const inputFactor = (numbers: NodeNumbers, input: number, index: number, naming: Naming = {}): Factor =>
  new ElementFactor(numbers, inputPlace(input, index), naming);

export const parameterFactor = (numbers: NodeNumbers, name: string, index: number, naming: Naming = {}): Factor =>
  new ElementFactor(numbers, parameterPlace(name, index), naming);

/** A number of the formula as a factor. */
export const numberFactor = (letters: string, value: number): Factor => ({ at: null, letters, value });
