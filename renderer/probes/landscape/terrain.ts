import type { Scale } from "../../tensors/values.ts";

/** A loss over two directions as it is drawn. */
export interface Terrain {
  readonly size: number;
  /** Places along both directions, in lengths of the parameters. */
  readonly places: readonly number[];
  /** Loss, row by row, the greatest place of the second direction on top. */
  readonly loss: Float32Array;
  /** What is coloured: the loss, or its logarithm where it spans decades. */
  readonly shades: Float32Array;
  readonly logarithmic: boolean;
  readonly scale: Scale;
  readonly least: number;
  readonly greatest: number;
}

/** From this ratio of the greatest to the least loss on, equal steps of colour are equal factors. */
const decades = 20;

/** The grid as it came, row i at `places[i]` of the second direction, made ready to be drawn. */
export function terrainOf(places: readonly number[], given: Float32Array): Terrain {
  const size = places.length;
  const loss = new Float32Array(size * size);
  for (let row = 0; row < size; row++) loss.set(given.subarray(row * size, (row + 1) * size), (size - 1 - row) * size);
  const finite = Array.from(loss).filter(Number.isFinite);
  const [least, greatest] = [Math.min(...finite, Infinity), Math.max(...finite, -Infinity)];
  const logarithmic = least > 0 && greatest / least > decades;
  const shades = logarithmic ? loss.map((v) => Math.log10(v)) : loss;
  const [low, high] = logarithmic ? [Math.log10(least), Math.log10(greatest)] : [least, greatest];
  const scale: Scale =
    finite.length === 0 || !(high > low) ? { tone: "cost", low: 0, high: 1 } : { tone: "cost", low, high };
  return { size, places, loss, shades, logarithmic, scale, least, greatest };
}

/** The loss nearest to a place of the picture, from 0 to 1 from the left and from the top; and where that is. */
export function readAt(
  terrain: Terrain,
  x: number,
  y: number,
): { readonly a: number; readonly b: number; readonly loss: number } {
  const { size, places, loss } = terrain;
  const cell = (v: number): number => Math.min(size - 1, Math.max(0, Math.floor(v * size)));
  const [row, column] = [cell(y), cell(x)];
  return {
    a: places[column] as number,
    b: places[size - 1 - row] as number,
    loss: loss[row * size + column] as number,
  };
}
