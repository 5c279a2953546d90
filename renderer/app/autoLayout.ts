import { leveled } from "./levels.ts";
import { type Ordering, order, wireKey } from "./ordering.ts";

export interface LayoutBox {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export interface LayoutWire {
  readonly from: string;
  readonly to: string;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Area {
  readonly width: number;
  readonly height: number;
}

export interface AutoLayout {
  /** Top left corners. */
  readonly places: ReadonlyMap<string, Point>;
  /** Points a wire is led through so that it passes beside what stands between its ends, by `wireKey`. */
  readonly lanes: ReadonlyMap<string, readonly Point[]>;
}

/** Room for a shape label between two columns. */
const columnGap = 72;
/** Between rows of a long chain, the gutter that the wire to the next row runs in. */
export const rowGap = 62;
const noteGap = 24;

/** Row widths that are tried, as multiples of the area's. */
const widths = [1, 1.2, 1.45, 1.75, 2.1, 2.5, 3, 4, 5, 6];
/** A wire torn by the end of a row, beside the one that goes on, costs as much as a picture this much smaller (log). */
const tornCost = 0.3;

/**
 * Places for boxes, flowing from left to right in layers. What is too long for one row
 * goes on in a row below, as text does; a row ends where few wires are torn. Rows are as long as makes the whole best
 * readable in `area`. Tops stand on one line, so that the wires of a chain are straight.
 */
export function autoLayout(boxes: readonly LayoutBox[], wires: readonly LayoutWire[], area: Area): AutoLayout {
  const known = new Set(boxes.map((b) => b.id));
  // Wires between the same two boxes run together.
  const ends = new Map(wires.map((w) => [wireKey(w), w]));
  const inner = [...ends.values()].filter((w) => known.has(w.from) && known.has(w.to));
  const ordering = order(
    boxes.map((b) => b.id),
    inner,
  );
  const row = flowOf(boxes, inner, ordering, "both");
  // With several rows the wire to the next one runs over its chain, so branches keep to the other side.
  const rows = flowOf(boxes, inner, ordering, "below");
  const torn = tornWires(rows.columns, inner);
  const tries = [
    { flow: row, rows: [row.columns] },
    ...widths.map((factor) => ({ flow: rows, rows: rowsOf(rows.columns, torn, area.width * factor) })),
  ];
  const costs = tries.map((t) => costOf(t.rows, torn, area));
  const best = tries[costs.indexOf(Math.min(...costs))];
  return best && boxes.length > 0 ? placed(best.rows, best.flow, inner) : { places: new Map(), lanes: new Map() };
}

/** Places for notes below what was laid out: side by side in their order, in rows no wider than `maxWidth`. */
export function notesBelow(notes: readonly LayoutBox[], top: number, maxWidth: number): ReadonlyMap<string, Point> {
  const places = new Map<string, Point>();
  let at = { x: 0, y: top };
  let rowHeight = 0;
  for (const n of notes) {
    if (at.x > 0 && at.x + n.width > maxWidth) {
      at = { x: 0, y: at.y + rowHeight + noteGap };
      rowHeight = 0;
    }
    places.set(n.id, at);
    at = { x: at.x + n.width + noteGap, y: at.y };
    rowHeight = Math.max(rowHeight, n.height);
  }
  return places;
}

interface Placed extends LayoutBox, Point {}

/** Boxes one above the other, at one distance from the beginning. */
interface Column {
  readonly index: number;
  readonly boxes: readonly Placed[];
  readonly left: number;
  readonly right: number;
}

/** Everything in one endless row. */
interface Flow {
  readonly columns: readonly Column[];
  /** Height at which a wire that passes over columns does so. */
  readonly lanes: ReadonlyMap<string, number>;
}

function flowOf(
  boxes: readonly LayoutBox[],
  wires: readonly LayoutWire[],
  ordering: Ordering,
  sides: "both" | "below",
): Flow {
  const { tops, lanes } = leveled(boxes, wires, ordering, sides);
  const columns: Column[] = [];
  let left = 0;
  const byId = new Map(boxes.map((b) => [b.id, b]));
  for (const [index, ids] of ordering.columns.entries()) {
    const inside = ids.flatMap((id) => byId.get(id) ?? []);
    const width = Math.max(0, ...inside.map((b) => b.width));
    const place = (b: LayoutBox): Placed => ({ ...b, x: left + (width - b.width) / 2, y: tops.get(b.id) ?? 0 });
    columns.push({ index, boxes: inside.map(place), left, right: left + width });
    left += width + columnGap;
  }
  return { columns, lanes };
}

function rowsOf(columns: readonly Column[], torn: readonly number[], maxWidth: number): Column[][] {
  const rows: Column[][] = [];
  for (let start = 0; start < columns.length; ) {
    const end = rowEnd(columns, torn, start, maxWidth);
    rows.push(columns.slice(start, end));
    start = end;
  }
  return rows;
}

/** A row may end early to tear fewer wires, but not before this part of its width. */
const shortestRow = 0.3;

/** The column that begins the next row: the last that fits, or an earlier one where fewer wires are torn. */
function rowEnd(columns: readonly Column[], torn: readonly number[], start: number, maxWidth: number): number {
  const left = (columns[start] as Column).left;
  let fits = start + 1;
  while (fits < columns.length && (columns[fits] as Column).right - left <= maxWidth) fits++;
  if (fits === columns.length) return fits;
  let best = fits;
  for (let end = fits - 1; end > start; end--) {
    if ((columns[end - 1] as Column).right - left < maxWidth * shortestRow) break;
    if ((torn[end] as number) < (torn[best] as number)) best = end;
  }
  return best;
}

/** For every column, how many wires lead from one before it to it or one after it. */
function tornWires(columns: readonly Column[], wires: readonly LayoutWire[]): number[] {
  const column = columnOf(columns);
  const counts = columns.map(() => 0);
  for (const w of wires) {
    const to = column.get(w.to) ?? 0;
    for (let i = (column.get(w.from) ?? 0) + 1; i <= to; i++) counts[i] = (counts[i] as number) + 1;
  }
  return counts;
}

const columnOf = (columns: readonly Column[]): ReadonlyMap<string, number> =>
  new Map(columns.flatMap((c) => c.boxes.map((b) => [b.id, c.index] as const)));

/** How badly rows can be read: how much smaller the picture gets, and what is torn. Full size is as good as it gets. */
function costOf(rows: readonly (readonly Column[])[], torn: readonly number[], area: Area): number {
  const width = Math.max(...rows.map((row) => (row.at(-1)?.right ?? 0) - (row[0]?.left ?? 0)));
  const height = rows.reduce((sum, row) => sum + bottomOf(row) - topOf(row) + rowGap, -rowGap);
  const zoom = Math.min(1, area.width / width, area.height / height);
  const extra = rows.slice(1).reduce((sum, row) => sum + Math.max(0, (torn[row[0]?.index ?? 0] ?? 0) - 1), 0);
  return -Math.log(zoom) + extra * tornCost;
}

const topOf = (row: readonly Column[]): number => Math.min(...row.flatMap((c) => c.boxes.map((b) => b.y)));
const bottomOf = (row: readonly Column[]): number =>
  Math.max(...row.flatMap((c) => c.boxes.map((b) => b.y + b.height)));

function placed(rows: readonly (readonly Column[])[], flow: Flow, wires: readonly LayoutWire[]): AutoLayout {
  const places = new Map<string, Point>();
  const lanes = new Map<string, readonly Point[]>();
  const column = columnOf(flow.columns);
  let top = 0;
  for (const row of rows) {
    const [first, last] = [row[0] as Column, row.at(-1) as Column];
    const [dx, dy] = [-first.left, top - topOf(row)];
    const shifted = (x: number, y: number): Point => ({ x: Math.round(x + dx), y: Math.round(y + dy) });
    for (const b of row.flatMap((c) => c.boxes)) places.set(b.id, shifted(b.x, b.y));
    let bottom = bottomOf(row);
    for (const w of wires) {
      const [from, to] = [column.get(w.from) ?? 0, column.get(w.to) ?? 0];
      if (from < first.index || to > last.index || to - from < 2) continue;
      const y = flow.lanes.get(wireKey(w)) ?? 0;
      const [begin, end] = [flow.columns[from + 1] as Column, flow.columns[to - 1] as Column];
      lanes.set(wireKey(w), [shifted(begin.left, y), shifted(end.right, y)]);
      bottom = Math.max(bottom, y);
    }
    top += bottom - topOf(row) + rowGap;
  }
  return { places, lanes };
}
