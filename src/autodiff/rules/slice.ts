import { invariant } from "../../core/invariant.ts";
import type { GradientContext, GradientRule } from "../../ir/gradient.ts";
import type { Value } from "../../ir/graph.ts";
import { Maths } from "../../ir/maths.ts";
import { toNumbers } from "../../shape/dtype.ts";
import { normalAxis } from "../../shape/type.ts";
import { text } from "../attributes.ts";
import { scatterAdd } from "./scatter.ts";

/** Contents of an input that must be an initializer. */
export function constantNumbers(c: GradientContext, i: number): number[] {
  const { constant } = c.x(i);
  invariant(constant, "a gradient needs this input constant");
  return Array.from(toNumbers(constant));
}

/**
 * The transpose of x[start:end:step]: dy goes back to the places it came from, zeros stand between and around.
 * A backward step is a reversal and a forward step.
 */
export const slice: GradientRule = (c) => {
  const m = new Maths(c.b);
  const dims = c.size(c.x(0));
  const starts = constantNumbers(c, 1);
  const axes = c.inputs[3] ? constantNumbers(c, 3) : starts.map((_, i) => i);
  const steps = c.inputs[4] ? constantNumbers(c, 4) : starts.map(() => 1);
  const before = dims.map(() => 0);
  const after = dims.map(() => 0);
  let dy = c.dy();
  starts.forEach((start, i) => {
    const axis = normalAxis(axes[i] as number, dims.length) as number;
    const [size, step] = [dims[axis] as number, steps[i] as number];
    const count = c.size(dy)[axis] as number;
    const from = Math.min(Math.max(start < 0 ? start + size : start, 0), step > 0 ? size : size - 1);
    const first = step > 0 || count === 0 ? from : from + (count - 1) * step;
    if (step < 0 && count > 1) dy = m.slice(dy, axis, -1, null, -1);
    dy = spaced(m, dy, axis, Math.abs(step));
    before[axis] = first;
    after[axis] = size - first - (c.size(dy)[axis] as number);
  });
  return [m.pad(dy, before, after)];
};

/** step - 1 zeros between neighbours along an axis. */
function spaced(m: Maths, v: Value, axis: number, step: number): Value {
  const dims = v.type.shape as number[];
  const count = dims[axis] as number;
  if (step === 1 || count < 2) return v;
  const split = [...dims.slice(0, axis + 1), 1, ...dims.slice(axis + 1)];
  const after = split.map((_, i) => (i === axis + 1 ? step - 1 : 0));
  const wide = m.pad(
    m.reshape(v, split),
    split.map(() => 0),
    after,
  );
  const joined = m.reshape(
    wide,
    dims.map((d, i) => (i === axis ? d * step : d)),
  );
  return m.slice(joined, axis, 0, (count - 1) * step + 1);
}

/** The transpose of Pad: a constant border is cut off, any other is added to the places it copies. */
export const pad: GradientRule = (c) => {
  const m = new Maths(c.b);
  const dims = c.size(c.x(0));
  const { before, after } = padAmounts(c, dims.length);
  const mode = text(c, "mode", "constant");
  if (mode === "constant") {
    const inner = m.pad(
      c.dy(),
      before.map((p) => -p),
      after.map((p) => -p),
    );
    const border = (): Value => {
      const axes = dims.map((_, i) => i);
      return m.sub(m.sum(c.dy(), axes, false), m.sum(inner, axes, false));
    };
    return [c.needs(0) ? inner : null, null, c.needs(2) ? border() : null];
  }
  return [
    dims.reduce((dy, size, axis) => {
      const [low, high] = [before[axis] as number, after[axis] as number];
      if (low === 0 && high === 0) return dy;
      const sources = Array.from({ length: low + size + high }, (_, i) => source(mode, i - low, size));
      return scatterAdd(c, dy, c.b.ints(sources), axis, size);
    }, c.dy()),
  ];
};

function padAmounts(c: GradientContext, rank: number): { before: number[]; after: number[] } {
  const pads = constantNumbers(c, 1);
  const axes = c.inputs[3] ? constantNumbers(c, 3) : Array.from({ length: rank }, (_, i) => i);
  const before = new Array<number>(rank).fill(0);
  const after = [...before];
  axes.forEach((a, i) => {
    const axis = normalAxis(a, rank) as number;
    before[axis] = pads[i] as number;
    after[axis] = pads[i + axes.length] as number;
  });
  return { before, after };
}

/** The place that a border element at `i` (counted from the first real element) copies. */
function source(mode: string, i: number, size: number): number {
  if (mode === "edge") return Math.min(Math.max(i, 0), size - 1);
  if (mode === "wrap") return ((i % size) + size) % size;
  const period = Math.max(2 * (size - 1), 1);
  const folded = ((i % period) + period) % period;
  return folded < size ? folded : period - folded;
}
