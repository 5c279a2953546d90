/**
 * The width of parts of which there are at most `count` in a span: a power of two, so that parts of one thinning are
 * whole halves of those of a later one, and what stood evenly goes on to.
 */
export const partWidth = (span: number, count: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, span / count)));

/**
 * At most `count` of a list's items, spread evenly over its span of `at`, and those that `stays` names. A list that grows
 * and is thinned again and again thereby keeps its oldest part as fine as its newest; to drop every other item each time
 * would leave nothing of it.
 */
export function evenly<T>(
  items: readonly T[],
  count: number,
  at: (item: T) => number,
  stays: (item: T, index: number) => boolean,
): readonly T[] {
  const [first, last] = [items[0], items.at(-1)];
  if (first === undefined || last === undefined) return items;
  const width = partWidth(at(last) - at(first) + 1, count);
  let before = -1;
  return items.filter((item, i) => {
    const part = Math.floor((at(item) - at(first)) / width);
    const opens = part !== before;
    before = part;
    return opens || stays(item, i);
  });
}
