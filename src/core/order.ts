/** Deterministic order: comparisons by code unit, never by locale. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Entries of a record in key order. */
export function sortedEntries<T>(record: { readonly [key: string]: T }): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => byText(a, b));
}

/**
 * Topological order of `ids` along `edges` (from, to), ties broken by the order of `ids`.
 * Nodes on a cycle are left out; the caller compares lengths.
 */
export function topologicalOrder(ids: readonly string[], edges: readonly (readonly [string, string])[]): string[] {
  const rank = new Map(ids.map((id, i) => [id, i]));
  const pending = new Map<string, number>(ids.map((id) => [id, 0]));
  const next = new Map<string, string[]>();
  for (const [from, to] of edges) {
    if (!rank.has(from) || !rank.has(to)) continue;
    pending.set(to, (pending.get(to) ?? 0) + 1);
    const list = next.get(from);
    if (list) list.push(to);
    else next.set(from, [to]);
  }
  const ready = new RankQueue(ids.filter((id) => pending.get(id) === 0).map((id) => rank.get(id) as number));
  const order: string[] = [];
  for (let r = ready.pop(); r !== undefined; r = ready.pop()) {
    const id = ids[r] as string;
    order.push(id);
    for (const to of next.get(id) ?? []) {
      const left = (pending.get(to) as number) - 1;
      pending.set(to, left);
      if (left === 0) ready.push(rank.get(to) as number);
    }
  }
  return order;
}

/** Binary min-heap of numbers: keeps the order stable in O(n log n). */
class RankQueue {
  readonly #heap: number[];
  constructor(sorted: number[]) {
    this.#heap = sorted;
  }
  push(rank: number): void {
    const heap = this.#heap;
    let i = heap.push(rank) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if ((heap[parent] as number) <= rank) break;
      heap[i] = heap[parent] as number;
      i = parent;
    }
    heap[i] = rank;
  }
  pop(): number | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child++;
      if ((heap[child] as number) >= last) break;
      heap[i] = heap[child] as number;
      i = child;
    }
    heap[i] = last;
    return top;
  }
}
