import { type Plane, placeIn } from "./planes.ts";

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where pictures of one size stand in a box, in pixels. */
export interface TileLayout {
  readonly perRow: number;
  /** Pictures that have a place; the rest is left out. */
  readonly shown: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly gap: number;
  readonly width: number;
  readonly height: number;
}

export interface TileSpace {
  readonly width: number;
  readonly maxHeight: number;
  /** Widest and narrowest a picture may get. */
  readonly largest?: number;
  readonly smallest?: number;
  readonly gap?: number;
}

/**
 * The largest pictures that all fit, in whole pixels; where not even the smallest do, as many as there is room for.
 * A single picture takes what there is.
 */
export function tileLayout(
  count: number,
  { rows, columns }: Pick<Plane, "rows" | "columns">,
  { width, maxHeight, largest = width, smallest = 20, gap = 3 }: TileSpace,
): TileLayout {
  const tall = (w: number): number => Math.max(1, Math.floor((w * rows) / columns));
  const make = (perRow: number, w: number, shown: number): TileLayout => ({
    perRow,
    shown,
    tileWidth: w,
    tileHeight: tall(w),
    gap,
    width: Math.min(perRow, shown) * (w + gap) - gap,
    height: Math.ceil(shown / perRow) * (tall(w) + gap) - gap,
  });
  let best: TileLayout | null = null;
  for (let perRow = 1; perRow <= count; perRow++) {
    const lines = Math.ceil(count / perRow);
    const w = Math.floor(
      Math.min(
        largest,
        (width - gap * (perRow - 1)) / perRow,
        (((maxHeight - gap * (lines - 1)) / lines) * columns) / rows,
      ),
    );
    if (w >= (count > 1 ? smallest : 1) && (best === null || w > best.tileWidth)) best = make(perRow, w, count);
  }
  if (best) return best;
  const w = Math.max(1, Math.floor(Math.min(smallest, width, (maxHeight * columns) / rows)));
  const perRow = Math.max(1, Math.floor((width + gap) / (w + gap)));
  const lines = Math.max(1, Math.floor((maxHeight + gap) / (tall(w) + gap)));
  return make(perRow, w, Math.min(count, perRow * lines));
}

/** Upper left corner of a picture. */
export const tilePlace = (l: TileLayout, i: number): Place => ({
  x: (i % l.perRow) * (l.tileWidth + l.gap),
  y: Math.floor(i / l.perRow) * (l.tileHeight + l.gap),
});

/** A cell of one of several pictures. */
export interface Cell {
  readonly tile: number;
  readonly row: number;
  readonly column: number;
}

/** The cell under a point; null between the pictures. */
export function cellUnder(
  l: TileLayout,
  { rows, columns }: Pick<Plane, "rows" | "columns">,
  { x, y }: Place,
): Cell | null {
  const [across, down] = [Math.floor(x / (l.tileWidth + l.gap)), Math.floor(y / (l.tileHeight + l.gap))];
  const tile = down * l.perRow + across;
  const [dx, dy] = [x - across * (l.tileWidth + l.gap), y - down * (l.tileHeight + l.gap)];
  if (x < 0 || y < 0 || across >= l.perRow || tile >= l.shown || dx >= l.tileWidth || dy >= l.tileHeight) return null;
  return {
    tile,
    row: Math.min(rows - 1, Math.floor((dy / l.tileHeight) * rows)),
    column: Math.min(columns - 1, Math.floor((dx / l.tileWidth) * columns)),
  };
}

/** The cell an arrow key leads to: within the picture, then on to the neighbouring one. */
export function cellBeside(
  l: TileLayout,
  { rows, columns }: Pick<Plane, "rows" | "columns">,
  cell: Cell,
  key: string,
): Cell {
  const { tile, row, column } = cell;
  const across = tile % l.perRow;
  const onTo = (next: number, inside: boolean, at: Partial<Cell>): Cell =>
    inside && next >= 0 && next < l.shown ? { ...cell, ...at, tile: next } : cell;
  switch (key) {
    case "ArrowLeft":
      return column > 0 ? { ...cell, column: column - 1 } : onTo(tile - 1, across > 0, { column: columns - 1 });
    case "ArrowRight":
      return column < columns - 1
        ? { ...cell, column: column + 1 }
        : onTo(tile + 1, across < l.perRow - 1, { column: 0 });
    case "ArrowUp":
      return row > 0 ? { ...cell, row: row - 1 } : onTo(tile - l.perRow, true, { row: rows - 1 });
    case "ArrowDown":
      return row < rows - 1 ? { ...cell, row: row + 1 } : onTo(tile + l.perRow, true, { row: 0 });
    case "Home":
      return { ...cell, column: 0 };
    case "End":
      return { ...cell, column: columns - 1 };
    default:
      return cell;
  }
}

/** Place in the flat list of a cell. */
export const flatOf = (planes: readonly Plane[], { tile, row, column }: Cell): number =>
  placeIn(planes[tile] as Plane, row, column);
