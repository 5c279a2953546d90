import { Graph, layout } from "@dagrejs/dagre";

export interface LayoutBox {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export interface LayoutWire {
  readonly from: string;
  readonly to: string;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Room for a shape label between two columns. */
const columnGap = 72;
const branchGap = 34;
/** Between rows of a long chain, the gutter that the wire to the next row runs in. */
const rowGap = 62;

/**
 * Places for boxes (top left corners), flowing from left to right in layers (Sugiyama's method, by dagre). Where that is
 * wider than `maxWidth`, it goes on in a row below, as text does; a row ends where the fewest wires are torn.
 * Tops stand on one line, so that the wires of a chain are straight.
 */
export function autoLayout(
  boxes: readonly LayoutBox[],
  wires: readonly LayoutWire[],
  maxWidth: number,
): ReadonlyMap<string, Point> {
  const columns = columnsOf(boxes, wires);
  const places = new Map<string, Point>();
  let top = 0;
  for (const row of rowsOf(columns, wires, maxWidth)) {
    const inRow = row.flatMap((c) => c.boxes);
    const left = Math.min(...inRow.map((b) => b.x));
    const above = Math.min(...inRow.map((b) => b.y));
    for (const b of inRow) places.set(b.id, { x: Math.round(b.x - left), y: Math.round(b.y - above + top) });
    top += Math.max(...inRow.map((b) => b.y + b.height)) - above + rowGap;
  }
  return places;
}

interface Placed extends LayoutBox, Point {}

/** Boxes one above the other, at one distance from the beginning. */
interface Column {
  readonly boxes: readonly Placed[];
  readonly left: number;
  readonly right: number;
}

function columnsOf(boxes: readonly LayoutBox[], wires: readonly LayoutWire[]): Column[] {
  const graph = new Graph();
  graph.setGraph({ rankdir: "LR", nodesep: branchGap, ranksep: columnGap });
  graph.setDefaultEdgeLabel(() => ({}));
  const known = new Set(boxes.map((b) => b.id));
  // One height for all: dagre lines up middles, and then tops are lined up too.
  const height = Math.max(0, ...boxes.map((b) => b.height));
  for (const b of boxes) graph.setNode(b.id, { width: b.width, height });
  for (const w of wires) if (known.has(w.from) && known.has(w.to)) graph.setEdge(w.from, w.to);
  layout(graph);
  const byMiddle = new Map<number, Placed[]>();
  for (const b of boxes) {
    const { x, y } = graph.node(b.id) as Point;
    const column = byMiddle.get(Math.round(x)) ?? [];
    column.push({ ...b, x: x - b.width / 2, y: y - height / 2 });
    byMiddle.set(Math.round(x), column);
  }
  return [...byMiddle]
    .sort(([a], [b]) => a - b)
    .map(([, list]) => ({
      boxes: list,
      left: Math.min(...list.map((b) => b.x)),
      right: Math.max(...list.map((b) => b.x + b.width)),
    }));
}

function rowsOf(columns: readonly Column[], wires: readonly LayoutWire[], maxWidth: number): Column[][] {
  const torn = tornWires(columns, wires);
  const rows: Column[][] = [];
  for (let start = 0; start < columns.length; ) {
    const end = rowEnd(columns, torn, start, maxWidth);
    rows.push(columns.slice(start, end));
    start = end;
  }
  return rows;
}

/** The column that begins the next row: the last that fits, or one in the second half where fewer wires are torn. */
function rowEnd(columns: readonly Column[], torn: readonly number[], start: number, maxWidth: number): number {
  const left = (columns[start] as Column).left;
  let fits = start + 1;
  while (fits < columns.length && (columns[fits] as Column).right - left <= maxWidth) fits++;
  if (fits === columns.length) return fits;
  let best = fits;
  for (let end = fits - 1; end > start; end--) {
    if ((columns[end - 1] as Column).right - left < maxWidth / 2) break;
    if ((torn[end] as number) < (torn[best] as number)) best = end;
  }
  return best;
}

/** For every column, how many wires lead from one before it to it or one after it. */
function tornWires(columns: readonly Column[], wires: readonly LayoutWire[]): number[] {
  const column = new Map(columns.flatMap((c, i) => c.boxes.map((b) => [b.id, i] as const)));
  const counts = columns.map(() => 0);
  for (const w of wires) {
    const from = column.get(w.from);
    const to = column.get(w.to);
    if (from === undefined || to === undefined) continue;
    for (let i = from + 1; i <= to; i++) counts[i] = (counts[i] as number) + 1;
  }
  return counts;
}
