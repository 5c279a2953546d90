import {
  type FigureNode,
  type FigureNote,
  type FigureScene,
  type FigureWire,
  type NoteColour,
  noteColours,
} from "../../src/codegen/figure/scene.ts";
import type { DocumentNote } from "../../src/graph/document.ts";
import {
  type CanvasNode,
  type FlowGraph,
  flowDeriver,
  type LayerNode,
  type LossNode,
  type PortNode,
  type WireEdge,
} from "../canvas/flow.ts";
import type { CanvasText, NodeView } from "../canvas/nodeView.ts";
import { textWidth } from "../canvas/textWidth.ts";
import { type WireEnd, wireShape } from "../canvas/wirePath.ts";
import type { WireStyle } from "../stores/settings.ts";
import { shownGraph, type Tab } from "../stores/workspace.ts";

export interface SceneOptions {
  readonly text: CanvasText;
  /** How wires run; hidden ones are drawn as curves, a figure without wires is none. */
  readonly wires: WireStyle;
  /** Only these nodes and notes, and the wires between them; null draws all. */
  readonly only: ReadonlySet<string> | null;
}

/** The graph that is shown, as a figure draws it: the same boxes, words and wires as on the canvas. */
export function figureScene(tab: Tab, { text, wires, only }: SceneOptions): FigureScene {
  const flow = flowDeriver()(tab, text);
  const wanted = (id: string): boolean => only === null || only.has(id);
  const chosen = new Set(flow.nodes.map((n) => n.id).filter(wanted));
  const notes = shownGraph(tab).notes.filter((n) => chosen.has(n.id));
  const style = wires === "hidden" ? "curved" : wires;
  return {
    title: tab.edited.document.name,
    frames: notes.filter((n) => n.kind === "frame").map(frame),
    notes: notes.filter((n) => n.kind === "note").map(paper),
    wires: flow.edges.flatMap((e) =>
      chosen.has(e.source) && chosen.has(e.target) ? (figureWire(e, flow, style) ?? []) : [],
    ),
    nodes: flow.nodes.flatMap((n) => (chosen.has(n.id) ? (figureNode(n) ?? []) : [])),
  };
}

function figureNode(n: CanvasNode): FigureNode | null {
  if (n.type === "layer" || n.type === "loss") return boxNode(n);
  return n.type === "port" && n.data.name !== null ? portNode(n, n.data.name) : null;
}

/** A port of the block whose inside is shown. */
function portNode({ id, position, width = 0, height = 0, data }: PortNode, name: string): FigureNode {
  const port = [height / 2];
  const room = { width, height, lines: [], state: "active", stacked: false } as const;
  const look = { kind: cut(name, width - 38, 12.5, false), name: null, glyph: "identity", color: "control" } as const;
  const inward = data.side === "in";
  return { id, ...position, ...room, ...look, inputs: inward ? [] : port, outputs: inward ? port : [] };
}

function boxNode({ id, position, data: { view } }: LayerNode | LossNode): FigureNode {
  return {
    id,
    ...position,
    width: view.width,
    height: view.height,
    kind: cut(view.kind, view.width - 38, 12.5, false),
    name: nameOf(view),
    glyph: view.glyph,
    color: view.color,
    lines: view.lines.map((l) => {
      const mono = l.mono ?? false;
      return { text: cut(l.text, view.width - 18, mono ? 10.5 : 11, mono), mono };
    }),
    inputs: view.inputs.map((p) => p.y),
    outputs: view.outputs.map((p) => p.y),
    state: view.state,
    stacked: view.repeat > 0,
  };
}

/** The name where it has room beside the kind. */
function nameOf({ kind, name, width }: NodeView): string | null {
  if (name === null) return null;
  const room = width - 31 - textWidth(kind, 12.5) - 16;
  const shown = cut(name, room, 10.5, true);
  return shown.length > 1 ? shown : null;
}

/** The text, or its beginning and an ellipsis where it is wider than the room. */
export function cut(text: string, room: number, size: number, mono: boolean): string {
  if (textWidth(text, size, mono) <= room) return text;
  let short = text;
  while (short.length > 0 && textWidth(`${short}…`, size, mono) > room) short = short.slice(0, -1).trimEnd();
  return `${short}…`;
}

function figureWire(edge: WireEdge, flow: FlowGraph, style: WireStyle): FigureWire | null {
  const from = end(edge.source, edge.sourceHandle, edge.data?.from, flow);
  const to = end(edge.target, edge.targetHandle, edge.data?.to, flow);
  if (!from || !to || !edge.data) return null;
  const shape = wireShape(from, to, edge.data.reroutes, style);
  const { label } = edge.data;
  const roomy = label !== "" && shape.room >= textWidth(label, 10.5, true) + 3;
  const xs = shape.points.map((p) => p.x);
  const ys = shape.points.map((p) => p.y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return {
    id: edge.id,
    path: shape.d,
    bounds: { x: left, y: top, width: Math.max(...xs) - left, height: Math.max(...ys) - top },
    label: roomy ? { ...shape.label, text: label } : null,
  };
}

/** Where a wire meets its port, from the handles that the canvas uses. */
function end(
  node: string,
  handle: string | null | undefined,
  reach: { readonly above: number; readonly below: number } | undefined,
  flow: FlowGraph,
): WireEnd | null {
  const box = flow.nodes.find((n) => n.id === node);
  const port = box?.handles?.find((h) => h.id === handle);
  if (!box || !port) return null;
  const right = port.position === "right";
  const x = box.position.x + (right ? (box.width ?? 0) : 0);
  const y = box.position.y + port.y + 0.5;
  return { x, y, top: y - (reach?.above ?? 14), bottom: y + (reach?.below ?? 14) };
}

const colourOf = ({ colour }: DocumentNote): NoteColour | null => noteColours.find((c) => c === colour) ?? null;

const frame = (n: DocumentNote): FigureNote => ({
  id: n.id,
  ...n.position,
  ...n.size,
  lines: [cut(n.text, n.size.width - 20, 11.5, false)],
  colour: colourOf(n),
});

function paper(n: DocumentNote): FigureNote {
  const room = Math.max(1, Math.floor((n.size.height - 16) / 17));
  const lines = plainText(n.text).flatMap((line) => wrapped(line, n.size.width - 24, 11.5));
  return { id: n.id, ...n.position, ...n.size, lines: lines.slice(0, room), colour: colourOf(n) };
}

/** Markdown as plain lines: marks of headings, lists, emphasis, links and formulas are left out. */
export const plainText = (markdown: string): string[] =>
  markdown
    .replace(/\r\n?/g, "\n")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/(\*\*|__|\*|`|\$\$?|~~)/g, "")
    .split("\n")
    .map((line) =>
      line
        .replace(/^\s*(#{1,6}|>)\s+/, "")
        .replace(/^\s*[-+]\s+/, "• ")
        .trimEnd(),
    );

/** A line broken where it gets too wide: at spaces, and between Chinese characters. */
export function wrapped(line: string, room: number, size: number): string[] {
  const pieces = line.match(
    /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+\s*|\s+/g,
  ) ?? [""];
  const lines: string[] = [];
  let current = "";
  for (const piece of pieces) {
    if (current !== "" && textWidth((current + piece).trimEnd(), size) > room) {
      lines.push(current.trimEnd());
      current = piece.trimStart();
    } else current += piece;
  }
  return [...lines, current.trimEnd()];
}
