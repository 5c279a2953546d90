import { badEntry, type ColourTable, colourSteps } from "./colours.ts";
import { type TileLayout, tilePlace } from "./layout.ts";
import { type Plane, placeIn } from "./planes.ts";
import type { Scale, Values } from "./values.ts";

/** Writes a plane as pixels, one for each cell, from `from` on. */
export function paintPlane(
  pixels: Uint32Array,
  from: number,
  values: Values,
  p: Plane,
  { low, high }: Scale,
  table: ColourTable,
): void {
  const top = colourSteps - 1;
  const factor = top / (high - low);
  const entry = (v: number): number => {
    if (v - v !== 0) return badEntry;
    const e = (v - low) * factor + 0.5;
    return e <= 0 ? 0 : e >= top ? top : e | 0;
  };
  const { rows, columns, columnStride, channelStride } = p;
  let to = from;
  for (let row = 0; row < rows; row++) {
    let at = p.offset + row * p.rowStride;
    for (let column = 0; column < columns; column++, at += columnStride) {
      // A list that was wrapped may end within its last line.
      if (at >= values.length) pixels[to++] = 0;
      else if (channelStride === undefined) pixels[to++] = table[entry(values[at] as number)] as number;
      else {
        const part = (c: number): number => {
          const v = ((values[at + c * channelStride] as number) - low) / (high - low);
          return v > 0 ? Math.min(255, Math.round(v * 255)) : 0;
        };
        pixels[to++] = (0xff000000 | (part(2) << 16) | (part(1) << 8) | part(0)) >>> 0;
      }
    }
  }
}

/** A plane that has more cells than pixels: each pixel stands for a block, and is its value furthest from 0. */
export interface Reduced {
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** What of each block of cells is shown where there are more cells than pixels: the value furthest from 0. */
export function reduced(values: Values, p: Plane, mostRows: number, mostColumns: number): Reduced {
  const [rows, columns] = [Math.min(p.rows, mostRows), Math.min(p.columns, mostColumns)];
  const result = new Float32Array(rows * columns);
  for (let row = 0; row < p.rows; row++) {
    const line = Math.floor((row * rows) / p.rows) * columns;
    let at = p.offset + row * p.rowStride;
    for (let column = 0; column < p.columns; column++, at += p.columnStride) {
      const to = line + Math.floor((column * columns) / p.columns);
      const v = values[at] as number;
      const before = result[to] as number;
      // What is no number must be seen.
      if (v - v !== 0 || Math.abs(v) > Math.abs(before)) result[to] = v;
    }
  }
  return { values: result, rows, columns };
}

/** Tallest picture that is kept beside the canvas; browsers draw none that are much taller. */
const mostHeight = 8192;

let scratch: HTMLCanvasElement | null = null;

/** Draws pictures of one size in their places; `ratio` is the number of pixels of the screen in one of the layout. */
export function drawTiles(
  context: CanvasRenderingContext2D,
  layout: TileLayout,
  planes: readonly Plane[],
  values: Values,
  scale: Scale,
  table: ColourTable,
  ratio: number,
): void {
  scratch ??= document.createElement("canvas");
  const beside = scratch.getContext("2d");
  const [first] = planes;
  if (!beside || !first) return;
  const [wide, tall] = [Math.ceil(layout.tileWidth * ratio), Math.ceil(layout.tileHeight * ratio)];
  const small = first.channelStride === undefined && (first.rows > tall || first.columns > wide);
  const [rows, columns] = small
    ? [Math.min(first.rows, tall), Math.min(first.columns, wide)]
    : [first.rows, first.columns];
  const atOnce = Math.max(1, Math.floor(mostHeight / rows));
  // Only pictures in colour are drawn smaller than they are.
  context.imageSmoothingEnabled = rows > tall || columns > wide;
  for (let from = 0; from < layout.shown; from += atOnce) {
    const count = Math.min(atOnce, layout.shown - from);
    const image = new ImageData(columns, rows * count);
    const pixels = new Uint32Array(image.data.buffer);
    for (let i = 0; i < count; i++) {
      const p = planes[from + i] as Plane;
      if (small) {
        const r = reduced(values, p, rows, columns);
        paintPlane(
          pixels,
          i * rows * columns,
          r.values,
          { ...p, offset: 0, rows, columns, rowStride: columns, columnStride: 1 },
          scale,
          table,
        );
      } else paintPlane(pixels, i * rows * columns, values, p, scale, table);
    }
    scratch.width = columns;
    scratch.height = rows * count;
    beside.putImageData(image, 0, 0);
    for (let i = 0; i < count; i++) {
      const { x, y } = tilePlace(layout, from + i);
      context.drawImage(
        scratch,
        0,
        i * rows,
        columns,
        rows,
        Math.round(x * ratio),
        Math.round(y * ratio),
        Math.round(layout.tileWidth * ratio),
        Math.round(layout.tileHeight * ratio),
      );
    }
  }
}

/** Smallest cell that a cross can be seen in. */
const crossCell = 5;

/** Crosses out the cells that are no numbers: their colour alone would not tell them from others in every theme. */
export function crossBad(
  context: CanvasRenderingContext2D,
  layout: TileLayout,
  planes: readonly Plane[],
  values: Values,
  ratio: number,
): void {
  const [first] = planes;
  if (!first) return;
  const [wide, tall] = [layout.tileWidth / first.columns, layout.tileHeight / first.rows];
  if (Math.min(wide, tall) < crossCell) return;
  context.lineWidth = ratio;
  context.beginPath();
  for (let tile = 0; tile < layout.shown; tile++) {
    const p = planes[tile] as Plane;
    const { x, y } = tilePlace(layout, tile);
    for (let row = 0; row < p.rows; row++) {
      for (let column = 0; column < p.columns; column++) {
        const v = values[placeIn(p, row, column)];
        if (v === undefined || v - v === 0) continue;
        const [left, top] = [(x + (column + 0.25) * wide) * ratio, (y + (row + 0.25) * tall) * ratio];
        const [right, bottom] = [left + 0.5 * wide * ratio, top + 0.5 * tall * ratio];
        context.moveTo(left, top);
        context.lineTo(right, bottom);
        context.moveTo(right, top);
        context.lineTo(left, bottom);
      }
    }
  }
  context.stroke();
}

/** Smallest cell that a number can be read in. */
export const numberCell = { width: 32, height: 15 } as const;

export const hasNumbers = (l: TileLayout, { rows, columns }: Pick<Plane, "rows" | "columns">): boolean =>
  l.tileWidth / columns >= numberCell.width && l.tileHeight / rows >= numberCell.height;

/** Writes the value of every cell into it, in a colour that can be read there. */
export function writeNumbers(
  context: CanvasRenderingContext2D,
  layout: TileLayout,
  planes: readonly Plane[],
  values: Values,
  ratio: number,
  textOf: (v: number) => string,
  colourOf: (v: number) => string,
): void {
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let tile = 0; tile < layout.shown; tile++) {
    const p = planes[tile] as Plane;
    const { x, y } = tilePlace(layout, tile);
    const [wide, tall] = [layout.tileWidth / p.columns, layout.tileHeight / p.rows];
    for (let row = 0; row < p.rows; row++) {
      for (let column = 0; column < p.columns; column++) {
        const at = placeIn(p, row, column);
        if (at >= values.length) continue;
        const v = values[at] as number;
        context.fillStyle = colourOf(v);
        context.fillText(textOf(v), (x + (column + 0.5) * wide) * ratio, (y + (row + 0.5) * tall) * ratio);
      }
    }
  }
}
