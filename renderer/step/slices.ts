import { coordinates, flatIndex } from "../../src/explain/place.ts";
import { elementCount } from "../../src/shape/dtype.ts";
import type { Frame } from "../tensors/Picture.tsx";
import { cellAt, type Plane, plane } from "../tensors/planes.ts";

/** What of a tensor is drawn: two of its axes, at fixed places along the others. */
export interface Slice {
  readonly plane: Plane;
  /** Axes that one can leaf through, each with its place and size, counted from 0. */
  readonly pages: readonly { readonly axis: number; readonly at: number; readonly size: number }[];
}

/** Longest list that is wrapped into lines as a picture. */
const widest = 16;

/**
 * The slice of a tensor that an element lies in. Of inputs and outputs (`batch`) one sample; the last two axes as rows
 * and columns, a list wrapped into lines.
 */
export function sliceAt(dims: readonly number[], index: number, batch: boolean): Slice {
  const at = coordinates(dims, index);
  const lead = batch ? 1 : 0;
  const own = dims.slice(lead);
  const start = batch ? flatIndex(dims, [at[0] ?? 0, ...own.map(() => 0)]) : 0;
  if (own.length <= 1) return { plane: wrappedPlane(own[0] ?? 1, start), pages: [] };
  const [lines, width] = own.slice(-2) as [number, number];
  // Weights of one unit stand as its inputs do, so that both can be laid on each other.
  if (!batch && own.length === 2 && width > widest) {
    return {
      plane: wrappedPlane(width, flatIndex(dims, [at[0] as number, 0])),
      pages: [{ axis: 0, at: at[0] as number, size: lines }],
    };
  }
  const pages = own.slice(0, -2).map((size, i) => ({ axis: i + lead, at: at[i + lead] as number, size }));
  const [rows, columns] = own.slice(-2) as [number, number];
  const offset = flatIndex(dims, [...at.slice(0, -2), 0, 0]);
  if (rows === 1 && columns > widest) return { plane: wrappedPlane(columns, offset), pages };
  return { plane: plane(rows, columns, offset), pages };
}

/** A list in lines, somewhat wider than high. */
function wrappedPlane(count: number, offset: number): Plane {
  const columns = count <= 5 ? count : Math.min(count, Math.ceil(Math.sqrt(count * 1.3)));
  return plane(Math.ceil(count / columns), columns, offset);
}

/** The element that a leaf through an axis leads to. */
export function turned(dims: readonly number[], index: number, axis: number, by: number): number {
  const at = coordinates(dims, index);
  const size = dims[axis] as number;
  at[axis] = ((at[axis] as number) + by + size) % size;
  return flatIndex(dims, at);
}

/** The rectangle of cells that elements take up, as far as they lie in the plane; null where none or all do. */
export function frameOf(p: Plane, indices: readonly number[]): Frame | null {
  const cells = indices.flatMap((i) => cellAt(p, i) ?? []);
  if (cells.length < 2) return null;
  const [rows, columns] = [cells.map((c) => c.row), cells.map((c) => c.column)];
  const [top, left] = [Math.min(...rows), Math.min(...columns)];
  const frame = { row: top, column: left, rows: Math.max(...rows) - top + 1, columns: Math.max(...columns) - left + 1 };
  const whole = frame.rows === p.rows && frame.columns === p.columns;
  // Elements that are strewn about have no frame.
  return whole || frame.rows * frame.columns > cells.length * 4 ? null : frame;
}

/** Elements that a plane shows; the last line of a list may have room for more. */
export const inPlane = (p: Plane, count: number): number => Math.min(elementCount([p.rows, p.columns]), count);
