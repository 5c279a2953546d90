import type { Size } from "../../src/graph/edit/arrange.ts";
import type { Point } from "./controller.ts";

export interface Box extends Point, Size {}

/** A line through edges or middles that agree, or a gap with its measure. In units of the canvas. */
export type GuideLine =
  | { readonly kind: "line"; readonly axis: "x" | "y"; readonly at: number; readonly from: number; readonly to: number }
  | {
      readonly kind: "gap";
      readonly axis: "x" | "y";
      readonly from: number;
      readonly to: number;
      readonly across: number;
    };

export interface Snap {
  /** To be added to where the box is. */
  readonly dx: number;
  readonly dy: number;
  readonly lines: readonly GuideLine[];
}

const axes = ["x", "y"] as const;
type AxisName = (typeof axes)[number];
const extent = { x: "width", y: "height" } as const;
const other = { x: "y", y: "x" } as const;

const start = (b: Box, axis: AxisName): number => b[axis];
const end = (b: Box, axis: AxisName): number => b[axis] + b[extent[axis]];
const middle = (b: Box, axis: AxisName): number => b[axis] + b[extent[axis]] / 2;

/**
 * Draws a moved box to where its edges or middle agree with those of others, or the gaps between neighbours are equal,
 * when it is `within` that far from it. Each axis on its own; of equal offers the nearest wins.
 */
export function snapToGuides(moved: Box, others: readonly Box[], within: number): Snap {
  const found = axes.map((axis) => snapAxis(moved, others, axis, within));
  const [dx, dy] = [found[0]?.by ?? 0, found[1]?.by ?? 0];
  const box = { ...moved, x: moved.x + dx, y: moved.y + dy };
  const lines = axes.flatMap((axis, i) => (found[i]?.kind ? guidesFor(box, others, axis) : []));
  return { dx, dy, lines };
}

interface Offer {
  readonly by: number;
  readonly kind: "edge" | "gap" | null;
}

function snapAxis(moved: Box, others: readonly Box[], axis: AxisName, within: number): Offer {
  let best: Offer = { by: 0, kind: null };
  let distance = within;
  const offer = (by: number, kind: "edge" | "gap"): void => {
    if (Math.abs(by) > distance || (Math.abs(by) === distance && best.kind)) return;
    distance = Math.abs(by);
    best = { by, kind };
  };
  for (const o of others) {
    offer(start(o, axis) - start(moved, axis), "edge");
    offer(end(o, axis) - end(moved, axis), "edge");
    offer(middle(o, axis) - middle(moved, axis), "edge");
  }
  for (const by of equalGaps(moved, others, axis)) offer(by, "gap");
  return best;
}

const inRow = (a: Box, b: Box, axis: AxisName): boolean => {
  const across = other[axis];
  return start(a, across) < end(b, across) && start(b, across) < end(a, across);
};

/** Offers that make the gap to a neighbour the same as the gap between two others in the row, on either side. */
function equalGaps(moved: Box, others: readonly Box[], axis: AxisName): number[] {
  const row = others.filter((o) => inRow(o, moved, axis)).sort((a, b) => start(a, axis) - start(b, axis));
  const before = row.filter((o) => middle(o, axis) < middle(moved, axis));
  const after = row.filter((o) => middle(o, axis) >= middle(moved, axis));
  const [left, leftOfIt] = [before.at(-1), before.at(-2)];
  const [right, rightOfIt] = [after[0], after[1]];
  const offers: number[] = [];
  if (left && leftOfIt) offers.push(end(left, axis) + (start(left, axis) - end(leftOfIt, axis)) - start(moved, axis));
  if (right && rightOfIt)
    offers.push(start(right, axis) - (start(rightOfIt, axis) - end(right, axis)) - end(moved, axis));
  if (left && right) offers.push((end(left, axis) + start(right, axis)) / 2 - middle(moved, axis));
  return offers;
}

/** Two places that agree to a hundredth of a unit are the same. */
const agree = (a: number, b: number): boolean => Math.abs(a - b) < 0.01;

function guidesFor(box: Box, others: readonly Box[], axis: AxisName): GuideLine[] {
  return [...alignedLines(box, others, axis), ...gapLines(box, others, axis)];
}

function alignedLines(box: Box, others: readonly Box[], axis: AxisName): GuideLine[] {
  const across = other[axis];
  return [start, middle, end].flatMap((edge): GuideLine[] => {
    const at = edge(box, axis);
    const hit = others.filter((o) => agree(edge(o, axis), at));
    if (hit.length === 0) return [];
    const all = [box, ...hit];
    const reach = 18;
    const from = Math.min(...all.map((b) => start(b, across))) - reach;
    return [{ kind: "line", axis, at, from, to: Math.max(...all.map((b) => end(b, across))) + reach }];
  });
}

function gapLines(box: Box, others: readonly Box[], axis: AxisName): GuideLine[] {
  const row = [...others.filter((o) => inRow(o, box, axis)), box].sort((a, b) => start(a, axis) - start(b, axis));
  const at = row.indexOf(box);
  const near = row.slice(Math.max(0, at - 2), at + 3);
  const gaps = near.slice(1).map((b, i) => ({ from: end(near[i] as Box, axis), to: start(b, axis) }));
  const across = Math.max(...near.map((b) => end(b, other[axis]))) + 14;
  const equal = gaps.filter((g) => g.to > g.from && gaps.some((h) => h !== g && agree(h.to - h.from, g.to - g.from)));
  return equal.map((g) => ({ kind: "gap", axis, ...g, across }));
}

const grid = 20;
export const toGrid = ({ x, y }: Point): Point => ({ x: Math.round(x / grid) * grid, y: Math.round(y / grid) * grid });
