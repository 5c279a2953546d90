import type { LayoutWire } from "./autoLayout.ts";

/** A wire that spans more columns than this is drawn straight across: a lane for it would not help to follow it. */
const longestLane = 200;
/** Sweeps to and fro that untangle wires; more change next to nothing. */
const sweeps = 8;

/** Columns from left to right, and in each what stands or passes there from top to bottom. */
export interface Ordering {
  /** Column of every box. */
  readonly rank: ReadonlyMap<string, number>;
  /** Boxes of the longest way through the graph, in its order. */
  readonly main: readonly string[];
  /** Ids of boxes, and of the lanes (`laneId`) of wires that pass, from top to bottom. */
  readonly columns: readonly (readonly string[])[];
}

export const wireKey = ({ from, to }: LayoutWire): string => `${from}\n${to}`;
/** Stands for a wire in the columns it passes. */
export const laneId = (w: LayoutWire): string => `lane\n${wireKey(w)}`;

/**
 * Layers of a graph after Sugiyama: longest-path ranks, lanes for wires that pass over columns, and an order in each
 * column by the mean place of what it is wired to, swept to and fro. Linear in boxes and wires, without recursion, so a
 * chain of thousands is no trouble. Wires of a cycle, which only a faulty document has, may lead back.
 */
export function order(ids: readonly string[], wires: readonly LayoutWire[]): Ordering {
  const graph = linked(ids, wires);
  const sorted = topological(ids, graph);
  const rank = ranks(sorted, graph);
  return { rank, main: longestWay(sorted, graph), columns: untangled(sorted, wires, rank) };
}

interface Linked {
  readonly next: ReadonlyMap<string, readonly string[]>;
  readonly before: ReadonlyMap<string, readonly string[]>;
}

function linked(ids: readonly string[], wires: readonly LayoutWire[]): Linked {
  const next = new Map<string, string[]>(ids.map((id) => [id, []]));
  const before = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { from, to } of wires) {
    next.get(from)?.push(to);
    before.get(to)?.push(from);
  }
  return { next, before };
}

/** Sources first; what is left in cycles comes after, in the given order. */
function topological(ids: readonly string[], { next, before }: Linked): readonly string[] {
  const waiting = new Map(ids.map((id) => [id, before.get(id)?.length ?? 0]));
  const sorted = ids.filter((id) => waiting.get(id) === 0);
  // The list grows while it is gone through.
  for (const id of sorted) {
    for (const to of next.get(id) ?? []) {
      const left = (waiting.get(to) ?? 0) - 1;
      waiting.set(to, left);
      if (left === 0) sorted.push(to);
    }
  }
  const done = new Set(sorted);
  return [...sorted, ...ids.filter((id) => !done.has(id))];
}

/** Every box one column after the last that feeds it; one that nothing feeds stands just before what it feeds. */
function ranks(sorted: readonly string[], { next, before }: Linked): ReadonlyMap<string, number> {
  const rank = new Map<string, number>();
  for (const id of sorted) {
    const fed = (before.get(id) ?? []).map((b) => rank.get(b) ?? -1);
    rank.set(id, Math.max(-1, ...fed) + 1);
  }
  for (const id of sorted) {
    const feeds = (next.get(id) ?? []).map((n) => rank.get(n) ?? 0);
    if ((before.get(id) ?? []).length === 0 && feeds.length > 0) rank.set(id, Math.max(0, Math.min(...feeds) - 1));
  }
  return rank;
}

function longestWay(sorted: readonly string[], { before }: Linked): readonly string[] {
  const length = new Map<string, number>();
  const via = new Map<string, string>();
  let end = sorted[0];
  for (const id of sorted) {
    length.set(id, 0);
    for (const from of before.get(id) ?? []) {
      const reach = (length.get(from) ?? -1) + 1;
      if (reach <= (length.get(id) ?? 0)) continue;
      length.set(id, reach);
      via.set(id, from);
    }
    if ((length.get(id) ?? 0) > (length.get(end ?? "") ?? 0)) end = id;
  }
  const way: string[] = [];
  for (let id = end; id !== undefined; id = via.get(id)) way.push(id);
  return way.reverse();
}

/** Columns with their lanes, ordered so that few wires cross. */
function untangled(
  sorted: readonly string[],
  wires: readonly LayoutWire[],
  rank: ReadonlyMap<string, number>,
): readonly (readonly string[])[] {
  const columns: string[][] = Array.from({ length: Math.max(-1, ...rank.values()) + 1 }, () => []);
  const put = (column: number, id: string): void => void columns[column]?.push(id);
  for (const id of sorted) put(rank.get(id) ?? 0, id);
  const left = new Map<string, string[]>();
  const right = new Map<string, string[]>();
  const link = (column: number, a: string, b: string): void => {
    const [x, y] = [`${column}\n${a}`, `${column + 1}\n${b}`];
    right.set(x, [...(right.get(x) ?? []), b]);
    left.set(y, [...(left.get(y) ?? []), a]);
  };
  for (const w of wires) {
    const [from, to] = [rank.get(w.from) ?? 0, rank.get(w.to) ?? 0];
    if (to <= from || to - from > longestLane) continue;
    for (let c = from; c < to; c++) {
      if (c > from) put(c, laneId(w));
      link(c, c === from ? w.from : laneId(w), c + 1 === to ? w.to : laneId(w));
    }
  }
  for (let turn = 0; turn < sweeps; turn++) {
    const forward = turn % 2 === 0;
    for (let i = 1; i < columns.length; i++) {
      const c = forward ? i : columns.length - 1 - i;
      const neighbour = forward ? left : right;
      columns[c] = byMean(columns[c] ?? [], columns[forward ? c - 1 : c + 1] ?? [], (id) =>
        neighbour.get(`${c}\n${id}`),
      );
    }
  }
  return columns;
}

/** A column sorted by the mean place of what each is wired to in the one beside it; others keep their place. */
function byMean(
  column: readonly string[],
  beside: readonly string[],
  wired: (id: string) => readonly string[] | undefined,
): string[] {
  if (column.length < 2) return [...column];
  const place = new Map(beside.map((id, i) => [id, i]));
  const means = new Map(
    column.map((id, i) => {
      const places = (wired(id) ?? []).map((n) => place.get(n) ?? i);
      return [id, places.length === 0 ? i : places.reduce((a, b) => a + b, 0) / places.length];
    }),
  );
  return [...column].sort((a, b) => (means.get(a) ?? 0) - (means.get(b) ?? 0));
}
