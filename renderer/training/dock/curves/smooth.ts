import type { Series } from "../../series.ts";

/**
 * Exponential mean with the weights of the beginning set right, so that the first points are not pulled to zero. A
 * point that stands for several steps counts for as many; what is not finite is left out of the mean and of the curve.
 */
export function smoothed({ x, y }: Series, weight: number): Series {
  if (weight <= 0) return { x, y };
  const outX: number[] = [];
  const outY: number[] = [];
  let mean = 0;
  let mass = 0;
  let last = x.length > 0 ? (x[0] as number) - 1 : 0;
  for (let i = 0; i < x.length; i++) {
    const value = y[i] as number;
    if (!Number.isFinite(value)) continue;
    const steps = (x[i] as number) - last;
    const keep = steps <= 1 ? weight : weight ** steps;
    mean = keep * mean + (1 - keep) * value;
    mass = keep * mass + (1 - keep);
    last = x[i] as number;
    outX.push(last);
    outY.push(mean / mass);
  }
  return { x: outX, y: outY };
}
