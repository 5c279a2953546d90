import { ok, type Result } from "../core/result.ts";

/** A central difference: the function at `h` on both sides, and the slope between. */
export interface Difference {
  readonly h: number;
  readonly up: number;
  readonly down: number;
  readonly slope: number;
}

/** Steps that one parabola goes through, each half of the one before. */
const window = 6;
/** Steps where rounding and corners must be kept apart. */
export const manySteps = 12;

/** The value of a function near 0, and how far from 0 that was: a float32 does not take every step exactly. */
export interface Sampled {
  readonly at: number;
  readonly value: number;
}

/**
 * The derivative at 0 of a function of one number, from central differences at several h: the value at h = 0 of a
 * parabola through six consecutive ones. Its linear part stands for corners (ReLU, max), the square one for curvature;
 * small steps, which suffer most from rounding, weigh least. Of all such parabolas the one is taken that its own
 * differences lie nearest to: steps that are too long meet too many corners, and steps that are too short drown in
 * rounding. Errors: those of the function.
 */
export async function derivativeAtZero(
  f: (h: number) => Promise<Result<Sampled>>,
  longest: number,
  count = window,
): Promise<Result<{ readonly value: number; readonly steps: readonly Difference[] }>> {
  const steps: Difference[] = [];
  for (let i = 0; i < count; i++) {
    const h = longest * 0.5 ** i;
    const [up, down] = [await f(h), await f(-h)];
    if (!up.ok) return up;
    if (!down.ok) return down;
    const rise = up.value.value - down.value.value;
    const run = up.value.at - down.value.at;
    steps.push({ h, up: up.value.value, down: down.value.value, slope: run === 0 ? 0 : rise / run });
  }
  const fits = steps.slice(window - 1).map((_, i) => parabolaAtZero(steps.slice(i, i + window).map((s) => s.slope)));
  const [best] = fits.sort((a, b) => a.residual - b.residual);
  return ok({ value: best?.value ?? Number.NaN, steps });
}

/** Where the steps of a window stand, as parts of its longest. */
const xs = Array.from({ length: window }, (_, i) => 0.5 ** i);
/** Sums of x^2 x^p: the weights, which are x^2 as rounding errors grow with 1/h, and powers of x. */
const moment = (power: number, values?: readonly number[]): number =>
  xs.reduce((sum, x, i) => sum + x ** (power + 2) * (values?.[i] ?? 1), 0);
const moments = [0, 1, 2, 3, 4].map((p) => moment(p)) as [number, number, number, number, number];

/** The parabola that fits best: its value at 0, and the weighted mean square of what is left. */
function parabolaAtZero(ys: readonly number[]): { readonly value: number; readonly residual: number } {
  const right = [0, 1, 2].map((p) => moment(p, ys)) as [number, number, number];
  const [m0, m1, m2, m3, m4] = moments;
  const columns = [
    [m0, m1, m2],
    [m1, m2, m3],
    [m2, m3, m4],
  ] as const;
  const whole = determinant(...columns);
  const [c, b, a] = [
    determinant(right, columns[1], columns[2]) / whole,
    determinant(columns[0], right, columns[2]) / whole,
    determinant(columns[0], columns[1], right) / whole,
  ];
  const left = ys.map((y, i) => (y - c - b * (xs[i] as number) - a * (xs[i] as number) ** 2) ** 2);
  return { value: c, residual: moment(0, left) };
}

type Three = readonly [number, number, number];

const determinant = (a: Three, b: Three, c: Three): number =>
  a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1]) + c[0] * (a[1] * b[2] - a[2] * b[1]);
