/**
 * Lines along which a grid has a level (marching squares), as the `d` of a path in units of the grid: cell (row, column)
 * has its middle at (column + ½, row + ½). Where the middle of a square is undecided its mean decides.
 */
export function contour(values: ArrayLike<number>, rows: number, columns: number, level: number): string {
  const at = (r: number, c: number): number => (values[r * columns + c] as number) - level;
  let d = "";
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const corners = [at(r, c), at(r, c + 1), at(r + 1, c + 1), at(r + 1, c)] as const;
      if (corners.some((v) => !Number.isFinite(v))) continue;
      d += square(corners, r, c);
    }
  }
  return d;
}

type Corners = readonly [number, number, number, number];

/** Lines within one square; sides are counted top, right, bottom, left. */
function square(corners: Corners, r: number, c: number): string {
  const [a, b, e, f] = corners;
  const kind = (a > 0 ? 8 : 0) + (b > 0 ? 4 : 0) + (e > 0 ? 2 : 0) + (f > 0 ? 1 : 0);
  const part = (from: number, to: number): number => from / (from - to);
  const sides = (): readonly string[] => [
    `${short(c + 0.5 + part(a, b))} ${short(r + 0.5)}`,
    `${short(c + 1.5)} ${short(r + 0.5 + part(b, e))}`,
    `${short(c + 0.5 + part(f, e))} ${short(r + 1.5)}`,
    `${short(c + 0.5)} ${short(r + 0.5 + part(a, f))}`,
  ];
  const middle = a + b + e + f > 0;
  const pairs =
    kind === 5 ? (middle ? saddle.five : saddle.ten) : kind === 10 ? (middle ? saddle.ten : saddle.five) : lines[kind];
  if (!pairs || pairs.length === 0) return "";
  const s = sides();
  return pairs.map(([from, to]) => `M${s[from]}L${s[to]}`).join("");
}

const short = (v: number): string => String(Number(v.toFixed(3)));

type Pairs = readonly (readonly [number, number])[];
const [top, right, bottom, left] = [0, 1, 2, 3];
/** By which corners are above the level: upper left 8, upper right 4, lower right 2, lower left 1. */
const lines: readonly Pairs[] = [
  [],
  [[left, bottom]],
  [[bottom, right]],
  [[left, right]],
  [[top, right]],
  [],
  [[top, bottom]],
  [[top, left]],
  [[top, left]],
  [[top, bottom]],
  [],
  [[top, right]],
  [[left, right]],
  [[bottom, right]],
  [[left, bottom]],
  [],
];
/** Two corners across from each other are above: cut off those that are not on the side of the middle. */
const saddle = {
  five: [
    [top, left],
    [bottom, right],
  ],
  ten: [
    [top, right],
    [left, bottom],
  ],
} as const satisfies { readonly [name: string]: Pairs };

/** Levels of contour lines: round numbers, or powers of ten where the values span decades. */
export function levelsOf(low: number, high: number, most: number): readonly number[] {
  if (!(high > low)) return [];
  if (low > 0 && high / low >= 30) {
    const powers: number[] = [];
    for (let e = Math.ceil(Math.log10(low)); e <= Math.floor(Math.log10(high)); e++) powers.push(10 ** e);
    if (powers.length >= 2)
      return thinned(
        powers.flatMap((p) => [p, Number((3 * p).toPrecision(3))]).filter((v) => v < high),
        most,
      );
  }
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((s) => s * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

const thinned = (all: readonly number[], most: number): readonly number[] =>
  all.filter((_, i) => i % Math.ceil(all.length / most) === 0);
