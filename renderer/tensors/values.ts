import { elementCount, type Tensor, toNumbers } from "../../src/shape/dtype.ts";
import { colourSteps, type Tone } from "./colours.ts";

/** A list of numbers that is drawn: contents of a tensor, row-major. */
export type Values = ArrayLike<number>;

const converted = new WeakMap<Tensor, Values>();

/** Elements of a tensor as numbers; int64 is converted once. */
export function numbersOf(tensor: Tensor): Values {
  let values = converted.get(tensor);
  if (!values) {
    values = toNumbers(tensor);
    converted.set(tensor, values);
  }
  return values;
}

/** What one reads at a glance of many numbers. NaN and infinite ones are counted and else left out. */
export interface Extent {
  readonly count: number;
  readonly least: number;
  readonly greatest: number;
  readonly mean: number;
  /** Greatest distance from 0. */
  readonly largest: number;
  readonly zeros: number;
  readonly bad: number;
}

export function extentOf(values: Values, from = 0, to = values.length): Extent {
  let [least, greatest, sum, zeros, bad] = [Infinity, -Infinity, 0, 0, 0];
  for (let i = from; i < to; i++) {
    const v = values[i] as number;
    // Neither NaN nor infinite: cheaper than asking for each.
    if (v - v !== 0) {
      bad++;
      continue;
    }
    if (v < least) least = v;
    if (v > greatest) greatest = v;
    if (v === 0) zeros++;
    sum += v;
  }
  const count = Math.max(0, to - from);
  const good = count - bad;
  if (good === 0) return { count, least: 0, greatest: 0, mean: 0, largest: 0, zeros, bad };
  return { count, least, greatest, mean: sum / good, largest: Math.max(-least, greatest, 0), zeros, bad };
}

const steps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/**
 * The next number in two digits that is no less: limits of scales are such numbers, so that they can be printed and do
 * not change with every step of a training. 1 where there is nothing but zeros.
 */
export function niceLimit(largest: number): number {
  // Below, powers of ten have no digits left.
  if (!(largest > 1e-300) || !Number.isFinite(largest)) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  // A number that is one of the steps but for the last bit is that step.
  const step = steps.find((s) => s * power >= largest * (1 - 1e-9)) ?? 10;
  return Number((step * power).toPrecision(3));
}

/** From which value to which one the colours go; what lies outside has the colour of the end. */
export interface Scale {
  readonly tone: Tone;
  readonly low: number;
  readonly high: number;
}

export const signedScale = (limit: number): Scale => ({ tone: "signed", low: -limit, high: limit });

/** The scale that numbers of this extent are drawn in: signed ones around 0, others from 0 on. */
export function scaleFor({ least, greatest, largest }: Extent, tone?: Tone): Scale {
  const chosen = tone ?? (least < 0 ? "signed" : "sequential");
  if (chosen === "signed") return signedScale(niceLimit(largest));
  // Ink on paper keeps its contrast whatever the data were scaled to.
  if (chosen === "grey")
    return greatest > least ? { tone: "grey", low: least, high: greatest } : { tone: "grey", low: 0, high: 1 };
  return { tone: chosen, low: 0, high: niceLimit(largest) };
}

/** Entry of the colour table for a finite value. */
export function entryOf(v: number, { low, high }: Scale): number {
  const part = (v - low) / (high - low);
  return Math.round(Math.min(1, Math.max(0, part)) * (colourSteps - 1));
}

/** Index along every axis of a place in the flat list. */
export function unravel(dims: readonly number[], flat: number): number[] {
  const index: number[] = [];
  let left = flat;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    const size = dims[axis] as number;
    index.unshift(left % size);
    left = Math.floor(left / size);
  }
  return index;
}

/** Place in the flat list of an index along every axis. */
export const ravel = (dims: readonly number[], index: readonly number[]): number =>
  dims.reduce((flat, size, axis) => flat * size + (index[axis] ?? 0), 0);

/** One sample of a batch (first axis), without a copy where there is none to make. */
export function sampleOf(values: Values, dims: readonly number[], sample: number): Values {
  const size = elementCount(dims.slice(1));
  if ((dims[0] ?? 1) === 1 && sample === 0) return values;
  return ArrayBuffer.isView(values)
    ? (values as Float32Array).subarray(sample * size, (sample + 1) * size)
    : Array.from({ length: size }, (_, i) => values[sample * size + i] as number);
}
