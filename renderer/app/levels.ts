import type { LayoutBox, LayoutWire } from "./autoLayout.ts";
import { laneId, type Ordering, wireKey } from "./ordering.ts";

/** Between boxes one above the other. */
const branchGap = 34;
/** Between a wire's lane and what is above or below it. */
const laneGap = 14;
/** The first port of a box is this far below its top: what a lane is kept level with. */
const portHeight = 14;
const laneHeight = 2 * portHeight;

/** A box, or a wire that passes through a column. */
interface Item {
  readonly id: string;
  readonly column: number;
  /** Places from the main chain; negative above. */
  readonly from: number;
  readonly height: number;
  readonly lane: boolean;
}

export interface Levels {
  /** Top of every box. */
  readonly tops: ReadonlyMap<string, number>;
  /** Height of the lane of every wire that has one, by `wireKey`. */
  readonly lanes: ReadonlyMap<string, number>;
}

/**
 * Heights that make a picture calm: the longest way through the graph runs on one straight line, and every branch beside
 * it on a line of its own, as near as what is between allows: above or below as the ordering has it, or all below.
 */
export function leveled(
  boxes: readonly LayoutBox[],
  wires: readonly LayoutWire[],
  ordering: Ordering,
  sides: "both" | "below",
): Levels {
  const height = new Map(boxes.map((b) => [b.id, b.height]));
  const main = new Set(ordering.main);
  const chain = new Map(ordering.main.map((id) => [ordering.rank.get(id) ?? 0, id]));
  const items = itemsOf(ordering, main, chain, height);
  const laned = new Set(items.filter((i) => i.lane).map((i) => i.id));
  const branch = branchesOf(wires, main, laned);
  const above = new Set(sides === "both" ? itemsAbove(items, branch) : []);
  const tops = new Map<string, number>();
  const chainHeight = (column: number): number | null => {
    const id = chain.get(column);
    return id === undefined ? null : (height.get(id) ?? 0);
  };
  const below = items.filter((i) => !above.has(i));
  for (const [id, top] of stack(below, branch, chainHeight)) tops.set(id, top);
  // Above is the same upside down: a branch ends where below it begins, and takes the room of its tallest box.
  const tallest = tallestOf([...above], branch);
  const room = [...above].map((i) => ({ ...i, height: tallest.get(branch(i.id)) ?? 0 }));
  for (const [id, depth] of stack(room, branch, (column) => (chain.has(column) ? 0 : null))) {
    tops.set(id, -depth - (tallest.get(id) ?? 0));
  }
  const topOf = (id: string): number => (main.has(id) ? 0 : (tops.get(branch(id)) ?? 0));
  const withLane = wires.filter((w) => laned.has(laneId(w)));
  return {
    tops: new Map(boxes.map((b) => [b.id, topOf(b.id)])),
    lanes: new Map(withLane.map((w) => [wireKey(w), topOf(laneId(w)) + portHeight])),
  };
}

function itemsOf(
  { columns }: Ordering,
  main: ReadonlySet<string>,
  chain: ReadonlyMap<number, string>,
  height: ReadonlyMap<string, number>,
): Item[] {
  return columns.flatMap((ids, column) => {
    const middle = ids.indexOf(chain.get(column) ?? "");
    return ids.flatMap((id, i): Item[] => {
      if (main.has(id)) return [];
      const lane = !height.has(id);
      return [{ id, column, from: middle < 0 ? i + 1 : i - middle, height: height.get(id) ?? laneHeight, lane }];
    });
  });
}

/** Tells the branch of a box or lane: what follows one another beside the main chain is one, and stays level. */
function branchesOf(
  wires: readonly LayoutWire[],
  main: ReadonlySet<string>,
  laned: ReadonlySet<string>,
): (id: string) => string {
  const parent = new Map<string, string>();
  const rootOf = (id: string): string => {
    let at = id;
    for (let up = parent.get(at); up !== undefined; up = parent.get(at)) at = up;
    return at;
  };
  const continued = new Set<string>();
  const reached = new Set<string>();
  for (const w of wires) {
    const lane = laneId(w);
    const way = [w.from, ...(laned.has(lane) ? [lane] : []), w.to].filter((id) => !main.has(id));
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
 * distance in all its columns. Repeated until nothing moves; distances only grow, and a limit ends what would grow
 * for ever (two branches each behind the other in different columns).
 */
function stack(
  items: readonly Item[],
  branch: (id: string) => string,
  /** Null where the chain does not pass. */
  chainHeight: (column: number) => number | null,
): ReadonlyMap<string, number> {
  const columns = new Map<number, Item[]>();
  for (const i of items) {
    const list = columns.get(i.column);
    if (list) list.push(i);
    else columns.set(i.column, [i]);
  }
  for (const list of columns.values()) list.sort((a, b) => Math.abs(a.from) - Math.abs(b.from));
  const depth = new Map<string, number>();
  for (let turn = 0, moved = true; moved && turn < 12; turn++) {
    moved = false;
    for (const [column, list] of columns) {
      // What is further out already stays there: the order in a column may only give way to the level of a branch.
      if (turn > 0) list.sort((a, b) => (depth.get(branch(a.id)) ?? 0) - (depth.get(branch(b.id)) ?? 0));
      moved = pile(list, column) || moved;
    }
  }
  return depth;

  function pile(list: readonly Item[], column: number): boolean {
    const height = chainHeight(column);
    let end = height ?? 0;
    let gap = height === null ? 0 : branchGap;
    let moved = false;
    for (const i of list) {
      const own = branch(i.id);
      const least = end + (i.lane ? Math.min(gap, laneGap) : gap);
      if (least > (depth.get(own) ?? -1)) {
        depth.set(own, least);
        moved = true;
      }
      end = (depth.get(own) ?? 0) + i.height;
      gap = i.lane ? laneGap : branchGap;
    }
    return moved;
  }
}

function tallestOf(items: readonly Item[], branch: (id: string) => string): ReadonlyMap<string, number> {
  const tallest = new Map<string, number>();
  for (const i of items) tallest.set(branch(i.id), Math.max(tallest.get(branch(i.id)) ?? 0, i.height));
  return tallest;
}
