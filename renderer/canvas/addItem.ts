import { blockLayer } from "../../src/graph/blocks.ts";
import { apply, batch, type Change } from "../../src/graph/change.ts";
import type { DocumentNode } from "../../src/graph/document.ts";
import { parseClip, paste } from "../../src/graph/edit/clipboard.ts";
import { addNode, moveNodes } from "../../src/graph/edit/nodes.ts";
import { freeInput, insertIntoEdge, portsOf } from "../../src/graph/edit/wires.ts";
import type { LayerLookup } from "../../src/graph/layer.ts";
import { type Editing, editing } from "../app/editing.ts";
import { currentText } from "../app/text.ts";
import { layersOf } from "../stores/workspace.ts";
import type { Point } from "./controller.ts";
import { nodeView } from "./nodeView.ts";
import { outputType } from "./outputs.ts";
import { plug } from "./plug.ts";
import { freePlace, type NamedBox, pushAside, wireGap } from "./room.ts";
import { type HeldWire, scene } from "./view.ts";

/** What can be added: a layer, a block of the document, or a block kept for other documents (as clipboard text). */
export type Item =
  | { readonly kind: "layer"; readonly layer: string; readonly params?: DocumentNode["params"] }
  | { readonly kind: "block"; readonly block: string }
  | { readonly kind: "library"; readonly clip: string };

export interface Added {
  readonly change: Change;
  /** The node that was added, to be selected. */
  readonly node: string;
}

/** Where a new node goes and what it is wired to. */
export interface Spot {
  /** Where its first port stands; null for beside the node that feeds it, or the middle of what is seen. */
  readonly place: Point | null;
  readonly wire: HeldWire | null;
  /** Wire that it goes into. */
  readonly into: string | null;
  /** Not wired to what is selected. */
  readonly alone?: boolean;
}

/** Room between a node and the next: a wire with its label. */
const nextGap = 60;

/** The change that adds an item to the shown graph, in its place and wired; null for a clip that cannot be read. */
export function addItem(item: Item, spot: Spot, middle: Point): Added | null {
  const now = editing();
  if (!now) return null;
  const start = insertItem(now, item);
  if (!start) return null;
  const { change, node } = start;
  const document = apply(now.document, change).document;
  const layers = layersOf({ ...now.tab, edited: { ...now.tab.edited, document } });
  const size = sizeOf(now, node, layers);
  const wire = spot.wire ?? (spot.into === null && !spot.alone ? fromSelection(now) : null);
  const position = placeFor(now, spot, wire, size, middle);
  const moved = moveNodes(document, now.scope, new Map([[node.id, position]]));
  const placed = apply(document, moved).document;
  const wired =
    spot.into === null
      ? wireUp(now, placed, node, wire, layers)
      : insertIntoEdge(placed, now.scope, spot.into, node, layers);
  const aside =
    spot.into === null
      ? batch([])
      : makeRoom(now, apply(placed, wired).document, { id: node.id, ...position, ...size });
  return { change: batch([change, moved, wired, aside]), node: node.id };
}

function insertItem(now: Editing, item: Item): { readonly change: Change; readonly node: DocumentNode } | null {
  const origin = { x: 0, y: 0 };
  if (item.kind === "layer") return addNode(now.document, now.scope, item.layer, now.layers, origin, item.params);
  if (item.kind === "block")
    return addNode(now.document, now.scope, blockLayer, now.layers, origin, { block: item.block });
  const clip = parseClip(item.clip);
  if (clip?.nodes.length !== 1) return null;
  const { change, ids } = paste(now.document, now.scope, clip, origin);
  const graph = apply(now.document, change).document;
  const nodes = now.scope === null ? graph.nodes : (graph.blocks.find((b) => b.id === now.scope)?.nodes ?? []);
  const node = nodes.find((n) => n.id === ids[0]);
  return node ? { change, node } : null;
}

/** Size of a node before it is drawn. */
function sizeOf(now: Editing, node: DocumentNode, layers: LayerLookup) {
  const facts = { node, checked: null, issues: [], incoming: [], outgoing: [], inputType: null, field: null, layers };
  const block = now.document.blocks.find((b) => b.id === node.params["block"]) ?? null;
  const { width, height } = nodeView({ ...facts, block, outputType: null }, currentText().canvas);
  return { width, height };
}

/** A wire from the one node that is selected, when it has an output. */
function fromSelection(now: Editing): HeldWire | null {
  const [node, ...more] = now.nodes;
  if (!node || more.length > 0) return null;
  const output = portsOf(node, now.layers).outputs[0];
  return output ? { seeks: "in", from: { node: node.id, port: output.name }, edge: null } : null;
}

function placeFor(
  now: Editing,
  spot: Spot,
  wire: HeldWire | null,
  size: { width: number; height: number },
  middle: Point,
): Point {
  const head = 14;
  if (spot.into !== null) return onWire(spot.into, size) ?? middle;
  if (spot.place) {
    const left = spot.wire?.seeks === "out" ? spot.place.x - size.width : spot.place.x;
    return rounded({ x: left, y: spot.place.y - head });
  }
  const source = wire?.seeks === "in" ? boxesOf().find((b) => b.id === wire.from.node) : undefined;
  const at = source
    ? { x: source.x + source.width + nextGap, y: source.y }
    : { x: middle.x - size.width / 2, y: middle.y - head };
  const others = boxesOf().filter((b) => now.graph.nodes.some((n) => n.id === b.id));
  return rounded(freePlace({ ...at, ...size }, others));
}

const rounded = ({ x, y }: Point): Point => ({ x: Math.round(x), y: Math.round(y) });

const boxesOf = (): NamedBox[] =>
  scene.graph.nodes
    .filter((n) => n.type === "layer" || n.type === "loss")
    .map((n) => ({ id: n.id, ...n.position, width: n.width ?? 0, height: n.height ?? 0 }));

/** Between the ends of a wire, level with its source. */
function onWire(edge: string, size: { width: number; height: number }): Point | null {
  const wire = scene.graph.edges.find((e) => e.id === edge);
  const boxes = boxesOf();
  const [from, to] = [boxes.find((b) => b.id === wire?.source), boxes.find((b) => b.id === wire?.target)];
  if (!from || !to) return null;
  const start = from.x + from.width;
  const centred = (start + to.x - size.width) / 2;
  return rounded({ x: to.x > start ? Math.max(start + wireGap, centred) : start + wireGap, y: from.y });
}

function wireUp(
  now: Editing,
  document: Editing["document"],
  node: DocumentNode,
  wire: HeldWire | null,
  layers: LayerLookup,
): Change {
  if (!wire) return batch([]);
  const board = { document, scope: now.scope };
  const graph = now.scope === null ? document : (document.blocks.find((b) => b.id === now.scope) ?? document);
  if (wire.seeks === "in") {
    const input = freeInput(graph, node, layers);
    if (!input) return batch([]);
    const target = { side: "in", node: node.id, port: input.name, handle: input.name, slot: 0 } as const;
    return plug(board, wire, target, !!input.several) ?? batch([]);
  }
  const output = portsOf(node, layers).outputs[0];
  if (!output) return batch([]);
  const target = { side: "out", node: node.id, port: output.name, handle: output.name, slot: 0 } as const;
  const several =
    scene.graph.views.get(wire.to.node)?.inputs.some((p) => p.name === wire.to.port && p.several) ?? false;
  return plug(board, wire, target, several) ?? batch([]);
}

/** Pushes the neighbours in the row of a node that was put between them aside. */
export function makeRoom(now: Editing, document: Editing["document"], box: NamedBox): Change {
  return moveNodes(document, now.scope, pushAside(box, boxesOf()));
}

/** Type that a wire into a new node carries; null while it is not known, and for a wire drawn backwards. */
export function typeInto(now: Editing, wire: HeldWire | null, into: string | null) {
  const edge = into === null ? null : now.graph.edges.find((e) => e.id === into);
  const from = edge ? edge.from : wire?.seeks === "in" ? wire.from : null;
  const node = from && now.graph.nodes.find((n) => n.id === from.node);
  return from && node ? outputType(now.tab, node, from.port) : null;
}
