import { invariant } from "../core/invariant.ts";
import { elementCount, type Tensor } from "../shape/dtype.ts";

/** A tensor of a node: one of its inputs in port order, a parameter or buffer, one of its outputs. */
export type NodeTensor =
  | { readonly of: "input"; readonly input: number }
  | { readonly of: "parameter"; readonly parameter: string }
  | { readonly of: "output"; readonly output: number };

/** An element of a tensor of a node; the index is flat and counts the batch. */
export interface Place {
  readonly tensor: NodeTensor;
  readonly index: number;
}

export const inputPlace = (input: number, index: number): Place => ({ tensor: { of: "input", input }, index });
export const parameterPlace = (parameter: string, index: number): Place => ({
  tensor: { of: "parameter", parameter },
  index,
});

export const sameTensor = (a: NodeTensor, b: NodeTensor): boolean =>
  a.of === "input"
    ? b.of === "input" && a.input === b.input
    : a.of === "parameter"
      ? b.of === "parameter" && a.parameter === b.parameter
      : b.of === "output" && a.output === b.output;

/** Coordinates of a flat index, row-major. */
export function coordinates(dims: readonly number[], index: number): number[] {
  const found = new Array<number>(dims.length);
  let left = index;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    const size = dims[axis] as number;
    found[axis] = left % size;
    left = Math.floor(left / size);
  }
  return found;
}

/** Flat index of coordinates, row-major. */
export const flatIndex = (dims: readonly number[], at: readonly number[]): number =>
  at.reduce((index, c, axis) => index * (dims[axis] as number) + c, 0);

/** Where an operand looks under broadcasting, when the result is looked at `at`. */
export function broadcastIndex(dims: readonly number[], at: readonly number[]): number {
  const shift = at.length - dims.length;
  return flatIndex(
    dims,
    dims.map((size, axis) => (size === 1 ? 0 : (at[axis + shift] as number))),
  );
}

/** An element as a number. */
export function elementOf(t: Tensor, index: number): number {
  const value = t.data[index];
  invariant(value !== undefined, `no element ${index} in ${elementCount(t.dims)}`);
  return Number(value);
}

/** Every index of the block of `counts` elements along the given axes, the other coordinates as in `at`. */
export function indicesAlong(dims: readonly number[], at: readonly number[], axes: readonly number[]): number[] {
  const lists = axes.map((axis) => Array.from({ length: dims[axis] as number }, (_, i) => i));
  return product(lists).map((choice) => {
    const place = [...at];
    axes.forEach((axis, k) => {
      place[axis] = choice[k] as number;
    });
    return flatIndex(dims, place);
  });
}

/** Every choice of one of each list, the last list fastest. */
export const product = <T>(lists: readonly (readonly T[])[]): T[][] =>
  lists.reduce<T[][]>((all, list) => all.flatMap((choice) => list.map((x) => [...choice, x])), [[]]);
