import { type LayoutBox, type LayoutWire, type Point, wireKey } from "./autoLayout.ts";

/** Between boxes one above the other. */
export const branchGap = 34;
/** Between a wire's lane and what is above or below it. */
const laneGap = 14;
/** The first port of a box is this far below its top: what a lane is kept level with. */
const portHeight = 14;
const laneHeight = 2 * portHeight;

/** Columns and their order from top to bottom, as middles of boxes and bends of wires. */
export interface Ordered {
  box(id: string): Point;
  /** Ends of a wire, and one point in every column between them. */
  bends(wire: LayoutWire): readonly Point[];
}

/** A box, or a wire that passes through a column. */
interface Item {
  readonly id: string;
  readonly column: number;
  /** Distance from the main chain in the given order; negative above. */
  readonly from: number;
  readonly height: number;
  readonly lane: boolean;
}

/**
 * Heights that make a picture calm: the longest way through the graph runs on one straight line, and every branch beside
 * it on a line of its own, as near as what is between allows: above or below as the given order has it, or all below.
 */
export function leveled(
  boxes: readonly LayoutBox[],
  wires: readonly LayoutWire[],
  ordered: Ordered,
  sides: "both" | "below",
): { readonly tops: ReadonlyMap<string, number>; readonly lanes: ReadonlyMap<string, number> } {
  const main = mainChain(boxes, wires);
  const columns = new Set(boxes.map((b) => columnAt(ordered.box(b.id))));
  const passed = new Map(wires.map((w) => [w, between(w, ordered, columns)]));
  const items = itemsOf(boxes, passed, ordered, main);
  const branches = branchesOf(passed, main);
  const heights = new Map(boxes.filter((b) => main.has(b.id)).map((b) => [columnAt(ordered.box(b.id)), b.height]));
  const above = sides === "both" ? itemsAbove(items, branches) : [];
  const isAbove = new Set(above);
  const below = items.filter((i) => !isAbove.has(i));
  const tops = new Map<string, number>([...main].map((id) => [id, 0]));
  for (const [branch, top] of stack(below, branches, (column) => heights.get(column) ?? null)) tops.set(branch, top);
  // Above is the same upside down: a branch ends where below it begins, and takes the room of its tallest box.
  const tallest = tallestOf(above, branches);
  const room = above.map((i) => ({ ...i, height: tallest.get(branches(i.id)) ?? 0 }));
  const over = stack(room, branches, (column) => (heights.has(column) ? 0 : null));
  for (const [branch, depth] of over) tops.set(branch, -depth - (tallest.get(branch) ?? 0));
  const topOf = (id: string): number => tops.get(main.has(id) ? id : branches(id)) ?? 0;
  return {
    tops: new Map(boxes.map((b) => [b.id, topOf(b.id)])),
    lanes: new Map(wires.map((w) => [wireKey(w), topOf(laneId(w)) + portHeight])),
  };
}

/** Wires with a point in every column that they pass. */
type Passed = ReadonlyMap<LayoutWire, readonly Point[]>;

const columnAt = ({ x }: Point): number => Math.round(x);
const laneId = (w: LayoutWire): string => `lane\n${wireKey(w)}`;

/** Boxes on the longest way through the graph. */
function mainChain(boxes: readonly LayoutBox[], wires: readonly LayoutWire[]): ReadonlySet<string> {
  const next = new Map<string, string[]>();
  const waiting = new Map(boxes.map((b) => [b.id, 0]));
  for (const w of wires) {
    next.set(w.from, [...(next.get(w.from) ?? []), w.to]);
    waiting.set(w.to, (waiting.get(w.to) ?? 0) + 1);
  }
  const length = new Map<string, number>();
  const before = new Map<string, string>();
  const ready = boxes.filter((b) => waiting.get(b.id) === 0).map((b) => b.id);
  for (const id of ready) {
    for (const to of next.get(id) ?? []) {
      const reach = (length.get(id) ?? 0) + 1;
      if (reach > (length.get(to) ?? 0)) {
        length.set(to, reach);
        before.set(to, id);
      }
      waiting.set(to, (waiting.get(to) ?? 0) - 1);
      if (waiting.get(to) === 0) ready.push(to);
    }
  }
  let end: string | undefined = ready[0];
  for (const id of ready) if ((length.get(id) ?? 0) > (length.get(end ?? "") ?? 0)) end = id;
  const chain = new Set<string>();
  for (let id = end; id !== undefined; id = before.get(id)) chain.add(id);
  return chain;
}

function itemsOf(boxes: readonly LayoutBox[], passed: Passed, ordered: Ordered, main: ReadonlySet<string>): Item[] {
  const chainAt = new Map([...main].map((id) => [columnAt(ordered.box(id)), ordered.box(id).y]));
  const usual = [...chainAt.values()][0] ?? 0;
  const from = ({ x, y }: Point): number => y - (chainAt.get(Math.round(x)) ?? usual);
  const beside = boxes.filter((b) => !main.has(b.id));
  return [
    ...beside.map((b): Item => {
      const at = ordered.box(b.id);
      return { id: b.id, column: columnAt(at), from: from(at), height: b.height, lane: false };
    }),
    ...[...passed].flatMap(([w, points]) =>
      points.map(
        (at): Item => ({ id: laneId(w), column: columnAt(at), from: from(at), height: laneHeight, lane: true }),
      ),
    ),
  ];
}

/** Points of a wire in the columns that it passes; bends in the gaps between columns are not looked at. */
function between(wire: LayoutWire, ordered: Ordered, columns: ReadonlySet<number>): readonly Point[] {
  const [begin, end] = [columnAt(ordered.box(wire.from)), columnAt(ordered.box(wire.to))];
  const passed = (p: Point): boolean => columns.has(columnAt(p)) && columnAt(p) > begin && columnAt(p) < end;
  return ordered.bends(wire).filter(passed);
}

/** Tells the branch of a box or lane: what follows one another beside the main chain is one, and stays level. */
function branchesOf(passed: Passed, main: ReadonlySet<string>): (id: string) => string {
  const parent = new Map<string, string>();
  const rootOf = (id: string): string => {
    let at = id;
    for (let up = parent.get(at); up !== undefined; up = parent.get(at)) at = up;
    return at;
  };
  const continued = new Set<string>();
  const reached = new Set<string>();
  for (const [w, points] of passed) {
    const way = [w.from, ...(points.length > 0 ? [laneId(w)] : []), w.to].filter((id) => !main.has(id));
    for (const [i, id] of way.entries()) {
      const after = way[i + 1];
      // One branch goes on from a box, and one arrives: others are their own.
      if (after === undefined || continued.has(id) || reached.has(after)) continue;
      continued.add(id);
      reached.add(after);
      parent.set(rootOf(after), rootOf(id));
    }
  }
  return rootOf;
}

/** Items above the main chain; a branch goes where most of it is. */
function itemsAbove(items: readonly Item[], branch: (id: string) => string): readonly Item[] {
  const balance = new Map<string, number>();
  for (const i of items) balance.set(branch(i.id), (balance.get(branch(i.id)) ?? 0) + Math.sign(i.from));
  return items.filter((i) => (balance.get(branch(i.id)) ?? 0) < 0);
}

/**
 * How far from the chain each branch begins: in every column behind what is nearer in the given order, and at one
 * distance in all its columns. Repeated until nothing moves, which ends because distances only grow.
 */
function stack(
  items: readonly Item[],
  branch: (id: string) => string,
  /** Null where the chain does not pass. */
  chainHeight: (column: number) => number | null,
): ReadonlyMap<string, number> {
  const columns = new Map<number, Item[]>();
  for (const i of items) columns.set(i.column, [...(columns.get(i.column) ?? []), i]);
  for (const list of columns.values()) list.sort((a, b) => Math.abs(a.from) - Math.abs(b.from));
  const depth = new Map<string, number>();
  for (let turn = 0, moved = true; moved && turn < 50; turn++) {
    moved = false;
    for (const [column, list] of columns) {
      let end = chainHeight(column) ?? 0;
      let gap = chainHeight(column) === null ? 0 : branchGap;
      for (const i of list) {
        const least = end + (i.lane ? laneGap : gap);
        const own = branch(i.id);
        if (least > (depth.get(own) ?? -1)) {
          depth.set(own, least);
          moved = true;
        }
        end = (depth.get(own) ?? 0) + i.height;
        gap = i.lane ? laneGap : branchGap;
      }
    }
  }
  return depth;
}

function tallestOf(items: readonly Item[], branch: (id: string) => string): ReadonlyMap<string, number> {
  const tallest = new Map<string, number>();
  for (const i of items) tallest.set(branch(i.id), Math.max(tallest.get(branch(i.id)) ?? 0, i.height));
  return tallest;
}
