/** Colours of the overlays as CSS, from the tokens of the theme. */
export type Scale = "hl" | "seq" | "cost" | "sg";

const diverging = ["m3", "m2", "m1", "0", "p1", "p2", "p3"] as const;
const sequential = ["0", "1", "2", "3", "4", "5", "6"] as const;
const stopsOf = (scale: Scale): readonly string[] => (scale === "hl" || scale === "sg" ? diverging : sequential);

/** Decades that the scale of gradients shows to either side of the reference. */
export const decades = 3;

/** Finer steps of a mixture could not be told apart, and would have every strip painted at every frame. */
const steps = 20;

interface Mixture {
  readonly from: string;
  readonly to: string;
  /** Part of `to`. */
  readonly part: number;
}

/** Two neighbouring tokens of a scale and how they are mixed at `t` in 0..1. */
export function mixtureAt(scale: Scale, t: number): Mixture {
  const stops = stopsOf(scale);
  const x = Math.min(1, Math.max(0, t)) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(x));
  const part = Math.round((x - i) * steps) / steps;
  return { from: `--${scale}-${stops[i]}`, to: `--${scale}-${stops[i + 1]}`, part };
}

/** The colour of a scale at `t` in 0..1, mixed in OKLab. */
export function colorAt(scale: Scale, t: number): string {
  const { from, to, part } = mixtureAt(scale, t);
  if (part === 0) return `var(${from})`;
  if (part === 1) return `var(${to})`;
  return `color-mix(in oklab, var(${to}) ${Math.round(part * 100)}%, var(${from}))`;
}

/** Place of a number of decades from the reference on the scale, 0..1. */
export const placeOf = (relative: number): number => Math.min(1, Math.max(0, (relative + decades) / (2 * decades)));

/** The colour of a gradient by its decades from the reference. */
export const healthColor = (relative: number): string => colorAt("hl", placeOf(relative));

/** Where sequential scales begin: their palest shades could not be told from the ground of a bar. */
const palest = 0.2;

/** The shade of a sequential scale for a part of its largest value. */
export const shadeOf = (scale: "seq" | "cost", part: number): string =>
  colorAt(scale, palest + (1 - palest) * Math.min(1, Math.max(0, part)));

/** A whole scale from left to right. */
export const gradientOf = (scale: Scale): string =>
  `linear-gradient(90deg, ${(
    scale === "seq" || scale === "cost"
      ? [0, 0.2, 0.4, 0.6, 0.8, 1].map((part) => shadeOf(scale, part))
      : stopsOf(scale).map((s) => `var(--${scale}-${s})`)
  ).join(", ")})`;

/**
 * Width of a band: 2.6 more for every decade. It is relative as the colour is, with the reference at a hundredth: at
 * an absolute measure all threads of a loss in large units would be thick, however healthy.
 */
export const bandWidth = (relative: number): number => Math.min(11, Math.max(1.5, 1.5 + 2.6 * (relative - 2 + 4)));
