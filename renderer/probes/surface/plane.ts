import { checkDocument } from "../../../src/compile/check.ts";
import { splitFractions } from "../../../src/data/schema.ts";
import type { GraphDocument } from "../../../src/graph/document.ts";
import type { Tensors } from "../../../src/protocol/index.ts";
import { type Tensor, tensor } from "../../../src/shape/dtype.ts";
import { numbersOf, type Values } from "../../tensors/values.ts";
import { type Task, taskOf } from "../../training/dock/predictions/task.ts";

/** A network of two numbers: all it can be shown lies on a plane. */
export interface PlaneTask {
  readonly input: string;
  /** How its predictions read; null where it has no objective that says so. */
  readonly task: Task | null;
}

const planes = new WeakMap<GraphDocument, PlaneTask | null>();

/** Whether a document's network has one input, of two numbers. */
export function planeOf(document: GraphDocument): PlaneTask | null {
  const known = planes.get(document);
  if (known !== undefined) return known;
  const inputs = document.nodes.filter((n) => n.layer === "input");
  const [input] = inputs;
  const type =
    input && inputs.length === 1 ? checkDocument(document).graph.nodes.get(input.id)?.outputTypes?.[0] : null;
  const flat = type?.dtype === "float32" && type.shape.length === 2 && type.shape[1] === 2;
  const made = flat && input ? { input: input.id, task: taskOf(document) } : null;
  planes.set(document, made);
  return made;
}

/** A square part of the plane. */
export interface Range {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

export const unitRange: Range = { x: [-1, 1], y: [-1, 1] };

/** The square around all points, with a margin. */
export function rangeOf(points: readonly Values[]): Range {
  let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const list of points) {
    for (let i = 0; i + 1 < list.length; i += 2) {
      const [x, y] = [list[i] as number, list[i + 1] as number];
      if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
      [x0, x1, y0, y1] = [Math.min(x0, x), Math.max(x1, x), Math.min(y0, y), Math.max(y1, y)];
    }
  }
  if (x0 > x1) return unitRange;
  const half = Math.max((x1 - x0) / 2, (y1 - y0) / 2, 1e-3) * 1.25;
  const [cx, cy] = [(x0 + x1) / 2, (y0 + y1) / 2];
  return { x: [cx - half, cx + half], y: [cy - half, cy + half] };
}

/** Places of a grid over the range, row by row from the top; the middles of its cells. */
export function gridOf(input: string, { x, y }: Range, size: number): Tensors {
  const values = new Float32Array(size * size * 2);
  const at = ([low, high]: readonly [number, number], i: number): number => low + ((i + 0.5) / size) * (high - low);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const k = (row * size + column) * 2;
      values[k] = at(x, column);
      values[k + 1] = at(y, size - 1 - row);
    }
  }
  return { [input]: tensor("float32", [size * size, 2], values) };
}

/** Where a point lies in the range: from 0 to 1, from the left and from the top. */
export const placeOf = ({ x, y }: Range, px: number, py: number): readonly [number, number] => [
  (px - x[0]) / (x[1] - x[0]),
  1 - (py - y[0]) / (y[1] - y[0]),
];

/** What a network says at every place of a grid. */
export interface Answers {
  readonly size: number;
  /** Class at each place, and how much more of the confidence it has than by chance: 0 to 1. Null for values. */
  readonly classes: { readonly winner: Uint8Array; readonly surplus: Float32Array } | null;
  /** Share of confidence of each class, place by place; of values the first value. */
  readonly shares: Float32Array;
  readonly count: number;
}

/** Reads the answers off the scores of a grid. Scores that are no logits are compared, with no share of confidence. */
export function answersOf(task: Task, scores: Tensor): Answers {
  const values = numbersOf(scores);
  const places = scores.dims[0] ?? 0;
  const size = Math.round(Math.sqrt(places));
  if (task.kind === "values") {
    const shares = Float32Array.from({ length: places }, (_, i) => values[i * task.size] as number);
    return { size, classes: null, shares, count: 1 };
  }
  const count = task.size;
  const shares = new Float32Array(places * count);
  const winner = new Uint8Array(places);
  const surplus = new Float32Array(places);
  // Without confidences the largest score of the grid is taken for certain.
  const largest = task.confidence === null ? greatestOf(values) : 1;
  for (let i = 0; i < places; i++) {
    const own = shares.subarray(i * count, (i + 1) * count);
    sharesAt(task, values, i, largest, own);
    let best = 0;
    for (let c = 1; c < count; c++) if ((own[c] as number) > (own[best] as number)) best = c;
    winner[i] = best;
    surplus[i] = Math.min(1, Math.max(0, ((own[best] as number) - 1 / count) / (1 - 1 / count)));
  }
  return { size, classes: { winner, surplus }, shares, count };
}

function greatestOf(values: Values): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i] as number));
  return largest || 1;
}

function sharesAt(task: Task, values: Values, i: number, largest: number, into: Float32Array): void {
  if (task.kind === "binary") {
    const score = values[i] as number;
    const one =
      task.confidence === "sigmoid" ? 1 / (1 + Math.exp(-score)) : 0.5 + (score - task.threshold) / (2 * largest);
    into[0] = 1 - one;
    into[1] = one;
    return;
  }
  const at = (c: number): number => values[i * task.size + c] as number;
  let top = -Infinity;
  for (let c = 0; c < task.size; c++) top = Math.max(top, at(c));
  let sum = 0;
  const scale = task.confidence === null ? 4 / largest : 1;
  for (let c = 0; c < task.size; c++) sum += Math.exp((at(c) - top) * scale);
  for (let c = 0; c < task.size; c++) into[c] = Math.exp((at(c) - top) * scale) / sum;
}

/** How clearly a class wins at each place: its share less the greatest of the others; 0 is where it is decided. */
export function marginOf({ shares, count, size }: Answers, of: number): Float32Array {
  return Float32Array.from({ length: size * size }, (_, i) => {
    let other = -Infinity;
    for (let c = 0; c < count; c++) if (c !== of) other = Math.max(other, shares[i * count + c] as number);
    return (shares[i * count + of] as number) - other;
  });
}

/** Points of each class, as far as they are drawn. */
export const mostPoints = 600;

/** Samples of a split as far as that is known without the data; the engine says where it is less. */
export function estimate(document: GraphDocument, split: "train" | "validation" | "test"): number {
  const { data } = document;
  if (data?.source.kind !== "generator") return mostPoints;
  const fractions = splitFractions(data);
  const count = Math.round(data.source.options.samples * (fractions?.[split] ?? 0));
  return Math.min(mostPoints, count);
}
