import { elementCount } from "../../src/shape/dtype.ts";

/** Rows and columns of a flat list that are drawn as one picture. */
export interface Plane {
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly columnStride: number;
  /** Distance from the red channel to the green one, and on to the blue one, of a picture in colour. */
  readonly channelStride?: number;
}

export const plane = (rows: number, columns: number, offset = 0): Plane => ({
  offset,
  rows,
  columns,
  rowStride: columns,
  columnStride: 1,
});

export const placeIn = (p: Plane, row: number, column: number): number =>
  p.offset + row * p.rowStride + column * p.columnStride;

/** Row and column of a place in the flat list; null where the plane does not have it. */
export function cellAt(p: Plane, flat: number): { readonly row: number; readonly column: number } | null {
  const at = flat - p.offset;
  if (at < 0) return null;
  const [row, column] =
    p.rowStride >= p.columnStride
      ? [Math.floor(at / p.rowStride), (at % p.rowStride) / p.columnStride]
      : [(at % p.columnStride) / p.rowStride, Math.floor(at / p.columnStride)];
  const inside = Number.isInteger(row) && Number.isInteger(column) && row < p.rows && column < p.columns;
  return inside ? { row, column } : null;
}

/** The last two axes as pictures, one for every place along the others: channels of a picture, in their order. */
export function planesOf(dims: readonly number[]): readonly Plane[] {
  const [rows, columns] = [dims.at(-2) ?? 1, dims.at(-1) ?? 1];
  const count = elementCount(dims.slice(0, -2));
  return Array.from({ length: count }, (_, i) => plane(rows, columns, i * rows * columns));
}

/** Pictures in colour: three channels each. */
export function colourPlanes(dims: readonly number[]): readonly Plane[] {
  const [rows, columns] = [dims.at(-2) ?? 1, dims.at(-1) ?? 1];
  const count = elementCount(dims.slice(0, -3));
  return Array.from({ length: count }, (_, i) => ({
    ...plane(rows, columns, i * 3 * rows * columns),
    channelStride: rows * columns,
  }));
}

/** Filters of a convolution, out × in × height × width, as they look at one channel of their input. */
export function filterPlanes(dims: readonly number[], channel: number): readonly Plane[] {
  const [out = 1, input = 1] = dims;
  const [rows, columns] = dims.length === 3 ? [1, dims[2] ?? 1] : [dims[2] ?? 1, dims[3] ?? 1];
  // Of three dimensions the first slices are shown.
  const size = elementCount(dims.slice(2));
  return Array.from({ length: out }, (_, o) => plane(rows, columns, (o * input + channel) * size));
}

/** A list wrapped into lines, so that a long one becomes a picture. */
export function wrapped(count: number, columns: number): Plane {
  return plane(Math.ceil(count / columns), columns);
}
