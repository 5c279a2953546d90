import { type CategoryColor, categoryColors } from "../../src/codegen/glyphs.ts";
import type { DocumentEdge, GraphDocument } from "../../src/graph/document.ts";
import type { Category } from "../../src/layers/define.ts";
import { layerRegistry } from "../../src/layers/registry.ts";
import { type WireEnd, wireShape } from "../canvas/wirePath.ts";

export interface ThumbBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly color: CategoryColor;
}

/** A network as boxes and wires, in units of the canvas. */
export interface Thumb {
  readonly boxes: readonly ThumbBox[];
  readonly wires: readonly string[];
  readonly viewBox: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** About the sizes that nodes have on the canvas: wide with parameters, small without. */
const sizes: { readonly [C in Category]: readonly [width: number, height: number] } = {
  input: [122, 62],
  linear: [112, 46],
  convolution: [150, 62],
  pooling: [104, 46],
  normalization: [112, 46],
  activation: [80, 30],
  regularization: [104, 46],
  shape: [92, 30],
  merge: [80, 46],
  reduction: [104, 46],
};
const blockSize = [128, 62] as const;
const lossSize = [128, 46] as const;
const portHeight = 14;
const lossGap = 60;

/** A picture of a document from its outermost graph and its losses; null for an empty one. */
export function thumbOf(document: GraphDocument): Thumb | null {
  const boxes = new Map<string, ThumbBox>();
  for (const n of document.nodes) {
    const category = layerRegistry.get(n.layer)?.category;
    const [width, height] = category ? sizes[category] : blockSize;
    boxes.set(n.id, { ...n.position, width, height, color: category ? categoryColors[category] : "control" });
  }
  const wires = document.edges.map((e): Wire => ({ from: e.from.node, to: e.to.node, by: e.reroutes }));
  for (const [i, term] of document.objectives.flatMap((o) => o.terms).entries()) {
    const source = boxes.get(term.prediction.node);
    if (!source) continue;
    const [width, height] = lossSize;
    const at = term.position ?? { x: source.x + source.width + lossGap, y: source.y };
    boxes.set(`loss:${i}`, { x: at.x, y: at.y, width, height, color: "loss" });
    wires.push({ from: term.prediction.node, to: `loss:${i}`, by: [] });
  }
  if (boxes.size === 0) return null;
  return { boxes: [...boxes.values()], wires: wires.flatMap((w) => pathOf(w, boxes)), viewBox: around(boxes) };
}

interface Wire {
  readonly from: string;
  readonly to: string;
  readonly by: DocumentEdge["reroutes"];
}

function pathOf(wire: Wire, boxes: ReadonlyMap<string, ThumbBox>): string[] {
  const from = boxes.get(wire.from);
  const to = boxes.get(wire.to);
  if (!from || !to) return [];
  const end = (box: ThumbBox, x: number): WireEnd => ({
    x,
    y: box.y + portHeight,
    top: box.y,
    bottom: box.y + box.height,
  });
  return [wireShape(end(from, from.x + from.width), end(to, to.x), wire.by, "curved").d];
}

function around(boxes: ReadonlyMap<string, ThumbBox>): Thumb["viewBox"] {
  const list = [...boxes.values()];
  const x = Math.min(...list.map((b) => b.x));
  const y = Math.min(...list.map((b) => b.y));
  return {
    x,
    y,
    width: Math.max(...list.map((b) => b.x + b.width)) - x,
    height: Math.max(...list.map((b) => b.y + b.height)) - y,
  };
}
